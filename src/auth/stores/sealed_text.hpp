// A text encrypted with a key, as a token file holds it.
#pragma once

#include <string>
#include <string_view>

#include <vkxx/auth/token_store.hpp>
#include <vkxx/core/result.hpp>

namespace vkxx::auth::detail {

// `vkxx-tokens 1 scrypt|raw <salt> <nonce> <tag> <ciphertext>`, the last four in hexadecimal.
// AES-256-GCM; everything before the tag is authenticated as well.
[[nodiscard]] std::string seal(std::string_view text, const store_key& key);

// Error: `errc::invalid_argument` for a wrong key, and for a file that was changed or is not ours.
[[nodiscard]] result<std::string> unseal(std::string_view sealed, const store_key& key);

}  // namespace vkxx::auth::detail
