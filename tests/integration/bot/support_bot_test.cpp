// The support desk of the examples: people, and operators in a chat of the emulator.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "integration/bot/sample_world.hpp"
#include "integration/bot/whispers.hpp"

#define main support_main  // NOLINT(cppcoreguidelines-macro-usage): the test has its own
#include "../../../examples/support_bot.cpp"
#undef main

namespace {

using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;
using vkxx::bot_testing::bot_fixture;
using vkxx::bot_testing::person;
using vkxx::bot_testing::press_at_once;
using vkxx::bot_testing::transcript_of;
using vkxx::bot_testing::writes_of;

struct support_desk {
  bot_fixture world{support::set_up};
  person anna = world.person("Anna");
  person ivan_alone = world.person("Ivan");
  person olga_alone = world.person("Olga");
  vkxx::peer_id chat = world.chat("Operators", {ivan_alone, olga_alone});
  person ivan = ivan_alone.in(chat);
  person olga = olga_alone.in(chat);

  void open() {
    ivan.says("/desk");
    anna.says("Where is my tea?");
  }
};

TEST(SupportBot, IsClosedWithoutOperators) {
  support_desk tea;
  tea.anna.says("Hello?");
  EXPECT_THAT(transcript_of(tea.anna),
              ElementsAre("Hello?", "Nobody is here yet. Please write later."));
  tea.olga.says("/desk");
  tea.anna.says("Hello?");
  EXPECT_EQ(tea.anna.last().text(), "Nobody is here yet. Please write later.")
      << "Olga is no administrator of the chat";
}

TEST(SupportBot, LetsAnOperatorAnswerWithARestartAfterEachStep) {
  for (const bool killed : {false, true}) {
    support_desk tea;
    const auto next = [&] {
      if (killed) tea.world.restart();
    };
    tea.ivan.says("/desk");
    next();
    tea.anna.says("Where is my tea?");
    next();
    const auto notice = tea.olga.last();
    EXPECT_THAT(notice.text(), AllOf(StartsWith("#1 "), EndsWith("|Anna] writes:")));
    EXPECT_THAT(notice.json(), HasSubstr("Where is my tea?"));
    EXPECT_THAT(notice.buttons(), ElementsAre("Take", "Close"));
    tea.olga.presses("Take");
    next();
    EXPECT_THAT(tea.olga.last().text(), AllOf(StartsWith("#1 "), EndsWith("|Olga] answers.")));
    EXPECT_THAT(tea.olga.last().json(), HasSubstr("Where is my tea?"));
    tea.ivan.presses("Close");
    EXPECT_EQ(tea.ivan.snackbar(), "Somebody else has it.");
    next();
    tea.olga.replies(notice.number(), "On its way");
    next();
    tea.ivan.replies(notice.number(), "No idea");
    EXPECT_EQ(tea.ivan.last().text(), "Somebody else has it.");
    next();
    tea.olga.says("Somebody wants tea");
    tea.olga.presses("Close");
    next();
    EXPECT_THAT(tea.olga.messages().at(2).buttons(), IsEmpty());
    EXPECT_THAT(
        transcript_of(tea.anna),
        ElementsAre("Where is my tea?", "Thank you. Somebody will answer soon.", "On its way",
                    "Your question is closed. Write whenever you have another one."));
    tea.olga.replies(notice.number(), "One more thing");
    EXPECT_EQ(tea.olga.last().text(), "It is closed.");
    next();
    tea.anna.says("And my cup?");
    EXPECT_THAT(tea.olga.last().text(), StartsWith("#2 "));
  }
}

TEST(SupportBot, TakesATicketByAReply) {
  support_desk tea;
  tea.open();
  const auto notice = tea.ivan.last().number();
  tea.olga.replies(notice, "On its way");
  EXPECT_EQ(tea.anna.last().text(), "On its way");
  tea.ivan.presses("Take");
  EXPECT_EQ(tea.ivan.snackbar(), "Somebody else has it.");
}

TEST(SupportBot, FreesTheTicketsOfAnOperatorWhoLeaves) {
  support_desk tea;
  tea.open();
  tea.olga.presses("Take");
  tea.olga.acts("leave", "{\"to\":" + std::to_string(tea.chat.value()) + "}");
  EXPECT_EQ(tea.ivan.last().text(), "#1 is free again.");
  tea.ivan.presses("Take");
  EXPECT_THAT(tea.ivan.last().text(), EndsWith("|Ivan] answers."));
  tea.ivan.replies(tea.ivan.last().number(), "It is here");
  EXPECT_EQ(tea.anna.last().text(), "It is here");
}

TEST(SupportBot, GivesATicketToOneOfTwoWhoTakeItAtOnce) {
  support_desk tea;
  tea.open();
  const auto notice = tea.ivan.last().number();
  for (int press = 0; press < 25; ++press) {
    press_at_once(tea.world, tea.olga, tea.chat, notice, "Take");
    press_at_once(tea.world, tea.ivan, tea.chat, notice, "Take");
  }
  tea.world.settle();
  EXPECT_EQ(writes_of(tea.world, "messages.edit"), 1);
  tea.ivan.presses("Close");
  EXPECT_EQ(tea.ivan.snackbar(), "Somebody else has it.");
  tea.olga.presses("Close");
  EXPECT_THAT(tea.anna.last().text(), StartsWith("Your question is closed."));
}

TEST(SupportBot, SaysWhenAPersonCannotBeWrittenTo) {
  support_desk tea;
  tea.open();
  const auto notice = tea.ivan.last().number();
  tea.anna.blocks();
  tea.ivan.replies(notice, "On its way");
  EXPECT_THAT(tea.ivan.last().text(), StartsWith("Not delivered: "));
  tea.ivan.presses("Close");
  EXPECT_EQ(tea.world.bot().dispatch_metrics().dead_letters, 0U);
}

TEST(SupportBot, ForwardsOnceIfItIsKilledMeanwhile) {
  support_desk tea;
  tea.ivan.says("/desk");
  const auto before = writes_of(tea.world, "messages.send");
  const auto path = "people/" + std::to_string(tea.anna.id().value()) + "/say";
  tea.world.control("POST", path, R"({"to":-1,"text":"Where is my tea?"})");
  tea.world.run_until([&] { return writes_of(tea.world, "messages.send") > before; });
  tea.world.kill();
  tea.world.restart();
  tea.world.settle();
  EXPECT_EQ(tea.ivan.answers().size(), 2U);
  EXPECT_THAT(transcript_of(tea.anna),
              ElementsAre("Where is my tea?", "Thank you. Somebody will answer soon."));
}

TEST(SupportBot, LogsNoTextOfAPerson) {
  support_desk tea;
  tea.ivan.says("/desk");
  vkxx::bot_testing::expect_silent_log(tea.world, [&] {
    tea.anna.says("whisper");
    tea.ivan.says("whisper");
  });
}

}  // namespace
