#include <vkxx/core/printable.hpp>

#include <cstdint>

#include <vkxx/core/utf8.hpp>

namespace vkxx {
namespace {

std::string hexadecimal(std::uint32_t value, unsigned digits) {
  constexpr std::string_view names = "0123456789abcdef";
  std::string text;
  for (unsigned shift = digits * 4; shift != 0; shift -= 4) {
    text += names[(value >> (shift - 4)) & 0xFU];
  }
  return text;
}

}  // namespace

bool is_unprintable(char32_t character) noexcept {
  return character < 0x20 || (character >= 0x7F && character < 0xA0) || character == 0x200E ||
         character == 0x200F || character == 0x061C ||
         (character >= 0x2028 && character <= 0x202E) ||
         (character >= 0x2066 && character <= 0x2069);
}

std::string printable(std::string_view text) {
  std::string shown;
  shown.reserve(text.size());
  while (!text.empty()) {
    const auto next = first_character(text);
    const std::size_t size = next ? next->size : 1;
    if (!next) {
      shown += "\\x" + hexadecimal(static_cast<unsigned char>(text.front()), 2);
    } else if (next->value == '\n' || next->value == '\r' || next->value == '\t') {
      shown += ' ';
    } else if (is_unprintable(next->value)) {
      shown += "\\u" + hexadecimal(static_cast<std::uint32_t>(next->value), 4);
    } else {
      shown += text.substr(0, size);
    }
    text.remove_prefix(size);
  }
  return shown;
}

}  // namespace vkxx
