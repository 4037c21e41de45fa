#include <vkxx/testing/manual_clock.hpp>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/io_context.hpp>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vkxx::testing {
namespace {

using namespace std::chrono_literals;
using boost::system::error_code;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

// Notes which waits ended, and how.
struct ManualClock : ::testing::Test {
  asio::io_context io;
  std::optional<manual_clock> clock{std::in_place};
  std::vector<std::string> ended;

  void wait(const std::string& name, duration span) {
    clock->async_wait_until(
        io.get_executor(), clock->now() + span, [this, name](error_code failure) {
          ended.push_back(name + (failure == asio::error::operation_aborted ? " aborted" : ""));
        });
  }
  void poll() {
    io.restart();
    io.poll();
  }
};

TEST_F(ManualClock, StandsStill) {
  const auto first = clock->now();
  EXPECT_EQ(clock->now(), first);
  clock->advance(5s);
  EXPECT_EQ(clock->now(), first + 5s);
  clock->advance(-5s);
  EXPECT_EQ(clock->now(), first + 5s);
  clock->advance_to(first);
  EXPECT_EQ(clock->now(), first + 5s);
}

TEST_F(ManualClock, WaitsEndInTheirOrderWhenTheyAreDue) {
  wait("c", 3s);
  wait("a", 1s);
  wait("b", 2s);
  wait("a2", 1s);
  EXPECT_EQ(clock->waiting(), 4U);
  poll();
  EXPECT_THAT(ended, IsEmpty());
  clock->advance(2s);
  EXPECT_THAT(ended, IsEmpty()) << "never inline";
  poll();
  EXPECT_THAT(ended, ElementsAre("a", "a2", "b"));
  clock->advance(1s);
  poll();
  EXPECT_THAT(ended, ElementsAre("a", "a2", "b", "c"));
}

TEST_F(ManualClock, AWaitForThePastEndsAtOnceButNotInline) {
  wait("past", -1s);
  wait("now", 0s);
  EXPECT_THAT(ended, IsEmpty());
  poll();
  EXPECT_THAT(ended, ElementsAre("past", "now"));
}

TEST_F(ManualClock, MovesToTheNextWait) {
  const auto first = clock->now();
  wait("b", 2s);
  wait("a", 1s);
  EXPECT_TRUE(clock->advance_to_next());
  EXPECT_EQ(clock->now(), first + 1s);
  EXPECT_TRUE(clock->advance_to_next());
  EXPECT_EQ(clock->now(), first + 2s);
  EXPECT_FALSE(clock->advance_to_next());
  poll();
  EXPECT_THAT(ended, ElementsAre("a", "b"));
}

TEST_F(ManualClock, AWaitCanBeCancelled) {
  asio::cancellation_signal signal;
  clock->async_wait_until(
      io.get_executor(), clock->now() + 1s,
      asio::bind_cancellation_slot(signal.slot(), [this](error_code failure) {
        ended.push_back(failure == asio::error::operation_aborted ? "aborted" : "due");
      }));
  wait("other", 1s);
  signal.emit(asio::cancellation_type::total);
  EXPECT_THAT(ended, IsEmpty());
  poll();
  EXPECT_THAT(ended, ElementsAre("aborted"));
  EXPECT_EQ(clock->waiting(), 1U);
  signal.emit(asio::cancellation_type::total);
}

TEST_F(ManualClock, CancelsPendingWaitsOnDestruction) {
  wait("a", 1s);
  clock.reset();
  poll();
  EXPECT_THAT(ended, ElementsAre("a aborted"));
}

TEST_F(ManualClock, AWaitKeepsTheEventLoopRunning) {
  wait("a", 1s);
  EXPECT_EQ(io.poll(), 0U);
  EXPECT_FALSE(io.stopped());
  clock->advance(1s);
  EXPECT_GT(io.run(), 0U);
  EXPECT_TRUE(io.stopped());
}

TEST_F(ManualClock, TheHandlerRunsOnItsOwnExecutor) {
  asio::io_context other;
  clock->async_wait_until(
      io.get_executor(), clock->now() + 1s,
      asio::bind_executor(other.get_executor(), [this](error_code) { ended.push_back("there"); }));
  clock->advance(1s);
  poll();
  EXPECT_THAT(ended, IsEmpty());
  other.poll();
  EXPECT_THAT(ended, ElementsAre("there"));
}

TEST_F(ManualClock, StopsAtTheEndOfTime) {
  testing::manual_clock endless;
  endless.advance((duration::max)());
  endless.advance((duration::max)());
  EXPECT_EQ(endless.now(), (time_point::max)());
}

}  // namespace
}  // namespace vkxx::testing
