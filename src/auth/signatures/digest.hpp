// Digests, encodings and random bytes, by OpenSSL.
#pragma once

#include <string>
#include <string_view>

#include <vkxx/core/secret.hpp>

namespace vkxx::auth::detail {

[[nodiscard]] std::string md5_hex(std::string_view text);
// The 32 bytes.
[[nodiscard]] std::string sha256(std::string_view text);
[[nodiscard]] std::string hmac_sha256(const secret& key, std::string_view text);
// RFC 4648 §5, without padding.
[[nodiscard]] std::string base64url(std::string_view bytes);
// From the system's generator; throws std::runtime_error if that fails.
[[nodiscard]] std::string random_bytes(std::size_t count);

// Whether the texts are the same, in a time that depends on their lengths only.
[[nodiscard]] bool same_in_constant_time(std::string_view left, std::string_view right) noexcept;

}  // namespace vkxx::auth::detail
