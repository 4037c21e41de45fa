#include "schema/call_hints.hpp"

#include <gtest/gtest.h>

namespace vkxx::cli {
namespace {

using lines = std::vector<std::string>;

TEST(call_hints, say_nothing_about_what_the_schema_has) {
  EXPECT_EQ(call_hints("users.get", {"user_ids", "fields", "lang", "v"}, std::nullopt), lines{});
  EXPECT_EQ(call_hints("users.get", {"user_ids"}, api_errc::bad_parameter), lines{});
}

TEST(call_hints, name_the_parameter_that_was_meant) {
  const lines expected{
      "VK's schema 5.199 has no parameter user_id of users.get; did you mean user_ids?"};
  EXPECT_EQ(call_hints("users.get", {"user_id", "fields"}, std::nullopt), expected);
  EXPECT_EQ(call_hints("users.get", {"user_id"}, api_errc::bad_parameter), expected);
}

TEST(call_hints, leave_parameters_in_peace_that_may_be_new) {
  EXPECT_EQ(call_hints("users.get", {"brand_new_thing"}, std::nullopt), lines{});
  EXPECT_EQ(call_hints("users.get", {"brand_new_thing"}, api_errc::access_denied), lines{});
  const lines blamed{
      "VK's schema 5.199 has no parameter brand_new_thing of users.get; see vkxx describe "
      "users.get"};
  EXPECT_EQ(call_hints("users.get", {"brand_new_thing"}, api_errc::bad_parameter), blamed);
  EXPECT_EQ(call_hints("users.get", {"brand_new_thing"}, api_errc::bad_request), blamed);
}

TEST(call_hints, name_the_method_that_was_meant_once_vk_says_that_there_is_none) {
  EXPECT_EQ(call_hints("user.get", {"whatever"}, api_errc::unknown_method),
            lines{"did you mean users.get?"});
  EXPECT_EQ(call_hints("user.get", {"whatever"}, std::nullopt), lines{});
  EXPECT_EQ(call_hints("brandnew.things", {}, api_errc::unknown_method), lines{});
}

TEST(call_hints, find_a_method_in_another_section) {
  EXPECT_EQ(call_hints("photos.getConversations", {}, api_errc::unknown_method),
            lines{"did you mean messages.getConversations?"});
  EXPECT_EQ(call_hints("getConversations", {}, api_errc::unknown_method),
            lines{"did you mean messages.getConversations?"});
}

}  // namespace
}  // namespace vkxx::cli
