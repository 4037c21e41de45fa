/// @file
/// Single JSON values as text.
#pragma once

#include <string>
#include <string_view>

namespace vkxx {

/// `text` as a JSON string with its quotes; control characters escaped, the rest left as UTF-8.
[[nodiscard]] std::string json_text(std::string_view text);

}  // namespace vkxx
