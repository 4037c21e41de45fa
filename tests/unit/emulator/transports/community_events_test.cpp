// World events as community events: each type, by version.
#include <set>

#include "emulator/transports/rendering/community_table.hpp"
#include "unit/emulator/transports/hub_fixture.hpp"

namespace vkxx::emulation {
namespace {

using namespace vkxx::emulation::detail;
namespace json = boost::json;

class CommunityEvents : public hub_fixture {
 protected:
  void use_version(int minor) { hub.channel(1).settings.version = {5, minor}; }
  json::value object_of_last() { return updates().back().at("object"); }

  void append(event_kind kind, std::int64_t actor, std::int64_t subject,
              json::object details = {}) {
    class appender : private command_base {
     public:
      appender(world& all, const command_context& when) : command_base{all, when} {}
      void add(world_event event) { append(std::move(event)); }
    };
    world_event event;
    event.kind = kind;
    event.actor = actor;
    event.subject = subject;
    event.details = std::move(details);
    appender{state, context()}.add(std::move(event));
  }
};

TEST_F(CommunityEvents, EnvelopeHasTheFieldsOfVk) {
  say(2, -1, "hello");
  const auto all = updates();
  ASSERT_EQ(all.size(), 2U);
  const auto& update = all[1].as_object();
  EXPECT_EQ(update.size(), 5U);
  EXPECT_EQ(update.at("type"), "message_new");
  EXPECT_EQ(update.at("v"), "5.199");
  EXPECT_EQ(update.at("group_id"), 1);
  const auto& id = update.at("event_id").as_string();
  EXPECT_EQ(id.size(), 40U);
  EXPECT_EQ(id.find_first_not_of("0123456789abcdef"), json::string::npos);
  EXPECT_NE(id, all[0].at("event_id").as_string());
}

TEST_F(CommunityEvents, FirstMessageAllowsBeforeItComes) {
  say(2, -1, "hello");
  EXPECT_EQ(types(), "message_allow message_new");
  say(2, -1, "again");
  EXPECT_EQ(types(), "message_new");
}

TEST_F(CommunityEvents, MessageNewIsBareBelow103) {
  use_version(102);
  say(2, -1, "old");
  EXPECT_EQ(object_of_last().at("text"), "old");
  use_version(103);
  say(2, -1, "new");
  const auto object = object_of_last();
  EXPECT_EQ(object.at("message").at("text"), "new");
  EXPECT_EQ(object.at("message").at("from_id"), 2);
  EXPECT_EQ(object.at("message").at("out"), 0);
  EXPECT_EQ(object.at("client_info").at("keyboard"), true);
}

TEST_F(CommunityEvents, ClientInfoNamesWhatTheProgramShows) {
  account_commands{state, context()}.set_client(2, client_kind::no_callback);
  say(2, -1, "hello");
  const auto info = object_of_last().at("client_info").as_object();
  const auto& actions = info.at("button_actions").as_array();
  EXPECT_EQ(std::ranges::count(actions, json::value("callback")), 0);
  EXPECT_EQ(std::ranges::count(actions, json::value("text")), 1);
  EXPECT_EQ(info.at("inline_keyboard"), true);
}

TEST_F(CommunityEvents, OutdatedVersionGivesAWarning) {
  use_version(80);
  say(2, -1, "hello");
  const auto object = object_of_last().as_object();
  EXPECT_EQ(object.size(), 1U);
  EXPECT_TRUE(object.at("warning").is_string());
}

TEST_F(CommunityEvents, AnswerOfTheCommunityIsAReply) {
  say(2, -1, "hello");
  static_cast<void>(updates());
  say(-1, 2, "hi");
  const auto all = updates();
  ASSERT_EQ(all.size(), 1U);
  EXPECT_EQ(all[0].at("type"), "message_reply");
  EXPECT_EQ(all[0].at("object").at("out"), 1);
  EXPECT_EQ(all[0].at("object").at("text"), "hi");
}

TEST_F(CommunityEvents, EditReadTypingAndReaction) {
  const auto sent = say(2, -1, "hello");
  const auto reply = say(-1, 2, "hi");
  static_cast<void>(updates());
  message_draft draft;
  draft.text = "changed";
  messages().edit(2, sent.conversation, sent.cmid, std::move(draft));
  EXPECT_EQ(object_of_last().at("text"), "changed");
  messages().mark_as_read(2, sent.conversation, reply.cmid);
  const auto read = object_of_last();
  EXPECT_EQ(read.at("from_id"), 2);
  EXPECT_EQ(read.at("peer_id"), 2);
  EXPECT_EQ(read.at("conversation_message_id"), reply.cmid);
  EXPECT_EQ(read.at("read_message_id"), reply.id);
  messages().set_typing(2, -1, "audiomessage");
  const auto typing = object_of_last();
  EXPECT_EQ(typing.at("state"), "audiomessage");
  EXPECT_EQ(typing.at("from_id"), 2);
  EXPECT_EQ(typing.at("to_id"), -1);
  messages().react(2, sent.conversation, reply.cmid, 3);
  auto reaction = object_of_last();
  EXPECT_EQ(reaction.at("reacted_id"), 2);
  EXPECT_EQ(reaction.at("cmid"), reply.cmid);
  EXPECT_EQ(reaction.at("reaction_id"), 3);
  messages().remove_reaction(2, sent.conversation, reply.cmid);
  EXPECT_FALSE(object_of_last().as_object().contains("reaction_id"));
  // What the community does itself is no event, but for its messages.
  messages().set_typing(-1, 2, "typing");
  messages().mark_as_read(-1, sent.conversation, reply.cmid);
  messages().react(-1, sent.conversation, sent.cmid, 1);
  EXPECT_EQ(types(), "");
}

TEST_F(CommunityEvents, CallbackButtonGivesItsPayloadAsValue) {
  const auto sent = say(2, -1, "hello");
  message_draft draft;
  draft.text = "press";
  draft.keyboard =
      R"({"inline":true,"buttons":[[{"action":{"type":"callback","label":"A","payload":"{\"a\":1}"}}]]})";
  const auto shown = messages().send(-1, 2, std::move(draft));
  static_cast<void>(updates());
  const auto outcome = messages().press(2, sent.conversation, {.cmid = shown.cmid});
  const auto object = object_of_last();
  EXPECT_EQ(object.at("user_id"), 2);
  EXPECT_EQ(object.at("peer_id"), 2);
  EXPECT_EQ(object.at("event_id").as_string(), outcome.event_id);
  EXPECT_EQ(object.at("payload").at("a"), 1);
  EXPECT_EQ(object.at("conversation_message_id"), shown.cmid);
}

TEST_F(CommunityEvents, AllowAndDeny) {
  messages().allow(3, 1, "key");
  EXPECT_EQ(json::serialize(object_of_last()), R"({"user_id":3,"key":"key"})");
  messages().deny(3, 1);
  const auto all = updates();
  EXPECT_EQ(all.back().at("type"), "message_deny");
  EXPECT_EQ(json::serialize(all.back().at("object")), R"({"user_id":3})");
}

TEST_F(CommunityEvents, MembersAndBlacklist) {
  append(event_kind::joined_community, 3, -1);
  EXPECT_EQ(json::serialize(object_of_last()), R"({"user_id":3,"join_type":"join"})");
  append(event_kind::left_community, 3, -1);
  EXPECT_EQ(json::serialize(object_of_last()), R"({"user_id":3,"self":1})");
  messages().ban(-1, 3);
  const auto blocked = object_of_last();
  EXPECT_EQ(blocked.at("user_id"), 3);
  EXPECT_EQ(blocked.at("admin_id"), 1);
  EXPECT_EQ(blocked.at("unblock_date"), 0);
  messages().unban(-1, 3);
  EXPECT_EQ(object_of_last().at("by_end_date"), 0);
  // A user who blocks the community is no event.
  messages().ban(3, -1);
  EXPECT_EQ(types(), "");
}

TEST_F(CommunityEvents, WallPostsCommentsAndLikes) {
  wall_post post;
  post.owner = -1;
  post.from = -1;
  post.date = 1'700'000'000;
  post.text = "news";
  const auto id = *walls().publish(1, post, {});
  EXPECT_EQ(object_of_last().at("text"), "news");
  post.attachments = "wall-2_1,photo-1_7";
  static_cast<void>(walls().publish(1, post, {}));
  const auto repost = updates().back();
  EXPECT_EQ(repost.at("type"), "wall_repost");
  EXPECT_EQ(repost.at("object").at("copy_history").at(0).at("owner_id"), -2);
  // What it repeats is its history, and no attachment.
  EXPECT_EQ(repost.at("object").at("attachments").as_array().size(), 1U);
  EXPECT_EQ(repost.at("object").at("attachments").at(0).at("type"), "photo");
  // Somebody takes a post of the community to a wall of their own.
  wall_post taken;
  taken.owner = 2;
  taken.from = 2;
  taken.attachments = "wall-1_" + std::to_string(id);
  static_cast<void>(walls().publish(2, taken, {}));
  const auto away = updates().back();
  EXPECT_EQ(away.at("type"), "wall_repost");
  EXPECT_EQ(away.at("object").at("owner_id"), 2);
  EXPECT_EQ(away.at("object").at("inner_type"), "wall_wallpost");
  EXPECT_EQ(away.at("object").at("copy_history").at(0).at("text"), "news");
  taken.attachments = "wall2_1";
  static_cast<void>(walls().publish(2, taken, {}));
  EXPECT_EQ(types(), "") << "no matter of the community";
  const auto comment = *walls().comment(2, -1, id, "nice");
  const auto reply = object_of_last();
  EXPECT_EQ(reply.at("from_id"), 2);
  EXPECT_EQ(reply.at("post_id"), id);
  EXPECT_EQ(reply.at("post_owner_id"), -1);
  walls().remove_comment(1, -1, id, comment);
  const auto deleted = updates().back();
  EXPECT_EQ(deleted.at("type"), "wall_reply_delete");
  EXPECT_EQ(deleted.at("object").at("deleter_id"), 1);
  static_cast<void>(walls().like(2, -1, id, true));
  static_cast<void>(walls().like(2, -1, id, false));
  const auto likes = updates();
  EXPECT_EQ(likes[0].at("type"), "like_add");
  EXPECT_EQ(likes[1].at("type"), "like_remove");
  EXPECT_EQ(likes[0].at("object").at("liker_id"), 2);
  EXPECT_EQ(likes[0].at("object").at("object_type"), "post");
  EXPECT_EQ(hub.channel(2).ring.last(), 1U) << "the repost of its post";
}

TEST_F(CommunityEvents, ScheduledPostsAreForCallbacksOnly) {
  wall_post post;
  post.owner = -1;
  post.from = -1;
  post.date = 1'700'009'000;
  post.postponed = true;
  const auto id = *walls().publish(1, post, {});
  EXPECT_EQ(types(), "");
  const community_view view{state, *state.events().find(state.events().last_number()), 1};
  EXPECT_EQ(json::serialize(*write_scheduled_post(view)),
            R"({"id":)" + std::to_string(id) + R"(,"schedule_time":1700009000})");
}

TEST_F(CommunityEvents, InjectedEventIsSentAsItIs) {
  append(event_kind::raw_event, 0, -1,
         {{"type", "vkpay_transaction"}, {"object", {{"amount", 1000}}}});
  const auto update = updates().back();
  EXPECT_EQ(update.at("type"), "vkpay_transaction");
  EXPECT_EQ(json::serialize(update.at("object")), R"({"amount":1000})");
  append(event_kind::raw_event, 0, -1,
         {{"type", "x"}, {"object", 1}, {"transports", json::array{"callback"}}});
  EXPECT_EQ(types(), "");
}

TEST_F(CommunityEvents, OnlyTypesThatAreOnWhenItHappens) {
  hub.channel(1).settings.events.reset(*event_index("message_new"));
  say(2, -1, "lost");
  hub.channel(1).settings.events.set(*event_index("message_new"));
  say(2, -1, "kept");
  EXPECT_EQ(types(), "message_allow message_new");
  hub.channel(1).settings.enabled = false;
  say(2, -1, "lost");
  hub.channel(1).settings.enabled = true;
  EXPECT_EQ(types(), "");
}

TEST_F(CommunityEvents, ChatGivesWhatTheCommunitySees) {
  const auto chat = messages().create_chat(2, "chat", {3});
  messages().invite(2, chat, -1);
  messages().set_sees_all(chat, 1, false);
  static_cast<void>(updates());
  const auto peer = state.messages().peer_of(*state.messages().find(chat), 3);
  say(3, peer, "nobody");
  EXPECT_EQ(types(), "");
  say(3, peer, "/start");
  const auto message = object_of_last().at("message").as_object();
  EXPECT_EQ(message.at("id"), 0);
  EXPECT_EQ(message.at("text"), "/start");
  EXPECT_GT(message.at("peer_id").as_int64(), 2'000'000'000);
}

TEST_F(CommunityEvents, EveryTypeOfTheTableCanBeSwitched) {
  std::set<std::string_view> names;
  std::size_t long_poll = 0;
  for (const auto& type : community_event_types()) {
    names.insert(type.name);
    long_poll += type.in_long_poll ? 1 : 0;
  }
  EXPECT_EQ(names.size(), 56U);
  EXPECT_EQ(long_poll, 51U);
  for (const auto& row : community_rows()) EXPECT_TRUE(event_index(row.type)) << row.type;
}

TEST(ApiVersion, IsComparedByItsTwoNumbers) {
  EXPECT_LT(*read_version("5.81"), *read_version("5.103"));
  EXPECT_EQ(to_string(*read_version("5.199")), "5.199");
  for (const auto* wrong : {"", "5", "5.", ".1", "5.x", "-5.1", "5.1.1"})
    EXPECT_FALSE(read_version(wrong)) << wrong;
}

}  // namespace
}  // namespace vkxx::emulation
