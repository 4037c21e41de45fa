#include "command_line/arguments.hpp"

#include <gtest/gtest.h>

#include "command_line/usage_failure.hpp"

namespace vkxx::cli {
namespace {

std::string no_files(const std::string& path) {
  throw usage_failure{"no file " + path};
}

std::string complaint_about(const std::vector<std::string>& arguments,
                            const std::string& method = "users.get") {
  try {
    static_cast<void>(make_request(method, arguments, no_files));
  } catch (const usage_failure& failure) {
    return failure.what();
  }
  return "nothing";
}

void expect(std::string_view text, std::string_view name, argument_kind kind,
            std::string_view value) {
  const auto read = read_argument(text, 1);
  EXPECT_EQ(read.name, name) << text;
  EXPECT_EQ(read.kind, kind) << text;
  EXPECT_EQ(read.value, value) << text;
}

TEST(ReadArgument, KnowsEachForm) {
  expect("a=b", "a", argument_kind::text, "b");
  expect("a=", "a", argument_kind::text, "");
  expect("a=b=c", "a", argument_kind::text, "b=c");
  expect("a=b:=c", "a", argument_kind::text, "b:=c");
  expect("a= b", "a", argument_kind::text, " b");
  expect("a:=[1]", "a", argument_kind::json, "[1]");
  expect("a:=", "a", argument_kind::json, "");
  expect("a:=@b", "a", argument_kind::json, "@b");
  expect("a=@b", "a", argument_kind::file, "b");
  expect("a=@-", "a", argument_kind::file, "-");
  expect("a=@@b", "a", argument_kind::text, "@b");
  expect("a=@@", "a", argument_kind::text, "@");
  expect("a=@@@b", "a", argument_kind::text, "@@b");
  expect("a[0].b-c_D9=1", "a[0].b-c_D9", argument_kind::text, "1");
}

TEST(ReadArgument, RefusesWhatIsNone) {
  for (const auto* text : {"", "a", "=", "=b", ":=1", "a b=c", "::=1", "a=@", "ж=1", "a\n=1"}) {
    EXPECT_THROW(static_cast<void>(read_argument(text, 1)), usage_failure) << text;
  }
}

TEST(MakeRequest, EncodesJsonByTheRulesOfTheClient) {
  const auto result = make_request("a.b",
                                   {"list:=[1,\"x\"]", "yes:=true", "none:=null",
                                    "object:={\"a\":1}", "big:=9223372036854775807"},
                                   no_files);
  const auto& parameters = result.parameters();
  EXPECT_EQ(parameters.find("list"), "1,x");
  EXPECT_EQ(parameters.find("yes"), "1");
  EXPECT_EQ(parameters.find("object"), "{\"a\":1}");
  EXPECT_EQ(parameters.find("big"), "9223372036854775807");
  EXPECT_FALSE(parameters.find("none"));
  EXPECT_TRUE(parameters.mentions("none"));
}

TEST(MakeRequest, KeepsEveryDigitOfANumber) {
  const auto result =
      make_request("a.b",
                   {"long:=123456789012345678901234567890", "huge:=1e400", "zero:=-0",
                    "edge:=18446744073709551616", "tiny:=0.1000000000000000055511151231257827",
                    "list:=[1e400, -0 ,\"x, y\",null,true]",
                    "object:={ \"a b\" : [ 1e400 , 123456789012345678901234567890 ] }"},
                   no_files);
  const auto& parameters = result.parameters();
  EXPECT_EQ(parameters.find("long"), "123456789012345678901234567890");
  EXPECT_EQ(parameters.find("huge"), "1e400");
  EXPECT_EQ(parameters.find("zero"), "-0");
  EXPECT_EQ(parameters.find("edge"), "18446744073709551616");
  EXPECT_EQ(parameters.find("tiny"), "0.1000000000000000055511151231257827");
  EXPECT_EQ(parameters.find("list"), "1e400,-0,x, y,1");
  EXPECT_EQ(parameters.find("object"), "{\"a b\":[1e400,123456789012345678901234567890]}");
}

TEST(MakeRequest, TakesAFileAsItIs) {
  const auto result = make_request("a.b", {"text=@some file"},
                                   [](const std::string& path) { return path + "\n\t"; });
  EXPECT_EQ(result.parameters().find("text"), "some file\n\t");
}

TEST(MakeRequest, KeepsATokenOutOfTheParameters) {
  const auto result = make_request("a.b", {"access_token=abc"}, no_files);
  EXPECT_FALSE(result.parameters().mentions("access_token"));
  ASSERT_TRUE(result.access_token());
  EXPECT_EQ(result.access_token()->expose(), "abc");
}

TEST(MakeRequest, SaysWhichArgumentIsWrong) {
  EXPECT_NE(complaint_about({"a=1", "b"}).find("parameter 2, \"b\""), std::string::npos);
  EXPECT_NE(complaint_about({"a=1", "a:=2"}).find("a is given twice"), std::string::npos);
  EXPECT_NE(complaint_about({"a:=[1"}).find("a: what follows := is not JSON"), std::string::npos);
  EXPECT_NE(complaint_about({"a=@-", "b=@-"}).find("no file -"), std::string::npos);
  EXPECT_EQ(complaint_about({}), "nothing");
}

TEST(MakeRequest, ReadsStandardInputOnceOnly) {
  const auto empty = [](const std::string&) { return std::string{}; };
  EXPECT_THROW(static_cast<void>(make_request("a.b", {"a=@-", "b=@-"}, empty)), usage_failure);
  EXPECT_NO_THROW(static_cast<void>(make_request("a.b", {"a=@x", "b=@x"}, empty)));
}

TEST(MakeRequest, RepeatsNoTokenThatStandsInAWrongPlace) {
  const std::string token = "vk1.a.0123456789012345678901234567890123456789";
  EXPECT_EQ(complaint_about({token}).find(token), std::string::npos);
  EXPECT_EQ(complaint_about({}, token).find(token), std::string::npos);
  EXPECT_NE(complaint_about({}, token), "nothing");
}

TEST(MakeRequest, KnowsANameOfAMethod) {
  for (const auto* good : {"users.get", "getServerTime", "execute.my_Procedure2"}) {
    EXPECT_EQ(complaint_about({}, good), "nothing");
  }
  for (const auto* bad : {"", "users/get", "users.get?x", "a b", "../x", "user_ids=1"}) {
    EXPECT_NE(complaint_about({}, bad), "nothing") << bad;
  }
}

}  // namespace
}  // namespace vkxx::cli
