/// @file
/// Base64 for addresses (RFC 4648 §5), without padding. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace vkxx::emulation::detail {

[[nodiscard]] std::string base64url(std::string_view bytes);
/// Nothing if the text is malformed.
[[nodiscard]] std::optional<std::string> from_base64url(std::string_view text);

}  // namespace vkxx::emulation::detail
