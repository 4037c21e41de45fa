/// @file
/// Repairs received texts, so that JSON can contain them.
#pragma once

#include <string>
#include <string_view>

namespace vkxx::emulation::detail {

/// `text` with U+FFFD for each byte that belongs to no well-formed UTF-8 character.
[[nodiscard]] std::string repaired_utf8(std::string_view text);

}  // namespace vkxx::emulation::detail
