#include "core/text/message_text.hpp"

#include <array>
#include <cstddef>

#include <vkxx/core/utf8.hpp>

namespace vkxx::detail {
namespace {

// Ranges of capitals with the distance to their small letters; of pairs, every second letter is
// one.
struct case_range {
  char32_t first;
  char32_t last;
  char32_t distance;
  bool pairs = false;
};

constexpr std::array<case_range, 17> capitals{{
    {U'A', U'Z', 32},
    {0xC0, 0xD6, 32},
    {0xD8, 0xDE, 32},
    {0x100, 0x12F, 1, true},
    {0x132, 0x137, 1, true},
    {0x139, 0x148, 1, true},  // odd ones are capitals here
    {0x14A, 0x177, 1, true},
    {0x179, 0x17E, 1, true},  // and here
    {0x388, 0x38A, 37},
    {0x391, 0x3A1, 32},
    {0x3A3, 0x3AB, 32},
    {0x400, 0x40F, 80},
    {0x410, 0x42F, 32},
    {0x460, 0x481, 1, true},
    {0x48A, 0x4BF, 1, true},
    {0x4C1, 0x4CE, 1, true},  // and here
    {0x4D0, 0x52F, 1, true},
}};

constexpr char32_t small_letter(char32_t letter) noexcept {
  switch (letter) {
    case 0x130:
      return U'i';  // İ; of other letters only the language says (I is ı in Turkish)
    case 0x386:
      return 0x3AC;  // Ά
    case 0x38C:
      return 0x3CC;  // Ό
    case 0x38E:
      return 0x3CD;  // Ύ
    case 0x38F:
      return 0x3CE;  // Ώ
    case 0x3C2:
      return 0x3C3;  // ς is σ at the end of a word
    case 0x178:
      return 0xFF;  // Ÿ
    default:
      break;
  }
  for (const auto& range : capitals) {
    if (letter < range.first || letter > range.last) continue;
    const bool small = range.pairs && (letter - range.first) % 2 != 0;
    return small ? letter : letter + range.distance;
  }
  return letter;
}

void append(std::string& text, char32_t letter) {
  const auto byte = [](char32_t value) { return static_cast<char>(value); };
  if (letter < 0x80) {
    text += byte(letter);
  } else if (letter < 0x800) {
    text += byte(0xC0 | (letter >> 6));
    text += byte(0x80 | (letter & 0x3F));
  } else if (letter < 0x10000) {
    text += byte(0xE0 | (letter >> 12));
    text += byte(0x80 | ((letter >> 6) & 0x3F));
    text += byte(0x80 | (letter & 0x3F));
  } else {
    text += byte(0xF0 | (letter >> 18));
    text += byte(0x80 | ((letter >> 12) & 0x3F));
    text += byte(0x80 | ((letter >> 6) & 0x3F));
    text += byte(0x80 | (letter & 0x3F));
  }
}

constexpr bool is_name_letter(char letter) noexcept {
  return letter == '_' || (letter >= '0' && letter <= '9') || (letter >= 'a' && letter <= 'z') ||
         (letter >= 'A' && letter <= 'Z');
}

constexpr bool is_space(char32_t letter) noexcept {
  return letter == U' ' || (letter >= 9 && letter <= 13) || letter == 0xA0 || letter == 0x3000 ||
         (letter >= 0x2000 && letter <= 0x200B) || letter == 0x2028 || letter == 0x2029 ||
         letter == 0x202F || letter == 0x205F || letter == 0x1680 || letter == 0x85 ||
         letter == 0xFEFF;
}

// What nobody sees and copies along: joiners, directions of writing, a soft hyphen. Inside of a
// text it has a meaning (a joiner makes one emoji of several), at its ends it has none.
constexpr bool is_mark(char32_t letter) noexcept {
  return (letter >= 0x200C && letter <= 0x200F) || (letter >= 0x202A && letter <= 0x202E) ||
         (letter >= 0x2060 && letter <= 0x2069) || letter == 0xAD || letter == 0x61C;
}

std::size_t leading_blank(std::string_view text) noexcept {
  const auto whole = text.size();
  while (const auto next = first_character(text)) {
    if (!is_space(next->value) && !is_mark(next->value)) break;
    text.remove_prefix(next->size);
  }
  return whole - text.size();
}

// ß, which is SS in capitals, and its capital.
constexpr bool is_sharp_s(char32_t letter) noexcept {
  return letter == 0xDF || letter == 0x1E9E;
}

// Some systems write й as и with a sign above. 0: the two make no other letter.
constexpr char32_t composed(char32_t letter, char32_t sign) noexcept {
  struct pair {
    char32_t letter, sign, composed;
  };
  constexpr std::array<pair, 5> pairs{{
      {U'i', 0x307, U'i'},    // what other programs make of İ
      {0x438, 0x306, 0x439},  // й
      {0x435, 0x308, 0x451},  // ё
      {0x456, 0x308, 0x457},  // ї
      {0x443, 0x306, 0x45E},  // ў
  }};
  for (const auto& some : pairs) {
    if (some.letter == letter && some.sign == sign) return some.composed;
  }
  return 0;
}

}  // namespace

std::string folded(std::string_view text, bool yo_as_ye) {
  constexpr char32_t yo = 0x451;
  constexpr char32_t ye = 0x435;
  std::string result;
  result.reserve(text.size());
  char32_t before = 0;
  std::size_t place = 0;  // of the letter before
  while (!text.empty()) {
    const auto next = first_character(text);
    if (!next) {
      result += text.front();
      before = 0;
      text.remove_prefix(1);
      continue;
    }
    auto letter = small_letter(next->value);
    if (const auto whole = composed(before, letter); whole != 0) {
      letter = whole;
      result.resize(place);
    }
    before = letter;
    place = result.size();
    if (is_sharp_s(letter)) {
      result += "ss";
    } else {
      append(result, yo_as_ye && letter == yo ? ye : letter);
    }
    text.remove_prefix(next->size);
  }
  return result;
}

std::size_t first_letter(std::string_view text) noexcept {
  const auto first = first_character(text);
  if (!first) return 1;
  const auto sign = first_character(text.substr(first->size));
  const bool pair = sign && composed(small_letter(first->value), sign->value) != 0;
  return first->size + (pair ? sign->size : 0);
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

std::size_t leading_spaces(std::string_view text) noexcept {
  const auto whole = text.size();
  while (const auto next = first_character(text)) {
    if (!is_space(next->value)) break;
    text.remove_prefix(next->size);
  }
  return whole - text.size();
}

std::string_view without_outer_spaces(std::string_view text) noexcept {
  text.remove_prefix(leading_blank(text));
  auto end = text.size();
  while (end > 0) {
    auto start = end - 1;
    while (start > 0 && (static_cast<unsigned char>(text[start]) & 0xC0U) == 0x80U) --start;
    const auto last = first_character(text.substr(start, end - start));
    if (!last || last->size != end - start) break;
    if (!is_space(last->value) && !is_mark(last->value)) break;
    end = start;
  }
  return text.substr(0, end);
}

std::size_t leading_mention(std::string_view text, std::string_view community) noexcept {
  if (text.empty()) return 0;
  const bool brackets = text.front() == '[';
  if (!brackets && text.front() != '@' && text.front() != '*') return 0;
  auto rest = text.substr(1);
  for (const std::string_view prefix : {"club", "public", "event"}) {
    if (!rest.starts_with(prefix) || !rest.substr(prefix.size()).starts_with(community)) continue;
    rest.remove_prefix(prefix.size() + community.size());
    const auto size_here = text.size() - rest.size();
    if (brackets) {
      const auto end = rest.find(']');
      return rest.starts_with('|') && end != std::string_view::npos ? size_here + end + 1 : 0;
    }
    if (!rest.empty() && is_name_letter(rest.front())) return 0;  // `@club1_fans` is another one
    if (!rest.starts_with(" (")) return size_here;
    const auto end = rest.find(')');
    return end == std::string_view::npos ? size_here : size_here + end + 1;
  }
  return 0;
}

std::string_view without_mention(std::string_view text, std::string_view community) noexcept {
  while (true) {
    const auto start = leading_blank(text);
    const auto size = leading_mention(text.substr(start), community);
    if (size == 0) return text;
    text.remove_prefix(start + size);
    text.remove_prefix(leading_spaces(text));
    while (text.starts_with(',') || text.starts_with(':')) text.remove_prefix(1);
    text.remove_prefix(leading_spaces(text));
  }
}

bool has_mention(std::string_view text, std::string_view community) noexcept {
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (leading_mention(text.substr(at), community) != 0) return true;
  }
  return false;
}

}  // namespace vkxx::detail
