// Transcripts, and their replay against a bot that the test plays.
#include <gtest/gtest.h>

#include "emulator/control/people/person_actions.hpp"
#include "emulator/transcript/line_difference.hpp"
#include "emulator/transcript/replay.hpp"
#include "emulator/world/messages/message_commands.hpp"

namespace vkxx::emulation {
namespace {

using namespace vkxx::emulation::detail;

class Transcripts : public ::testing::Test {
 protected:
  [[nodiscard]] command_context now() { return {time_ms += 250, {cause_kind::control, 0}}; }
  void say(std::int64_t author, std::int64_t peer, std::string text, std::string keyboard = {}) {
    message_draft draft;
    draft.text = std::move(text);
    draft.keyboard = std::move(keyboard);
    message_commands{state, now()}.send(author, peer, std::move(draft));
  }
  [[nodiscard]] std::string lines() const {
    return as_json_lines(transcript_since(state, 0).lines);
  }

  // Plays the lines against a bot that answers as `answer` does after each step.
  template <class Bot>
  replay_outcome replay(const std::string& text, Bot answer) {
    replay_run run{text};
    while (!run.ended()) {
      const auto seen = state.events().last_number();
      run.play(state, now());
      if (!run.ended() && state.events().last_number() != seen) answer();
    }
    return run.outcome();
  }

  world state;
  std::int64_t time_ms = 1'700'000'000'000;
};

constexpr const char* talk =
    R"({"at_ms":0,"who":"user 2","does":"say","to":"community 1","message":"m1","text":"hi"}
{"at_ms":250,"who":"community 1","does":"say","to":"user 2","message":"m2","text":"hello"}
)";

TEST_F(Transcripts, ShowWhoDidWhatWithoutIds) {
  say(2, -1, "hi");
  say(-1, 2, "hello");
  EXPECT_EQ(lines(), talk);
}

// Whoever writes to the bot must not write the test.
TEST_F(Transcripts, KeepHostileTextsInTheirLiterals) {
  say(2, -1, "a)lines");
  say(2, -1, "x(')lines_");
  const auto shown = transcript_since(state, 0).lines;
  const auto cpp = as_cpp_test(shown);
  const auto begin = cpp.find("R\"lines(\n");
  ASSERT_NE(begin, std::string::npos);
  const auto end = cpp.find(")lines\"", begin);
  EXPECT_EQ(cpp.find(")lines\"", end + 1), std::string::npos);
  // The lines say the same as before.
  const auto first = begin + std::string_view{"R\"lines(\n"}.size();
  const auto lines = read_json_lines(std::string_view{cpp}.substr(first, end - first));
  EXPECT_TRUE(lines == shown) << as_json_lines(lines);
  // In Python no quotation mark is without a backslash but those around the line.
  const auto python = as_python_test(shown);
  EXPECT_NE(python.find("\\')lines_"), std::string::npos);
}

TEST_F(Transcripts, ShowWhatAMessageSaidBeforeItsEdits) {
  say(2, -1, "first");
  const auto* where = state.messages().find_private(2, -1);
  message_draft draft;
  draft.text = "second";
  message_commands{state, now()}.edit(2, where->id, 1, std::move(draft));
  const auto shown = transcript_since(state, 0).lines;
  ASSERT_EQ(shown.size(), 2U);
  EXPECT_EQ(shown[0].at("text"), "first");
  EXPECT_EQ(shown[1].at("text"), "second");
}

TEST_F(Transcripts, AreTheSameWhenTheyAreReplayed) {
  const auto outcome = replay(talk, [this] { say(-1, 2, "hello"); });
  EXPECT_TRUE(outcome.same()) << outcome.difference();
  EXPECT_EQ(lines(), talk);
}

TEST_F(Transcripts, ShowWhatTheBotDidInstead) {
  const auto outcome = replay(talk, [this] { say(-1, 2, "go away"); });
  EXPECT_FALSE(outcome.same());
  EXPECT_EQ(outcome.difference(),
            "community 1 to user 2:\n  - say text=\"hello\"\n  + say text=\"go away\"\n");
}

TEST_F(Transcripts, PressTheButtonsOfThisRun) {
  const std::string text =
      R"({"who":"user 2","does":"say","to":"community 1","message":"m1","text":"menu"}
{"who":"community 1","does":"say","to":"user 2","message":"m2","text":"choose","keyboard":{"one_time":false,"author_id":-1,"inline":true,"buttons":[[{"action":{"type":"text","label":"Tea"},"color":"default"}]]}}
{"who":"user 2","does":"press","to":"community 1","message":"m2","type":"text","label":"Tea"}
{"who":"community 1","does":"say","to":"user 2","message":"m4","text":"tea"}
)";
  int step = 0;
  const auto outcome = replay(text, [this, &step] {
    if (step++ == 0)
      say(-1, 2, "choose",
          R"({"inline":true,"buttons":[[{"action":{"type":"text","label":"Tea"}}]]})");
    else
      say(-1, 2, "tea");
  });
  EXPECT_TRUE(outcome.same()) << outcome.difference();
  EXPECT_EQ(step, 2);
}

TEST_F(Transcripts, EndWithTheLineThatCannotBePlayed) {
  const auto outcome =
      replay(R"({"who":"user 2","does":"press","to":"community 1","label":"Tea"})", [] {});
  EXPECT_FALSE(outcome.same());
  EXPECT_EQ(outcome.difference().find("line 1: "), 0U) << outcome.difference();
  EXPECT_THROW(replay_run{"{}"}, std::invalid_argument);
  EXPECT_THROW(replay_run{"not JSON"}, std::invalid_argument);
  EXPECT_THROW(replay_run{""}, std::invalid_argument);
}

TEST(LineDifferences, ShowCommonLinesOnce) {
  EXPECT_EQ(line_difference({"a", "b"}, {"a", "b"}), "");
  EXPECT_EQ(line_difference({"a", "b", "c"}, {"a", "x", "c"}), "  = a\n  - b\n  + x\n  = c\n");
  EXPECT_EQ(line_difference({}, {"a"}), "  + a\n");
}

}  // namespace
}  // namespace vkxx::emulation
