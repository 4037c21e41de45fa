// The booking bot of the examples, over the emulator, with users, kills and restarts.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include <vkxx/bot_testing.hpp>
#include "integration/bot/whispers.hpp"

#define main booking_main  // NOLINT(cppcoreguidelines-macro-usage): the test has its own
#include "../../../examples/booking_bot.cpp"
#undef main

namespace {

std::vector<std::string> transcript_of(vkxx::bot_testing::person user) {
  std::vector<std::string> lines;
  for (const auto& message : user.messages()) lines.push_back(message.text());
  return lines;
}

TEST(BookingBot, BooksTheSameWhateverHappensBetweenAnswers) {
  for (const std::string life : {"same", "restart", "replay"}) {
    vkxx::bot_testing::bot_fixture world{set_up};
    world.replay_always(life == "replay");
    const bool killed = life == "restart";
    auto anna = world.person("Anna");
    const auto next = [&] {
      if (killed) world.restart();
    };
    anna.says("/book");
    next();
    anna.says("Anna");
    next();
    anna.says("seven");
    next();
    anna.says("2");
    next();
    anna.presses("Yes");
    next();
    EXPECT_EQ(transcript_of(anna),
              (std::vector<std::string>{"/book", "Your name?", "Anna", "How many seats?", "seven",
                                        "One to six, please.", "2", "2 for Anna?", "Yes",
                                        "Done: number 402"}))
        << life;
    anna.says("hello");
    EXPECT_EQ(transcript_of(anna).back(), "hello");
  }
}

int forgotten = 0;
asio::awaitable<void> forget(vkxx::dialogue talk) {
  co_await talk.ask("First?");
  co_await talk.ask("Number " + std::to_string(++forgotten) + "?");
}

TEST(BookingBot, IsFoundOutByReplaysWhenItForgetsAnEffect) {
  for (const bool replayed : {false, true}) {
    forgotten = 0;
    vkxx::bot_testing::bot_fixture world{[](vkxx::bot& bot) {
      const vkxx::bot_talks talks{bot};
      bot.on_command("forget", talks.add(vkxx::starts("forget", forget)));
    }};
    world.replay_always(replayed);
    auto anna = world.person("Anna");
    anna.says("/forget");
    anna.says("yes");
    EXPECT_EQ(anna.last().text(), replayed ? vkxx::dialogue_texts{}.lost : "Number 1?");
  }
}

TEST(BookingBot, ForgetsAnOpenQuestionInTime) {
  vkxx::bot_testing::bot_fixture world{set_up};
  auto anna = world.person("Anna");
  anna.says("/book");
  anna.says("Anna");
  world.pass(11min);
  EXPECT_EQ(anna.last().text(), "The time for an answer is over.");
}

TEST(BookingBot, KeepsNotesAndRemindsAfterARestart) {
  vkxx::bot_testing::bot_fixture world{set_up};
  auto anna = world.person("Anna");
  auto olga = world.person("Olga");
  anna.says("/note first");
  anna.says("/note second");
  EXPECT_EQ(anna.last().text(), "You have 2");
  olga.says("/note other");
  EXPECT_EQ(olga.last().text(), "You have 1");
  anna.says("/remind the tea");
  EXPECT_EQ(anna.last().text(), "In two hours.");
  world.kill();
  world.restart();
  world.pass(119min);
  EXPECT_EQ(anna.last().text(), "In two hours.");
  world.pass(2min);
  EXPECT_EQ(anna.last().text(), "Do not forget: the tea");
}

asio::awaitable<void> welcome(vkxx::dialogue talk) {
  const auto name = talk.state<std::string>().value_or("nobody");
  co_await talk.ask("Welcome, " + name + ". How are you?");
  co_await talk.say("Good.");
}

TEST(BookingBot, StartsDialoguesFromOutside) {
  vkxx::bot_testing::bot_fixture world;
  const vkxx::bot_talks talks{world.bot()};
  talks.add(vkxx::starts("welcome", welcome));
  auto anna = world.person("Anna");
  world.bot().on_command("invite", [&](vkxx::message_context m) -> asio::awaitable<void> {
    const vkxx::user_id person{m.from().value()};
    co_await talks.start(m.peer(), person, "welcome", std::string{"Anna"});
  });
  anna.says("/invite");
  EXPECT_EQ(anna.last().text(), "Welcome, Anna. How are you?");
  anna.says("Fine");
  EXPECT_EQ(anna.last().text(), "Good.");
  // A stop returns although a dialogue waits.
  anna.says("/invite");
  EXPECT_EQ(talks.all().frames(), 1U);
  static_cast<void>(world.stop());
  EXPECT_THROW(static_cast<void>(talks.all()), vkxx::usage_exception);
}

TEST(BookingBot, LogsNoTextOfAPerson) {
  vkxx::bot_testing::bot_fixture world{set_up};
  auto anna = world.person("Whisper");
  vkxx::bot_testing::expect_silent_log(world, [&] {
    anna.says("/book");
    anna.says("whisper");
    anna.says("whisper seats");
    anna.says("/note whisper");
    anna.says("whisper");
  });
}

}  // namespace
