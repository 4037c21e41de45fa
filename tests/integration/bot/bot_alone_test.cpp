// What a bot does without being told: typing, cropped messages, administrators; and kills.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <string>
#include <vector>

#include <vkxx/bot.hpp>
#include <vkxx/bot_testing.hpp>

namespace {

using namespace std::chrono_literals;
namespace asio = boost::asio;
namespace filters = vkxx::filters;
using testing::ElementsAre;
using vkxx::message_context;
using vkxx::bot_testing::bot_fixture;

std::size_t calls_of(bot_fixture& world, std::string_view method) {
  std::size_t count = 0;
  for (const auto& write : world.emulator().journal()) count += write.method == method ? 1 : 0;
  return count;
}

asio::awaitable<void> wait_and_answer(message_context m, vkxx::duration time,
                                      std::shared_ptr<vkxx::clock> clock) {
  auto waiting = vkxx::wait_until(*clock, clock->now() + time);
  static_cast<void>(co_await std::move(waiting));
  auto answering = m.answer("done");
  co_await std::move(answering);
}

TEST(BotAlone, KeepsTypingWhileAHandlerRuns) {
  bot_fixture world;
  world.bot().options(vkxx::bot_options{}.keep_typing(true));
  const auto clock = world.settings().time_source();
  world.bot()
      .on_text("slow", [clock](message_context m) { return wait_and_answer(m, 20s, clock); })
      .on_text("fast", [clock](message_context m) { return wait_and_answer(m, 500ms, clock); });
  auto anna = world.person("Anna");
  anna.says("fast");
  EXPECT_EQ(calls_of(world, "messages.setActivity"), 0U);
  anna.says("slow");
  EXPECT_EQ(calls_of(world, "messages.setActivity"), 3U);  // after 1, 9 and 17 s
  world.pass(1min);
  EXPECT_EQ(calls_of(world, "messages.setActivity"), 3U);
  EXPECT_THAT(anna.answers(), ElementsAre("done", "done"));
}

TEST(BotAlone, LoadsCroppedMessages) {
  bot_fixture world;
  std::string seen;
  world.bot().on_text([&seen](message_context m) {
    seen += m.text() + ";";
    return std::optional<std::string>{m.text() == "hi" ? std::optional{"the whole text"}
                                                       : std::nullopt};
  });
  auto anna = world.person("Anna");
  anna.says("hi");
  // A message of the conversation, as if it had been cropped for the bot.
  world.happens(
      "message_new",
      "{\"message\":{\"peer_id\":" + std::to_string(anna.id().value()) +
          ",\"from_id\":" + std::to_string(anna.id().value()) +
          ",\"conversation_message_id\":" + std::to_string(anna.last().number().value()) +
          ",\"text\":\"the wh\",\"is_cropped\":true},\"client_info\":{\"carousel\":true}}");
  EXPECT_EQ(seen, "hi;the whole text;");
}

TEST(BotAlone, KnowsAdministratorsOfChats) {
  bot_fixture world;
  world.bot().on_message(filters::text_contains("who") && filters::from_admin(),
                         [] { return "an administrator"; });
  auto anna = world.person("Anna");
  auto boris = world.person("Boris");
  const auto flat = world.chat("Flat", {anna, boris});
  boris.in(flat).says("[club1|@shop] who");
  EXPECT_THAT(anna.in(flat).answers(), ElementsAre());
  anna.in(flat).says("[club1|@shop] who");
  EXPECT_THAT(anna.in(flat).answers(), ElementsAre("an administrator"));
}

// VK shows 20 members when it is not told how many.
TEST(BotAlone, KnowsAdministratorsOfLargeChats) {
  bot_fixture world;
  world.bot().on_message(filters::text_contains("who") && filters::from_admin(),
                         [] { return "an administrator"; });
  std::vector<vkxx::bot_testing::person> people;
  for (int number = 0; number < 30; ++number) people.push_back(world.person("Anna"));
  // Members come in the order of their numbers: the owner is the last of them.
  std::ranges::reverse(people);
  const auto crowd = world.chat("Crowd", people);
  people.back().in(crowd).says("[club1|@shop] who");
  EXPECT_THAT(people.front().in(crowd).answers(), ElementsAre());
  people.front().in(crowd).says("[club1|@shop] who");
  EXPECT_THAT(people.front().in(crowd).answers(), ElementsAre("an administrator"));
}

TEST(BotAlone, HandsOverWhatAnAdministratorWrote) {
  bot_fixture world;
  int seen = 0;
  world.bot().on_update("message_reply", [&seen](vkxx::bot_context) { ++seen; });
  world.happens("message_reply", R"({"peer_id":2,"from_id":-1,"text":"x","admin_author_id":1})");
  world.happens("message_reply", R"({"peer_id":2,"from_id":-1,"text":"y"})");
  EXPECT_EQ(seen, 1);
}

TEST(BotAlone, AnswersNoPressThatIsTooOld) {
  bot_fixture world;
  const auto clock = world.settings().time_source();
  world.bot().dispatching(vkxx::dispatcher_options{}.handler_time(2min));
  auto keyboard = vkxx::keyboard::under_message();
  keyboard.callback("Wait", vkxx::payload{"wait"});
  world.bot().on_text("go", [keyboard] { return vkxx::outgoing{"?"}.keyboard(keyboard); });
  world.bot().on_button("wait", [clock](vkxx::button_context) -> asio::awaitable<void> {
    auto waiting = vkxx::wait_until(*clock, clock->now() + 56s);
    static_cast<void>(co_await std::move(waiting));
  });
  auto anna = world.person("Anna");
  anna.says("go");
  anna.presses("Wait");
  EXPECT_FALSE(anna.press_answered());
}

// A handler that is killed after it has sent its message runs again, and sends nothing twice.
TEST(BotAlone, SendsOnceThoughItIsKilledInTheHandler) {
  int runs = 0;
  bot_fixture* all = nullptr;
  const auto set_up = [&](vkxx::bot& bot) {
    const auto clock = all->settings().time_source();
    bot.dispatching(vkxx::dispatcher_options{}.handler_time(1h));
    bot.on_text([&runs, clock](message_context m) -> asio::awaitable<void> {
      auto answering = m.answer("once");
      co_await std::move(answering);
      if (++runs > 1) co_return;
      // For longer than the kit waits for a handler.
      auto waiting = vkxx::wait_until(*clock, vkxx::no_deadline);
      static_cast<void>(co_await std::move(waiting));
    });
  };
  bot_fixture world;
  all = &world;
  set_up(world.bot());
  auto anna = world.person("Anna");
  world.settle();
  world.control("POST", "people/" + std::to_string(anna.id().value()) + "/say",
                R"({"to":-1,"text":"hi"})");
  world.run_until([&runs] { return runs == 1; });
  world.kill();
  world.restart();
  set_up(world.bot());
  world.settle();
  EXPECT_EQ(runs, 2);
  EXPECT_THAT(anna.answers(), ElementsAre("once"));
}

TEST(BotAlone, IsNoMoreAfterAKill) {
  bot_fixture world;
  world.kill();
  world.settle();
  EXPECT_THROW(static_cast<void>(world.bot()), std::runtime_error);
  EXPECT_THROW(static_cast<void>(world.stop()), std::runtime_error);
}

}  // namespace
