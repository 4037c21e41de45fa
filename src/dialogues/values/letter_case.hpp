// Texts without letter case, and without white space around them.
#pragma once

#include <string>
#include <string_view>

namespace vkxx::detail {

// Latin and Cyrillic letters as small ones, `ё` as `е`.
[[nodiscard]] std::string small_letters(std::string_view text);
[[nodiscard]] std::string_view without_space_around(std::string_view text) noexcept;
// Code points; of what is not UTF-8 bytes.
[[nodiscard]] std::size_t count_characters(std::string_view text) noexcept;

}  // namespace vkxx::detail
