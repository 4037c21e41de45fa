#include "emulator/api/limiter.hpp"

#include <gtest/gtest.h>

#include <random>

namespace vkxx::emulation {
namespace {

using namespace vkxx::emulation::detail;

using namespace std::chrono_literals;

TEST(Limiter, AdmitsTheLimitInAnySecond) {
  limiter limits;
  const time_point start{1h};
  EXPECT_TRUE(limits.admit("t", 3, start));
  EXPECT_TRUE(limits.admit("t", 3, start + 400ms));
  EXPECT_TRUE(limits.admit("t", 3, start + 800ms));
  EXPECT_FALSE(limits.admit("t", 3, start + 999ms));
  EXPECT_TRUE(limits.admit("t", 3, start + 1000ms));
  EXPECT_FALSE(limits.admit("t", 3, start + 1399ms));
  EXPECT_TRUE(limits.admit("t", 3, start + 1400ms));
}

TEST(Limiter, CountsTokensSeparately) {
  limiter limits;
  EXPECT_TRUE(limits.admit("one", 1, {}));
  EXPECT_TRUE(limits.admit("two", 1, {}));
  EXPECT_FALSE(limits.admit("one", 1, {}));
}

TEST(Limiter, KnowsTheRatesOfTheThreeKinds) {
  EXPECT_EQ(calls_per_second(token_kind::user), 3U);
  EXPECT_EQ(calls_per_second(token_kind::community), 20U);
  EXPECT_EQ(calls_per_second(token_kind::service), 5U);
}

TEST(Limiter, NeverAdmitsMoreThanAllowedInAnyIntervalOfASecond) {
  std::mt19937 draw{20240101};
  limiter limits;
  std::vector<time_point> admitted;
  time_point now{1h};
  for (int i = 0; i < 5000; ++i) {
    now += std::chrono::milliseconds{draw() % 300};
    if (limits.admit("t", 3, now)) admitted.push_back(now);
  }
  for (std::size_t i = 3; i < admitted.size(); ++i)
    EXPECT_GE(admitted[i] - admitted[i - 3], 1s) << "at call " << i;
}

}  // namespace
}  // namespace vkxx::emulation
