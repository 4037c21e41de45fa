#include "client/quota_machine.hpp"

#include <gtest/gtest.h>

namespace vkxx {
namespace {

using namespace std::chrono_literals;

const time_point start{1h};

TEST(QuotaMachine, BlocksTheMethodForATime) {
  quota_machine machine{quota_rules{}};
  EXPECT_FALSE(machine.blocked("wall.post", start));
  machine.on_error("wall.post", api_errc::rate_limit, start);
  machine.on_error("likes.add", api_errc::flood, start);
  ASSERT_TRUE(machine.blocked("wall.post", start));
  EXPECT_EQ(machine.blocked("wall.post", start)->until, start + 1h);
  EXPECT_EQ(machine.blocked("wall.post", start)->code, api_errc::rate_limit);
  EXPECT_EQ(machine.blocked("likes.add", start)->until, start + 1min);
  EXPECT_FALSE(machine.blocked("wall.get", start));
  EXPECT_FALSE(machine.idle(start));
  EXPECT_TRUE(machine.blocked("likes.add", start + 1min - 1ms));
  EXPECT_FALSE(machine.blocked("likes.add", start + 1min));
  EXPECT_FALSE(machine.blocked("wall.post", start + 1h));
  EXPECT_TRUE(machine.idle(start + 1h));
}

TEST(QuotaMachine, IsNotMovedByOtherErrors) {
  quota_machine machine{quota_rules{}};
  machine.on_error("wall.post", api_errc::captcha_needed, start);
  machine.on_error("wall.post", api_errc::too_many_requests_per_second, start);
  EXPECT_FALSE(machine.blocked("wall.post", start));
}

TEST(QuotaMachine, NeverShortensABlock) {
  quota_machine machine{quota_rules{}};
  machine.on_error("wall.post", api_errc::rate_limit, start);
  machine.on_error("wall.post", api_errc::flood, start + 1s);
  EXPECT_EQ(machine.blocked("wall.post", start + 2s)->until, start + 1h);
}

TEST(QuotaMachine, BlocksNothingWhenTurnedOff) {
  quota_rules off;
  off.flood = off.quota = 0s;
  quota_machine machine{off};
  machine.on_error("wall.post", api_errc::rate_limit, start);
  machine.on_error("wall.post", api_errc::flood, start);
  EXPECT_FALSE(machine.blocked("wall.post", start));
}

}  // namespace
}  // namespace vkxx
