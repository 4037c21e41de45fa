// A random generator of eight bytes, for objects of which there are many. Not for secrets.
#pragma once

#include <cstdint>
#include <limits>

namespace vkxx::detail {

// SplitMix64 (Steele, Lea, Flood 2014): each state has another number, and all bits are good.
// A `std::mt19937_64` has 2,500 bytes, and fills them when it is made.
class small_random {
 public:
  using result_type = std::uint64_t;

  explicit small_random(std::uint64_t seed) noexcept : state_{seed} {}

  [[nodiscard]] static constexpr result_type min() noexcept { return 0; }
  [[nodiscard]] static constexpr result_type max() noexcept {
    return std::numeric_limits<result_type>::max();
  }
  result_type operator()() noexcept {
    state_ += 0x9E3779B97F4A7C15U;
    auto mixed = state_;
    mixed = (mixed ^ (mixed >> 30U)) * 0xBF58476D1CE4E5B9U;
    mixed = (mixed ^ (mixed >> 27U)) * 0x94D049BB133111EBU;
    return mixed ^ (mixed >> 31U);
  }

 private:
  std::uint64_t state_;
};

}  // namespace vkxx::detail
