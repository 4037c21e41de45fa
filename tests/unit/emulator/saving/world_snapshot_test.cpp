// A world that was saved and loaded is the same world.
#include <gtest/gtest.h>

#include "unit/emulator/world/world_driver.hpp"

namespace vkxx::emulation {
namespace {

void save_and_load(const detail::world_settings& settings) {
  for (std::uint64_t seed = 1; seed <= 3; ++seed) {
    world_driver straight{seed, settings};
    world_driver interrupted{seed, settings};
    for (int part = 0; part < 4; ++part) {
      for (int i = 0; i < 80; ++i) {
        straight.step();
        interrupted.step();
      }
      const auto before = interrupted.snapshot();
      interrupted.reload();
      ASSERT_EQ(interrupted.snapshot(), before) << "W9, seed " << seed;
      interrupted.check();
    }
    // The same commands have had the same effects.
    ASSERT_EQ(interrupted.snapshot(), straight.snapshot()) << "seed " << seed;
  }
}

TEST(WorldSnapshots, GiveTheSameBytesAndTheSameBehaviour) {
  save_and_load({});
}

TEST(WorldSnapshots, HoldWhileTheOldestMessagesAreDropped) {
  detail::world_settings settings;
  settings.most_messages = 40;
  save_and_load(settings);
}

}  // namespace
}  // namespace vkxx::emulation
