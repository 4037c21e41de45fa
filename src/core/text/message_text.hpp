// Texts that people write, in a form that can be compared. For headers and names on the wire:
// ascii.hpp.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace vkxx::detail {

// The text in small letters: Latin with Latin-1 and Latin Extended-A, Greek, Cyrillic. й, ё, ї, ў
// of two characters become one. Bytes that are no UTF-8 stay. `yo_as_ye`: ё becomes е.
[[nodiscard]] std::string folded(std::string_view text, bool yo_as_ye = false);
// The size of what `folded` makes one letter of. Precondition: the text is not empty.
[[nodiscard]] std::size_t first_letter(std::string_view text) noexcept;

// Without spaces (also those of Unicode) and invisible marks, such as directions of writing, at
// both ends.
[[nodiscard]] std::string_view without_outer_spaces(std::string_view text) noexcept;
// Code points; of what is not UTF-8 bytes.
[[nodiscard]] std::size_t count_characters(std::string_view text) noexcept;
// The size of the spaces at the start.
[[nodiscard]] std::size_t leading_spaces(std::string_view text) noexcept;

// The text after mentions of the community at its beginning, with what people write behind them
// (`,` `:` and spaces); the same text if there is none.
[[nodiscard]] std::string_view without_mention(std::string_view text,
                                               std::string_view community) noexcept;
// The size of the mention of the community that the text begins with: `[club1|Shop]`, `@club1`,
// `*public1`, with or without a name in parentheses. 0: there is none.
[[nodiscard]] std::size_t leading_mention(std::string_view text,
                                          std::string_view community) noexcept;
// Whether the community is mentioned anywhere. `community`: its number.
[[nodiscard]] bool has_mention(std::string_view text, std::string_view community) noexcept;

}  // namespace vkxx::detail
