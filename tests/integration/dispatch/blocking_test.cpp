// Functions that handlers run in other threads.
#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <chrono>
#include <functional>
#include <future>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>

#include "integration/dispatch/dispatch_support.hpp"

namespace {

using namespace std::chrono_literals;
namespace asio = boost::asio;
using vkxx::update_context;
using vkxx::testing::dispatch_world;
using vkxx::testing::message;

TEST(Blocking, FunctionsRunElsewhere) {
  dispatch_world world;
  world.options().blocking(1);
  world.add("source", {{message(5, 1, 1)}});
  std::thread::id elsewhere;
  bool thrown = false;
  world.updates().on_update([&](update_context context) -> asio::awaitable<void> {
    auto blocking = context.off_loop([&] {
      elsewhere = std::this_thread::get_id();
      return 42;
    });
    EXPECT_EQ(co_await std::move(blocking), 42);
    auto failing = context.off_loop([]() -> int { throw std::logic_error{"inside"}; });
    try {
      co_await std::move(failing);
    } catch (const std::logic_error&) {
      thrown = true;
    }
  });
  world.start();
  world.io.run();
  EXPECT_TRUE(thrown);
  EXPECT_NE(elsewhere, std::thread::id{});
  EXPECT_NE(elsewhere, std::this_thread::get_id());
}

// A variable of a handler, which functions in other threads refer to.
struct watched_variable {
  explicit watched_variable(std::atomic<bool>& alive) : alive_{alive} { alive_ = true; }
  watched_variable(const watched_variable&) = delete;
  watched_variable& operator=(const watched_variable&) = delete;
  ~watched_variable() { alive_ = false; }
  std::atomic<bool>& alive_;
};

// Two handlers with a function each, of which the first one runs until `release`.
class BlockingFunctions : public ::testing::TestWithParam<bool> {
 protected:
  BlockingFunctions() {
    world.options().blocking(1).handler_time(1min).retry_after({});
    world.add("source", {{message(5, 1, 1), message(5, 2, 1)}}, false);
    world.updates().on_update([this](update_context context) -> asio::awaitable<void> {
      const watched_variable variable{alive[context.update().event_id() == "1.1" ? 0 : 1]};
      auto blocking = context.off_loop([this, &variable] {
        ++begun;
        may_end.wait();
        if (variable.alive_) ++ended;
      });
      co_await std::move(blocking);
    });
  }
  void SetUp() override {
    world.start();
    // The function begins in a thread of its own.
    ASSERT_TRUE(happens([this] {
      world.io.restart();
      world.io.poll();
      return begun != 0;
    }));
  }
  // Within a minute of real time.
  static bool happens(const std::function<bool()>& enough) {
    const auto end = std::chrono::steady_clock::now() + 1min;
    while (!enough()) {
      if (std::chrono::steady_clock::now() > end) return false;
      std::this_thread::yield();
    }
    return true;
  }

  dispatch_world world;
  std::promise<void> release;
  const std::shared_future<void> may_end{release.get_future()};
  std::atomic<int> begun = 0;
  std::atomic<int> ended = 0;
  std::array<std::atomic<bool>, 2> alive{};
};

TEST_P(BlockingFunctions, AreWaitedForByACancelledHandlerIfTheyRun) {
  // The time of both handlers is over: that of the second one has not begun.
  world.turn([&] { return world.updates().metrics().dead_letters == 1; });
  EXPECT_TRUE(alive[0]);
  EXPECT_FALSE(alive[1]);
  if (GetParam()) {
    const auto stuck = world.count(vkxx::dispatch_notice_kind::stuck_handler);
    world.updates().stop(0s);
    world.turn();
    EXPECT_TRUE(world.report);
    // The program ends later, and somebody wants to know why.
    EXPECT_EQ(world.count(vkxx::dispatch_notice_kind::stuck_handler), stuck + 1);
    EXPECT_NE(world.notices.back().text.find("the process ends when it returns"),
              std::string::npos);
    release.set_value();
    world.destroy();
  } else {
    release.set_value();
    EXPECT_TRUE(happens([this] {
      world.turn([this] { return !alive[0]; });
      return !alive[0];
    }));
  }
  EXPECT_EQ(ended, 1);
  EXPECT_EQ(begun, 1);
}

INSTANTIATE_TEST_SUITE_P(OfADispatcher, BlockingFunctions, ::testing::Bool());

}  // namespace
