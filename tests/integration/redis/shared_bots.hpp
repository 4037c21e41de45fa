// Processes that run the same bot on one inbox in a real Redis.
#pragma once

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include <vkxx/dispatch.hpp>
#include <vkxx/redis.hpp>
#include "integration/dispatch/dispatch_support.hpp"

namespace vkxx::testing {

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
  bot_process(asio::io_context& io, const redis::options& server, book& written,
              std::vector<std::vector<update>> updates, duration lease_time)
      : written_{written},
        store_{
            redis::shared_state::open(
                server, redis::shared_state_options{}.lease_time(lease_time).allow_volatile(true))
                .value()},
        dispatcher_{io.get_executor(), store_,
                    dispatcher_options{}.retry_after(
                        {std::chrono::milliseconds{50}, std::chrono::milliseconds{50}})} {
    dispatcher_.add("source", [this, updates](const update_cursor& cursor) {
      ++opened;
      return std::make_shared<pretend_source>("source", updates, cursor, false);
    });
    dispatcher_.on_update([this](update_context context) { return handle(std::move(context)); });
    asio::co_spawn(io, dispatcher_.run(),
                   [this](const std::exception_ptr&, const auto& outcome) { report = outcome; });
  }
  void stop(duration grace = std::chrono::seconds{10}) { dispatcher_.stop(grace); }
  [[nodiscard]] dispatcher_metrics metrics() const { return dispatcher_.metrics(); }
  [[nodiscard]] redis::shared_state& store() { return *store_; }
  [[nodiscard]] dispatcher& updates() { return dispatcher_; }

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
    if (written_.handler_time > std::chrono::milliseconds::zero()) {
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
  std::shared_ptr<redis::shared_state> store_;
  dispatcher dispatcher_;
};

constexpr int peers = 40;
constexpr int messages = 10;

inline std::vector<std::vector<update>> updates() {
  std::vector<std::vector<update>> all;
  for (int number = 1; number <= messages; ++number) {
    all.emplace_back();
    for (int peer = 1; peer <= peers; ++peer) all.back().push_back(message(5, peer, number));
  }
  return all;
}

// What all of these tests have.
class BotProcesses : public ::testing::Test {
 protected:
  // A busy machine must not end leases, unless that is what the test is about.
  bot_process& add(const redis::options& server, duration lease_time = std::chrono::seconds{30}) {
    return processes.emplace_back(io, server, written, updates(), lease_time);
  }
  bool until(const std::function<bool()>& reached) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds{60};
    while (!reached() && std::chrono::steady_clock::now() < end) {
      io.restart();
      io.run_one_for(std::chrono::milliseconds{20});
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
  // Whether the last batch was taken in, and nothing is left of it. How many handlers ran does not
  // tell: some run twice. A Redis that comes back, or a busy machine, may give no answer in time.
  [[nodiscard]] bool all_is_done() {
    auto& store = processes.back().store();
    const auto position = outcome_of(store.cursor("source"));
    if (!position || *position != std::to_string(messages)) return false;
    const auto seen = outcome_of(store.summary());
    return seen && seen->rows == 0;
  }

  asio::io_context io;
  book written;
  std::deque<bot_process> processes;
};

}  // namespace vkxx::testing
