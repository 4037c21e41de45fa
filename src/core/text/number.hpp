// Numbers in texts.
#pragma once

#include <charconv>
#include <cstdint>
#include <optional>
#include <string_view>
#include <system_error>
#include <type_traits>

namespace vkxx::detail {

// The number that the whole of the text is; nothing for anything before or behind it, a `+`, an
// overflow, and an empty text. `base`: of integers.
template <class Number>
[[nodiscard]] std::optional<Number> parse_number(std::string_view text, int base = 10) noexcept {
  Number number{};
  const char* const end = text.data() + text.size();
  std::from_chars_result read{};
  if constexpr (std::is_floating_point_v<Number>) {
    read = std::from_chars(text.data(), end, number);
  } else {
    read = std::from_chars(text.data(), end, number, base);
  }
  if (read.ec != std::errc{} || read.ptr != end) return std::nullopt;
  return number;
}

// A TCP port: 1 to 65535. `port_number()` of Boost.URL 1.81 makes 34463 of 99999.
[[nodiscard]] inline std::optional<std::uint16_t> parse_port(std::string_view text) noexcept {
  const auto port = parse_number<std::uint16_t>(text);
  return port == std::uint16_t{0} ? std::nullopt : port;
}

}  // namespace vkxx::detail
