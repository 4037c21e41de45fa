// Time limits on a context of several threads.
#include "core/async/with_deadline.hpp"

#include <atomic>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/thread_pool.hpp>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace vkxx {
namespace {

using namespace vkxx::detail;

using namespace std::chrono_literals;

// Counts on a plain number, which only one thread at a time may do.
asio::awaitable<int> steps(int count) {
  co_await asio::this_coro::throw_if_cancelled(false);
  int taken = 0;
  asio::steady_timer pause{co_await asio::this_coro::executor};
  for (int i = 0; i < count; ++i) {
    pause.expires_after(50us);
    boost::system::error_code failure;
    co_await pause.async_wait(asio::redirect_error(asio::use_awaitable, failure));
    if (failure) break;
    ++taken;
  }
  co_return taken;
}

// The work's last step and the alarm come at about the same time, over and over.
TEST(WithDeadline, WorkAndAlarmDoNotRunSideBySide) {
  asio::io_context context;
  std::atomic<int> ended = 0;
  const auto caller = [](std::atomic<int>& count) -> asio::awaitable<void> {
    for (int i = 0; i < 200; ++i) {
      const auto time = system_clock();
      auto limited = with_deadline(time, time->now() + 500us, steps(i % 10));
      const auto taken = co_await std::move(limited);
      EXPECT_LE(taken.value_or(0), i % 10);
      ++count;
    }
  };
  for (int i = 0; i < 16; ++i) asio::co_spawn(context, caller(ended), asio::detached);
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 4; ++i) threads.emplace_back([&context] { context.run(); });
  }
  EXPECT_EQ(ended, 16 * 200);
}

// The caller is cancelled at about the time at which the work ends.
TEST(WithDeadline, CancellationComesAtAnyTime) {
  asio::thread_pool pool{4};
  std::atomic<int> ended = 0;
  constexpr int calls = 2000;
  for (int i = 0; i < calls; ++i) {
    const auto strand = asio::make_strand(pool);
    auto stop = std::make_shared<asio::cancellation_signal>();
    const auto time = system_clock();
    auto limited = with_deadline(time, time->now() + 1s, steps(3));
    asio::co_spawn(
        strand, std::move(limited),
        asio::bind_cancellation_slot(
            stop->slot(), [&ended, stop](std::exception_ptr, std::optional<int>) { ++ended; }));
    auto timer = std::make_shared<asio::steady_timer>(strand, std::chrono::microseconds{i % 400});
    timer->async_wait([stop, timer](boost::system::error_code) {
      stop->emit(asio::cancellation_type::terminal);
    });
  }
  pool.join();
  EXPECT_EQ(ended, calls);
}

TEST(WithDeadline, CompletesOnTheExecutorOfTheCaller) {
  asio::thread_pool pool{2};
  const auto strand = asio::make_strand(pool);
  bool in_strand_before = false;
  bool in_strand_after = false;
  const auto caller = [&]() -> asio::awaitable<void> {
    in_strand_before = strand.running_in_this_thread();
    const auto time = system_clock();
    auto limited = with_deadline(time, time->now() + 9s, steps(3));
    static_cast<void>(co_await std::move(limited));
    in_strand_after = strand.running_in_this_thread();
  };
  asio::co_spawn(strand, caller(), asio::detached);
  pool.join();
  EXPECT_TRUE(in_strand_before);
  EXPECT_TRUE(in_strand_after);
}

// Work that is under way when its context dies goes with it.
TEST(WithDeadline, DiesWithItsContext) {
  const auto alive = std::make_shared<int>(0);
  {
    asio::io_context context;
    const auto working = [](std::shared_ptr<int> held) -> asio::awaitable<int> {
      const auto kept = std::move(held);
      asio::steady_timer never{co_await asio::this_coro::executor, 1h};
      co_await never.async_wait(asio::use_awaitable);
      co_return *kept;
    };
    const auto time = system_clock();
    auto limited = with_deadline(time, time->now() + 1h, working(alive));
    asio::co_spawn(context, std::move(limited), [](std::exception_ptr, std::optional<int>) {});
    context.poll();
    EXPECT_GT(alive.use_count(), 1);
  }
  EXPECT_EQ(alive.use_count(), 1);
}

}  // namespace
}  // namespace vkxx
