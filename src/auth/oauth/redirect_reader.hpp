// Reads the address to which a consent page redirects the browser. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <vkxx/core/result.hpp>
#include <vkxx/core/secret.hpp>
#include "auth/html/form_fields.hpp"

namespace vkxx::auth::detail {

struct redirect {
  secret code;
  // Of VK ID.
  std::string device_id;
};

// The code in `address`. Errors: `invalid_argument` for an address that is not `redirect_uri`, has
// no code, or repeats a field; `authorization_failed` if VK refused (the text has its reason) or
// `state` differs.
[[nodiscard]] result<redirect> read_redirect(std::string_view address,
                                             std::string_view redirect_uri, std::string_view state);

// The PKCE challenge of a verifier (RFC 7636, S256).
[[nodiscard]] std::string pkce_challenge(const secret& verifier);

// `base?fields`.
[[nodiscard]] std::string with_query(std::string base, const std::vector<form_field>& fields);

// 48 random characters of `A-Za-z0-9_-`: a `state`, a `code_verifier`.
[[nodiscard]] std::string random_text();

}  // namespace vkxx::auth::detail
