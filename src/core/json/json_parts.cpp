#include <vkxx/core/json_parts.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <tuple>
#include <utility>

#include "core/json/json_brackets.hpp"
#include "core/json/json_members.hpp"

namespace vkxx {
namespace {

constexpr bool is_white(char character) noexcept {
  return character == ' ' || character == '\t' || character == '\r' || character == '\n';
}

// `find_first_not_of` calls a function for each character.
std::string_view trimmed(std::string_view text) noexcept {
  while (!text.empty() && is_white(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_white(text.back())) text.remove_suffix(1);
  return text;
}

std::string_view without_mark(std::string_view text) noexcept {
  constexpr std::string_view mark = "\xEF\xBB\xBF";
  text = trimmed(text);
  return text.starts_with(mark) ? trimmed(text.substr(mark.size())) : text;
}

// Whether the character means something outside of strings; one look-up, as texts are long.
bool is_mark(char character) noexcept {
  static constexpr auto marks = [] {
    std::array<bool, 256> all{};
    for (const char mark : std::string_view{"\"[]{},:"})
      all[static_cast<unsigned char>(mark)] = true;
    return all;
  }();
  return marks[static_cast<unsigned char>(character)];
}

// The end of the part that begins at `at`: of a member's name or value, or of an element. `first`
// and `second` are the characters that end it where no bracket is open. What is in brackets is
// passed 64 bytes at a time.
std::size_t part_end(std::string_view text, std::size_t at, char first, char second) noexcept {
  while (true) {
    while (at < text.size() && !is_mark(text[at])) ++at;
    if (at == text.size()) return at;
    const char character = text[at];
    if (character == '"') {
      at += json_string_size(text.substr(at));
    } else if (character == first || character == second) {
      return at;
    } else if (character == '[' || character == '{') {
      at = std::min(detail::end_of_brackets(text, at), text.size());
    } else {
      ++at;
    }
  }
}

// The name of a member as it is written.
struct written_name {
  std::string_view text;
  bool plain = false;  // a string without escapes, whose quotes are not in `text`
};

// Escapes in names are rare.
bool is_name(const written_name& written, std::string_view name) {
  return written.plain ? written.text == name : json_string_value(written.text) == name;
}

// The name that begins at `at`, and where its colon is; nothing: it is not written as most are.
std::optional<std::pair<written_name, std::size_t>> plain_name(std::string_view text,
                                                               std::size_t at) noexcept {
  while (at < text.size() && is_white(text[at])) ++at;
  if (at == text.size() || text[at] != '"') return std::nullopt;
  const auto begin = ++at;
  while (at < text.size() && text[at] != '"' && text[at] != '\\') ++at;
  if (at == text.size() || text[at] != '"') return std::nullopt;
  const written_name name{text.substr(begin, at - begin), true};
  do ++at;
  while (at < text.size() && is_white(text[at]));
  if (at == text.size() || text[at] != ':') return std::nullopt;
  return std::pair{name, at};
}

// Calls `take(name, value)` for each member of an object, in order.
template <class Take>
void each_member(std::string_view json, Take take) {
  const auto text = without_mark(json);
  if (!text.starts_with('{')) return;
  std::size_t at = 1;
  while (at < text.size()) {
    written_name name;
    std::size_t colon = 0;
    if (const auto plain = plain_name(text, at)) {
      std::tie(name, colon) = *plain;
    } else {
      colon = part_end(text, at, ':', '}');
      if (colon == text.size() || text[colon] == '}') break;
      name.text = trimmed(text.substr(at, colon - at));
    }
    const auto end = part_end(text, colon + 1, ',', '}');
    take(name, trimmed(text.substr(colon + 1, end - colon - 1)));
    at = end + 1;
    if (end < text.size() && text[end] == '}') break;
  }
}

void append_utf8(std::string& text, std::uint32_t character) {
  const auto byte = [](std::uint32_t bits) { return static_cast<char>(bits); };
  const auto more = [&](unsigned shift) { return byte(0x80U | ((character >> shift) & 0x3FU)); };
  if (character < 0x80) {
    text += byte(character);
  } else if (character < 0x800) {
    text += byte(0xC0U | (character >> 6U));
    text += more(0);
  } else if (character < 0x10000) {
    text += byte(0xE0U | (character >> 12U));
    text += more(6);
    text += more(0);
  } else {
    text += byte(0xF0U | (character >> 18U));
    text += more(12);
    text += more(6);
    text += more(0);
  }
}

// The number in `\uXXXX` at the start of `text`.
std::optional<std::uint32_t> unit_of(std::string_view text) noexcept {
  if (text.size() < 6 || !text.starts_with("\\u")) return std::nullopt;
  std::uint32_t unit = 0;
  for (const char digit : text.substr(2, 4)) {
    const bool upper = digit >= 'A' && digit <= 'F';
    const bool lower = digit >= 'a' && digit <= 'f';
    if (!upper && !lower && (digit < '0' || digit > '9')) return std::nullopt;
    const int value = upper ? digit - 'A' + 10 : lower ? digit - 'a' + 10 : digit - '0';
    unit = unit * 16 + static_cast<std::uint32_t>(value);
  }
  return unit;
}

bool is_first_half(std::uint32_t unit) noexcept {
  return unit >= 0xD800 && unit < 0xDC00;
}

bool is_second_half(std::uint32_t unit) noexcept {
  return unit >= 0xDC00 && unit < 0xE000;
}

// Appends what the escape at the start of `rest` stands for; gives its size.
std::size_t append_escape(std::string& text, std::string_view rest) {
  constexpr std::uint32_t replacement = 0xFFFD;
  if (const auto unit = unit_of(rest)) {
    if (is_first_half(*unit)) {
      const auto other = unit_of(rest.substr(6));
      if (other && is_second_half(*other)) {
        append_utf8(text, 0x10000 + ((*unit - 0xD800) << 10U) + (*other - 0xDC00));
        return 12;
      }
    }
    append_utf8(text, is_first_half(*unit) || is_second_half(*unit) ? replacement : *unit);
    return 6;
  }
  if (rest.size() < 2) return rest.size();
  constexpr std::string_view letters = "bfnrt";
  constexpr std::string_view characters = "\b\f\n\r\t";
  const auto known = letters.find(rest[1]);
  text += known == std::string_view::npos ? rest[1] : characters[known];
  return 2;
}

}  // namespace

std::size_t json_string_size(std::string_view json) noexcept {
  // `find` looks at many characters at once.
  for (std::size_t from = 1;;) {
    const auto quote = json.find('"', from);
    if (quote == std::string_view::npos) return json.size();
    auto backslash = quote;
    while (backslash > from && json[backslash - 1] == '\\') --backslash;
    from = quote + 1;
    // An odd number of them: the last one belongs to the quotation mark.
    if ((quote - backslash) % 2 == 0) return from;
  }
}

std::optional<std::string_view> json_member(std::string_view json, std::string_view name) {
  std::optional<std::string_view> found;
  each_member(json, [&](const written_name& written, std::string_view value) {
    if (is_name(written, name)) found = value;
  });
  return found;
}

std::vector<std::optional<std::string_view>> detail::json_members(
    std::string_view json, std::span<const std::string_view> names) {
  std::vector<std::optional<std::string_view>> found(names.size());
  each_member(json, [&](const written_name& written, std::string_view value) {
    for (std::size_t i = 0; i != names.size(); ++i) {
      if (is_name(written, names[i])) found[i] = value;
    }
  });
  return found;
}

std::vector<std::string_view> json_elements(std::string_view json) {
  const auto text = without_mark(json);
  std::vector<std::string_view> found;
  if (!text.starts_with('[')) return found;
  std::size_t at = 1;
  while (at < text.size()) {
    const auto end = part_end(text, at, ',', ']');
    const auto element = trimmed(text.substr(at, end - at));
    const bool last = end == text.size() || text[end] == ']';
    if (!last || !element.empty()) found.push_back(element);
    if (last) break;
    at = end + 1;
  }
  return found;
}

std::string json_string_value(std::string_view json) {
  if (json.size() < 2 || !json.starts_with('"') || !json.ends_with('"')) return std::string{json};
  auto rest = json.substr(1, json.size() - 2);
  std::string text;
  text.reserve(rest.size());
  while (!rest.empty()) {
    const auto plain = std::min(rest.find('\\'), rest.size());
    text += rest.substr(0, plain);
    rest.remove_prefix(plain);
    if (!rest.empty()) rest.remove_prefix(append_escape(text, rest));
  }
  return text;
}

}  // namespace vkxx
