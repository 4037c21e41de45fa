// Operations that a stop signal cancels, and the strands that operations run in.
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
#include <stdexcept>
#include <thread>

#include <gtest/gtest.h>

namespace vkxx {
namespace {

using namespace vkxx::detail;

using namespace std::chrono_literals;

// What a cancelled wait ends with.
asio::awaitable<boost::system::error_code> wait_long(std::shared_ptr<int> held = nullptr) {
  co_await asio::this_coro::throw_if_cancelled(false);
  const auto kept = std::move(held);
  asio::steady_timer never{co_await asio::this_coro::executor, 1h};
  boost::system::error_code failure;
  co_await never.async_wait(asio::redirect_error(asio::use_awaitable, failure));
  co_return failure;
}

asio::awaitable<int> give(int value) {
  if (value < 0) throw std::runtime_error{"thrown"};
  co_return value;
}

template <class T>
struct ending {
  bool over = false;
  std::exception_ptr failure;
  std::optional<T> value;
};

template <class T>
std::shared_ptr<ending<T>> start(asio::io_context& io, std::shared_ptr<stop_signal> signal,
                                 asio::awaitable<T> operation, asio::cancellation_slot slot = {}) {
  auto end = std::make_shared<ending<T>>();
  auto running = until_stopped(std::move(signal), std::move(operation));
  asio::co_spawn(
      io, std::move(running),
      asio::bind_cancellation_slot(slot, [end](std::exception_ptr thrown, std::optional<T> value) {
        *end = {true, thrown, std::move(value)};
      }));
  io.poll();
  return end;
}

TEST(UntilStopped, GivesTheValueOrTheException) {
  asio::io_context io;
  const auto signal = std::make_shared<stop_signal>();
  EXPECT_EQ(start(io, signal, give(5))->value, 5);
  io.restart();
  EXPECT_THROW(std::rethrow_exception(start(io, signal, give(-1))->failure), std::runtime_error);
  // Nobody listens any more.
  signal->stop();
  io.restart();
  EXPECT_EQ(io.poll(), 0U);
}

TEST(UntilStopped, AStopFromAnotherThreadCancelsIt) {
  asio::io_context io;
  const auto signal = std::make_shared<stop_signal>();
  const auto alive = std::make_shared<int>(0);
  const auto end = start(io, signal, wait_long(alive));
  EXPECT_FALSE(end->over);
  std::thread{[&] { signal->stop(); }}.join();
  io.run();
  EXPECT_TRUE(end->over);
  EXPECT_FALSE(end->failure);
  EXPECT_FALSE(end->value) << "what it made of the stop is nobody's";
  EXPECT_EQ(alive.use_count(), 1);
}

TEST(UntilStopped, AfterTheStopNothingBegins) {
  asio::io_context io;
  const auto signal = std::make_shared<stop_signal>();
  signal->stop();
  const auto end = start(io, signal, give(-1));
  EXPECT_TRUE(end->over);
  EXPECT_FALSE(end->failure);
  EXPECT_FALSE(end->value);
}

// Else a source that was removed would deliver what arrived meanwhile.
TEST(UntilStopped, AValueThatComesWithTheStopIsNobodys) {
  asio::io_context io;
  const auto signal = std::make_shared<stop_signal>();
  const auto stopping = [](std::shared_ptr<stop_signal> own) -> asio::awaitable<int> {
    own->stop();
    co_return 1;
  };
  const auto end = start(io, signal, stopping(signal));
  EXPECT_TRUE(end->over);
  EXPECT_FALSE(end->failure);
  EXPECT_FALSE(end->value);
}

TEST(UntilStopped, TheCancellationOfTheCallerIsTheOperations) {
  asio::io_context io;
  asio::cancellation_signal cancel;
  const auto signal = std::make_shared<stop_signal>();
  const auto end = start(io, signal, wait_long(), cancel.slot());
  cancel.emit(asio::cancellation_type::terminal);
  io.run();
  EXPECT_EQ(end->value, boost::system::error_code{asio::error::operation_aborted});
}

TEST(UntilStopped, DiesWithItsContextBeforeTheSignal) {
  const auto alive = std::make_shared<int>(0);
  const auto signal = std::make_shared<stop_signal>();
  {
    asio::io_context io;
    start(io, signal, wait_long(alive));
    EXPECT_EQ(alive.use_count(), 2);
  }
  EXPECT_EQ(alive.use_count(), 1);
  signal->stop();
}

// The stop, the last step of the work and the end of the context come at any time.
TEST(UntilStopped, StopsComeAtAnyTime) {
  const auto stepping = [](int count) -> asio::awaitable<int> {
    co_await asio::this_coro::throw_if_cancelled(false);
    asio::steady_timer pause{co_await asio::this_coro::executor};
    int taken = 0;
    for (; taken < count; ++taken) {
      pause.expires_after(20us);
      boost::system::error_code failure;
      co_await pause.async_wait(asio::redirect_error(asio::use_awaitable, failure));
      if (failure) break;
    }
    co_return taken;
  };
  std::atomic<int> ended = 0;
  constexpr int rounds = 500;
  for (int i = 0; i < rounds; ++i) {
    asio::thread_pool pool{2};
    const auto signal = std::make_shared<stop_signal>();
    auto running = until_stopped(signal, stepping(i % 8));
    asio::co_spawn(pool, std::move(running),
                   [&ended](std::exception_ptr failure, std::optional<int>) {
                     if (!failure) ++ended;
                   });
    std::thread stopping{[&] { signal->stop(); }};
    pool.join();
    stopping.join();
  }
  EXPECT_EQ(ended, rounds);
}

// Asio ends the program if a coroutine is cancelled between its start and its first step.
TEST(InStrand, ACancellationBeforeTheFirstStepIsHeard) {
  asio::io_context busy;
  asio::io_context io;
  const auto stop = std::make_shared<strand_cancellation>(new_strand(busy.get_executor()));
  std::exception_ptr failure;
  bool over = false;
  start_in_strand(io.get_executor(), stop, give(1),
                  [&](std::exception_ptr thrown, std::optional<int>) {
                    failure = thrown;
                    over = true;
                  });
  asio::post(stop->strand(), [&] { stop->cancel(asio::cancellation_type::terminal); });
  stop->cancel(asio::cancellation_type::terminal);
  busy.run();
  io.run();
  ASSERT_TRUE(over);
  EXPECT_THROW(std::rethrow_exception(failure), boost::system::system_error);
}

// A handler of a dispatcher that has threads of its own, and is destroyed.
TEST(InStrand, ItsCompletionNeedsTheStrandNoMore) {
  asio::io_context io;
  bool over = false;
  asio::cancellation_signal cancel;
  auto completion = [&](const std::exception_ptr&, std::optional<int> value) {
    over = value.has_value();
  };
  {
    asio::thread_pool threads{1};
    start_in_strand(threads.get_executor(), give(1),
                    asio::bind_cancellation_slot(
                        cancel.slot(), asio::bind_executor(io.get_executor(), completion)));
    threads.join();
  }
  cancel.emit(asio::cancellation_type::terminal);
  io.run();
  EXPECT_TRUE(over);
}

TEST(UntilStopped, CancellationComesAtAnyTime) {
  const auto stepping = []() -> asio::awaitable<int> {
    asio::steady_timer pause{co_await asio::this_coro::executor};
    for (int step = 0; step < 3; ++step) {
      pause.expires_after(50us);
      co_await pause.async_wait(asio::use_awaitable);
    }
    co_return 3;
  };
  asio::thread_pool pool{4};
  std::atomic<int> ended = 0;
  constexpr int calls = 1000;
  const auto stop = std::make_shared<stop_signal>();
  for (int i = 0; i < calls; ++i) {
    const auto strand = asio::make_strand(pool);
    const auto signal = std::make_shared<asio::cancellation_signal>();
    auto running = until_stopped(stop, stepping());
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

// Another thread stops it meanwhile.
TEST(UntilStopped, DiesWithItsContextWhileItIsStopped) {
  for (int round = 0; round < 500; ++round) {
    const auto alive = std::make_shared<int>(0);
    const auto signal = std::make_shared<stop_signal>();
    auto context = std::make_unique<asio::io_context>();
    start(*context, signal, wait_long(alive));
    std::thread stopping{[&signal] { signal->stop(); }};
    context.reset();
    stopping.join();
    EXPECT_EQ(alive.use_count(), 1);
    EXPECT_EQ(signal.use_count(), 1);
  }
}

TEST(SerialExecutor, IsTheStrandThatThereIs) {
  asio::io_context io;
  asio::thread_pool pool{1};
  for (const auto& plain :
       {asio::any_io_executor{io.get_executor()}, asio::any_io_executor{pool.get_executor()}}) {
    const auto strand = serial_executor(plain);
    EXPECT_NE(strand, plain);
    EXPECT_EQ(serial_executor(strand), strand);
    EXPECT_NE(new_strand(plain), strand);
    EXPECT_NE(new_strand(strand), strand);
  }
  // Of a program, by its own means.
  const asio::any_io_executor own = asio::make_strand(io);
  EXPECT_EQ(serial_executor(own), own);
  const asio::any_io_executor wrapped = asio::make_strand(asio::any_io_executor{io.get_executor()});
  EXPECT_EQ(serial_executor(wrapped), wrapped);
}

TEST(SerialExecutor, AnOperationRunsInTheStrandOfItsCaller) {
  asio::io_context io;
  const asio::any_io_executor strand = new_strand(io.get_executor());
  bool same = false;
  const auto inner = [&]() -> asio::awaitable<int> {
    same = co_await asio::this_coro::executor == strand;
    co_return 1;
  };
  const auto caller = [&]() -> asio::awaitable<void> {
    auto running = in_strand(inner());
    static_cast<void>(co_await std::move(running));
  };
  asio::co_spawn(strand, caller(), asio::detached);
  io.run();
  EXPECT_TRUE(same);
}

}  // namespace
}  // namespace vkxx
