/// @file
/// Random numbers that are the same on every machine for the same seed.
#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <string_view>

namespace vkxx::emulation::detail {

/// Not for secrets: all values follow from the seed.
class random_source {
 public:
  explicit random_source(std::uint64_t seed) : engine_{seed} {}

  [[nodiscard]] std::uint64_t bits() { return engine_(); }
  /// Below `bound`, which is not zero.
  [[nodiscard]] std::uint64_t below(std::uint64_t bound) { return engine_() % bound; }
  /// From 0 up to, not including, 1.
  [[nodiscard]] double share() { return static_cast<double>(engine_() >> 11U) * 0x1.0p-53; }
  [[nodiscard]] std::string text(std::string_view alphabet, std::size_t length) {
    std::string result;
    while (result.size() < length) result += alphabet[below(alphabet.size())];
    return result;
  }
  [[nodiscard]] std::string hex(std::size_t length) { return text("0123456789abcdef", length); }

 private:
  std::mt19937_64 engine_;
};

}  // namespace vkxx::emulation::detail
