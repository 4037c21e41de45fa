#include "output/json_printer.hpp"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

namespace vkxx::cli {
namespace {

std::string compact(std::string_view text) {
  auto printed = printed_json(text, json_layout::compact);
  // A value of the program's own looks no different, but for numbers that it cannot hold.
  EXPECT_EQ(printed_value(boost::json::parse(text), json_layout::compact), printed);
  return printed;
}

std::string pretty(std::string_view text) {
  auto printed = printed_json(text, json_layout::pretty);
  EXPECT_EQ(printed_value(boost::json::parse(text), json_layout::pretty), printed);
  return printed;
}

TEST(PrintedJson, CompactHasNoSpaces) {
  EXPECT_EQ(compact(R"({ "a" : [ 1 , { } , [ ] , null , true , false ] })"),
            "{\"a\":[1,{},[],null,true,false]}\n");
}

TEST(PrintedJson, PrettyHasTwoSpacesALevel) {
  EXPECT_EQ(pretty(R"({"a":[1,{"b":2}],"c":{},"d":[]})"),
            "{\n  \"a\": [\n    1,\n    {\n      \"b\": 2\n    }\n  ],\n  \"c\": {},\n  \"d\": []\n"
            "}\n");
}

TEST(PrintedJson, NumbersReadBackAsTheyWere) {
  const std::string numbers =
      "[0,-1,9223372036854775807,-9223372036854775808,18446744073709551615,0.1,2.0,1e+300,-5e-324]";
  EXPECT_EQ(compact(numbers), numbers + "\n");
}

TEST(PrintedJson, NumbersAreAsTheyWereWritten) {
  const std::string numbers =
      "[123456789012345678901234567890,1e400,-0,-0.0,1E5,2.50,0.1000000000000000055511151231257827,"
      "18446744073709551616,-9223372036854775809,1e-400]";
  EXPECT_EQ(printed_json(numbers, json_layout::compact), numbers + "\n");
  EXPECT_EQ(printed_json(R"({"id":1e400})", json_layout::pretty), "{\n  \"id\": 1e400\n}\n");
}

TEST(PrintedJson, MembersOfOneNameAreAllPrinted) {
  EXPECT_EQ(printed_json(R"({"a":1,"a":2})", json_layout::compact), "{\"a\":1,\"a\":2}\n");
}

TEST(PrintedJson, HalfAPairAndAByteOrderMarkDoNotCostTheRest) {
  EXPECT_EQ(printed_json("\xEF\xBB\xBF[\"a\\ud83d\",1]", json_layout::compact),
            "[\"a\xEF\xBF\xBD\",1]\n");
}

TEST(PrintedJson, NeitherDepthNorBrokenTextHarms) {
  EXPECT_NO_THROW(
      static_cast<void>(printed_json(std::string(1'000'000, '['), json_layout::compact)));
  for (const auto* text : {"", "\"", "\"\\", "]", "}{", "[\"\\u12", ":,"}) {
    EXPECT_NO_THROW(static_cast<void>(printed_json(text, json_layout::pretty))) << text;
  }
}

TEST(PrintedJson, StringsKeepUtf8AndLoseCommands) {
  EXPECT_EQ(
      compact(R"("ж😀\" \\ \n\r\t\b\u0000\u001b\u007f\u0085\u200f\u202e\u2066 /")"),
      "\"ж😀\\\" \\\\ \\n\\r\\t\\u0008\\u0000\\u001b\\u007f\\u0085\\u200f\\u202e\\u2066 /\"\n");
}

TEST(PrintedJson, AStringThatIsNotUtf8BecomesJsonAllTheSame) {
  EXPECT_EQ(printed_value(boost::json::value("a\xff\xc3"), json_layout::compact),
            "\"a\\ufffd\\ufffd\"\n");
}

TEST(PrintedJson, NamesAreEscapedToo) {
  EXPECT_EQ(compact(R"({"\n\"":1})"), "{\"\\n\\\"\":1}\n");
}

}  // namespace
}  // namespace vkxx::cli
