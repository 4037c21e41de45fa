#include "client/limit/quota_machine.hpp"

#include <gtest/gtest.h>

namespace vkxx {
namespace {

using namespace vkxx::detail;

using namespace std::chrono_literals;

const time_point beginning{1h};
// Any recipient.
constexpr std::uint64_t peer = 7;

TEST(QuotaMachine, BlocksTheMethodForATime) {
  quota_machine machine{quota_rules{}};
  EXPECT_FALSE(machine.blocked("wall.post", peer, beginning));
  machine.on_error("wall.post", peer, api_errc::rate_limit, beginning);
  machine.on_error("likes.add", peer, api_errc::flood, beginning);
  ASSERT_TRUE(machine.blocked("wall.post", peer, beginning));
  EXPECT_EQ(machine.blocked("wall.post", peer, beginning)->until, beginning + 1h);
  EXPECT_EQ(machine.blocked("wall.post", peer, beginning)->code, api_errc::rate_limit);
  EXPECT_EQ(machine.blocked("likes.add", peer, beginning)->until, beginning + 1min);
  EXPECT_FALSE(machine.blocked("wall.get", peer, beginning));
  EXPECT_FALSE(machine.idle(beginning));
  EXPECT_TRUE(machine.blocked("likes.add", peer, beginning + 1min - 1ms));
  EXPECT_FALSE(machine.blocked("likes.add", peer, beginning + 1min));
  EXPECT_FALSE(machine.blocked("wall.post", peer, beginning + 1h));
  EXPECT_TRUE(machine.idle(beginning + 1h));
}

TEST(QuotaMachine, IsNotMovedByOtherErrors) {
  quota_machine machine{quota_rules{}};
  machine.on_error("wall.post", peer, api_errc::captcha_needed, beginning);
  machine.on_error("wall.post", peer, api_errc::too_many_requests_per_second, beginning);
  EXPECT_FALSE(machine.blocked("wall.post", peer, beginning));
}

TEST(QuotaMachine, NeverShortensABlock) {
  quota_machine machine{quota_rules{}};
  machine.on_error("wall.post", peer, api_errc::rate_limit, beginning);
  machine.on_error("wall.post", peer, api_errc::flood, beginning + 1s);
  EXPECT_EQ(machine.blocked("wall.post", peer, beginning + 2s)->until, beginning + 1h);
}

TEST(QuotaMachine, BlocksNothingWhenTurnedOff) {
  quota_rules off;
  off.flood = off.quota = 0s;
  quota_machine machine{off};
  machine.on_error("wall.post", peer, api_errc::rate_limit, beginning);
  machine.on_error("wall.post", peer, api_errc::flood, beginning);
  EXPECT_FALSE(machine.blocked("wall.post", peer, beginning));
}

TEST(QuotaMachine, BlocksTheRecipientOfTooMuchOfTheSameAlone) {
  quota_machine machine{quota_rules{}};
  machine.on_error("messages.send", 1, api_errc::flood, beginning);
  EXPECT_TRUE(machine.blocked("messages.send", 1, beginning));
  EXPECT_FALSE(machine.blocked("messages.send", 2, beginning));
  EXPECT_FALSE(machine.blocked("messages.send", 0, beginning)) << "names nobody";
  EXPECT_FALSE(machine.blocked("messages.edit", 1, beginning));
  machine.on_error("messages.send", 2, api_errc::rate_limit, beginning);
  EXPECT_TRUE(machine.blocked("messages.send", 3, beginning)) << "a quota is of the method";
}

TEST(QuotaMachine, BlocksNobodyWhenTheRecipientIsNotKnown) {
  quota_machine machine{quota_rules{}};
  machine.on_error("messages.send", std::nullopt, api_errc::flood, beginning);
  EXPECT_TRUE(machine.empty());
  machine.on_error("messages.send", std::nullopt, api_errc::rate_limit, beginning);
  EXPECT_TRUE(machine.blocked("messages.send", 1, beginning));
}

TEST(QuotaMachine, RemembersABoundedNumberOfBlocks) {
  quota_rules rules;
  rules.most_blocks = 100;
  quota_machine machine{rules};
  machine.on_error("wall.post", 0, api_errc::rate_limit, beginning);
  for (std::uint64_t i = 0; i < 1000; ++i) {
    const auto moment = beginning + std::chrono::milliseconds{i};
    machine.on_error("messages.send", i, api_errc::flood, moment);
    EXPECT_TRUE(machine.blocked("messages.send", i, moment));
  }
  EXPECT_EQ(machine.size(), 100U);
  EXPECT_TRUE(machine.blocked("wall.post", 0, beginning + 1s)) << "the longest are kept";
  EXPECT_FALSE(machine.blocked("messages.send", 0, beginning + 1s)) << "ends first";
}

TEST(QuotaMachine, ABlockForGoodDoesNotOverflow) {
  quota_rules rules;
  rules.flood = (duration::max)();
  quota_machine machine{rules};
  machine.on_error("messages.send", 1, api_errc::flood, beginning);
  EXPECT_TRUE(machine.blocked("messages.send", 1, beginning + 24h * 365));
}

}  // namespace
}  // namespace vkxx
