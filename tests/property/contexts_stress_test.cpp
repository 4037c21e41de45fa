// Calls that are awaited in another multi-threaded context than their client's, with deadlines and
// cancellations at any moment, also while the client's context goes down: each ends exactly once.
#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <exception>
#include <memory>
#include <optional>
#include <thread>
#include <vector>

#include <vkxx/client.hpp>
#include <vkxx/emulator.hpp>

namespace vkxx::test {
namespace {

using namespace std::chrono_literals;

struct totals {
  std::atomic<int> answered = 0;
  std::atomic<int> failed = 0;
  // Of the coroutines that make the calls.
  std::atomic<int> ended = 0;
  std::atomic<int> threw = 0;
};

// The caller's side. The client's context may die first.
class callers {
 public:
  static constexpr int pairs = 8;
  static constexpr int calls_each = 30;

  callers(const emulator& vk, asio::io_context& home)
      : client_{home.get_executor(), settings(vk)} {}

  void start() {
    for (int i = 0; i < pairs; ++i) {
      spawn(make_calls(i % 3));
      spawn(cancel_calls());
    }
  }
  [[nodiscard]] asio::io_context& context() noexcept { return context_; }
  [[nodiscard]] const totals& seen() const noexcept { return seen_; }
  void wait_for_an_answer() const { seen_.answered.wait(0); }

 private:
  static config settings(const emulator& vk) {
    config settings;
    settings.emulator(vk.url()).access_token(vk.tokens().user).limits(limits{}.off());
    return settings;
  }

  void spawn(asio::awaitable<void> work) {
    asio::co_spawn(asio::make_strand(context_), std::move(work),
                   [this](std::exception_ptr failure) {
                     ++seen_.ended;
                     if (failure) ++seen_.threw;
                   });
  }

  asio::awaitable<void> call(call_options options) {
    auto calling = client_.try_call(request{"users.get"}, std::move(options));
    const auto outcome = co_await std::move(calling);
    ++(outcome ? seen_.answered : seen_.failed);
    seen_.answered.notify_all();
  }

  // `tightness` 0: no deadline.
  asio::awaitable<void> make_calls(int tightness) {
    for (int i = 0; i < calls_each; ++i) {
      call_options options;
      if (tightness != 0) options.total_timeout(std::chrono::milliseconds{1 + i * tightness % 7});
      auto calling = call(std::move(options));
      co_await std::move(calling);
    }
  }

  asio::awaitable<void> cancel_calls() {
    const auto executor = co_await asio::this_coro::executor;
    asio::steady_timer pause{executor};
    for (int i = 0; i < calls_each; ++i) {
      const auto stop = std::make_shared<asio::cancellation_signal>();
      asio::co_spawn(executor, call({}),
                     asio::bind_cancellation_slot(stop->slot(), [stop](std::exception_ptr) {}));
      pause.expires_after(std::chrono::microseconds{i * 137 % 2000});
      co_await pause.async_wait(asio::use_awaitable);
      stop->emit(asio::cancellation_type::terminal);
    }
  }

  client client_;
  totals seen_;
  asio::io_context context_;
};

std::vector<std::jthread> run(asio::io_context& context, int threads) {
  std::vector<std::jthread> running;
  for (int i = 0; i < threads; ++i) running.emplace_back([&context] { context.run(); });
  return running;
}

TEST(ContextsStress, EachCallIntoAnotherContextEndsOnce) {
  emulator vk;
  asio::io_context home;
  auto work = std::optional{asio::make_work_guard(home)};
  callers world{vk, home};
  world.start();
  const auto clients = run(home, 2);
  run(world.context(), 3).clear();
  EXPECT_EQ(world.seen().ended, 2 * callers::pairs);
  EXPECT_EQ(world.seen().threw, 0);
  EXPECT_EQ(world.seen().answered + world.seen().failed, 2 * callers::pairs * callers::calls_each);
  EXPECT_GT(world.seen().answered, 0);
  work.reset();
  home.stop();
}

TEST(ContextsStress, CallsEndWhenTheContextOfTheirClientDies) {
  emulator vk;
  for (int round = 0; round < 8; ++round) {
    auto home = std::make_unique<asio::io_context>();
    auto work = std::optional{asio::make_work_guard(*home)};
    callers world{vk, *home};
    world.start();
    auto clients = run(*home, 2);
    auto waiting = run(world.context(), 3);
    world.wait_for_an_answer();
    home->stop();
    clients.clear();
    work.reset();
    home.reset();  // while the callers' threads run
    waiting.clear();
    EXPECT_EQ(world.seen().ended, 2 * callers::pairs);
    EXPECT_EQ(world.seen().threw, 0);
    EXPECT_EQ(world.seen().answered + world.seen().failed,
              2 * callers::pairs * callers::calls_each);
  }
}

}  // namespace
}  // namespace vkxx::test
