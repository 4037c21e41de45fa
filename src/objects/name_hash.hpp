// The hash of a field name; the generator computes the same (codegen/vkxx_codegen/name_hash.py).
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace vkxx::detail {

// The eight bytes (or fewer) from `text` on, the first in the lowest place, on every machine.
inline std::uint64_t low_bytes(const char* text, std::size_t size) noexcept {
  std::uint64_t value = 0;
  if (std::endian::native == std::endian::little && size >= 8) {
    std::memcpy(&value, text, 8);
    return value;
  }
  for (std::size_t i = 0; i < size && i < 8; ++i) {
    value |= static_cast<std::uint64_t>(static_cast<unsigned char>(text[i])) << (8 * i);
  }
  return value;
}

// What the key with this name begins with in the text of an object: its first eight bytes, the
// closing quote among them when the name is shorter than that; the first byte in the lowest place.
constexpr std::uint64_t name_head(std::string_view name) noexcept {
  std::uint64_t head = 0;
  for (std::size_t i = 0; i < 8 && i <= name.size(); ++i) {
    const auto byte = i == name.size() ? '"' : name[i];
    head |= static_cast<std::uint64_t>(static_cast<unsigned char>(byte)) << (8 * i);
  }
  return head;
}

inline std::uint64_t name_hash(std::string_view name) noexcept {
  const std::size_t size = name.size();
  const char* const text = name.data();
  const auto first = low_bytes(text, size);
  const auto last = size > 8 ? low_bytes(text + (size - 8), 8) : first;
  auto value = (first * 0x9E3779B97F4A7C15ULL) ^ (last * 0xC2B2AE3D27D4EB4FULL) ^ size;
  value *= 0x9E3779B97F4A7C15ULL;
  return value ^ (value >> 32);
}

}  // namespace vkxx::detail
