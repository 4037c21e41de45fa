#include "completion/script_text.hpp"

#include <algorithm>

namespace vkxx::cli {

std::string short_help(std::string_view help) {
  auto end = help.size();
  for (const std::string_view mark : {". ", "; ", " ["}) end = std::min(end, help.find(mark));
  return std::string{help.substr(0, end)};
}

std::string joined_words(const option_description& option) {
  std::string text;
  for (const auto& [word, help] : option.words) text += (text.empty() ? "" : " ") + word;
  return text;
}

bool needs_schema(const option_description& option) noexcept {
  switch (option.kind) {
    case value_kind::section:
    case value_kind::method:
    case value_kind::parameter:
    case value_kind::error:
      return true;
    case value_kind::text:
    case value_kind::file:
    case value_kind::url:
      break;
  }
  return false;
}

std::string wrapped(const std::vector<std::string>& items, std::string_view separator,
                    std::string_view line_break) {
  constexpr std::size_t width = 90;
  std::string text;
  std::size_t column = 0;
  for (const auto& item : items) {
    if (!text.empty()) text += separator;
    if (column > 0 && column + item.size() > width) {
      text += line_break;
      column = 0;
    } else if (!text.empty()) {
      text += ' ';
    }
    text += item;
    column += item.size() + separator.size() + 1;
  }
  return text;
}

std::string replaced(std::string_view text, char character, std::string_view replacement) {
  std::string result;
  for (const char letter : text) {
    if (letter == character) {
      result += replacement;
    } else {
      result += letter;
    }
  }
  return result;
}

}  // namespace vkxx::cli
