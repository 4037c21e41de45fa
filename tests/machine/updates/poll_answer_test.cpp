// Answers of long poll servers, in every shape.
#include <string>

#include <gtest/gtest.h>
#include <boost/describe.hpp>

#include <vkxx/updates/update.hpp>
#include "updates/poll/poll_answer.hpp"
#include "updates/poll/poll_machine.hpp"
#include "updates/values/checked_json.hpp"

namespace vkxx::detail {
namespace {

TEST(PollAnswer, ReadsNumbersAndTexts) {
  const auto answer = read_poll_answer(R"({"ts":12345678901234567890,"pts":"7","updates":[]})");
  EXPECT_EQ(answer.content, poll_content::updates);
  EXPECT_EQ(answer.ts, "12345678901234567890");
  EXPECT_EQ(answer.pts, 7);
}

TEST(PollAnswer, KeepsUpdatesAsVkWroteThem) {
  const auto answer = read_poll_answer(
      R"( {"ts":"4","updates":[ {"type":"x","object":{"n":1.50,"id":98765432109876543210}} ,[4,"]"], 5 ]})");
  ASSERT_EQ(answer.updates.size(), 3U);
  EXPECT_EQ(answer.updates[0], R"({"type":"x","object":{"n":1.50,"id":98765432109876543210}})");
  EXPECT_EQ(answer.updates[1], R"([4,"]"])");
  EXPECT_EQ(answer.updates[2], "5");
}

TEST(PollAnswer, IsUnreadableWithoutAnObject) {
  for (const auto* body : {"", " ", "<html>", "[]", "null", "{", R"({"ts":"4","updates":[)", "1"})
    EXPECT_EQ(read_poll_answer(body).content, poll_content::unreadable) << body;
}

TEST(PollAnswer, HasNoPositionThatACursorCannotHold) {
  std::string controls;
  for (int i = 0; i < 100; ++i) controls += "\\u0001";
  EXPECT_EQ(read_poll_answer(R"({"ts":")" + controls + R"(","updates":[]})").content,
            poll_content::broken);
  const std::string quotes(200, '\\');
  const auto answer = read_poll_answer(R"({"ts":")" + quotes + R"(","updates":[]})");
  ASSERT_EQ(answer.content, poll_content::updates);
  const auto cursor = to_cursor({*answer.ts, 5, true});
  EXPECT_LE(cursor.size(), 400U);
  const auto again = read_cursor(cursor);
  ASSERT_TRUE(again);
  EXPECT_EQ(again->ts, *answer.ts);
}

TEST(PollAnswer, RepairsTexts) {
  const auto half = read_poll_answer(R"({"ts":"4","updates":[{"text":"\ud83d"}]})");
  EXPECT_EQ(half.content, poll_content::updates);
  const auto latin = read_poll_answer("{\"ts\":\"4\",\"updates\":[{\"text\":\"\xE9\"}]}");
  ASSERT_EQ(latin.content, poll_content::updates);
  EXPECT_EQ(latin.updates[0], "{\"text\":\"\xEF\xBF\xBD\"}");
}

TEST(PollAnswer, ReadsDeepUpdates) {
  const std::string deep = std::string(900, '[') + std::string(900, ']');
  EXPECT_EQ(read_poll_answer(R"({"ts":"4","updates":[)" + deep + "]}").updates.size(), 1U);
  const std::string endless(5'000'000, '[');
  EXPECT_EQ(read_poll_answer(endless).content, poll_content::unreadable);
}

TEST(CommunityUpdate, HasTheEnvelope) {
  const update read{read_community_update(
      R"({"type":"message_new","event_id":"ab","v":"5.199","object":{"x":[1]},"group_id":12,"secret":"s"})")};
  EXPECT_EQ(read.type(), "message_new");
  EXPECT_EQ(read.event_id(), "ab");
  EXPECT_EQ(read.version(), "5.199");
  EXPECT_EQ(read.group(), group_id{12});
  EXPECT_EQ(read.raw(), R"({"x":[1]})");
  EXPECT_EQ(
      read.to_json(),
      R"({"type":"message_new","object":{"x":[1]},"group_id":12,"event_id":"ab","v":"5.199"})");
}

TEST(CommunityUpdate, KeepsWhatIsNoUpdate) {
  for (const auto* json : {"5", "[1]", R"({"object":{}})", R"({"type":7})"}) {
    const update read{read_community_update(json)};
    EXPECT_EQ(read.type(), "") << json;
    EXPECT_EQ(read.raw(), json);
  }
}

TEST(CommunityUpdate, ReportsAWarningInPlaceOfTheObject) {
  const update read{read_community_update(
      R"({"type":"group_join","object":{"warning":"You are using a deprecated API version"}})")};
  EXPECT_EQ(read.warning(), "You are using a deprecated API version");
}

struct joined {
  std::int64_t user_id = 0;
  std::string join_type;
};
BOOST_DESCRIBE_STRUCT(joined, (), (user_id, join_type))

TEST(CommunityUpdate, ConvertsToTypesOfTheProgram) {
  const update read{read_community_update(
      R"({"type":"group_join","object":{"user_id":"7","join_type":"join"}})")};
  const auto value = read.as<joined>();
  ASSERT_TRUE(value);
  EXPECT_EQ(value->user_id, 7);
  EXPECT_EQ(value->join_type, "join");
  const update other{read_community_update(R"({"type":"group_join","object":[1]})")};
  ASSERT_FALSE(other.as<joined>());
  EXPECT_EQ(other.as<joined>().error(), errc::unexpected_type);
  const update none{read_community_update(R"({"type":"group_join"})")};
  EXPECT_FALSE(none.as<joined>());
}

TEST(MailboxHistory, JoinsMessagesToTheirLines) {
  const auto history = read_poll_history(
      R"({"history":[[4,11,1,5],[10004,3,0,7],[6,5,11],["x"]],)"
      R"("messages":{"items":[{"id":11,"text":"a"},{"conversation_message_id":3,"peer_id":7}]},)"
      R"("new_pts":9,"more":1})");
  ASSERT_TRUE(history);
  ASSERT_EQ(history->items.size(), 4U);
  EXPECT_EQ(history->items[0].details, R"({"id":11,"text":"a"})");
  EXPECT_EQ(history->items[1].details, R"({"conversation_message_id":3,"peer_id":7})");
  EXPECT_EQ(history->items[2].details, "");
  EXPECT_TRUE(history->more);
  EXPECT_EQ(history->new_pts, 9);
  EXPECT_FALSE(read_poll_history("{}"));
}

TEST(MailboxUpdate, HasTheCodeAsItsType) {
  EXPECT_EQ(read_mailbox_update("[10004,1]", "").type, "user:10004");
  EXPECT_EQ(read_mailbox_update("[]", "").type, "");
  EXPECT_EQ(read_mailbox_update("{}", "").type, "");
}

}  // namespace
}  // namespace vkxx::detail
