// A server's text as an error may show it: short, and without secrets.
#pragma once

#include <string>
#include <utility>
#include <vkxx/core/redaction.hpp>

namespace vkxx::auth::detail {

[[nodiscard]] inline std::string shown_text(std::string text) {
  constexpr std::size_t longest = 500;
  if (text.size() > longest) text.resize(longest);
  return redacted_text(text);
}

}  // namespace vkxx::auth::detail
