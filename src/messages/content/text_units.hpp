// UTF-8 text as VK counts it: in UTF-16 units.
#pragma once

#include <cstddef>
#include <string_view>

#include <vkxx/core/utf8.hpp>

namespace vkxx::detail {

// A character of a text; a byte that is not UTF-8 is one, too.
struct text_character {
  char32_t value = 0;
  std::size_t bytes = 1;
  std::size_t units = 1;
};

inline text_character character_at(std::string_view text, std::size_t position) noexcept {
  const auto read = first_character(text.substr(position));
  if (!read) return {0xfffd, 1, 1};
  return {read->value, read->size, read->value > 0xffff ? std::size_t{2} : std::size_t{1}};
}

}  // namespace vkxx::detail
