#include "emulator/encoding/utf8_repair.hpp"

#include <algorithm>
#include <utility>

#include <vkxx/core/utf8.hpp>

namespace vkxx::emulation::detail {
namespace {

// The length of the first character in bytes; 0: it is malformed.
std::size_t character_size(std::string_view text) {
  for (std::size_t size = 1; size <= std::min<std::size_t>(4, text.size()); ++size)
    if (is_utf8(text.substr(0, size))) return size;
  return 0;
}

}  // namespace

std::string repaired_utf8(std::string&& text) {
  return is_utf8(text) ? std::move(text) : repaired_utf8(std::string_view{text});
}

std::string repaired_utf8(std::string_view text) {
  if (is_utf8(text)) return std::string{text};
  std::string result;
  while (!text.empty()) {
    const auto size = character_size(text);
    if (size == 0)
      result += "\xEF\xBF\xBD";
    else
      result += text.substr(0, size);
    text.remove_prefix(std::max<std::size_t>(size, 1));
  }
  return result;
}

std::string_view utf8_front(std::string_view text, std::size_t longest) noexcept {
  if (text.size() <= longest) return text;
  while (longest > 0 && (static_cast<unsigned char>(text[longest]) & 0xC0U) == 0x80U) --longest;
  return text.substr(0, longest);
}

}  // namespace vkxx::emulation::detail
