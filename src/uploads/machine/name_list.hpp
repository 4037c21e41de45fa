// The lists of names in the table of kinds.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

namespace vkxx::detail {

// The words of `text`, which are separated by blanks.
[[nodiscard]] std::vector<std::string_view> words_of(std::string_view text);
// Whether one of the words is `name`, with or without a `*` behind it.
[[nodiscard]] bool lists_name(std::string_view text, std::string_view name);

}  // namespace vkxx::detail
