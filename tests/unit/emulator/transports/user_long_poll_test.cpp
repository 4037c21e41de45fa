// User long poll: lines by version and mode, `ts`, `pts`, failures.
#include "unit/emulator/transports/hub_fixture.hpp"

#include "emulator/transports/rendering/line_table.hpp"

namespace vkxx::emulation {
namespace {

using namespace vkxx::emulation::detail;

class UserLongPoll : public hub_fixture {
 protected:
  UserLongPoll() {
    for (const std::int64_t member : {1, 2, 3, -1}) static_cast<void>(hub.log(member));
  }
  std::int64_t now(std::int64_t member) { return hub.log(member).ts(); }
  /// What `action` is for a member in a version.
  template <class Action>
  std::string seen_by(std::int64_t member, std::int64_t version, const Action& action,
                      std::int64_t mode = 0) {
    const auto ts = now(member);
    action();
    return lines(member, ts, version, mode);
  }
  std::string failure(poll_query query) { return hub.log(2).poll(state, query, hub.random()).body; }
};

TEST_F(UserLongPoll, MessageInVersion3) {
  const auto own = now(2);
  const auto text = seen_by(3, 3, [&] { say(2, 3, "a<b>&\n\"c\""); });
  EXPECT_EQ(text, R"([[4,1,1,2,1700000000,"a&lt;b&gt;&amp;<br>&quot;c&quot;"],[80,1,0]])");
  EXPECT_EQ(lines(2, own), R"([[4,1,3,3,1700000000,"a&lt;b&gt;&amp;<br>&quot;c&quot;"]])");
}

// Clients of these versions read the text behind the subject.
TEST_F(UserLongPoll, MessageInVersions1And2HasASubjectAndOneObject) {
  const auto ts = now(2);
  message_draft draft;
  draft.text = "a<b>";
  draft.random_id = 77;
  draft.attachments = "photo1_2";
  messages().send(2, 3, std::move(draft));
  EXPECT_EQ(lines(2, ts, 1), R"([[4,1,515,3,1700000000," ... ","a&lt;b&gt;"]])");
  const auto found = boost::json::parse(lines(2, ts, 2, 2 + 128)).at(0).as_array();
  ASSERT_EQ(found.size(), 9U);
  EXPECT_EQ(found[5], " ... ");
  EXPECT_EQ(found[6], "a&lt;b&gt;");
  EXPECT_EQ(found[7].at("attach1"), "1_2");
  EXPECT_FALSE(found[7].as_object().contains("title"));
  EXPECT_EQ(found[8], 77);
}

TEST_F(UserLongPoll, ModesAddAttachmentsAndRandomId) {
  message_draft draft;
  draft.text = "x";
  draft.random_id = 77;
  draft.attachments = "photo1_2,doc3_4";
  const auto ts = now(2);
  messages().send(2, 3, std::move(draft));
  const auto found = boost::json::parse(lines(2, ts, 3, 2 + 128)).at(0).as_array();
  ASSERT_EQ(found.size(), 9U);
  EXPECT_EQ(found[2], 3 + 512);
  EXPECT_EQ(found[6].at("title"), " ... ");
  EXPECT_EQ(found[7].at("attach1_type"), "photo");
  EXPECT_EQ(found[7].at("attach1"), "1_2");
  EXPECT_EQ(found[7].at("attach2"), "3_4");
  EXPECT_EQ(found[7].at("attachments_count"), "2");
  EXPECT_EQ(found[8], 77);
  EXPECT_EQ(boost::json::parse(lines(2, ts, 3, 0)).at(0).as_array().size(), 6U);
}

TEST_F(UserLongPoll, MessageInVersion19IsNamedByItsCmid) {
  say(1, 3, "other");
  say(2, 3, "first");
  const auto ts = now(3);
  say(2, 3, "second");
  const auto found = boost::json::parse(lines(3, ts, 19)).at(0).as_array();
  ASSERT_EQ(found.size(), 12U);
  EXPECT_EQ(found[0], 10'004);
  EXPECT_EQ(found[1], 2);
  EXPECT_EQ(found[3], 3);
  EXPECT_EQ(found[4], 2);
  EXPECT_EQ(found[10], 3);
}

TEST_F(UserLongPoll, EditReadDeleteAndRestore) {
  const auto sent = say(2, 3, "x");
  EXPECT_EQ(seen_by(2, 3, [&] { messages().mark_as_read(3, sent.conversation, sent.cmid); }),
            "[[7,3,1]]");
  message_draft draft;
  draft.text = "y";
  EXPECT_EQ(seen_by(3, 3, [&] { messages().edit(2, sent.conversation, sent.cmid, draft); }),
            R"([[5,1,0,2,1700000000,"y"]])");
  EXPECT_EQ(seen_by(3, 19, [&] { messages().remove(3, sent.conversation, 1, false, false); }),
            "[[10002,1,128,2]]");
  EXPECT_EQ(seen_by(3, 3, [&] { messages().restore(3, sent.conversation, 1); }), "[[3,1,128,2]]");
  const auto ts = now(2);
  EXPECT_EQ(seen_by(3, 3, [&] { messages().remove(2, sent.conversation, 1, true, false); }),
            "[[2,1,131200,2]]");
  EXPECT_EQ(lines(2, ts), "[[2,1,131200,3]]");
}

TEST_F(UserLongPoll, LinesOfMessagesDeletedMeanwhileAreWholeInVersion3) {
  const auto ts = now(2);
  const auto sent = say(2, 3, "x");
  message_draft draft;
  draft.text = "y";
  messages().edit(2, sent.conversation, sent.cmid, draft);
  messages().remove(2, sent.conversation, 1, true, false);
  EXPECT_EQ(lines(2, ts),
            R"([[4,1,131,3,1700000000,"y"],[5,1,131,3,1700000000,"y"],[2,1,131200,3]])");
  EXPECT_EQ(lines(2, ts, 19), "[[10004,1,128,1],[10005,1,128,3],[10002,1,131200,3]]");
}

TEST_F(UserLongPoll, ReadingChangesTheCounter) {
  const auto sent = say(2, 3, "x");
  EXPECT_EQ(seen_by(3, 19, [&] { messages().mark_as_read(3, sent.conversation, 1); }),
            "[[10006,2,1,0],[80,0,0,0,0,0,0,0,0,0]]");
}

TEST_F(UserLongPoll, TypingDependsOnVersionAndKind) {
  say(2, 3, "x");
  EXPECT_EQ(seen_by(3, 3, [&] { messages().set_typing(2, 3, "typing"); }), "[[61,2,1]]");
  EXPECT_EQ(seen_by(3, 3, [&] { messages().set_typing(2, 3, "audiomessage"); }),
            "[[64,2,[2],1,1700000000]]");
  EXPECT_EQ(seen_by(3, 19, [&] { messages().set_typing(2, 3, "typing"); }),
            "[[63,2,[2],1,1700000000]]");
  EXPECT_EQ(seen_by(2, 3, [&] { messages().set_typing(2, 3, "typing"); }), "[]");
  const auto chat = messages().create_chat(1, "c", {2, 3});
  const auto peer = state.messages().peer_of(*state.messages().find(chat), 2);
  const auto number = state.messages().peer_of(*state.messages().find(chat), 3) - 2'000'000'000;
  EXPECT_EQ(seen_by(3, 3, [&] { messages().set_typing(2, peer, "typing"); }),
            "[[62,2," + std::to_string(number) + "]]");
}

TEST_F(UserLongPoll, ChatChangesComeInPairs) {
  const auto chat = messages().create_chat(1, "c", {2});
  const auto peer = state.messages().peer_of(*state.messages().find(chat), 2);
  const auto text = std::to_string(peer);
  const auto number = std::to_string(peer - 2'000'000'000);
  const auto ends_with = [&](const std::string& found, const std::string& ending) {
    EXPECT_TRUE(found.ends_with(ending)) << found << " / " << ending;
  };
  ends_with(seen_by(2, 3, [&] { messages().change_title(1, chat, "d"); }),
            "[51," + number + ",0],[52,1," + text + ",0]]");
  ends_with(seen_by(2, 19, [&] { messages().invite(1, chat, 3); }),
            "[51," + number + "],[52,6," + text + ",3]]");
  ends_with(seen_by(2, 3, [&] { messages().kick(1, chat, 3); }),
            "[51," + number + ",0],[52,8," + text + ",3]]");
}

TEST_F(UserLongPoll, AnswerToAPressNeedsMode8) {
  say(2, -1, "x");
  message_draft draft;
  draft.text = "press";
  draft.keyboard = R"({"inline":true,"buttons":[[{"action":{"type":"callback","label":"A"}}]]})";
  const auto shown = messages().send(-1, 2, std::move(draft));
  const auto pressed = messages().press(2, shown.conversation, {.cmid = shown.cmid});
  const auto ts = now(2);
  messages().answer_press(1, pressed.event_id, 2, 2, R"({"type":"show_snackbar","text":"hi"})");
  EXPECT_EQ(lines(2, ts), "[]");
  const auto found = boost::json::parse(lines(2, ts, 3, 8)).at(0);
  EXPECT_EQ(found.at(0), 119);
  EXPECT_EQ(found.at(1).at("event_id").as_string(), pressed.event_id);
  EXPECT_EQ(found.at(1).at("action").at("text"), "hi");
}

TEST_F(UserLongPoll, ReactionsAreOfVersion19) {
  const auto sent = say(2, 3, "x");
  const auto react = [&] { messages().react(3, sent.conversation, sent.cmid, 4); };
  const auto ts = now(2);
  react();
  EXPECT_EQ(lines(2, ts), "[]");
  EXPECT_EQ(lines(2, ts, 19), "[[601,2,3,1,1,4,4,1,1,3,1,3,4]]");
  EXPECT_EQ(seen_by(3, 19, [&] { messages().remove_reaction(3, sent.conversation, sent.cmid); }),
            "[[601,3,2,1,0]]");
}

TEST_F(UserLongPoll, FlagsOfMessagesAndConversations) {
  const auto sent = say(2, -1, "x");
  EXPECT_EQ(seen_by(-1, 3,
                    [&] {
                      messages().set_flag(-1, sent.conversation, view_flag::important, true);
                      messages().set_flag(-1, sent.conversation, view_flag::unanswered, false);
                      messages().set_flag(-1, sent.conversation, view_flag::archived, true);
                    }),
            "[[12,2,1],[10,2,2]]");
  EXPECT_EQ(
      seen_by(2, 3,
              [&] { messages().set_flag(2, sent.conversation, 1, copy_flag::important, true); }),
      "[[2,1,8,-1]]");
}

TEST_F(UserLongPoll, FailsWithItsCodes) {
  const auto key = hub.log(2).key.current();
  const auto ts = std::to_string(now(2));
  EXPECT_EQ(failure({key, ts, 20, 0}), R"({"failed":4,"min_version":0,"max_version":19})");
  EXPECT_EQ(failure({"wrong", ts, 3, 0}), R"({"failed":2})");
  EXPECT_EQ(failure({key, std::to_string(now(2) + 1), 3, 0}), R"({"failed":1,"ts":)" + ts + "}");
  EXPECT_EQ(failure({key, "", 3, 0}), R"({"failed":1,"ts":)" + ts + "}");
  EXPECT_EQ(failure({key, ts, 3, 32}), R"({"ts":)" + ts + R"(,"pts":10000000,"updates":[]})");
  hub.log(2).forget("next");
  EXPECT_EQ(failure({key, ts, 3, 0}), R"({"failed":3})");
}

TEST_F(UserLongPoll, RemembersTheLast256Lines) {
  const auto ts = now(2);
  for (int i = 0; i < 257; ++i) say(2, 3, "x");
  EXPECT_EQ(lines(2, ts), R"({"failed":1,"ts":)" + std::to_string(ts + 257) + "}");
  EXPECT_NE(lines(2, ts + 1), "[]");
  EXPECT_EQ(hub.log(2).pts(), user_log::first_pts + 257);
  EXPECT_EQ(hub.log(2).oldest_pts(), user_log::first_pts);
}

TEST_F(UserLongPoll, OnlyMembersGetLines) {
  const auto ts = now(1);
  say(2, 3, "x");
  EXPECT_EQ(now(1), ts);
}

}  // namespace
}  // namespace vkxx::emulation
