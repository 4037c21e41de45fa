// The arrays of User Long Poll.
#include <string>

#include <gtest/gtest.h>

#include <vkxx/updates/user_update.hpp>

namespace vkxx {
namespace {

user_update of(std::string array, std::string details = {}) {
  update_data data;
  data.origin = update_origin::user_long_poll;
  data.object = std::move(array);
  data.details = std::move(details);
  return user_update::from(update{std::move(data)}).value();
}

TEST(UserUpdate, ReadsAMessageOfVersion3) {
  const auto read = of(
      R"([4,77,8243,2000000001,1500000000,"a &lt;b&gt;<br>&amp;lt;",{"from":"5"},{"attach1":"1_2"},9])");
  EXPECT_TRUE(read.is_new_message());
  EXPECT_EQ(read.message(), message_id{77});
  EXPECT_FALSE(read.cmid());
  EXPECT_TRUE(read.has(message_flag::unread));
  EXPECT_TRUE(read.has(message_flag::in_chat));
  EXPECT_FALSE(read.has(message_flag::spam));
  EXPECT_EQ(read.peer(), peer_id{2000000001});
  EXPECT_EQ(read.timestamp(), 1500000000);
  EXPECT_EQ(read.text(), "a <b>\n&lt;");
  EXPECT_EQ(read.additional(), R"({"from":"5"})");
  EXPECT_EQ(read.attachments(), R"({"attach1":"1_2"})");
  EXPECT_EQ(read.random_id(), 9);
}

TEST(UserUpdate, ReadsAMessageOfVersion19) {
  const auto read = of(R"([10004,5,1,77,123,1500000000,"hi",{},{},9,77,1])");
  EXPECT_TRUE(read.is_new_message());
  EXPECT_EQ(read.cmid(), cmid{5});
  EXPECT_EQ(read.message(), message_id{77});
  EXPECT_EQ(read.peer(), peer_id{123});
  EXPECT_EQ(read.text(), "hi");
  EXPECT_EQ(read.random_id(), 9);
  const auto edit = of(R"([10005,5,1,123,1500000000,"ho",{},{},0,78,1])");
  EXPECT_TRUE(edit.is_edit());
  EXPECT_EQ(edit.peer(), peer_id{123});
  EXPECT_EQ(edit.message(), message_id{78});
}

TEST(UserUpdate, ReadsShortArraysOfTheHistory) {
  const auto read =
      of("[10004,5,1,123]", R"({"id":9,"peer_id":123,"text":"a &lt;","date":7,"random_id":3})");
  EXPECT_EQ(read.cmid(), cmid{5});
  EXPECT_EQ(read.peer(), peer_id{123});
  EXPECT_EQ(read.message(), message_id{9});
  EXPECT_EQ(read.text(), "a &lt;");
  EXPECT_EQ(read.timestamp(), 7);
  EXPECT_EQ(read.random_id(), 3);
  EXPECT_FALSE(of("[10004,5,1,123]").peer());
}

TEST(UserUpdate, FindsTheConversation) {
  EXPECT_EQ(of("[6,123,5]").peer(), peer_id{123});
  EXPECT_EQ(of("[10007,123,5,0]").peer(), peer_id{123});
  EXPECT_EQ(of("[10007,123,5,0]").cmid(), cmid{5});
  EXPECT_EQ(of("[51,3]").peer(), peer_id{2000000003});
  EXPECT_EQ(of("[51,9223372036854775807]").peer(), std::nullopt);
  EXPECT_EQ(of("[62,1,9223372036854775807]").peer(), std::nullopt);
  EXPECT_EQ(of("[52,6,2000000003,5]").peer(), peer_id{2000000003});
  EXPECT_EQ(of("[62,5,3]").peer(), peer_id{2000000003});
  EXPECT_EQ(of("[601,2,123,5,1]").cmid(), cmid{5});
  EXPECT_FALSE(of("[80,1]").peer());
  EXPECT_FALSE(of("[999999,1,2]").peer());
}

TEST(UserUpdate, FindsWhoTypesInBothOrders) {
  for (const auto* array : {"[63,[5,6],123,2,7]", "[63,123,[5,6],2,7]"}) {
    const auto read = of(array);
    EXPECT_EQ(read.peer(), peer_id{123}) << array;
    EXPECT_EQ(read.users(), (std::vector{user_id{5}, user_id{6}})) << array;
  }
  EXPECT_EQ(of("[61,5,1]").users(), std::vector{user_id{5}});
  EXPECT_EQ(of("[8,-5,1,7]").users(), std::vector{user_id{5}});
}

TEST(UserUpdate, HasNothingThatTheArrayDoesNotHave) {
  for (const auto* array :
       {"[4]", "[4,null]", R"([4,{},[],"x",{},5])", "[10004,1]", "[63]", "[62]"}) {
    const auto read = of(array);
    EXPECT_FALSE(read.timestamp()) << array;
    EXPECT_FALSE(read.text()) << array;
    EXPECT_TRUE(read.users().empty()) << array;
    EXPECT_FALSE(read.has(message_flag::unread)) << array;
  }
  update_data data;
  data.origin = update_origin::user_long_poll;
  for (const auto* odd : {"", "{}", "[]", R"([{}])", "5"}) {
    data.object = odd;
    EXPECT_FALSE(user_update::from(update{data})) << odd;
  }
}

}  // namespace
}  // namespace vkxx
