/// @file
/// The length of a text as VK counts it.
#pragma once

#include <cstddef>
#include <string_view>

namespace vkxx::emulation::detail {

/// The number of UTF-8 characters.
[[nodiscard]] inline std::size_t characters_in(std::string_view text) noexcept {
  std::size_t count = 0;
  for (const char unit : text) count += (static_cast<unsigned char>(unit) & 0xC0U) != 0x80U ? 1 : 0;
  return count;
}

}  // namespace vkxx::emulation::detail
