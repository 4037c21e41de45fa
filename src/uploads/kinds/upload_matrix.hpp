// The table of kinds as a page shows it.
#pragma once

#include <string>

namespace vkxx::detail {

// A table in Markdown.
[[nodiscard]] std::string upload_matrix();

}  // namespace vkxx::detail
