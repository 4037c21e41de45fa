#include "uploads/machine/name_list.hpp"

#include <algorithm>

namespace vkxx::detail {

std::vector<std::string_view> words_of(std::string_view text) {
  std::vector<std::string_view> words;
  while (!text.empty()) {
    const auto end = text.find(' ');
    words.push_back(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return words;
}

bool lists_name(std::string_view text, std::string_view name) {
  return std::ranges::any_of(words_of(text), [name](std::string_view word) {
    if (word.ends_with('*')) word.remove_suffix(1);
    return word == name;
  });
}

}  // namespace vkxx::detail
