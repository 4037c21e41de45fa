#include <gtest/gtest.h>

#include <random>
#include <set>

#include "core/crypto/small_random.hpp"

namespace vkxx::detail {
namespace {

static_assert(std::uniform_random_bit_generator<small_random>);

// The numbers of the algorithm's authors, of Java's SplittableRandom(0) as well.
TEST(SmallRandom, IsSplitMix64) {
  small_random random{0};
  EXPECT_EQ(random(), 0xE220A8397B1DCDAFU);
  EXPECT_EQ(random(), 0x6E789E6AA1B965F4U);
  EXPECT_EQ(random(), 0x06C45D188009454FU);
}

TEST(SmallRandom, RepeatsNothingSoon) {
  small_random random{1};
  std::set<std::uint64_t> seen;
  for (int i = 0; i < 10'000; ++i) seen.insert(random());
  EXPECT_EQ(seen.size(), 10'000U);
}

}  // namespace
}  // namespace vkxx::detail
