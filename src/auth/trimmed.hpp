// Text without the white space around it.
#pragma once

#include <string>
#include <string_view>

namespace vkxx::auth {

inline std::string trimmed(std::string_view text) {
  constexpr std::string_view white_space = " \t\r\n";
  const auto first = text.find_first_not_of(white_space);
  if (first == std::string_view::npos) return {};
  return std::string{text.substr(first, text.find_last_not_of(white_space) - first + 1)};
}

}  // namespace vkxx::auth
