/// @file
/// Makes untrusted texts safe for a terminal.
#pragma once

#include <string>
#include <string_view>

namespace vkxx {

/// `text` on one line, safe to show on a terminal: line breaks and tabs become spaces, other
/// control characters and bidirectional marks are escaped (`\u001b`), bytes that are not UTF-8
/// become `\xNN`. For texts from servers. Does not redact secrets: see `redacted_text`.
[[nodiscard]] std::string printable(std::string_view text);

/// Whether a terminal interprets this character as a command or a change of direction: C0, DEL, C1,
/// bidirectional marks.
[[nodiscard]] bool is_unprintable(char32_t character) noexcept;

}  // namespace vkxx
