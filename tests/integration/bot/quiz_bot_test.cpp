// The quiz of the examples, in chats of the emulator.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <vector>

#include "integration/bot/sample_world.hpp"
#include "integration/bot/whispers.hpp"

#define main quiz_main  // NOLINT(cppcoreguidelines-macro-usage): the test has its own
#include "../../../examples/quiz_bot.cpp"
#undef main

namespace {

using namespace std::chrono_literals;
using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using vkxx::bot_testing::bot_fixture;
using vkxx::bot_testing::person;
using vkxx::bot_testing::press_at_once;
using vkxx::bot_testing::transcript_of;
using vkxx::bot_testing::writes_of;

struct quiz_chat {
  bot_fixture world{quiz::set_up};
  person anna_alone = world.person("Anna");
  person olga_alone = world.person("Olga");
  vkxx::peer_id chat = world.chat("Tea", {anna_alone, olga_alone});
  person anna = anna_alone.in(chat);
  person olga = olga_alone.in(chat);
};

TEST(QuizBot, CountsTheFirstRightAnswerWithARestartAfterEachStep) {
  for (const bool killed : {false, true}) {
    quiz_chat tea;
    const auto next = [&] {
      if (killed) tea.world.restart();
    };
    tea.anna.says("/quiz");
    EXPECT_THAT(tea.anna.last().buttons(), ElementsAre("Sencha", "Assam", "Rooibos", "Stop"));
    next();
    tea.olga.presses("Assam");
    EXPECT_EQ(tea.olga.snackbar(), "No.");
    next();
    tea.olga.presses("Sencha");
    EXPECT_EQ(tea.olga.snackbar(), "One answer each.");
    next();
    tea.anna.presses("Sencha");
    EXPECT_EQ(tea.anna.snackbar(), "Right!");
    next();
    tea.olga.presses("75 °C");
    next();
    tea.olga.presses("China");
    next();
    EXPECT_THAT(tea.anna.answers(),
                ElementsAre("Which tea is green?\nAnna was first: Sencha",
                            "How hot is its water?\nOlga was first: 75 °C",
                            "Where does oolong come from?\nOlga was first: China",
                            "The quiz is over.\nOlga: 2\nAnna: 1"));
    tea.world.pass(2min);
    EXPECT_EQ(tea.anna.answers().size(), 4U) << "no time runs any more";
  }
}

TEST(QuizBot, EndsTheTimeOfAQuestionAlsoAfterARestart) {
  quiz_chat tea;
  tea.anna.says("/quiz");
  tea.world.pass(20s);
  tea.world.kill();
  tea.world.restart();
  tea.world.pass(9s);
  EXPECT_EQ(tea.anna.last().text(), "1. Which tea is green?");
  tea.world.pass(2s);
  EXPECT_THAT(tea.anna.answers(), ElementsAre("Which tea is green?\nThe time is up. It was Sencha.",
                                              "2. How hot is its water?"));
  tea.olga.presses("75 °C");
  tea.world.pass(29s);
  EXPECT_EQ(tea.anna.last().text(), "3. Where does oolong come from?");
  tea.world.pass(2s);
  EXPECT_EQ(tea.anna.last().text(), "The quiz is over.\nOlga: 1");
}

TEST(QuizBot, TakesAButtonThatIsPressedFiftyTimesOnce) {
  quiz_chat tea;
  tea.anna.says("/quiz");
  const auto question = tea.anna.last().number();
  for (int press = 0; press < 50; ++press)
    press_at_once(tea.world, tea.olga, tea.chat, question, "Sencha");
  tea.world.settle();
  EXPECT_THAT(tea.anna.answers(), ElementsAre("Which tea is green?\nOlga was first: Sencha",
                                              "2. How hot is its water?"));
  EXPECT_EQ(writes_of(tea.world, "messages.sendMessageEventAnswer"), 50);
  tea.anna.presses("Stop");
  EXPECT_EQ(tea.anna.last().text(), "The quiz is over.\nOlga: 1");
}

TEST(QuizBot, GivesThePointToOneOfAllWhoAnswerAtOnce) {
  bot_fixture world{quiz::set_up};
  std::vector<person> all;
  for (const char* name : {"Anna", "Olga", "Vera", "Nina", "Lena", "Inna"})
    all.push_back(world.person(name));
  const auto chat = world.chat("Tea", all);
  auto anna = all.front().in(chat);
  anna.says("/quiz");
  const auto question = anna.last().number();
  for (const auto& each : all) press_at_once(world, each, chat, question, "Sencha");
  world.settle();
  EXPECT_THAT(anna.answers(), ElementsAre("Which tea is green?\nAnna was first: Sencha",
                                          "2. How hot is its water?"));
  int late = 0;
  for (const auto& write : world.emulator().journal()) {
    for (const auto& [name, value] : write.parameters)
      late += name == "event_data" && value.find("Too late.") != std::string::npos ? 1 : 0;
  }
  EXPECT_EQ(late, 5);
}

TEST(QuizBot, RefusesTheButtonsOfOthers) {
  quiz_chat tea;
  tea.anna.says("/quiz");
  tea.olga.says("/quiz");
  EXPECT_EQ(tea.anna.last().text(), "We are playing already.");
  tea.olga.presses("Stop");
  EXPECT_EQ(tea.olga.snackbar(), "Only who began the quiz can stop it.");
  tea.anna.presses("Stop");
  EXPECT_THAT(tea.anna.answers(), ElementsAre("Which tea is green?\nStopped.",
                                              "We are playing already.", "The quiz is over."));
  tea.olga.says("/quiz");
  EXPECT_EQ(tea.anna.last().text(), "1. Which tea is green?");
}

TEST(QuizBot, SaysNothingTwiceIfItIsKilledInAnAnswer) {
  for (const char* method : {"messages.sendMessageEventAnswer", "messages.edit", "messages.send"}) {
    quiz_chat tea;
    tea.anna.says("/quiz");
    const auto before = writes_of(tea.world, method);
    press_at_once(tea.world, tea.olga, tea.chat, tea.anna.last().number(), "Sencha");
    tea.world.run_until([&] { return writes_of(tea.world, method) > before; });
    tea.world.kill();
    tea.world.restart();
    tea.world.settle();
    EXPECT_THAT(tea.anna.answers(), ElementsAre("Which tea is green?\nOlga was first: Sencha",
                                                "2. How hot is its water?"))
        << method;
  }
}

TEST(QuizBot, PlaysWithOldClientsByMessages) {
  quiz_chat tea;
  tea.olga_alone.uses_old_client();
  tea.anna.says("/quiz");
  tea.olga.presses("Assam");
  EXPECT_EQ(tea.anna.last().text(), "No.");
  EXPECT_THAT(transcript_of(tea.anna), Each(testing::Not(HasSubstr("Right"))));
}

TEST(QuizBot, LogsNoTextOfAPerson) {
  quiz_chat tea;
  vkxx::bot_testing::expect_silent_log(tea.world, [&] {
    tea.anna.says("/quiz whisper");
    tea.olga.says("whisper");
  });
}

}  // namespace
