// Several on one token's limit, through a real Redis, against the emulator that counts strictly.
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <deque>
#include <mutex>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vkxx/client.hpp>
#include <vkxx/redis.hpp>
#include <vkxx/testing/emulator_fixture.hpp>

#include "integration/redis/redis_server.hpp"

namespace vkxx::test {
namespace {

using namespace std::chrono_literals;
using http::test::child_process;
using ::testing::HasSubstr;
using ::testing::Not;

// What the clients logged, of which the thread that speaks to Redis writes a part.
class log_book {
 public:
  void add(std::string line) {
    const std::lock_guard lock{mutex_};
    lines_.push_back(std::move(line));
  }
  [[nodiscard]] std::vector<std::string> lines() const {
    const std::lock_guard lock{mutex_};
    return lines_;
  }

 private:
  mutable std::mutex mutex_;
  std::vector<std::string> lines_;
};

// A client that shares as a process of its own does.
struct sharer {
  sharer(boost::asio::io_context& io, testing::emulator_fixture& vk, const std::string& redis,
         log_book& log)
      : client{io.get_executor(), settings_for(vk, redis, log)} {}

  static config settings_for(testing::emulator_fixture& vk, const std::string& redis,
                             log_book& log) {
    config settings;
    settings.emulator(vk->url())
        .access_token(vk->tokens().community)
        .token_kind(token_kind::community);
    settings.limits(limits{}.share(vkxx::redis::make_shared_limit(vkxx::redis::options{redis})));
    settings.log([&log](const log_line& line) {
      if (line.level == log_level::warning || line.text.starts_with("limits ")) {
        log.add(line.text);
      }
    });
    return settings;
  }

  vkxx::client client;
  int done = 0;
  int failed = 0;
};

class SharedThroughRedis : public ::testing::Test {
 protected:
  static emulator_options strict() {
    emulator_options options;
    options.strict_limits(true).record_limit(100'000);
    return options;
  }
  void add_sharers(int count) {
    for (int i = 0; i < count; ++i) sharers.emplace_back(io, vk, redis.url(), log);
  }
  // `calls` of each at once.
  void call(int calls) {
    for (auto& sharer : sharers) {
      for (int i = 0; i < calls; ++i) {
        boost::asio::co_spawn(io, single(sharer), boost::asio::detached);
      }
    }
  }
  bool run_until(const std::function<bool()>& reached) {
    const auto end = std::chrono::steady_clock::now() + 40s;
    io.restart();
    while (!reached() && std::chrono::steady_clock::now() < end) {
      if (io.run_one_for(100ms) == 0) io.restart();
    }
    return reached();
  }
  int done() const {
    int all = 0;
    for (const auto& sharer : sharers) all += sharer.done;
    return all;
  }
  int refused() {
    int count = 0;
    for (const auto& received : vk->requests()) count += received.error_code == 6;
    return count;
  }

  redis_server redis;
  testing::emulator_fixture vk{strict()};
  boost::asio::io_context io{1};
  log_book log;
  std::deque<sharer> sharers;

 private:
  static boost::asio::awaitable<void> single(sharer& by) {
    auto work = by.client.try_call(request{"groups.getById"}.set("group_id", 1));
    const auto answer = co_await std::move(work);
    ++(answer ? by.done : by.failed);
  }
};

TEST_F(SharedThroughRedis, FourKeepToOneLimitAndShareItFairly) {
  add_sharers(4);
  call(20);
  const auto begun = std::chrono::steady_clock::now();
  ASSERT_TRUE(run_until([this] { return done() >= 60; }));
  // Of three windows, less two turns that a thread held up may lose; without turns one has nothing.
  for (const auto& sharer : sharers) EXPECT_GE(sharer.done, 4);
  ASSERT_TRUE(run_until([this] { return done() == 80; }));
  EXPECT_GE(std::chrono::steady_clock::now() - begun, 3s);
  EXPECT_EQ(refused(), 0);
  EXPECT_THAT(log.lines(), ::testing::IsEmpty());
}

TEST_F(SharedThroughRedis, AKilledProcessLeavesItsPlacesToTheOthers) {
  std::optional<child_process> other;
  http::test::temporary_folder folder;
  const std::vector<std::string> command{VKXX_SHARING_PROCESS, vk->url(), vk->tokens().community,
                                         redis.url()};
  other.emplace(command, folder.path("log"));
  ASSERT_TRUE(run_until([this] { return vk->requests().size() >= 20; }));
  add_sharers(1);
  call(60);
  ASSERT_TRUE(run_until([this] { return done() >= 5; })) << "the process takes everything";
  other.reset();
  const auto before = done();
  ASSERT_TRUE(run_until([&] { return done() >= before + 40; }));
  EXPECT_EQ(refused(), 0);
}

TEST_F(SharedThroughRedis, GoesOnWithItsShareWithoutRedisAndRecovers) {
  add_sharers(4);
  call(1);
  ASSERT_TRUE(run_until([this] { return done() == 4; }));
  // By now each has shown up; by the next question each sees all.
  call(1);
  ASSERT_TRUE(run_until([this] { return done() == 8; }));
  redis.kill();
  call(8);
  ASSERT_TRUE(run_until([this] { return done() == 40; }));
  EXPECT_EQ(log.lines().size(), 4U);
  EXPECT_THAT(log.lines().front(), HasSubstr("one of 4"));
  redis.start();
  call(20);
  ASSERT_TRUE(run_until([this] { return done() == 120; }));
  ASSERT_EQ(log.lines().size(), 8U);
  EXPECT_THAT(log.lines().back(), HasSubstr("shared with other processes again"));
  EXPECT_EQ(refused(), 0);
}

TEST_F(SharedThroughRedis, DoesNotWaitForARedisThatHangs) {
  add_sharers(1);
  call(1);
  ASSERT_TRUE(run_until([this] { return done() == 1; }));
  redis.freeze();
  call(1);
  ASSERT_TRUE(run_until([this] { return done() == 2; }));
  redis.thaw();
  ASSERT_EQ(log.lines().size(), 1U);
  EXPECT_THAT(log.lines().front(), HasSubstr("no answer in time"));
  // The next calls find out that it is back.
  int calls = 2;
  ASSERT_TRUE(run_until([&] {
    for (; done() == calls && log.lines().size() == 1; ++calls) call(1);
    return log.lines().size() == 2;
  }));
  EXPECT_EQ(refused(), 0);
}

TEST_F(SharedThroughRedis, SaysWhyWithoutThePassword) {
  redis_server locked{redis_settings{}.with({"--requirepass", "open-sesame"})};
  sharers.emplace_back(io, vk, locked.url(":close-sesame@"), log);
  call(1);
  ASSERT_TRUE(run_until([this] { return done() == 1; }));
  ASSERT_EQ(log.lines().size(), 1U);
  EXPECT_THAT(log.lines().front(), HasSubstr("refused with WRONGPASS"));
  EXPECT_THAT(log.lines().front(), Not(HasSubstr("close-sesame")));
  sharers.emplace_back(io, vk, locked.url(":open-sesame@"), log);
  call(1);
  ASSERT_TRUE(run_until([this] { return done() == 3; }));
  EXPECT_EQ(log.lines().size(), 1U) << "the right password is taken";
}

TEST_F(SharedThroughRedis, NeverShowsTheTokenToRedis) {
  add_sharers(1);
  call(1);
  ASSERT_TRUE(run_until([this] { return done() == 1; }));
  const auto keys = redis.command({"--scan"});
  EXPECT_THAT(keys, HasSubstr(":ordinary:places"));
  EXPECT_THAT(keys, Not(HasSubstr(vk->tokens().community)));
}

}  // namespace
}  // namespace vkxx::test
