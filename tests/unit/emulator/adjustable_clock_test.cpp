// The emulator's clock: moved, stopped, and waited for.
#include <gtest/gtest.h>

#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/io_context.hpp>
#include <memory>
#include <optional>

#include <vkxx/testing/manual_clock.hpp>

#include "emulator/time/adjustable_clock.hpp"

namespace vkxx::emulation {
namespace {

using namespace std::chrono_literals;

class AdjustableClock : public ::testing::Test {
 protected:
  void wait_for(duration span) {
    auto handler = [this](boost::system::error_code failure) { ended = failure; };
    time->async_wait_until(context.get_executor(), time->now() + span,
                           asio::bind_cancellation_slot(signal.slot(), std::move(handler)));
  }
  bool has_ended() {
    context.restart();
    context.poll();
    return ended.has_value();
  }

  asio::io_context context;
  std::shared_ptr<vkxx::testing::manual_clock> base =
      std::make_shared<vkxx::testing::manual_clock>();
  std::shared_ptr<detail::adjustable_clock> time = std::make_shared<detail::adjustable_clock>(base);
  asio::cancellation_signal signal;
  std::optional<boost::system::error_code> ended;
};

TEST_F(AdjustableClock, EndsAWaitWhenItIsMovedThere) {
  wait_for(1h);
  time->advance(59min);
  EXPECT_FALSE(has_ended());
  time->advance_to(time->now() + 1min);
  EXPECT_TRUE(has_ended());
  EXPECT_FALSE(*ended);
}

TEST_F(AdjustableClock, EndsAWaitInItsOwnTimeAfterItWasMoved) {
  wait_for(1h);
  time->advance(59min);
  EXPECT_FALSE(has_ended());
  base->advance(59s);
  EXPECT_FALSE(has_ended());
  base->advance(1s);
  EXPECT_TRUE(has_ended());
}

TEST_F(AdjustableClock, EndsNoWaitWhileItStandsStill) {
  wait_for(1h);
  time->freeze();
  base->advance(2h);
  EXPECT_FALSE(has_ended());
  time->advance(1h);
  EXPECT_TRUE(has_ended());
}

TEST_F(AdjustableClock, CancelsAWait) {
  wait_for(1h);
  signal.emit(asio::cancellation_type::terminal);
  EXPECT_TRUE(has_ended());
  EXPECT_EQ(*ended, asio::error::operation_aborted);
}

TEST_F(AdjustableClock, CancelsAWaitThatIsAboutToLookAgain) {
  time->freeze();
  wait_for(1h);
  base->advance(100ms);
  signal.emit(asio::cancellation_type::terminal);
  EXPECT_TRUE(has_ended());
  EXPECT_EQ(*ended, asio::error::operation_aborted);
  EXPECT_EQ(base->waiting(), 0U);
}

// Keeps what it leaves in a slot after the end of the wait, as Asio's timers do: to use that then
// is an error.
class strict_clock final : public clock {
 public:
  [[nodiscard]] time_point now() const noexcept override { return base.now(); }
  void async_wait_until(
      asio::any_io_executor executor, time_point when,
      asio::any_completion_handler<void(boost::system::error_code)> handler) override {
    const auto ended = std::make_shared<bool>(false);
    const auto stop = std::make_shared<asio::cancellation_signal>();
    asio::get_associated_cancellation_slot(handler).assign(
        [this, ended, stop](asio::cancellation_type type) {
          if (*ended) ++late;
          stop->emit(type);
        });
    auto ends = [ended, called = std::move(handler)](boost::system::error_code failure) mutable {
      *ended = true;
      std::move(called)(failure);
    };
    base.async_wait_until(std::move(executor), when,
                          asio::bind_cancellation_slot(stop->slot(), std::move(ends)));
  }

  vkxx::testing::manual_clock base;
  int late = 0;
};

// The emulator died of that: a wait that ended was cancelled by the second of several moves.
TEST(AdjustableClockOnAStrictOne, TouchesNoWaitThatHasEnded) {
  asio::io_context context;
  const auto base = std::make_shared<strict_clock>();
  const auto time = std::make_shared<detail::adjustable_clock>(base);
  asio::cancellation_signal signal;
  int ended = 0;
  auto handler = [&ended](boost::system::error_code failure) {
    EXPECT_FALSE(failure);
    ++ended;
  };
  time->async_wait_until(context.get_executor(), time->now() + 1h,
                         asio::bind_cancellation_slot(signal.slot(), std::move(handler)));
  time->advance(1h);
  context.poll_one();
  // The wait is about to end, and this move is noticed after that.
  time->advance(1h);
  context.poll();
  signal.emit(asio::cancellation_type::terminal);
  EXPECT_EQ(ended, 1);
  EXPECT_EQ(base->late, 0);
}

}  // namespace
}  // namespace vkxx::emulation
