#include <gtest/gtest.h>

#include <cstddef>
#include <functional>
#include <limits>

#include "emulator/api/api_failure.hpp"
#include "emulator/world/accounts/account_commands.hpp"
#include "emulator/world/content/upload_commands.hpp"
#include "emulator/world/messages/message_commands.hpp"
#include "emulator/world/walls/wall_commands.hpp"
#include "emulator/world/world.hpp"

namespace vkxx::emulation {
namespace {

using namespace vkxx::emulation::detail;

constexpr command_context at_start{1'700'000'000'000, {cause_kind::control, 7}};

message_draft text_of(std::string text) {
  message_draft draft;
  draft.text = std::move(text);
  return draft;
}

std::string kinds_since(const world& state, std::uint64_t number) {
  std::string all;
  for (const auto& event : state.events().since(number))
    all += std::string{to_string(event.kind)} + " ";
  return all;
}

int code_of(const std::function<void()>& command) {
  try {
    command();
  } catch (const api_failure& failure) {
    return static_cast<int>(failure.code);
  }
  return 0;
}

TEST(EventLog, KeepsTheNewestAndCountsTheRest) {
  event_log log{3};
  std::size_t seen = 0;
  const auto id = log.observe([&seen](const world_event&) { ++seen; });
  for (int i = 0; i < 5; ++i) log.append({});
  log.forget(id);
  log.append({});
  EXPECT_EQ(seen, 5U);
  EXPECT_EQ(log.last_number(), 6U);
  EXPECT_EQ(log.dropped(), 3U);
  EXPECT_EQ(log.find(3), nullptr);
  EXPECT_EQ(log.find(4)->number, 4U);
  EXPECT_EQ(log.since(0).size(), 3U);
  EXPECT_EQ(log.since(5).front().number, 6U);
  EXPECT_TRUE(log.since(6).empty());
  EXPECT_TRUE(log.since(99).empty());
}

TEST(World, FirstMessageOfAUserAllowsTheCommunity) {
  world state;
  message_commands{state, at_start}.send(14, -1, text_of("hi"));
  EXPECT_EQ(kinds_since(state, 0), "allowed message_sent ");
  EXPECT_EQ(state.events().find(2)->cause.number, 7U);
  EXPECT_EQ(state.events().find(2)->actor, 14);
  message_commands{state, at_start}.send(-1, 14, text_of("hello"));
  EXPECT_EQ(kinds_since(state, 2), "read message_sent ");
}

TEST(World, CallbackButtonIsAnsweredOnceWithinAMinute) {
  world state;
  auto draft = text_of("menu");
  draft.keyboard =
      R"({"inline":true,"buttons":[[{"action":{"type":"callback","label":"A","payload":{"n":1}}}]]})";
  const auto sent = message_commands{state, at_start}.send(-1, 2, std::move(draft));
  const button_place button{.cmid = sent.cmid};
  const auto pressed = message_commands{state, at_start}.press(2, sent.conversation, button);
  ASSERT_EQ(pressed.event_id.size(), 12U);
  const auto& event = *state.events().find(state.events().last_number());
  EXPECT_EQ(event.kind, event_kind::pressed);
  EXPECT_EQ(event.details.at("payload").at("n"), 1);
  const auto answer = [&](std::int64_t user, std::int64_t delay_ms, std::string_view data) {
    return code_of([&] {
      message_commands{state, {at_start.time_ms + delay_ms, {}}}.answer_press(1, pressed.event_id,
                                                                              user, 2, data);
    });
  };
  EXPECT_EQ(answer(3, 0, ""), 100);
  EXPECT_EQ(answer(2, 0, R"({"type":"dance"})"), 100);
  EXPECT_EQ(answer(2, 59'000, R"({"type":"show_snackbar","text":"ok"})"), 0);
  EXPECT_EQ(answer(2, 59'000, ""), 100) << "once";
  message_commands{state, at_start}.press(2, sent.conversation, button);
  message_commands{state, {at_start.time_ms + 60'000, {}}}.expire();
  EXPECT_EQ(state.events().find(state.events().last_number())->kind, event_kind::press_expired);
}

TEST(World, TextButtonWritesItsLabelAndAnOldClientTheFallback) {
  world state;
  auto draft = text_of("menu");
  draft.keyboard =
      R"({"one_time":true,"buttons":[[{"action":{"type":"text","label":"Go","payload":"{}"}},)"
      R"({"action":{"type":"callback","label":"A","payload":"{\"n\":1}"}}]]})";
  const auto sent = message_commands{state, at_start}.send(-1, 2, std::move(draft));
  account_commands{state, at_start}.set_client(2, client_kind::no_callback);
  message_commands{state, at_start}.press(2, sent.conversation, {.column = 1});
  const auto* where = state.messages().find(sent.conversation);
  EXPECT_EQ(where->find(2)->text, "A");
  EXPECT_EQ(where->find(2)->extra->payload,
            R"({"command":"not_supported_button","button_type":"callback","payload":"{\"n\":1}"})");
  const auto before = state.events().last_number();
  message_commands{state, at_start}.press(2, sent.conversation, {});
  EXPECT_EQ(where->find(3)->text, "Go");
  EXPECT_EQ(kinds_since(state, before), "pressed message_sent keyboard_hidden ");
  EXPECT_EQ(state.events().find(before + 2)->cause.number, before + 1);
  EXPECT_TRUE(where->keyboards.empty());
}

TEST(World, ACommunityWithoutTheRightSeesWhatConcernsIt) {
  world state;
  message_commands{state, at_start}.set_sees_all(0, 1, false);
  const auto seen = [&](message_draft draft) {
    const auto sent =
        message_commands{state, at_start}.send(2, first_chat_peer + 1, std::move(draft));
    return state.messages().find(0)->view_of(-1)->copy_of(sent.cmid) != nullptr;
  };
  EXPECT_FALSE(seen(text_of("hello")));
  EXPECT_FALSE(seen(text_of("[club11|other] hello")));
  EXPECT_FALSE(seen(text_of("mail@apiclubs.example")));
  EXPECT_TRUE(seen(text_of("/start")));
  EXPECT_TRUE(seen(text_of("[club1|bot] hello")));
  EXPECT_TRUE(seen(text_of("hello @apiclub")));
  const auto own = message_commands{state, at_start}.send(-1, first_chat_peer + 1, text_of("me"));
  auto reply = text_of("yes");
  reply.forwards.push_back({{}, 0, {own.cmid}, true});
  EXPECT_TRUE(seen(std::move(reply)));
}

TEST(World, BlacklistsRefuseBothWays) {
  world state;
  message_commands commands{state, at_start};
  commands.ban(-1, 2);
  EXPECT_EQ(code_of([&] { commands.send(2, -1, text_of("a")); }), 900);
  EXPECT_EQ(code_of([&] { commands.send(-1, 2, text_of("a")); }), 900);
  commands.unban(-1, 2);
  EXPECT_EQ(code_of([&] { commands.send(2, -1, text_of("a")); }), 0);
}

TEST(World, PostsCommentsAndLikesAreEvents) {
  world state;
  wall_commands commands{state, at_start};
  wall_post post;
  post.owner = -1;
  post.from = 2;
  post.text = "news";
  const auto id = commands.publish(2, std::move(post), "").value();
  EXPECT_EQ(commands.comment(3, -1, id, "nice"), id + 1);
  EXPECT_EQ(commands.like(3, -1, id, true), 1U);
  EXPECT_EQ(commands.like(3, -1, id, true), 1U);
  EXPECT_EQ(commands.comment(3, -1, 99, "nice"), std::nullopt);
  EXPECT_EQ(kinds_since(state, 0), "post comment like ");
}

TEST(World, TheTextsOfMessagesAreBounded) {
  world_settings settings;
  settings.most_message_bytes = 10'000;
  world state{settings, 1};
  message_commands commands{state, at_start};
  for (int i = 0; i < 20; ++i) commands.send(1, 2, text_of(std::string(1000, 'x')));
  EXPECT_EQ(state.messages().messages(), 10U);
  EXPECT_EQ(state.messages().dropped_messages(), 10U);
  const auto* where = state.messages().find_private(1, 2);
  commands.edit(1, where->id, 20, text_of(std::string(3000, 'y')));
  EXPECT_LT(state.messages().messages(), 9U) << "the former text counts, too";
  EXPECT_EQ(where->find(20)->text.size(), 3000U);
}

TEST(World, ForwardsCountAfterTheirSourceHasChanged) {
  world_settings settings;
  settings.most_message_bytes = 100'000;
  world state{settings, 1};
  message_commands commands{state, at_start};
  const auto forward = [&](std::vector<std::int64_t> ids) {
    message_draft draft;
    draft.forwards.push_back({std::move(ids), 0, {}, false});
    return commands.send(1, 2, std::move(draft));
  };
  for (int i = 0; i < 10; ++i) {
    const auto source = commands.send(1, 2, text_of(std::string(4000, 'x')));
    const auto first = forward({source.id, source.id, source.id, source.id, source.id});
    forward({first.id});
    commands.edit(1, first.conversation, first.cmid, text_of("no forwards"));
  }
  EXPECT_LT(state.messages().messages(), 30U) << "the nested texts are still there";
  EXPECT_GT(state.messages().messages(), 6U);
}

TEST(World, AnInlineButtonIsPressedByWhoSeesItsMessage) {
  world state;
  auto draft = text_of("menu");
  draft.keyboard = R"({"inline":true,"buttons":[[{"action":{"type":"callback","label":"A"}}]]})";
  message_commands commands{state, at_start};
  const auto sent = commands.send(-1, 2, std::move(draft));
  const button_place button{.cmid = sent.cmid};
  commands.remove(2, sent.conversation, sent.cmid, false, false);
  EXPECT_EQ(code_of([&] { commands.press(2, sent.conversation, button); }), 100);
  commands.restore(2, sent.conversation, sent.cmid);
  EXPECT_EQ(code_of([&] { commands.press(2, sent.conversation, button); }), 0);
}

TEST(World, OnlyCommunitiesThatExistAreAllowedToWrite) {
  world state;
  message_commands commands{state, at_start};
  for (const auto community : {std::int64_t{99}, std::numeric_limits<std::int64_t>::min()}) {
    EXPECT_EQ(code_of([&] { commands.allow(2, community, "key"); }), 100);
    EXPECT_EQ(code_of([&] { commands.deny(2, community); }), 100);
  }
  EXPECT_TRUE(state.messages().permissions().empty());
}

TEST(World, InjectedEventsAreBoundedByTheirSize) {
  world state;
  for (int i = 0; i < 5; ++i)
    upload_commands{state, at_start}.inject(1, {{"type", "any"}}, std::size_t{20} << 20U);
  EXPECT_EQ(state.events().dropped(), 2U);
}

TEST(World, GrowsAsTheSettingsAsk) {
  world_settings settings;
  settings.users = 100;
  settings.members = 150;
  settings.chats = 3;
  settings.posts = 20;
  const world state{settings, 1};
  EXPECT_EQ(state.accounts().people().size(), 150U);
  EXPECT_EQ(state.find_community(1)->members, 150);
  EXPECT_EQ(state.walls().wall(-1).size(), 20U);
  EXPECT_NE(state.messages().at_peer(1, first_chat_peer + 3), nullptr);
  EXPECT_EQ(state.messages().at_peer(1, first_chat_peer + 4), nullptr);
}

}  // namespace
}  // namespace vkxx::emulation
