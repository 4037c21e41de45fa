// A bot is killed at each point, and at random: nothing is lost, and nothing is sent twice.
//
// VKXX_KILL_RUNS: how many runs with a kill at random there are; 20 by default.
#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>
#include <map>
#include <memory>
#include <random>
#include <set>
#include <string>

#include <vkxx/state/sqlite_state.hpp>
#include "integration/dispatch/killed_process.hpp"

namespace {

constexpr int kill_peers = 4;
constexpr int kill_messages = 4;

class killed_bot : public vkxx::testing::killed_process {
 public:
  killed_bot() : killed_process{VKXX_KILL_CHILD} {}

  void expect_everything() {
    std::map<std::string, int> runs;
    for (const auto& id : lines("runs")) ++runs[id];
    std::set<std::string> numbers;
    std::set<std::string> texts;
    for (const auto& body : lines("effects")) {
      numbers.insert(part(body, "random_id="));
      texts.insert(part(body, "message="));
    }
    EXPECT_EQ(runs.size(), static_cast<std::size_t>(kill_peers * kill_messages));
    // Three messages each, two of them with the same text; VK knows them by their numbers.
    EXPECT_EQ(numbers.size(), static_cast<std::size_t>(3 * kill_peers * kill_messages));
    EXPECT_EQ(texts.size(), static_cast<std::size_t>(2 * kill_peers * kill_messages));
    const auto store = vkxx::sqlite_state::open(file("inbox.db")).value();
    EXPECT_TRUE(vkxx::testing::outcome_of(store->check_integrity()));
    for (int peer = 1; peer <= kill_peers; ++peer) {
      const auto key = "count/5/peer/" + std::to_string(peer);
      const auto count = vkxx::testing::outcome_of(store->read(key)).value();
      ASSERT_TRUE(count);
      EXPECT_EQ(count->bytes, std::to_string(kill_messages));
    }
  }
};

TEST(Kill, AtEachPointLosesAndRepeatsNothing) {
  for (const auto* point : {"batch", "before_put", "after_put", "accept", "handler", "sent",
                            "before_commit", "after_commit", "writing"}) {
    for (const int count : {1, 5}) {
      SCOPED_TRACE(point + std::string{" "} + std::to_string(count));
      killed_bot bot;
      // `writing` may miss its moment.
      const bool ended = bot.run(point, count);
      EXPECT_TRUE(!ended || std::string{point} == "writing");
      bot.run(point, 1);
      EXPECT_TRUE(bot.run("never", 1));
      bot.expect_everything();
      if (::testing::Test::HasFailure()) return;
    }
  }
}

// Among the states of the files are those of a log that is moved in part.
TEST(Kill, AtEachChangeOfTheFileLosesAndRepeatsNothing) {
  for (const auto* change : {"page", "truncate", "remove"}) {
    int count = 0;
    for (bool ended = false; !ended;) {
      SCOPED_TRACE(change + std::string{" "} + std::to_string(++count));
      killed_bot bot;
      ended = bot.run(change, count);
      EXPECT_TRUE(bot.run("never", 1));
      bot.expect_everything();
      if (::testing::Test::HasFailure()) return;
    }
    EXPECT_GT(count, std::string{change} == "page" ? 10 : 1) << change;
  }
}

TEST(Kill, WhileTheLogIsWrittenLosesAndRepeatsNothing) {
  for (const int count : {1, 2, 3, 4, 5, 8, 13, 21, 34, 55, 89, 144, 233}) {
    SCOPED_TRACE(count);
    killed_bot bot;
    // How often it is written depends on how many commits one group takes; the tables always are.
    EXPECT_TRUE(!bot.run("log", count) || count > 20);
    EXPECT_TRUE(bot.run("never", 1));
    bot.expect_everything();
    if (::testing::Test::HasFailure()) return;
  }
}

TEST(Kill, AtRandomLosesAndRepeatsNothing) {
  const char* setting = std::getenv("VKXX_KILL_RUNS");
  const int runs = setting != nullptr ? std::atoi(setting) : 20;
  std::mt19937 random{20'240'501};
  auto bot = std::make_unique<killed_bot>();
  for (int run = 0; run < runs; ++run) {
    const std::chrono::microseconds time{1000 + random() % 60'000};
    if (!bot->run("never", 1, time)) continue;
    bot->expect_everything();
    if (::testing::Test::HasFailure()) return;
    bot = std::make_unique<killed_bot>();
  }
  EXPECT_TRUE(bot->run("never", 1));
  bot->expect_everything();
}

}  // namespace
