/// @file
/// Notifications of payments in votes, which VK sends to an app's server.
/// https://dev.vk.com/api/payments/getting-started
#pragma once

#include <string>
#include <string_view>

#include <vkxx/auth/signed_fields.hpp>
#include <vkxx/core/result.hpp>
#include <vkxx/core/secret.hpp>

namespace vkxx::auth {

/// Checks the `sig` of a notification's body (`application/x-www-form-urlencoded`; parameters of
/// the URL are not signed).
///
/// Errors: `errc::invalid_argument` for a malformed body or one without `sig`: answer
/// `payment_error(11, …)`; `errc::authorization_failed` for a wrong signature: answer
/// `payment_error(10, …)`. Compares in constant time. Bodies of more than 10 MiB are refused.
[[nodiscard]] result<signed_fields> verify_payment_notification(std::string_view body,
                                                                const secret& protected_key);

/// The JSON answer that refuses a notification; send it with HTTP status 200. `critical`: final, VK
/// cancels the order; otherwise VK asks again later.
[[nodiscard]] std::string payment_error(int code, std::string_view message, bool critical);

}  // namespace vkxx::auth
