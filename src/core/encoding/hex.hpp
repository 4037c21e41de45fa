// Bytes as hexadecimal digits.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace vkxx::detail {

[[nodiscard]] constexpr bool is_hex_digit(char c) noexcept {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

// Two lower-case digits for each byte.
[[nodiscard]] std::string to_hex(std::string_view bytes);
// The bytes of digits in either case; nothing for what is no digit, or half a byte.
[[nodiscard]] std::optional<std::string> from_hex(std::string_view digits);

}  // namespace vkxx::detail
