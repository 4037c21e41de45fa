// Values that stand as the schema has them: nearly all of nearly all answers. They are taken from
// the text of the body with as few steps as possible; all others go by way of the parser
// (read_values.cpp).
#pragma once

#include <algorithm>
#include <bit>
#include <cstring>
#include <string>
#include <string_view>

#include "objects/name_hash.hpp"
#include "objects/reader.hpp"

namespace vkxx::detail {

// What one of the short escapes stands for; 0: it is none.
inline char short_escape(char letter) noexcept {
  switch (letter) {
    case '"':
    case '\\':
    case '/':
      return letter;
    case 'b':
      return '\b';
    case 'f':
      return '\f';
    case 'n':
      return '\n';
    case 'r':
      return '\r';
    case 't':
      return '\t';
    default:
      return 0;
  }
}

// How many of the eight bytes in `word` (the first in the lowest place) stand before the first
// backslash.
inline int before_backslash(std::uint64_t word) noexcept {
  constexpr std::uint64_t ones = 0x0101010101010101, tops = 0x8080808080808080;
  const auto other = word ^ (ones * '\\');
  return std::countr_zero((other - ones) & ~other & tops) / 8;
}

// The bytes up to the first backslash, or all.
inline std::size_t plain_size(std::string_view raw) noexcept {
  for (std::size_t at = 0; at < raw.size(); at += 8) {
    const int plain = before_backslash(low_bytes(raw.data() + at, 8));
    if (plain < 8) return std::min(at + static_cast<std::size_t>(plain), raw.size());
  }
  return raw.size();
}

// A text whose escapes are all short ones, as in most addresses, without a stop in the parser,
// which goes byte by byte. Reads and writes up to eight bytes more. Null: it has other escapes.
inline char* resolve_short_escapes(const char* from, const char* end, char* to) noexcept {
  while (from < end) {
    const auto word = low_bytes(from, 8);
    std::memcpy(to, from, 8);
    const int plain = before_backslash(word);
    from += plain;
    to += plain;
    if (plain == 8) continue;
    if (from >= end) return to - (from - end);
    const char meant = from + 1 == end ? '\0' : short_escape(from[1]);
    if (meant == '\0') return nullptr;
    *to++ = meant;
    from += 2;
  }
  return to - (from - end);
}

// A text, where it stands in the body or in a place that the next text will take. The parser has
// already seen to it that it is UTF-8 without control characters.
inline bool simple_text(reader& in, std::string_view raw, std::string_view& text) {
  const auto plain = plain_size(raw);
  if (plain == raw.size()) {
    text = raw;
    return true;
  }
  char* const place = in.space_for_text(raw.size() + 8);
  std::memcpy(place, raw.data(), plain);
  const char* const end =
      resolve_short_escapes(raw.data() + plain, raw.data() + raw.size(), place + plain);
  if (end == nullptr) return false;
  text = {place, static_cast<std::size_t>(end - place)};
  return true;
}

// The text in `token`, which the reader stands before. False: it must go through the parser.
inline bool take_simple_text(reader& in, std::string_view token, std::string_view& text) {
  std::size_t size = token.size();
  while (size > 1 && token[size - 1] != '"') --size;  // blanks
  if (size < 2 || !simple_text(in, token.substr(1, size - 2), text)) return false;
  ondemand::raw_json_string passed;
  return in.value().get_raw_json_string().get(passed) == simdjson::SUCCESS;
}

inline bool ends_number(char next) noexcept {
  return next == ',' || next == '}' || next == ']' || next == ' ' || next == '\n' || next == '\r' ||
         next == '\t';
}

// A whole number of at most 18 digits, which cannot overflow, as it mostly stands; the parser
// passes over it by itself.
inline bool take_simple_integer(std::string_view token, std::int64_t& value) noexcept {
  const char* at = token.data();  // what ends the number may stand behind the token
  const bool negative = *at == '-';
  if (negative) ++at;
  const char* const first = at;
  std::int64_t number = 0;
  for (; *at >= '0' && *at <= '9' && at - first < 18; ++at) number = 10 * number + (*at - '0');
  const auto digits = at - first;
  if (digits == 0 || (*first == '0' && (digits > 1 || negative))) return false;
  if (!ends_number(*at)) return false;
  value = negative ? -number : number;
  return true;
}

inline bool read_plain(reader& in, plain_value kind, void* member) {
  if (kind == plain_value::none) return false;
  const auto token = in.value().raw_json_token();
  if (kind == plain_value::text) {
    std::string_view found;
    if (token.front() != '"' || !take_simple_text(in, token, found)) return false;
    static_cast<text*>(member)->emplace(found);
    return true;
  }
  std::int64_t number = 0;
  if (!take_simple_integer(token, number)) return false;
  switch (kind) {
    case plain_value::integer:
      std::memcpy(member, &number, sizeof number);  // it may be an id
      break;
    case plain_value::optional_integer:
      *static_cast<std::optional<std::int64_t>*>(member) = number;
      break;
    case plain_value::flag:
      *static_cast<bool*>(member) = number != 0;
      break;
    case plain_value::optional_flag:
      *static_cast<std::optional<bool>*>(member) = number != 0;
      break;
    case plain_value::none:
    case plain_value::text:
      break;
  }
  return true;
}

}  // namespace vkxx::detail
