// JSON from outside, checked without building a tree.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace vkxx::detail {

// The text, if it is JSON (nested at most 1,000 deep): half surrogate pairs and bytes that are not
// UTF-8 are replaced by U+FFFD, so that a single one does not make the other updates unreadable.
[[nodiscard]] std::optional<std::string> checked_json(std::string text);

// The parts of checked JSON. A missing or null member is an empty view.
[[nodiscard]] std::string_view json_part(std::string_view object, std::string_view name);
// The text of a string or of a number, all digits included; nothing for anything else, and for a
// text above 100 bytes or with control characters.
[[nodiscard]] std::optional<std::string> short_text(std::string_view value);
// An integer, also as a string.
[[nodiscard]] std::optional<std::int64_t> integer_text(std::string_view value);

}  // namespace vkxx::detail
