/// @file
/// UTF-8 text (RFC 3629).
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace vkxx {

/// Whether `text` is well-formed UTF-8: no overlong forms, no surrogates, nothing above U+10FFFF.
[[nodiscard]] bool is_utf8(std::string_view text) noexcept;

/// One character of a text.
struct utf8_character {
  char32_t value;    ///< its code point
  std::size_t size;  ///< its size in bytes
};

/// The character at the start of `text`; nothing if `text` is empty or does not begin with a
/// well-formed one.
[[nodiscard]] std::optional<utf8_character> first_character(std::string_view text) noexcept;

}  // namespace vkxx
