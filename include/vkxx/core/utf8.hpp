/// @file
/// UTF-8 checking (RFC 3629).
#pragma once

#include <string_view>

namespace vkxx {

/// Whether `text` is well-formed UTF-8: no overlong forms, no surrogates, nothing above U+10FFFF.
[[nodiscard]] bool is_utf8(std::string_view text) noexcept;

}  // namespace vkxx
