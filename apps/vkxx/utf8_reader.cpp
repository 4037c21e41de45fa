#include "utf8_reader.hpp"

#include <vkxx/core/utf8.hpp>

namespace vkxx::cli {

std::optional<utf8_character> first_character(std::string_view text) noexcept {
  const auto lead = static_cast<unsigned char>(text.front());
  if (lead < 0x80) return utf8_character{lead, 1};
  const std::size_t size = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (size > text.size() || !is_utf8(text.substr(0, size))) return std::nullopt;
  char32_t value = lead & (0xFFU >> (size + 1));
  for (std::size_t i = 1; i < size; ++i) {
    value = (value << 6U) | (static_cast<unsigned char>(text[i]) & 0x3FU);
  }
  return utf8_character{value, size};
}

}  // namespace vkxx::cli
