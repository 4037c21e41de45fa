#include "schema/call_hints.hpp"

#include <gtest/gtest.h>

namespace vkxx::cli {
namespace {

using lines = std::vector<std::string>;

TEST(CallHints, SayNothingAboutWhatTheSchemaHas) {
  EXPECT_EQ(call_hints("users.get", {"user_ids", "fields", "lang", "v"}, std::nullopt), lines{});
  EXPECT_EQ(call_hints("users.get", {"user_ids"}, api_errc::bad_parameter), lines{});
}

TEST(CallHints, NameTheParameterThatWasMeant) {
  const lines expected{
      "VK's schema 5.199 has no parameter user_id of users.get; did you mean user_ids?"};
  EXPECT_EQ(call_hints("users.get", {"user_id", "fields"}, std::nullopt), expected);
  EXPECT_EQ(call_hints("users.get", {"user_id"}, api_errc::bad_parameter), expected);
}

TEST(CallHints, LeaveParametersInPeaceThatMayBeNew) {
  EXPECT_EQ(call_hints("users.get", {"brand_new_thing"}, std::nullopt), lines{});
  EXPECT_EQ(call_hints("users.get", {"brand_new_thing"}, api_errc::access_denied), lines{});
  const lines blamed{
      "VK's schema 5.199 has no parameter brand_new_thing of users.get; see vkxx describe "
      "users.get"};
  EXPECT_EQ(call_hints("users.get", {"brand_new_thing"}, api_errc::bad_parameter), blamed);
  EXPECT_EQ(call_hints("users.get", {"brand_new_thing"}, api_errc::bad_request), blamed);
}

TEST(CallHints, NameTheMethodThatWasMeantOnceVkSaysThatThereIsNone) {
  EXPECT_EQ(call_hints("user.get", {"whatever"}, api_errc::unknown_method),
            lines{"did you mean users.get?"});
  EXPECT_EQ(call_hints("user.get", {"whatever"}, std::nullopt), lines{});
  EXPECT_EQ(call_hints("brandnew.things", {}, api_errc::unknown_method), lines{});
}

TEST(CallHints, FindAMethodInAnotherSection) {
  EXPECT_EQ(call_hints("photos.getConversations", {}, api_errc::unknown_method),
            lines{"did you mean messages.getConversations?"});
  EXPECT_EQ(call_hints("getConversations", {}, api_errc::unknown_method),
            lines{"did you mean messages.getConversations?"});
}

}  // namespace
}  // namespace vkxx::cli
