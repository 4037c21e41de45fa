// A bot is killed at each point, and at random: nothing is lost, and nothing is sent twice.
//
// VKXX_KILL_RUNS: how many runs with a kill at random there are; 20 by default.
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <fstream>
#include <map>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include <vkxx/state/sqlite_state.hpp>
#include "integration/dispatch/state_support.hpp"

namespace {

constexpr int kill_peers = 4;
constexpr int kill_messages = 4;

class killed_bot {
 public:
  // Starts the bot, and waits for its end. Whether it ended by itself.
  bool run(const std::string& point, int count, std::chrono::microseconds kill_after = {}) {
    const auto folder = folder_.file("");
    const auto times = std::to_string(count);
    const auto child = ::fork();
    if (child == 0) {
      ::execl(VKXX_KILL_CHILD, VKXX_KILL_CHILD, folder.c_str(), point.c_str(), times.c_str(),
              static_cast<char*>(nullptr));
      ::_exit(127);
    }
    if (kill_after.count() > 0) {
      // The only wait: when the kill comes is what this test is about.
      std::this_thread::sleep_for(kill_after);
      ::kill(child, SIGKILL);
    }
    int status = 0;
    EXPECT_EQ(::waitpid(child, &status, 0), child);
    if (WIFSIGNALED(status)) {
      EXPECT_EQ(WTERMSIG(status), SIGKILL);
      return false;
    }
    EXPECT_EQ(WEXITSTATUS(status), 0) << point;
    return true;
  }

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
    const auto store = vkxx::sqlite_state::open(folder_.file("inbox.db")).value();
    EXPECT_TRUE(vkxx::testing::outcome_of(store->check_integrity()));
    for (int peer = 1; peer <= kill_peers; ++peer) {
      const auto key = "count/5/peer/" + std::to_string(peer);
      const auto count = vkxx::testing::outcome_of(store->read(key)).value();
      ASSERT_TRUE(count);
      EXPECT_EQ(count->bytes, std::to_string(kill_messages));
    }
  }

 private:
  std::vector<std::string> lines(const std::string& name) {
    std::vector<std::string> all;
    std::ifstream file{folder_.file(name)};
    for (std::string line; std::getline(file, line);) all.push_back(line);
    return all;
  }
  static std::string part(const std::string& body, const std::string& name) {
    const auto begin = body.find(name);
    if (begin == std::string::npos) return {};
    return body.substr(begin, body.find('&', begin) - begin);
  }

  vkxx::testing::temporary_folder folder_;
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
  int ended = 0;
  for (int run = 0; run < runs; ++run) {
    const std::chrono::microseconds time{1000 + random() % 60'000};
    if (!bot->run("never", 1, time)) continue;
    ++ended;
    bot->expect_everything();
    if (::testing::Test::HasFailure()) return;
    bot = std::make_unique<killed_bot>();
  }
  EXPECT_TRUE(bot->run("never", 1));
  bot->expect_everything();
}

}  // namespace
