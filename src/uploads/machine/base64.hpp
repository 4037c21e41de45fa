// Base64 (RFC 4648, 4), with padding.
#pragma once

#include <string>
#include <string_view>

namespace vkxx::detail {

[[nodiscard]] inline std::string base64(std::string_view bytes) {
  constexpr std::string_view letters =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  unsigned bits = 0;
  unsigned count = 0;
  for (const char byte : bytes) {
    bits = (bits << 8U) | static_cast<unsigned char>(byte);
    for (count += 8; count >= 6; count -= 6) text += letters[(bits >> (count - 6)) & 63U];
    bits &= (1U << count) - 1;
  }
  if (count > 0) text += letters[(bits << (6 - count)) & 63U];
  while (text.size() % 4 != 0) text += '=';
  return text;
}

}  // namespace vkxx::detail
