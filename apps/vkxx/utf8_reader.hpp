/// @file
/// UTF-8 text, character by character.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace vkxx::cli {

struct utf8_character {
  char32_t value;
  std::size_t size;  ///< bytes
};

/// The character at the start of `text`, which is not empty; nothing if the bytes are not UTF-8.
[[nodiscard]] std::optional<utf8_character> first_character(std::string_view text) noexcept;

}  // namespace vkxx::cli
