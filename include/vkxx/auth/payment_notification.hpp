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

/// Checks the body of a notification (`application/x-www-form-urlencoded`; parameters of the URL
/// take no part) by its `sig`.
///
/// Errors: `errc::invalid_argument` for a body that cannot be read or has no `sig`: answer
/// `payment_error(11, …)`; `errc::authorization_failed` for a wrong signature: answer
/// `payment_error(10, …)`. Compares in constant time. Bodies of more than 10 MiB are refused.
[[nodiscard]] result<signed_fields> verify_payment_notification(std::string_view body,
                                                                const secret& protected_key);

/// The answer that refuses a notification, as JSON; to be sent with HTTP status 200.
/// `critical`: final, VK cancels the order; otherwise VK asks again later.
[[nodiscard]] std::string payment_error(int code, std::string_view message, bool critical);

}  // namespace vkxx::auth
