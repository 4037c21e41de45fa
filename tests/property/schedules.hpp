// Random schedules of events, each made from a number that a failure names.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <random>
#include <string>

#include <gtest/gtest.h>

namespace vkxx::schedules {

class random_generator {
 public:
  explicit random_generator(std::uint64_t seed) : bits_{seed} {}
  // From 0 up to, not including, `end`.
  [[nodiscard]] int below(int end) { return std::uniform_int_distribution<int>{0, end - 1}(bits_); }
  [[nodiscard]] bool chance(double part) { return share() < part; }
  [[nodiscard]] double share() { return std::uniform_real_distribution<double>{0, 1}(bits_); }

 private:
  std::mt19937_64 bits_;
};

// Runs `schedule(random_generator&)` with `count` different seeds, until one fails. VKXX_SEED=N
// runs that alone.
template <class Schedule>
void each(int count, Schedule schedule) {
  const char* wanted = std::getenv("VKXX_SEED");
  const std::uint64_t first = wanted != nullptr ? std::stoull(wanted) : std::random_device{}();
  if (wanted != nullptr) count = 1;
  for (int i = 0; i < count; ++i) {
    const auto seed = first + static_cast<std::uint64_t>(i);
    SCOPED_TRACE("VKXX_SEED=" + std::to_string(seed));
    random_generator random{seed};
    schedule(random);
    if (testing::Test::HasFailure()) return;
  }
}

}  // namespace vkxx::schedules
