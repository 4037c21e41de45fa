// A server's text in the form that an error may show: short and without secrets.
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
