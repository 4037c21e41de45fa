// The emulator's clock: moved, stopped, and waited for.
#include <gtest/gtest.h>

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

}  // namespace
}  // namespace vkxx::emulation
