#include <gtest/gtest.h>

#include <map>
#include <string>

#include <vkxx/schema_tables/sample.hpp>

namespace {

namespace tables = vkxx::schema_tables;

std::string fault(std::string_view method, std::map<std::string, std::string> sent) {
  return tables::request_fault(*tables::find_method(method),
                               [&](std::string_view name) -> std::optional<std::string_view> {
                                 const auto found = sent.find(std::string{name});
                                 if (found == sent.end()) return std::nullopt;
                                 return found->second;
                               })
      .value_or("");
}

TEST(RequestFault, NamesAMissingRequiredParameter) {
  EXPECT_EQ(fault("wall.delete", {}), "");
  EXPECT_EQ(fault("users.report", {{"user_id", "1"}}), "type is undefined");
  EXPECT_EQ(fault("users.report", {{"user_id", ""}, {"type", "spam"}}), "user_id is undefined");
  EXPECT_EQ(fault("users.report", {{"user_id", "1"}, {"type", "spam"}}), "");
}

TEST(RequestFault, ChecksIntegersAndTheirLimits) {
  EXPECT_EQ(fault("wall.get", {{"count", "ten"}}), "count not integer");
  EXPECT_EQ(fault("wall.get", {{"count", "-1"}}), "count should be positive");
  EXPECT_EQ(fault("users.getFollowers", {{"count", "1001"}}),
            "count should be less or equal to 1000");
  EXPECT_EQ(fault("users.getFollowers", {{"count", "1000"}}), "");
  EXPECT_EQ(fault("wall.get", {{"count", "99999999999999999999"}}), "count not integer");
}

TEST(RequestFault, ChecksBooleansNumbersAndEnums) {
  EXPECT_EQ(fault("wall.get", {{"extended", "true"}}), "extended should be 0 or 1");
  EXPECT_EQ(fault("messages.send", {{"lat", "north"}}), "lat not number");
  EXPECT_EQ(fault("messages.send", {{"lat", "59.93"}}), "");
  EXPECT_EQ(fault("users.report", {{"user_id", "1"}, {"type", "boring"}}),
            "type has an unknown value");
}

TEST(RequestFault, CountsCharactersAndItems) {
  std::string text;
  for (int i = 0; i < 9000; ++i) text += "ж";
  EXPECT_EQ(fault("messages.send", {{"message", text}}), "");
  EXPECT_EQ(fault("messages.send", {{"message", text + "!"}}),
            "message should be less than 9001 letters length");
  std::string ids = "1";
  for (int i = 0; i < 100; ++i) ids += ",1";
  EXPECT_EQ(fault("messages.send", {{"peer_ids", ids}}), "peer_ids should have at most 100 items");
  EXPECT_EQ(fault("messages.send", {{"peer_ids", "1,x"}}), "peer_ids not integer");
}

TEST(RequestFault, RequiresJsonForJsonParameters) {
  EXPECT_EQ(fault("messages.send", {{"keyboard", "[object Object]"}}), "");
  EXPECT_EQ(fault("messages.send", {{"keyboard", "hello"}}),
            "keyboard should be a JSON object or list");
  EXPECT_EQ(fault("messages.send", {{"keyboard", R"({"buttons":[]})"}}), "");
}

TEST(RequestFault, IgnoresUnknownParameters) {
  EXPECT_EQ(fault("users.get", {{"of_the_future", "1"}}), "");
}

}  // namespace
