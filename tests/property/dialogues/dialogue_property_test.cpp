// A dialogue gives the same, whether its function waits in memory, is dropped, or is restarted at
// any question, and whatever fails meanwhile.
#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "integration/dialogues/talk_world.hpp"

namespace {

using namespace std::chrono_literals;
namespace asio = boost::asio;
using vkxx::dialogue;
using vkxx::question;
using vkxx::testing::talk_world;
using transcript = std::vector<std::string>;

constexpr int questions_of_ten = 10;
int property_effects = 0;

// Branches, effects and loops that depend on every answer.
asio::awaitable<void> ten_questions(dialogue talk) {
  std::int64_t sum = 0;
  for (int number = 1; number <= questions_of_ten; ++number) {
    const auto title = "Question " + std::to_string(number) + ", sum " + std::to_string(sum);
    const auto given = co_await talk.ask(question{title}.number(0, 9));
    sum += given.number();
    if (given.number() % 3 == 0) co_await talk.say("A third of " + given.text());
    if (given.number() % 4 == 0) {
      const auto effect = co_await talk.once("effect", [&] {
        ++property_effects;
        return sum * 2;
      });
      co_await talk.say("Twice is " + std::to_string(effect));
    }
    if (given.number() % 5 == 0) sum += static_cast<std::int64_t>(co_await talk.random() % 7);
  }
  co_await talk.say("Sum " + std::to_string(sum));
}

struct property_run {
  std::size_t max_frames = 1000;
  bool replay_always = false;
  int restart_of = 0;  // restarts after one of so many answers; 0: never
  int failure_of = 0;  // a call fails at one of so many answers; 0: never
};

transcript transcript_of(const std::vector<int>& answers, const property_run& run,
                         std::uint32_t seed) {
  std::mt19937 random{seed};
  property_effects = 0;
  talk_world world{[](vkxx::dialogues& talks) { talks.add(vkxx::starts("ten", ten_questions)); }};
  world.options.max_frames(run.max_frames).replay_always(run.replay_always);
  world.options.random([] { return std::uint64_t{5}; });
  world.start();
  transcript heard;
  const auto say = [&](const std::string& text) {
    if (run.failure_of != 0 && random() % static_cast<std::uint32_t>(run.failure_of) == 0) {
      (random() % 2 == 0 ? world.messages->failures : world.messages->lost_answers) = 1;
    }
    world.writes(text);
    // Killed before, or after it was handled.
    if (run.restart_of != 0 && random() % static_cast<std::uint32_t>(run.restart_of) == 0) {
      if (random() % 2 == 0) world.settle();
      world.restart();
    }
    world.settle();
    for (int retry = 0; retry < 2; ++retry) world.pass(10s);
    world.messages->failures = world.messages->lost_answers = 0;
    for (auto& some : world.heard()) heard.push_back(std::move(some));
  };
  say("/ten");
  for (const auto number : answers) say(std::to_string(number));
  heard.push_back("effects: " + std::to_string(property_effects));
  EXPECT_TRUE(world.notices.empty());
  EXPECT_FALSE(world.is_stored("dialogue/5/1/1"));
  return heard;
}

TEST(DialogueProperty, IsTheSameHoweverItsFunctionIsDropped) {
  std::mt19937 random{20'240'701};
  for (int run = 0; run < 12; ++run) {
    std::vector<int> answers;
    for (int count = 0; count < questions_of_ten; ++count) {
      answers.push_back(static_cast<int>(random() % 10));
    }
    const auto expected = transcript_of(answers, {}, 0);
    ASSERT_GE(expected.size(), 12U);
    EXPECT_EQ(transcript_of(answers, {.max_frames = 0}, 0), expected);
    EXPECT_EQ(transcript_of(answers, {.replay_always = true}, 0), expected);
    EXPECT_EQ(transcript_of(answers, {.restart_of = 1}, static_cast<std::uint32_t>(random())),
              expected);
    EXPECT_EQ(transcript_of(answers, {.restart_of = 2, .failure_of = 2},
                            static_cast<std::uint32_t>(random())),
              expected);
    EXPECT_EQ(transcript_of(answers, {.max_frames = 0, .failure_of = 1},
                            static_cast<std::uint32_t>(random())),
              expected);
    if (HasFailure()) return;
  }
}

// Whatever is stored, the next message is answered, and the person is not stuck.
TEST(DialogueProperty, NobodyIsStuckByWhatIsStored) {
  std::mt19937 random{20'240'702};
  talk_world world{[](vkxx::dialogues& talks) { talks.add(vkxx::starts("ten", ten_questions)); }};
  world.options.random([] { return std::uint64_t{5}; });
  for (const auto* text : {"/ten", "4", "3", "5", "0"}) world.says(text);
  const auto good = vkxx::testing::outcome_of(world.store->read("dialogue/5/1/1")).value()->bytes;
  int continued = 0;
  for (int run = 0; run < 300; ++run) {
    auto bytes = good;
    const auto place = random() % bytes.size();
    if (run % 3 == 0) {
      bytes[place] = static_cast<char>(' ' + random() % 90);
    } else if (run % 3 == 1) {
      bytes.erase(place, random() % 9);
    } else {
      // A digit: lengths, kinds and numbers that are well-formed, and wrong.
      const auto digit = bytes.find_first_of("0123456789", place);
      if (digit != std::string::npos) bytes[digit] = static_cast<char>('0' + random() % 10);
    }
    vkxx::state_unit unit;
    unit.write("dialogue/5/1/1", bytes);
    ASSERT_TRUE(vkxx::testing::outcome_of(world.store->commit(std::move(unit))));
    static_cast<void>(world.heard());
    world.says("1");
    const auto heard = world.heard();
    ASSERT_FALSE(heard.empty()) << bytes;
    continued += heard.front() != world.options.texts().lost ? 1 : 0;
    world.says("cancel");
    ASSERT_FALSE(world.is_stored("dialogue/5/1/1")) << bytes;
  }
  EXPECT_TRUE(world.dispatch_notices.empty());
  EXPECT_GT(continued, 10);
  EXPECT_LT(continued, 250);
}

}  // namespace
