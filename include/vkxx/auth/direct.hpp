/// @file
/// The way in with a login and a password (OAuth's password grant).
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include <vkxx/auth/flow.hpp>
#include <vkxx/client/handler.hpp>

namespace vkxx::auth {

/// Settings of the direct flow. Only applications that VK has approved may use it.
///
/// ```cpp
/// vkxx::blocking_client vk{vkxx::auth::direct{}.login("+7…").password("…").scope("offline,wall")};
/// ```
///
/// The hooks are the same as those of `client`: a captcha hook answers captchas of the login as it
/// does those of calls. https://dev.vk.com/api/access-token/direct-auth
class direct {
 public:
  direct();

  /// Phone number or mail address.
  direct& login(std::string text);
  /// Kept as a secret, and sent in the body of the request only.
  direct& password(std::string text);
  direct& password(secret text);
  /// The application; `vk_for_android` by default. Use your own.
  direct& client(std::string id, secret client_secret);
  /// Names joined by commas, or a bit mask; `offline` by default.
  direct& scope(std::string rights);
  /// A bit mask, see `scope_mask`.
  direct& scope(std::uint64_t mask);
  /// Language of VK's descriptions.
  direct& lang(std::string language);
  /// Version of the API; `5.199` by default.
  direct& v(std::string version);

  /// Asked to solve captchas, at most 5 in one login.
  direct& on_captcha(challenge_hook solver);
  /// Asked for the code of a second factor, at most 3 times; may answer `send_sms` 3 times.
  direct& on_second_factor(challenge_hook solver);
  /// Asked to open a page and pass the check on it: answer `access_token`. Without it the pages are
  /// passed as `auth::validation` does, with the other hooks.
  direct& on_validation(challenge_hook solver);
  /// Asked for the missing digits of the phone number, once.
  direct& on_phone(challenge_hook solver);
  /// The account's number, in place of `on_phone`.
  direct& phone(std::string number);

  /// The flow with the settings as they are now. Throws `usage_exception` if login or password is
  /// missing.
  [[nodiscard]] std::shared_ptr<const flow> make() const;
  /// A client's settings with this flow as its source of tokens.
  operator config() const;  // NOLINT(google-explicit-constructor): a client takes a flow

  /// What the flow reads.
  struct settings {
    std::string login;              ///< phone number or mail address
    secret password;                ///< of the account
    std::string client_id;          ///< number of the app
    secret client_secret;           ///< protected key of the app
    std::string scope = "offline";  ///< rights: names joined by commas, or a mask
    std::string lang;               ///< language of VK's descriptions; empty: VK's default
    std::string v = "5.199";        ///< version of the API
    challenge_hook captcha;         ///< solves captchas
    challenge_hook second_factor;   ///< gives the code of a second factor
    challenge_hook validation;      ///< opens a page and passes the check on it
    challenge_hook phone_digits;    ///< gives the missing digits of the phone number
    std::string phone;              ///< the account's number, if it is known
  };

  /// The settings as they are now.
  [[nodiscard]] const settings& values() const noexcept { return settings_; }

 private:
  settings settings_;
};

}  // namespace vkxx::auth
