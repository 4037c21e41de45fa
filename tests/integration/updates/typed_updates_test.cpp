// Updates as the objects of VK's schema.
#include <string>

#include <gtest/gtest.h>

#include <vkxx/updates/event_types.hpp>
#include <vkxx/updates/update.hpp>

namespace vkxx {
namespace {

update of_type(std::string type, std::string object) {
  update_data data;
  data.type = std::move(type);
  data.object = std::move(object);
  return update{std::move(data)};
}

TEST(TypedUpdate, ReadsAMessage) {
  const auto read = of_type("message_new", R"({"message":{"id":7,"text":"hi","peer_id":5}})")
                        .as<updates::message_new>();
  ASSERT_TRUE(read);
  ASSERT_TRUE(read->message);
  EXPECT_EQ(read->message->text, "hi");
}

TEST(TypedUpdate, ReadsTheBareMessageOfOldVersions) {
  const auto read =
      of_type("message_new", R"({"id":7,"text":"hi","peer_id":5})").as<updates::message_new>();
  ASSERT_TRUE(read);
  ASSERT_TRUE(read->message);
  EXPECT_EQ(read->message->text, "hi");
}

TEST(TypedUpdate, ReadsWhatTheSchemaHasWrong) {
  const auto pressed = of_type("message_event", R"({"user_id":1,"payload":{"a":[1]}})")
                           .as<updates::message_event>();
  ASSERT_TRUE(pressed);
  EXPECT_EQ(pressed->payload.text, R"({"a":[1]})");
  const auto paid =
      of_type("donut_subscription_create", R"({"amount":5,"amount_without_fee":4.5,"user_id":1.0})")
          .as<updates::donut_subscription_create>();
  ASSERT_TRUE(paid);
  EXPECT_EQ(paid->amount_without_fee, 4.5);
  EXPECT_TRUE(of_type("video_new", R"({"id":1,"owner_id":-1})").as<updates::video_new>());
}

TEST(TypedUpdate, RefusesOtherTypesAndWarnings) {
  const auto other = of_type("group_join", "{}").as<updates::message_new>();
  ASSERT_FALSE(other);
  EXPECT_EQ(other.error(), errc::unexpected_type);
  const auto warned = of_type("group_join", R"({"warning":"old version"})");
  ASSERT_FALSE(warned.as<updates::group_join>());
  EXPECT_NE(warned.as<updates::group_join>().error().message().find("old version"),
            std::string::npos);
  EXPECT_FALSE(of_type("group_join", "[1]").as<updates::group_join>());
  EXPECT_FALSE(of_type("group_join", "").as<updates::group_join>());
  EXPECT_EQ(of_type("group_join", "[1]").raw(), "[1]");
}

}  // namespace
}  // namespace vkxx
