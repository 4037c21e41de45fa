// The ranges of numbers in the options.
#include <gtest/gtest.h>

#include <limits>
#include <stdexcept>

#include <vkxx/emulator/options.hpp>

namespace vkxx {
namespace {

using namespace std::chrono_literals;

TEST(EmulatorOptionsRanges, HoldForLatency) {
  EXPECT_NO_THROW(emulator_options{}.latency(0ms, 24h));
  EXPECT_THROW(emulator_options{}.latency(-1ms, 1ms), std::invalid_argument);
  EXPECT_THROW(emulator_options{}.latency(2ms, 1ms), std::invalid_argument);
  EXPECT_THROW(emulator_options{}.latency(0ms, 24h + 1ms), std::invalid_argument);
  EXPECT_THROW(emulator_options{}.latency(0ms, std::chrono::milliseconds::max()),
               std::invalid_argument);
}

TEST(EmulatorOptionsRanges, HoldForTheSizeOfTheWorld) {
  const auto options = emulator_options{}.users(5000).members(1'000'000).chats(3).posts(50'000);
  EXPECT_EQ(options.users(), 5000U);
  EXPECT_EQ(options.members(), 1'000'000U);
  EXPECT_EQ(options.chats(), 3U);
  EXPECT_EQ(options.posts(), 50'000U);
  EXPECT_EQ(emulator_options{}.message_limit(), 100'000U);
  EXPECT_THROW(emulator_options{}.users(1'000'001), std::invalid_argument);
  EXPECT_THROW(emulator_options{}.members(1'000'001), std::invalid_argument);
  EXPECT_THROW(emulator_options{}.chats(100'001), std::invalid_argument);
  EXPECT_THROW(emulator_options{}.posts(50'001), std::invalid_argument);
  EXPECT_THROW(emulator_options{}.message_limit(0), std::invalid_argument);
}

TEST(EmulatorOptionsRanges, HoldForTheLifeOfTokens) {
  EXPECT_NO_THROW(emulator_options{}.token_lifetime(0s));
  EXPECT_NO_THROW(emulator_options{}.token_lifetime(1'000'000'000s));
  EXPECT_THROW(emulator_options{}.token_lifetime(-1s), std::invalid_argument);
  EXPECT_THROW(emulator_options{}.token_lifetime(std::chrono::seconds::max()),
               std::invalid_argument);
}

TEST(EmulatorOptionsRanges, HoldForBodies) {
  EXPECT_NO_THROW(emulator_options{}.body_limit(std::size_t{1} << 30U));
  EXPECT_THROW(emulator_options{}.body_limit((std::size_t{1} << 30U) + 1), std::invalid_argument);
  EXPECT_THROW(emulator_options{}.body_limit(std::numeric_limits<std::size_t>::max()),
               std::invalid_argument);
}

TEST(EmulatorOptionsRanges, HoldForNamesOfTheControlApi) {
  EXPECT_EQ(emulator_options{}.add_control_host("Emulator.test_1-a").control_hosts().front(),
            "emulator.test_1-a");
  EXPECT_NO_THROW(emulator_options{}.add_control_host(std::string(253, 'a')));
  for (const auto& name :
       {std::string{}, std::string(254, 'a'), std::string{"emulator:8080"}, std::string{"a b"},
        std::string{"http://emulator"}, std::string{"*"}, std::string{"a\nb"}}) {
    EXPECT_THROW(emulator_options{}.add_control_host(name), std::invalid_argument) << name;
  }
}

}  // namespace
}  // namespace vkxx
