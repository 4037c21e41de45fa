/// @file
/// Repairs received and cut texts, so that JSON can contain them.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace vkxx::emulation::detail {

/// `text` with U+FFFD for each byte that belongs to no well-formed UTF-8 character.
[[nodiscard]] std::string repaired_utf8(std::string_view text);
[[nodiscard]] std::string repaired_utf8(std::string&& text);
/// The first `longest` bytes, or fewer: no character is cut.
[[nodiscard]] std::string_view utf8_front(std::string_view text, std::size_t longest) noexcept;

}  // namespace vkxx::emulation::detail
