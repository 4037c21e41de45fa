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

/// The text without the white space around it.
[[nodiscard]] constexpr std::string_view trimmed(std::string_view text) noexcept {
  constexpr std::string_view white_space = " \t\r\n\f";
  const auto first = text.find_first_not_of(white_space);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(white_space) - first + 1);
}

}  // namespace vkxx::detail
