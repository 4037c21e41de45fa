// Where a long text is split.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

namespace vkxx::detail {

struct text_piece {
  std::string_view text;  // a view into the whole
  std::size_t units = 0;  // in UTF-16
};

// Pieces of at most `limit` (from 2) units, which together are the text; see `rich_text::split`.
[[nodiscard]] std::vector<text_piece> split_text(std::string_view text, std::size_t limit);

}  // namespace vkxx::detail
