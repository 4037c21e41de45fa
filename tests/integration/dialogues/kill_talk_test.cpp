// A bot in the middle of dialogues is killed after each message, at each point, and at random: the
// same is said, and once.
//
// VKXX_KILL_RUNS: how many runs with a kill at random there are; 20 by default.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>
#include <map>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <vkxx/state/sqlite_state.hpp>
#include "integration/dispatch/killed_process.hpp"

namespace {

using testing::UnorderedElementsAreArray;

constexpr int killed_people = 2;

std::vector<std::string> expected_of(const std::string& who) {
  std::vector<std::string> texts{
      "1+of+" + who + "+with+0", "1+of+" + who + "+with+0", "No+" + who,
      "Timer+6+of+" + who,       "Twice+30+of+" + who,      "Sum+55+of+" + who};
  for (int number = 2; number <= 10; ++number) {
    texts.push_back(std::to_string(number) + "+of+" + who + "+with+" +
                    std::to_string(number * (number - 1) / 2));
  }
  // The question to which the way back leads from.
  texts.push_back("2+of+" + who + "+with+50");
  return texts;
}

class killed_talk : public vkxx::testing::killed_process {
 public:
  killed_talk() : killed_process{VKXX_KILL_TALK_CHILD} {}

  void expect_everything() {
    // What VK has: it takes a message with a known number once.
    std::set<std::string> numbers;
    std::map<std::string, std::vector<std::string>> texts;
    for (const auto& body : lines("effects")) {
      const auto peer = part(body, "peer_ids=");
      if (!numbers.insert(peer + "/" + part(body, "random_id=")).second) continue;
      texts[peer].push_back(part(body, "message=").substr(std::string{"message="}.size()));
    }
    std::vector<std::string> noted{"timer"};
    for (int number = 2; number <= 10; ++number) noted.push_back(std::to_string(number));
    const auto store = vkxx::sqlite_state::open(file("inbox.db")).value();
    for (int person = 1; person <= killed_people; ++person) {
      const auto who = std::to_string(person);
      EXPECT_THAT(texts["peer_ids=" + who], UnorderedElementsAreArray(expected_of(who)));
      const auto key = "/5/" + who + "/" + who;
      EXPECT_FALSE(vkxx::testing::outcome_of(store->read("dialogue" + key)).value());
      const auto kept = vkxx::testing::outcome_of(store->read("session/notes" + key)).value();
      ASSERT_TRUE(kept);
      EXPECT_THAT(texts_in(kept->bytes), UnorderedElementsAreArray(noted)) << kept->bytes;
    }
    EXPECT_EQ(vkxx::testing::outcome_of(store->summary()).value().rows, 0U);
    EXPECT_TRUE(lines("untaken").empty());
    EXPECT_GE(lines("once").size(), std::size_t{killed_people});
  }

 private:
  // Of `…"all":["2","3"]…`.
  static std::vector<std::string> texts_in(const std::string& json) {
    std::vector<std::string> all;
    auto place = json.find('[');
    while ((place = json.find('"', place)) != std::string::npos) {
      const auto end = json.find('"', place + 1);
      if (end == std::string::npos) break;
      all.push_back(json.substr(place + 1, end - place - 1));
      place = end + 1;
    }
    return all;
  }
};

// Kills at the point for the first, second … time, `step` further each time, until it is not
// reached any more. Returns how often.
int kill_at(const std::string& point, int step) {
  int kills = 0;
  for (int count = 1;; count += step) {
    SCOPED_TRACE(point + " " + std::to_string(count));
    killed_talk bot;
    const bool ended = bot.run(point, count);
    EXPECT_TRUE(bot.run("never", 1));
    bot.expect_everything();
    if (ended || testing::Test::HasFailure()) return kills;
    ++kills;
  }
}

TEST(KillTalk, AfterEachMessageSaysTheSameOnce) {
  EXPECT_GE(kill_at("sent", 1), 30);
}

TEST(KillTalk, InEachChangeAndEffectSaysTheSameOnce) {
  EXPECT_EQ(kill_at("change", 1), 20);
  EXPECT_EQ(kill_at("effect", 1), 2);
  EXPECT_EQ(kill_at("timer", 1), 2);
}

TEST(KillTalk, AtEachPointOfTheDispatcherSaysTheSameOnce) {
  for (const auto* point :
       {"batch", "before_put", "after_put", "accept", "handler", "before_commit", "after_commit"}) {
    EXPECT_GE(kill_at(point, 4), 3) << point;
    if (HasFailure()) return;
  }
}

// Each process gets a little further: an update that was interrupted begins again, so that several
// messages are sent a second time before there is a new one.
TEST(KillTalk, AgainAndAgainSaysTheSameOnce) {
  for (const auto& [point, count] :
       {std::pair{"sent", 7}, std::pair{"before_commit", 3}, std::pair{"after_commit", 3}}) {
    killed_talk bot;
    int runs = 1;
    while (!bot.run(point, count)) ASSERT_LT(++runs, 60) << point;
    EXPECT_GT(runs, 4) << point;
    bot.expect_everything();
    if (HasFailure()) return;
  }
}

TEST(KillTalk, AtRandomSaysTheSameOnce) {
  const char* setting = std::getenv("VKXX_KILL_RUNS");
  const int runs = setting != nullptr ? std::atoi(setting) : 20;
  std::mt19937 random{20'240'801};
  auto bot = std::make_unique<killed_talk>();
  for (int run = 0; run < runs; ++run) {
    const std::chrono::microseconds time{1000 + random() % 60'000};
    if (!bot->run("never", 1, time)) continue;
    bot->expect_everything();
    if (HasFailure()) return;
    bot = std::make_unique<killed_talk>();
  }
  EXPECT_TRUE(bot->run("never", 1));
  bot->expect_everything();
}

}  // namespace
