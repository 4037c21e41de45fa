#include <vkxx/core/utf8.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace vkxx {
namespace {

unsigned byte_at(std::string_view text, std::size_t at) noexcept {
  return at < text.size() ? static_cast<unsigned char>(text[at]) : 0U;
}

bool continues(std::string_view text, std::size_t from, std::size_t count) noexcept {
  for (std::size_t i = from; i != from + count; ++i) {
    if ((byte_at(text, i) & 0xC0U) != 0x80U) return false;
  }
  return true;
}

// The length of the well-formed sequence that starts at `at`, or 0. The bounds on the second byte
// are those of RFC 3629, section 4.
std::size_t sequence_length(std::string_view text, std::size_t at) noexcept {
  const unsigned first = byte_at(text, at);
  const unsigned second = byte_at(text, at + 1);
  if (first < 0x80) return 1;
  if (first >= 0xC2 && first <= 0xDF) return continues(text, at + 1, 1) ? 2 : 0;
  if (first >= 0xE0 && first <= 0xEF) {
    const bool overlong = first == 0xE0 && second < 0xA0;
    const bool surrogate = first == 0xED && second > 0x9F;
    return !overlong && !surrogate && continues(text, at + 1, 2) ? 3 : 0;
  }
  if (first >= 0xF0 && first <= 0xF4) {
    const bool overlong = first == 0xF0 && second < 0x90;
    const bool too_high = first == 0xF4 && second > 0x8F;
    return !overlong && !too_high && continues(text, at + 1, 3) ? 4 : 0;
  }
  return 0;
}

// Most texts are mostly ASCII: eight characters at once.
bool starts_with_ascii_word(std::string_view text, std::size_t at) noexcept {
  std::uint64_t word = 0;
  if (text.size() - at < sizeof(word)) return false;
  std::memcpy(&word, text.data() + at, sizeof(word));
  return (word & 0x8080'8080'8080'8080U) == 0;
}

}  // namespace

bool is_utf8(std::string_view text) noexcept {
  for (std::size_t at = 0; at < text.size();) {
    if (starts_with_ascii_word(text, at)) {
      at += sizeof(std::uint64_t);
      continue;
    }
    const std::size_t length = sequence_length(text, at);
    if (length == 0) return false;
    at += length;
  }
  return true;
}

std::optional<utf8_character> first_character(std::string_view text) noexcept {
  const std::size_t size = text.empty() ? 0 : sequence_length(text, 0);
  if (size == 0) return std::nullopt;
  const unsigned lead = byte_at(text, 0);
  char32_t value = size == 1 ? lead : lead & (0xFFU >> (size + 1));
  for (std::size_t i = 1; i < size; ++i) value = (value << 6U) | (byte_at(text, i) & 0x3FU);
  return utf8_character{value, size};
}

}  // namespace vkxx
