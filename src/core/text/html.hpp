// HTML that we write.
#pragma once

#include <string>
#include <string_view>

namespace vkxx::detail {

// For the text between tags and for attributes in quotes of either kind.
[[nodiscard]] std::string html_escaped(std::string_view text);
// A page with the title, which is escaped, as its heading. `body`: HTML.
[[nodiscard]] std::string html_document(std::string_view title, std::string_view body);

}  // namespace vkxx::detail
