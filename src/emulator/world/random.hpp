/// @file
/// Random numbers that are the same on every machine for the same seed.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace vkxx::emulation::detail {

/// Not for secrets: all values follow from the seed.
class random_source {
 public:
  explicit random_source(std::uint64_t seed) : state_{seed} {}

  // SplitMix64: a snapshot keeps all of its state in one number.
  [[nodiscard]] std::uint64_t bits() {
    state_ += 0x9e3779b97f4a7c15U;
    auto value = state_;
    value = (value ^ (value >> 30U)) * 0xbf58476d1ce4e5b9U;
    value = (value ^ (value >> 27U)) * 0x94d049bb133111ebU;
    return value ^ (value >> 31U);
  }
  /// Below `bound`, which is not zero.
  [[nodiscard]] std::uint64_t below(std::uint64_t bound) { return bits() % bound; }
  /// From 0 up to, not including, 1.
  [[nodiscard]] double share() { return static_cast<double>(bits() >> 11U) * 0x1.0p-53; }
  /// With which another source continues this one.
  [[nodiscard]] std::uint64_t state() const noexcept { return state_; }
  [[nodiscard]] std::string text(std::string_view alphabet, std::size_t length) {
    std::string result;
    while (result.size() < length) result += alphabet[below(alphabet.size())];
    return result;
  }
  [[nodiscard]] std::string hex(std::size_t length) { return text("0123456789abcdef", length); }

 private:
  std::uint64_t state_;
};

}  // namespace vkxx::emulation::detail
