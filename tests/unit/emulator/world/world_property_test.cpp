// Random commands keep the invariants of the world.
#include <gtest/gtest.h>

#include "unit/emulator/world/world_driver.hpp"

namespace vkxx::emulation {
namespace {

void drive(const detail::world_settings& settings) {
  for (std::uint64_t seed = 1; seed <= 12; ++seed) {
    world_driver driver{seed, settings};
    for (int i = 0; i < 400; ++i) {
      driver.step();
      if (i % 8 == 0) driver.check();
      if (testing::Test::HasFailure()) {
        ADD_FAILURE() << "seed " << seed << ", step " << i;
        return;
      }
    }
    EXPECT_GT(driver.sent(), 100U) << "the commands are not all refused";
    EXPECT_GT(driver.refused(), 0U);
  }
}

TEST(WorldProperties, HoldAfterRandomCommands) {
  drive({});
}

TEST(WorldProperties, HoldWhileTheOldestMessagesAreDropped) {
  detail::world_settings settings;
  settings.most_messages = 40;
  drive(settings);
}

}  // namespace
}  // namespace vkxx::emulation
