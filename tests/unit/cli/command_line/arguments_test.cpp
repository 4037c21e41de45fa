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

TEST(read_argument, knows_each_form) {
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

TEST(read_argument, refuses_what_is_none) {
  for (const auto* text : {"", "a", "=", "=b", ":=1", "a b=c", "::=1", "a=@", "ж=1", "a\n=1"}) {
    EXPECT_THROW(static_cast<void>(read_argument(text, 1)), usage_failure) << text;
  }
}

TEST(make_request, encodes_json_by_the_rules_of_the_client) {
  const auto made = make_request("a.b",
                                 {"list:=[1,\"x\"]", "yes:=true", "none:=null", "object:={\"a\":1}",
                                  "big:=9223372036854775807"},
                                 no_files);
  const auto& parameters = made.parameters();
  EXPECT_EQ(parameters.find("list"), "1,x");
  EXPECT_EQ(parameters.find("yes"), "1");
  EXPECT_EQ(parameters.find("object"), "{\"a\":1}");
  EXPECT_EQ(parameters.find("big"), "9223372036854775807");
  EXPECT_FALSE(parameters.find("none"));
  EXPECT_TRUE(parameters.mentions("none"));
}

TEST(make_request, keeps_every_digit_of_a_number) {
  const auto made =
      make_request("a.b",
                   {"long:=123456789012345678901234567890", "huge:=1e400", "zero:=-0",
                    "edge:=18446744073709551616", "tiny:=0.1000000000000000055511151231257827",
                    "list:=[1e400, -0 ,\"x, y\",null,true]",
                    "object:={ \"a b\" : [ 1e400 , 123456789012345678901234567890 ] }"},
                   no_files);
  const auto& parameters = made.parameters();
  EXPECT_EQ(parameters.find("long"), "123456789012345678901234567890");
  EXPECT_EQ(parameters.find("huge"), "1e400");
  EXPECT_EQ(parameters.find("zero"), "-0");
  EXPECT_EQ(parameters.find("edge"), "18446744073709551616");
  EXPECT_EQ(parameters.find("tiny"), "0.1000000000000000055511151231257827");
  EXPECT_EQ(parameters.find("list"), "1e400,-0,x, y,1");
  EXPECT_EQ(parameters.find("object"), "{\"a b\":[1e400,123456789012345678901234567890]}");
}

TEST(make_request, takes_a_file_as_it_is) {
  const auto made = make_request("a.b", {"text=@some file"},
                                 [](const std::string& path) { return path + "\n\t"; });
  EXPECT_EQ(made.parameters().find("text"), "some file\n\t");
}

TEST(make_request, keeps_a_token_out_of_the_parameters) {
  const auto made = make_request("a.b", {"access_token=abc"}, no_files);
  EXPECT_FALSE(made.parameters().mentions("access_token"));
  ASSERT_TRUE(made.access_token());
  EXPECT_EQ(made.access_token()->expose(), "abc");
}

TEST(make_request, says_which_argument_is_wrong) {
  EXPECT_NE(complaint_about({"a=1", "b"}).find("parameter 2, \"b\""), std::string::npos);
  EXPECT_NE(complaint_about({"a=1", "a:=2"}).find("a is given twice"), std::string::npos);
  EXPECT_NE(complaint_about({"a:=[1"}).find("a: what follows := is not JSON"), std::string::npos);
  EXPECT_NE(complaint_about({"a=@-", "b=@-"}).find("no file -"), std::string::npos);
  EXPECT_EQ(complaint_about({}), "nothing");
}

TEST(make_request, reads_standard_input_once_only) {
  const auto empty = [](const std::string&) { return std::string{}; };
  EXPECT_THROW(static_cast<void>(make_request("a.b", {"a=@-", "b=@-"}, empty)), usage_failure);
  EXPECT_NO_THROW(static_cast<void>(make_request("a.b", {"a=@x", "b=@x"}, empty)));
}

TEST(make_request, repeats_no_token_that_stands_in_a_wrong_place) {
  const std::string token = "vk1.a.0123456789012345678901234567890123456789";
  EXPECT_EQ(complaint_about({token}).find(token), std::string::npos);
  EXPECT_EQ(complaint_about({}, token).find(token), std::string::npos);
  EXPECT_NE(complaint_about({}, token), "nothing");
}

TEST(make_request, knows_a_name_of_a_method) {
  for (const auto* good : {"users.get", "getServerTime", "execute.my_Procedure2"}) {
    EXPECT_EQ(complaint_about({}, good), "nothing");
  }
  for (const auto* bad : {"", "users/get", "users.get?x", "a b", "../x", "user_ids=1"}) {
    EXPECT_NE(complaint_about({}, bad), "nothing") << bad;
  }
}

}  // namespace
}  // namespace vkxx::cli
