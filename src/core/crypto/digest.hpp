// Digests and random bytes, by OpenSSL. All throw std::runtime_error when it cannot.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include <vkxx/core/secret.hpp>

namespace vkxx::detail {

// The bytes of the digest; `to_hex` shows them.
[[nodiscard]] std::string md5(std::string_view text);
[[nodiscard]] std::string sha1(std::string_view text);
[[nodiscard]] std::string sha256(std::string_view text);
[[nodiscard]] std::string hmac_sha256(const secret& key, std::string_view text);
// From the system's generator.
[[nodiscard]] std::string random_bytes(std::size_t count);

// Whether the texts are the same, in a time that depends on their lengths only.
[[nodiscard]] bool same_in_constant_time(std::string_view left, std::string_view right) noexcept;

}  // namespace vkxx::detail
