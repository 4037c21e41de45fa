// Lanes, keys and bodies of rows, and numbers of messages.
#include "dispatch/rows/update_rows.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>

#include <vkxx/client/request.hpp>
#include <vkxx/dispatch/inbox_update.hpp>
#include <vkxx/dispatch/update_lane.hpp>
#include "dispatch/context/effect_numbers.hpp"
#include "integration/dispatch/state_support.hpp"

namespace {

using vkxx::update;
using vkxx::update_data;

update received(std::string type, std::string object, std::optional<std::int64_t> group = 5) {
  update_data data;
  data.type = std::move(type);
  data.object = std::move(object);
  if (group) data.group = vkxx::group_id{*group};
  data.received = vkxx::testing::at(1'700'000'000'123);
  if (data.type.starts_with("user:")) data.origin = vkxx::update_origin::user_long_poll;
  return update{std::move(data)};
}

std::string lane_of(std::string type, std::string object) {
  return vkxx::default_lane(received(std::move(type), std::move(object))).name;
}

TEST(UpdateLane, IsTheConversation) {
  EXPECT_EQ(lane_of("message_new", R"({"message":{"peer_id":2000000001,"from_id":3}})"),
            "peer/2000000001");
  EXPECT_EQ(lane_of("message_new", R"({"peer_id":7,"text":"before 5.103"})"), "peer/7");
  EXPECT_EQ(lane_of("message_reply", R"({"peer_id":7})"), "peer/7");
  EXPECT_EQ(lane_of("message_event", R"({"user_id":8,"peer_id":7})"), "peer/7");
  EXPECT_EQ(lane_of("message_allow", R"({"user_id":7,"key":"x"})"), "peer/7");
  EXPECT_EQ(lane_of("message_typing_state", R"({"from_id":7,"to_id":-5})"), "peer/7");
  EXPECT_EQ(lane_of("group_join", R"({"user_id":7})"), "peer/7");
}

TEST(UpdateLane, IsThePostOrTheObjectOfAComment) {
  EXPECT_EQ(lane_of("wall_post_new", R"({"id":12,"owner_id":-5,"from_id":7})"), "post/-5_12");
  EXPECT_EQ(lane_of("wall_reply_new", R"({"id":90,"post_id":12,"post_owner_id":-5,"from_id":7})"),
            "post/-5_12");
  EXPECT_EQ(lane_of("board_post_new", R"({"topic_id":4})"), "topic_id/4");
  EXPECT_EQ(lane_of("photo_comment_new", R"({"photo_id":4,"from_id":7})"), "photo_id/4");
  EXPECT_EQ(lane_of("like_add", R"({"liker_id":7})"), "like_add");
  EXPECT_EQ(lane_of("poll_vote_new", "[]"), "poll_vote_new");
  EXPECT_EQ(lane_of("", "17"), "");
}

TEST(UpdateLane, IsTheConversationOfAMailbox) {
  EXPECT_EQ(lane_of("user:4", "[4,100,1,2000000001,1,\"\",{}]"), "peer/2000000001");
  EXPECT_EQ(lane_of("user:10004", "[10004,100,1,0,77,1]"), "peer/77");
  EXPECT_EQ(lane_of("user:10006", "[10006,77,3,0]"), "peer/77");
  EXPECT_EQ(lane_of("user:80", "[80,3]"), "user:80");
  EXPECT_EQ(lane_of("user:4", "[4]"), "user:4");
}

TEST(UpdateLane, BySenderSeparatesMembers) {
  const auto lane = vkxx::lane_by_sender(
      received("message_new", R"({"message":{"peer_id":2000000001,"from_id":3}})"));
  EXPECT_EQ(lane.name, "peer/2000000001/from/3");
  EXPECT_EQ(lane.share, "5");
}

TEST(UpdateRows, HaveTheSameKeysForEachTransport) {
  const auto object = R"({"message":{"peer_id":7,"conversation_message_id":4}})";
  auto data = update_data{};
  data.type = "message_new";
  data.group = vkxx::group_id{5};
  data.object = object;
  data.event_id = "abc";
  auto callback = data;
  callback.origin = vkxx::update_origin::callback;
  const auto one_way = vkxx::detail::duplicate_keys(update{data}, "bots_long_poll:5");
  EXPECT_EQ(one_way, vkxx::detail::duplicate_keys(update{callback}, "callback"));
  EXPECT_EQ(one_way, (std::vector<std::string>{"e/5/abc", "m/5/7/4"}));
  EXPECT_TRUE(vkxx::detail::duplicate_keys(received("user:6", "[6,1,2]"), "u").empty());
  EXPECT_EQ(vkxx::detail::duplicate_keys(received("user:4", "[4,9,1,7]"), "u").size(), 1U);
}

TEST(UpdateRows, HaveShortKeysWhateverIsSent) {
  auto data = update_data{};
  data.event_id = std::string(100'000, '/');
  for (const auto& key : vkxx::detail::duplicate_keys(update{data}, "s")) {
    EXPECT_LT(key.size(), 60U);
  }
  EXPECT_LT(vkxx::detail::event_key_of(update{data}, "s", vkxx::update_cursor{}, 0).size(), 60U);
}

TEST(UpdateRows, OfSharesDoNotMixTheirLanes) {
  const auto some = received("x", "{}");
  const auto lanes = [](const update&) { return vkxx::update_lane{"a/b", "c"}; };
  const auto row = vkxx::detail::row_of(some, "source", vkxx::update_cursor{}, 0, lanes);
  EXPECT_EQ(row.share.find('/'), std::string::npos);
  EXPECT_EQ(row.lane, row.share + "/c");
}

TEST(InboxUpdate, SurvivesItsBody) {
  update_data data;
  data.origin = vkxx::update_origin::callback;
  data.type = "message_new \"\n";
  data.group = vkxx::group_id{5};
  data.event_id = "abc";
  data.version = "5.199";
  data.object = R"({"text":"\u0000 {\"object\":1}", "key":"other"})";
  data.details = "[1]";
  data.attempt = 3;
  data.received = vkxx::testing::at(1'700'000'000'123);
  const auto read = vkxx::read_inbox_body(vkxx::inbox_body(update{data}, "5/abc")).value();
  EXPECT_EQ(read.event_key, "5/abc");
  EXPECT_EQ(read.value.type(), data.type);
  EXPECT_EQ(read.value.group(), data.group);
  EXPECT_EQ(read.value.event_id(), "abc");
  EXPECT_EQ(read.value.version(), "5.199");
  EXPECT_EQ(read.value.raw(), data.object);
  EXPECT_EQ(read.value.details(), "[1]");
  EXPECT_EQ(read.value.attempt(), 3);
  EXPECT_EQ(read.value.received(), data.received);
  EXPECT_EQ(read.value.origin(), data.origin);
}

TEST(InboxUpdate, RefusesOtherBodies) {
  for (const auto* body :
       {"", "{", "{}", "[]", "null", "{\"origin\":\"callback\"}",
        "{\"key\":1,\"origin\":\"callback\"}", "{\"key\":\"k\",\"origin\":\"?\"}",
        "{\"key\":\"k\",\"origin\":\"callback\""}) {
    EXPECT_TRUE(vkxx::read_inbox_body(body).has_error()) << body;
  }
}

vkxx::request sending(std::string text, std::int64_t peer = 1) {
  return vkxx::request{"messages.send"}.set("peer_id", peer).set("message", text);
}

TEST(EffectNumbers, AreTheSameInEachRun) {
  vkxx::detail::effect_numbers first{"5/abc"};
  vkxx::detail::effect_numbers second{"5/abc"};
  std::set<std::int32_t> different;
  for (const auto& call : {sending("a"), sending("a"), sending("b"), sending("a", 2)}) {
    const auto number = first.next(call);
    EXPECT_EQ(number, second.next(call));
    EXPECT_GT(number, 0);
    different.insert(number);
  }
  EXPECT_EQ(different.size(), 4U);
  vkxx::detail::effect_numbers other{"5/abd"};
  EXPECT_FALSE(different.contains(other.next(sending("a"))));
}

TEST(EffectNumbers, DoNotDependOnTheOrderOfParameters) {
  vkxx::detail::effect_numbers first{"k"};
  vkxx::detail::effect_numbers second{"k"};
  EXPECT_EQ(first.next(vkxx::request{"messages.send"}.set("message", "a").set("peer_id", 1)),
            second.next(sending("a")));
}

}  // namespace
