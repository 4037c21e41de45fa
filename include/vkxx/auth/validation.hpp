/// @file
/// The page that VK wants a person to pass (error 17, or in the middle of a login), passed by
/// program.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <string>

#include <vkxx/auth/access_token.hpp>
#include <vkxx/client/handler.hpp>
#include <vkxx/client/token_source.hpp>

namespace vkxx::auth {

/// Goes through the pages of a validation: codes of a second factor, captchas, digits of the phone
/// number, until the address that carries the new token.
///
/// ```cpp
/// vkxx::auth::validation pages;
/// pages.on_second_factor(ask_for_code);
/// vk.on_validation(pages.hook(vk.environment()));
/// ```
class validation {
 public:
  validation();

  /// Asked to solve captchas, at most 3, and 3 more in the middle of a second factor.
  validation& on_captcha(challenge_hook solver);
  /// Asked for a code, at most 3 times; may answer `send_sms`.
  validation& on_second_factor(challenge_hook solver);
  /// Asked for the missing digits of the phone number, once.
  validation& on_phone(challenge_hook solver);
  /// The account's number, in place of `on_phone`.
  validation& phone(std::string number);

  /// Passes the page. An empty token: it was passed, and the present token stays good. Errors:
  /// those of `flow::log_in`.
  [[nodiscard]] asio::awaitable<result<vkxx::auth::access_token>> pass(
      std::string redirect_uri, token_environment with) const;

  /// For `on_validation` of a client: the new token takes the place of the refused one. Gives
  /// `refused` if a hook refused; throws what else went wrong as an exception of `call`.
  [[nodiscard]] challenge_hook hook(token_environment with) const;

  /// What is read.
  struct settings {
    challenge_hook captcha;        ///< solves captchas
    challenge_hook second_factor;  ///< gives the code of a second factor
    challenge_hook phone_digits;   ///< gives the missing digits of the phone number
    std::string phone;             ///< the account's number, if it is known
  };

 private:
  settings settings_;
};

}  // namespace vkxx::auth
