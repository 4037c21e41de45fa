// Texts that people write, in a form that can be compared. For headers and names on the wire: ascii.hpp.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace vkxx::detail {

// The text in small letters: Latin with Latin-1 and Latin Extended-A, Greek, Cyrillic. Bytes that
// are no UTF-8 stay. `yo_as_ye`: ё becomes е.
[[nodiscard]] std::string folded(std::string_view text, bool yo_as_ye = false);

// Without spaces (also those of Unicode) at both ends.
[[nodiscard]] std::string_view without_outer_spaces(std::string_view text) noexcept;
// Code points; of what is not UTF-8 bytes.
[[nodiscard]] std::size_t count_characters(std::string_view text) noexcept;
// The size of the spaces at the start.
[[nodiscard]] std::size_t leading_spaces(std::string_view text) noexcept;

// The text after mentions of the community at its beginning, with what people write behind them
// (`,` `:` and spaces); the same text if there is none.
[[nodiscard]] std::string_view without_mention(std::string_view text,
                                               std::string_view community) noexcept;
// Whether the community is mentioned anywhere. `community`: its number.
[[nodiscard]] bool has_mention(std::string_view text, std::string_view community) noexcept;

}  // namespace vkxx::detail
