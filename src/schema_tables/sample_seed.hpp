// Random numbers of samples: each value has a seed of its own, made from its place, so that it
// does not depend on the order in which values are written.
#pragma once

#include <cstdint>
#include <string_view>

namespace vkxx::schema_tables::detail {

// SplitMix64 (Steele, Lea, Flood 2014): the same numbers on every machine.
constexpr std::uint64_t scrambled(std::uint64_t value) noexcept {
  value += 0x9E3779B97F4A7C15ULL;
  value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9ULL;
  value = (value ^ (value >> 27)) * 0x94D049BB133111EBULL;
  return value ^ (value >> 31);
}

constexpr std::uint64_t derived(std::uint64_t seed, std::uint64_t number) noexcept {
  return scrambled(seed ^ scrambled(number));
}

// FNV-1a.
constexpr std::uint64_t derived(std::uint64_t seed, std::string_view name) noexcept {
  std::uint64_t hash = 0xcbf29ce484222325U;
  for (const char c : name) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
  return scrambled(seed ^ hash);
}

// From 0 to `limit` - 1. `seed` is scrambled already.
constexpr std::uint64_t below(std::uint64_t seed, std::uint64_t limit) noexcept {
  return limit == 0 ? 0 : seed % limit;
}

}  // namespace vkxx::schema_tables::detail
