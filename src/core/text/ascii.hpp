// Text whose letters and white space are those of ASCII, whatever the locale: headers, addresses,
// names on the wire.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>

namespace vkxx::detail {

[[nodiscard]] constexpr char lower_case(char letter) noexcept {
  return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
}

[[nodiscard]] inline std::string lower_case(std::string_view text) {
  std::string small{text};
  for (auto& letter : small) letter = lower_case(letter);
  return small;
}

[[nodiscard]] constexpr bool same_ignoring_case(std::string_view left,
                                                std::string_view right) noexcept {
  return std::equal(left.begin(), left.end(), right.begin(), right.end(),
                    [](char first, char other) { return lower_case(first) == lower_case(other); });
}

[[nodiscard]] constexpr bool is_white_space(char letter) noexcept {
  return letter == ' ' || letter == '\t' || letter == '\r' || letter == '\n' || letter == '\f';
}

/// The text without the white space around it.
[[nodiscard]] constexpr std::string_view trimmed(std::string_view text) noexcept {
  while (!text.empty() && is_white_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_white_space(text.back())) text.remove_suffix(1);
  return text;
}

}  // namespace vkxx::detail
