// Dispatchers of several processes on one inbox in a real Redis.
#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <deque>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vkxx/dispatch.hpp>
#include <vkxx/redis.hpp>
#include "integration/dispatch/dispatch_support.hpp"
#include "integration/redis/redis_server.hpp"

namespace vkxx::testing {
namespace {

using namespace std::chrono_literals;
using redis::shared_state;
using redis::shared_state_options;
using test::redis_server;
using test::redis_settings;

// What the handlers of all processes did.
struct book {
  std::map<std::string, std::vector<std::string>> lanes;  // the updates of each, as handled
  std::map<std::string, int> running;                     // handlers of a lane
  int handled = 0;
  int most_at_once = 0;  // in a lane
  std::chrono::milliseconds handler_time{0};
};

// One of the processes that run the same bot.
class bot_process {
 public:
  bot_process(asio::io_context& io, const redis_server& server, book& written,
              std::vector<std::vector<update>> updates, duration lease_time)
      : written_{written},
        store_{
            shared_state::open(redis::options{server.url()}.timeout(900ms),
                               shared_state_options{}.lease_time(lease_time).allow_volatile(true))
                .value()},
        dispatcher_{io.get_executor(), store_, dispatcher_options{}.retry_after({50ms, 50ms})} {
    dispatcher_.add("source", [this, updates](const update_cursor& cursor) {
      ++opened;
      return std::make_shared<pretend_source>("source", updates, cursor, false);
    });
    dispatcher_.on_update([this](update_context context) { return handle(std::move(context)); });
    asio::co_spawn(io, dispatcher_.run(),
                   [this](const std::exception_ptr&, const auto& outcome) { report = outcome; });
  }
  void stop(duration grace = 10s) { dispatcher_.stop(grace); }
  [[nodiscard]] dispatcher_metrics metrics() const { return dispatcher_.metrics(); }
  [[nodiscard]] shared_state& store() { return *store_; }

  std::optional<result<drain_report>> report;
  int opened = 0;
  int waiting = 0;
  int handled = 0;
  int cancelled = 0;

 private:
  asio::awaitable<void> handle(update_context context) {
    const auto lane = context.lane();
    written_.most_at_once = std::max(written_.most_at_once, ++written_.running[lane]);
    const struct leave {
      int& running;
      ~leave() { --running; }
    } leaving{written_.running[lane]};
    auto reading = context.read("count/" + lane);
    const auto before = (co_await std::move(reading)).value().value_or("0");
    if (written_.handler_time > 0ms) {
      asio::steady_timer timer{co_await asio::this_coro::executor, written_.handler_time};
      ++waiting;
      try {
        co_await timer.async_wait(asio::use_awaitable);
      } catch (...) {
        ++cancelled;
        throw;
      }
    }
    context.write("count/" + lane, std::to_string(std::stoi(before) + 1));
    written_.lanes[lane].push_back(context.update().event_id());
    ++written_.handled;
    ++handled;
  }

  book& written_;
  std::shared_ptr<shared_state> store_;
  dispatcher dispatcher_;
};

constexpr int peers = 40;
constexpr int messages = 10;

std::vector<std::vector<update>> updates() {
  std::vector<std::vector<update>> all;
  for (int number = 1; number <= messages; ++number) {
    all.emplace_back();
    for (int peer = 1; peer <= peers; ++peer) all.back().push_back(message(5, peer, number));
  }
  return all;
}

class SharedDispatch : public ::testing::Test {
 protected:
  explicit SharedDispatch(redis_settings settings = {}) : server{std::move(settings)} {}

  // A busy machine must not end leases, unless that is what the test is about.
  bot_process& add(duration lease_time = 30s) {
    return processes.emplace_back(io, server, written, updates(), lease_time);
  }
  bool until(const std::function<bool()>& reached) {
    const auto end = std::chrono::steady_clock::now() + 30s;
    while (!reached() && std::chrono::steady_clock::now() < end) {
      io.restart();
      io.run_one_for(20ms);
    }
    return reached();
  }
  // How many updates each conversation counted.
  void expect_counts(int count) {
    for (int peer = 1; peer <= peers; ++peer) {
      const auto key = "count/5/peer/" + std::to_string(peer);
      std::optional<state_value> value;
      ASSERT_TRUE(until([&] {
        const auto seen = outcome_of(processes.back().store().read(key));
        if (seen) value = *seen;
        return seen.has_value();
      })) << key;
      ASSERT_TRUE(value) << key;
      EXPECT_EQ(value->bytes, std::to_string(count)) << key;
    }
  }
  void stop_all() {
    for (auto& process : processes) process.stop();
    ASSERT_TRUE(until([this] {
      return std::all_of(processes.begin(), processes.end(),
                         [](const auto& process) { return process.report.has_value(); });
    }));
    for (auto& process : processes) EXPECT_TRUE(*process.report);
  }
  [[nodiscard]] bool empty() {
    // A Redis that comes back, or a busy machine, may give no answer in time.
    const auto seen = outcome_of(processes.back().store().summary());
    return seen && seen->rows == 0;
  }

  redis_server server;
  asio::io_context io;
  book written;
  std::deque<bot_process> processes;
};

TEST_F(SharedDispatch, HandlesEachUpdateOnceInTheOrderOfItsLane) {
  written.handler_time = 2ms;
  for (int count = 0; count < 3; ++count) add();
  ASSERT_TRUE(until([this] { return written.handled >= peers * messages; }));
  ASSERT_TRUE(until([this] { return empty(); }));
  EXPECT_EQ(written.handled, peers * messages);
  EXPECT_EQ(written.most_at_once, 1);
  for (const auto& [lane, handled] : written.lanes) {
    std::vector<std::string> expected;
    const auto peer = lane.substr(lane.rfind('/') + 1);
    for (int number = 1; number <= messages; ++number) {
      expected.push_back(peer + "." + std::to_string(number));
    }
    EXPECT_EQ(handled, expected) << lane;
  }
  expect_counts(messages);
  int busy = 0;
  int readers = 0;
  for (const auto& process : processes) {
    busy += process.handled > 0 ? 1 : 0;
    readers += process.opened;
  }
  EXPECT_GT(busy, 1) << "one process does everything";
  EXPECT_GE(readers, 1);
  stop_all();
}

TEST_F(SharedDispatch, MovesPartsWithoutInterruptingHandlers) {
  written.handler_time = 20ms;
  add();
  ASSERT_TRUE(until([this] { return written.handled >= 20; }));
  auto& second = add();
  ASSERT_TRUE(until([&] { return second.handled >= 20; }));
  // One that stops gives everything to the other.
  processes.front().stop();
  ASSERT_TRUE(until([this] { return processes.front().report.has_value(); }));
  EXPECT_EQ(processes.front().report->value().cancelled, 0U);
  ASSERT_TRUE(until([this] { return written.handled >= peers * messages && empty(); }));
  EXPECT_EQ(written.handled, peers * messages);
  EXPECT_EQ(written.most_at_once, 1);
  EXPECT_EQ(processes.front().cancelled + second.cancelled, 0);
  expect_counts(messages);
  stop_all();
}

TEST_F(SharedDispatch, WaitsForARedisThatIsGoneAndCancelsWhatItMayNoLongerCommit) {
  written.handler_time = 5s;
  auto& process = add(1s);
  ASSERT_TRUE(until([&] { return process.waiting == peers; }));
  server.freeze();
  // The leases end; what runs is of no use any more.
  ASSERT_TRUE(until([&] { return process.cancelled == peers; }));
  ASSERT_TRUE(until([&] { return process.metrics().running == 0; }));
  EXPECT_EQ(written.handled, 0);
  written.handler_time = 0ms;
  server.thaw();
  ASSERT_TRUE(until([this] { return written.handled >= peers * messages && empty(); }));
  expect_counts(messages);
  stop_all();
}

class DurableDispatch : public SharedDispatch {
 protected:
  DurableDispatch() : SharedDispatch{redis_settings{}.durable()} {}
};

TEST_F(DurableDispatch, GoesOnWithARedisThatWasKilled) {
  written.handler_time = 3ms;
  add();
  add();
  for (int times = 1; times <= 3; ++times) {
    ASSERT_TRUE(until([&] { return written.handled >= 60 * times; }));
    server.kill();
    server.start();
  }
  ASSERT_TRUE(until([this] { return written.handled >= peers * messages && empty(); }));
  // A handler may have run twice; what it counted was committed once.
  expect_counts(messages);
  EXPECT_EQ(written.most_at_once, 1);
  stop_all();
}

TEST_F(DurableDispatch, HandlesAgainWhatARedisWithOlderDataHasLost) {
  add();
  ASSERT_TRUE(until([this] { return written.handled >= 100; }));
  // A copy of the data as it is now, and work after it.
  const auto data = server.file("appendonlydir");
  const auto copy = server.file("older");
  std::filesystem::copy(data, copy, std::filesystem::copy_options::recursive);
  ASSERT_TRUE(until([this] { return written.handled >= 300; }));
  server.kill();
  std::filesystem::remove_all(data);
  std::filesystem::rename(copy, data);
  server.start();
  ASSERT_TRUE(until([this] { return written.handled >= peers * messages && empty(); }));
  // Every update counts in what is stored, although the source had gone on.
  expect_counts(messages);
  stop_all();
}

}  // namespace
}  // namespace vkxx::testing
