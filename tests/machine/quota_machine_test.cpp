#include "client/quota_machine.hpp"

#include <gtest/gtest.h>

namespace vkxx {
namespace {

using namespace std::chrono_literals;

const time_point beginning{1h};

TEST(QuotaMachine, BlocksTheMethodForATime) {
  quota_machine machine{quota_rules{}};
  EXPECT_FALSE(machine.blocked("wall.post", beginning));
  machine.on_error("wall.post", api_errc::rate_limit, beginning);
  machine.on_error("likes.add", api_errc::flood, beginning);
  ASSERT_TRUE(machine.blocked("wall.post", beginning));
  EXPECT_EQ(machine.blocked("wall.post", beginning)->until, beginning + 1h);
  EXPECT_EQ(machine.blocked("wall.post", beginning)->code, api_errc::rate_limit);
  EXPECT_EQ(machine.blocked("likes.add", beginning)->until, beginning + 1min);
  EXPECT_FALSE(machine.blocked("wall.get", beginning));
  EXPECT_FALSE(machine.idle(beginning));
  EXPECT_TRUE(machine.blocked("likes.add", beginning + 1min - 1ms));
  EXPECT_FALSE(machine.blocked("likes.add", beginning + 1min));
  EXPECT_FALSE(machine.blocked("wall.post", beginning + 1h));
  EXPECT_TRUE(machine.idle(beginning + 1h));
}

TEST(QuotaMachine, IsNotMovedByOtherErrors) {
  quota_machine machine{quota_rules{}};
  machine.on_error("wall.post", api_errc::captcha_needed, beginning);
  machine.on_error("wall.post", api_errc::too_many_requests_per_second, beginning);
  EXPECT_FALSE(machine.blocked("wall.post", beginning));
}

TEST(QuotaMachine, NeverShortensABlock) {
  quota_machine machine{quota_rules{}};
  machine.on_error("wall.post", api_errc::rate_limit, beginning);
  machine.on_error("wall.post", api_errc::flood, beginning + 1s);
  EXPECT_EQ(machine.blocked("wall.post", beginning + 2s)->until, beginning + 1h);
}

TEST(QuotaMachine, BlocksNothingWhenTurnedOff) {
  quota_rules off;
  off.flood = off.quota = 0s;
  quota_machine machine{off};
  machine.on_error("wall.post", api_errc::rate_limit, beginning);
  machine.on_error("wall.post", api_errc::flood, beginning);
  EXPECT_FALSE(machine.blocked("wall.post", beginning));
}

}  // namespace
}  // namespace vkxx
