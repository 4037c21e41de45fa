// An operation and its stop, on a context of several threads.
#include "core/async/until_stopped.hpp"

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
#include <chrono>
#include <memory>
#include <optional>
#include <thread>

#include <gtest/gtest.h>

namespace vkxx {
namespace {

using namespace vkxx::detail;
using namespace std::chrono_literals;

// Counts on a plain number, which only one thread at a time may do.
asio::awaitable<int> short_steps(int count) {
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

asio::awaitable<int> endless(std::shared_ptr<int> held) {
  const auto kept = std::move(held);
  asio::steady_timer never{co_await asio::this_coro::executor, 1h};
  co_await never.async_wait(asio::use_awaitable);
  co_return *kept;
}

TEST(UntilStopped, StopComesAtAnyTimeFromAnyThread) {
  asio::thread_pool pool{4};
  std::atomic<int> whole = 0;
  std::atomic<int> stopped = 0;
  constexpr int calls = 2000;
  for (int i = 0; i < calls; ++i) {
    const auto stop = std::make_shared<stop_signal>();
    auto running = until_stopped(stop, short_steps(3));
    asio::co_spawn(pool, std::move(running),
                   [&whole, &stopped](std::exception_ptr failure, std::optional<int> taken) {
                     EXPECT_FALSE(failure);
                     ++(taken == 3 ? whole : stopped);
                   });
    // Not on a strand of the operation.
    auto timer = std::make_shared<asio::steady_timer>(pool, std::chrono::microseconds{i % 400});
    timer->async_wait([stop, timer](boost::system::error_code) { stop->stop(); });
  }
  pool.join();
  EXPECT_EQ(whole + stopped, calls);
}

TEST(UntilStopped, CancellationComesAtAnyTime) {
  asio::thread_pool pool{4};
  std::atomic<int> ended = 0;
  constexpr int calls = 1000;
  const auto stop = std::make_shared<stop_signal>();
  for (int i = 0; i < calls; ++i) {
    const auto strand = asio::make_strand(pool);
    const auto signal = std::make_shared<asio::cancellation_signal>();
    auto running = until_stopped(stop, short_steps(3));
    asio::co_spawn(
        strand, std::move(running),
        asio::bind_cancellation_slot(
            signal->slot(), [&ended, signal](std::exception_ptr, std::optional<int>) { ++ended; }));
    auto timer = std::make_shared<asio::steady_timer>(strand, std::chrono::microseconds{i % 400});
    timer->async_wait([signal, timer](boost::system::error_code) {
      signal->emit(asio::cancellation_type::terminal);
    });
  }
  pool.join();
  EXPECT_EQ(ended, calls);
  // None of them is known to it any more.
  EXPECT_EQ(stop.use_count(), 1);
}

TEST(UntilStopped, EndsAnOperationThatWouldNotEnd) {
  asio::io_context context;
  const auto stop = std::make_shared<stop_signal>();
  const auto alive = std::make_shared<int>(0);
  std::optional<int> outcome = 1;
  for (const bool before : {false, true}) {
    auto running = until_stopped(stop, endless(alive));
    asio::co_spawn(context, std::move(running), [&](std::exception_ptr failure, auto value) {
      EXPECT_FALSE(failure);
      outcome = value;
    });
    if (!before) {
      context.poll();
      EXPECT_EQ(outcome, 1);
      stop->stop();
    }
    context.restart();
    context.run();
    EXPECT_EQ(outcome, std::nullopt);
    EXPECT_EQ(alive.use_count(), 1);
    outcome = 1;
  }
}

TEST(UntilStopped, ThrowsWhatTheOperationThrows) {
  asio::io_context context;
  const auto failing = []() -> asio::awaitable<int> {
    throw std::runtime_error{"broken"};
    co_return 0;
  };
  bool thrown = false;
  auto running = until_stopped(std::make_shared<stop_signal>(), failing());
  asio::co_spawn(context, std::move(running), [&](std::exception_ptr failure, std::optional<int>) {
    thrown = failure != nullptr;
  });
  context.run();
  EXPECT_TRUE(thrown);
}

// Another thread stops it meanwhile.
TEST(UntilStopped, DiesWithItsContext) {
  for (int round = 0; round < 500; ++round) {
    const auto alive = std::make_shared<int>(0);
    const auto stop = std::make_shared<stop_signal>();
    auto context = std::make_unique<asio::io_context>();
    auto running = until_stopped(stop, endless(alive));
    asio::co_spawn(*context, std::move(running), [](std::exception_ptr, std::optional<int>) {});
    context->poll();
    std::jthread stopping{[&stop] { stop->stop(); }};
    context.reset();
    stopping.join();
    EXPECT_EQ(alive.use_count(), 1);
    EXPECT_EQ(stop.use_count(), 1);
  }
}

}  // namespace
}  // namespace vkxx
