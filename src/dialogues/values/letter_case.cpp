#include "dialogues/values/letter_case.hpp"

#include <vkxx/core/utf8.hpp>

namespace vkxx::detail {
namespace {

char32_t small_letter(char32_t letter) {
  if (letter >= U'A' && letter <= U'Z') return letter + 32;
  if (letter >= U'\u0410' && letter <= U'\u042F') return letter + 32;
  if (letter == U'\u0401' || letter == U'\u0451') return U'\u0435';
  if (letter >= U'\u0400' && letter <= U'\u040F') return letter + 80;
  return letter;
}

}  // namespace

std::string small_letters(std::string_view text) {
  std::string small;
  small.reserve(text.size());
  while (!text.empty()) {
    const auto next = first_character(text);
    if (!next || next->size > 2) {
      const auto size = next ? next->size : 1;
      small += text.substr(0, size);
      text.remove_prefix(size);
      continue;
    }
    // All letters of the table keep their size.
    const auto letter = small_letter(next->value);
    if (letter < 0x80) {
      small += static_cast<char>(letter);
    } else {
      small += static_cast<char>(0xC0U | (letter >> 6U));
      small += static_cast<char>(0x80U | (letter & 0x3FU));
    }
    text.remove_prefix(next->size);
  }
  return small;
}

std::string_view without_space_around(std::string_view text) noexcept {
  constexpr std::string_view space = " \t\r\n\v\f";
  const auto begin = text.find_first_not_of(space);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(space) - begin + 1);
}

std::size_t count_characters(std::string_view text) noexcept {
  std::size_t count = 0;
  while (!text.empty()) {
    const auto next = first_character(text);
    text.remove_prefix(next ? next->size : 1);
    ++count;
  }
  return count;
}

}  // namespace vkxx::detail
