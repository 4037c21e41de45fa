// Digests and a random name, by OpenSSL.
#pragma once

#include <string>
#include <string_view>

namespace vkxx::redis::detail {

// In lower-case hexadecimal digits. They throw std::runtime_error when OpenSSL cannot.
[[nodiscard]] std::string sha1_hex(std::string_view text);
[[nodiscard]] std::string sha256_hex(std::string_view text);
[[nodiscard]] std::string random_name();

}  // namespace vkxx::redis::detail
