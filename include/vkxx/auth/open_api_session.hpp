/// @file
/// The session that VK's Open API leaves in a web site's cookie `vk_app_<id>`.
#pragma once

#include <string_view>

#include <vkxx/auth/signed_fields.hpp>
#include <vkxx/core/result.hpp>
#include <vkxx/core/secret.hpp>

namespace vkxx::auth {

/// Checks the cookie's value: `expire`, `mid` (the user's id), `secret` and `sid` under `sig`.
///
/// Errors: `errc::invalid_argument` for a malformed cookie, and for a missing or repeated field;
/// `errc::authorization_failed` for a wrong signature or an expired session. Compares in constant
/// time. https://dev.vk.com/widgets/auth
[[nodiscard]] result<signed_fields> verify_open_api_session(
    std::string_view cookie, const secret& protected_key,
    wall_time now = std::chrono::system_clock::now());

}  // namespace vkxx::auth
