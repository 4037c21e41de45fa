/// @file
/// The authentication flow with a login and a password (OAuth's password grant).
#pragma once

#include <memory>
#include <string>

#include <vkxx/auth/flow.hpp>
#include <vkxx/auth/flow_options.hpp>
#include <vkxx/client/handler.hpp>

namespace vkxx::auth {

/// Options of the direct flow. Only applications that VK has approved may use it.
///
/// ```cpp
/// vkxx::blocking_client vk{vkxx::auth::direct{}.login("+7…").password("…").scope("offline,wall")};
/// ```
///
/// The hooks are the same as those of `client`: a captcha hook answers captchas of the login as it
/// does those of calls. https://dev.vk.com/api/access-token/direct-auth
class direct : public password_options<direct> {
 public:
  /// `vk_for_android` with its secret, the scope `offline`. A login asks for at most 5 captchas and
  /// 3 codes.
  direct();

  /// The application's protected key, which belongs to `client_id`.
  direct& client_secret(secret key);
  /// Language of VK's descriptions; VK's default if empty.
  direct& lang(std::string language);
  /// Called to open a page and pass the check on it: answer `access_token`. Without it the pages
  /// are passed by `auth::validation` with the other hooks.
  direct& on_validation(challenge_hook solver);

  [[nodiscard]] const secret& client_secret() const noexcept { return client_secret_; }
  [[nodiscard]] const std::string& lang() const noexcept { return lang_; }
  [[nodiscard]] const challenge_hook& on_validation() const noexcept { return on_validation_; }

  /// The flow with these options. Throws `usage_exception` if login or password is
  /// missing.
  [[nodiscard]] std::shared_ptr<const flow> make() const;
  /// A client's config with this flow as its source of tokens.
  operator config() const;  // NOLINT(google-explicit-constructor): a client takes a flow

 private:
  secret client_secret_;
  std::string lang_;
  challenge_hook on_validation_;
};

}  // namespace vkxx::auth
