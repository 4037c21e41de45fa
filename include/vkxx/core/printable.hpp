/// @file
/// Texts of others, made harmless for a terminal.
#pragma once

#include <string>
#include <string_view>

namespace vkxx {

/// `text` on one line, safe to show on a terminal: line breaks and tabs become spaces, other
/// control characters and those that turn the direction of writing are spelled out (`\u001b`),
/// bytes that are not UTF-8 become `\xNN`. For texts of servers. Hides no secrets: see
/// `redacted_text`.
[[nodiscard]] std::string printable(std::string_view text);

/// Whether a terminal reads this character as a command or as a change of direction: C0, DEL, C1,
/// the marks of bidirectional text.
[[nodiscard]] bool is_unprintable(char32_t character) noexcept;

}  // namespace vkxx
