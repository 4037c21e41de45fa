#include "json_printer.hpp"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

namespace vkxx::cli {
namespace {

std::string compact(std::string_view text) {
  return printed_json(boost::json::parse(text), json_layout::compact);
}

std::string pretty(std::string_view text) {
  return printed_json(boost::json::parse(text), json_layout::pretty);
}

TEST(printed_json, compact_has_no_spaces) {
  EXPECT_EQ(compact(R"({ "a" : [ 1 , { } , [ ] , null , true , false ] })"),
            "{\"a\":[1,{},[],null,true,false]}\n");
}

TEST(printed_json, pretty_has_two_spaces_a_level) {
  EXPECT_EQ(pretty(R"({"a":[1,{"b":2}],"c":{},"d":[]})"),
            "{\n  \"a\": [\n    1,\n    {\n      \"b\": 2\n    }\n  ],\n  \"c\": {},\n  \"d\": []\n"
            "}\n");
}

TEST(printed_json, numbers_read_back_as_they_were) {
  const std::string numbers =
      "[0,-1,9223372036854775807,-9223372036854775808,18446744073709551615,0.1,2.0,1e+300,-5e-324]";
  EXPECT_EQ(compact(numbers), numbers + "\n");
}

TEST(printed_json, strings_keep_utf8_and_lose_commands) {
  EXPECT_EQ(
      compact(R"("ж😀\" \\ \n\r\t\b\u0000\u001b\u007f\u0085\u200f\u202e\u2066 /")"),
      "\"ж😀\\\" \\\\ \\n\\r\\t\\u0008\\u0000\\u001b\\u007f\\u0085\\u200f\\u202e\\u2066 /\"\n");
}

TEST(printed_json, a_string_that_is_not_utf8_becomes_json_all_the_same) {
  EXPECT_EQ(printed_json(boost::json::value("a\xff\xc3"), json_layout::compact),
            "\"a\\ufffd\\ufffd\"\n");
}

TEST(printed_json, names_are_escaped_too) {
  EXPECT_EQ(compact(R"({"\n\"":1})"), "{\"\\n\\\"\":1}\n");
}

}  // namespace
}  // namespace vkxx::cli
