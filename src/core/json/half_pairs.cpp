#include "core/json/half_pairs.hpp"

#include <algorithm>
#include <cstring>
#include <string_view>

#include "core/text/number.hpp"

namespace vkxx::detail {
namespace {

constexpr std::size_t escape_size = 6;

// The surrogate that the escape at `at` stands for, or 0.
unsigned surrogate_at(std::string_view json, std::size_t at) noexcept {
  if (at + escape_size > json.size() || json[at] != '\\' || json[at + 1] != 'u') return 0;
  const auto code =
      vkxx::detail::parse_number<unsigned>(json.substr(at + 2, escape_size - 2), 16).value_or(0);
  return code >= 0xD800 && code <= 0xDFFF ? code : 0;
}

bool is_leading(unsigned code) noexcept {
  return code >= 0xD800 && code <= 0xDBFF;
}

bool is_trailing(unsigned code) noexcept {
  return code >= 0xDC00 && code <= 0xDFFF;
}

// Whether the three bytes at `at` are a surrogate, which UTF-8 has none of.
bool is_encoded_surrogate(std::string_view json, std::size_t at) noexcept {
  const auto byte = [&](std::size_t offset) {
    return static_cast<unsigned char>(json[at + offset]);
  };
  return at + 3 <= json.size() && byte(0) == 0xED && byte(1) >= 0xA0 && byte(1) <= 0xBF &&
         byte(2) >= 0x80 && byte(2) <= 0xBF;
}

}  // namespace

bool replace_half_pairs(char* json, std::size_t size) noexcept {
  const std::string_view text{json, size};
  bool found = false;
  // Most texts have neither, or few.
  std::size_t backslash = text.find('\\');
  std::size_t lead = text.find('\xED');
  for (std::size_t at = 0; at < size;) {
    if (backslash < at) backslash = text.find('\\', at);
    if (lead < at) lead = text.find('\xED', at);
    at = std::min(backslash, lead);
    if (at == std::string_view::npos) break;
    if (text[at] == '\xED' && is_encoded_surrogate(text, at)) {
      std::memcpy(json + at, "\xEF\xBF\xBD", 3);
      found = true;
      at += 3;
    } else if (text[at] != '\\') {
      ++at;
    } else if (const auto code = surrogate_at(text, at); code == 0) {
      at += 2;  // an escaped backslash begins no escape
    } else if (is_leading(code) && is_trailing(surrogate_at(text, at + escape_size))) {
      at += 2 * escape_size;
    } else {
      std::memcpy(json + at, "\\ufffd", escape_size);
      found = true;
      at += escape_size;
    }
  }
  return found;
}

}  // namespace vkxx::detail
