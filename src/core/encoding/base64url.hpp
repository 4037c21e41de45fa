// Base64 for addresses (RFC 4648, 5), without padding.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace vkxx::detail {

[[nodiscard]] std::string base64url(std::string_view bytes);
// The bytes; nothing for what `base64url` does not write: padding, another alphabet, bits that
// belong to no byte.
[[nodiscard]] std::optional<std::string> from_base64url(std::string_view text);

}  // namespace vkxx::detail
