/// @file
/// The older OAuth for servers: a code that is exchanged with the app's secret, and the app's own
/// credentials.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <vkxx/auth/flow.hpp>
#include <vkxx/auth/flow_options.hpp>
#include <vkxx/auth/redirect.hpp>
#include <vkxx/auth/validation.hpp>
#include <vkxx/client/endpoints.hpp>

namespace vkxx::auth {

/// A login in progress: keep it until the browser returns. `state` must not leave the program.
class code_login {
 public:
  code_login();
  /// The page to open in a browser.
  std::string authorize_url;
  /// Random text that VK returns with the code: ties the answer to this login.
  std::string state;
};

/// Options of the authorisation code flow. VK issues new user tokens by `vk_id` only; for
/// communities this is the documented flow.
/// https://dev.vk.com/api/access-token/authcode-flow-community
class code : public browser_options<code> {
 public:
  /// The scope is names joined by commas, or a bit mask. `redirect_uri`: exactly as in the app's
  /// settings, letter case included.
  code(std::string client_id, secret client_secret, std::string redirect_uri);

  /// Asks for the tokens of these communities instead of the user's. The sign of an id does not
  /// matter; 0 and -2^63 throw `usage_exception`.
  code& group_ids(std::vector<std::int64_t> ids);
  /// The look of the page: `page`, `popup` or `mobile`; VK's default if empty.
  code& display(std::string look);
  /// Asks for consent even if the user has granted it before; off by default.
  code& revoke(bool on);
  /// Version of the API; `5.199` by default.
  code& v(std::string version);
  /// Passes the page that VK may demand before it issues the token for the code. Without it such an
  /// answer is the error `challenge_refused`.
  code& on_validation(validation pages);

  /// The application's protected key.
  [[nodiscard]] const secret& client_secret() const noexcept { return client_secret_; }
  [[nodiscard]] const std::vector<std::int64_t>& group_ids() const noexcept { return group_ids_; }
  [[nodiscard]] const std::string& display() const noexcept { return display_; }
  [[nodiscard]] bool revoke() const noexcept { return revoke_; }
  [[nodiscard]] const std::string& v() const noexcept { return v_; }
  [[nodiscard]] const std::optional<validation>& on_validation() const noexcept {
    return on_validation_;
  }

  /// Begins a login. `endpoints`: VK's own hosts unless told otherwise.
  [[nodiscard]] code_login begin(const endpoints& endpoints = vkxx::endpoints{}) const;
  /// Completes it with the address that the browser was redirected to; see `vk_id::finish`. Tokens
  /// of communities are in `access_token::communities`.
  [[nodiscard]] asio::awaitable<result<access_token>> finish(code_login login, std::string address,
                                                             token_environment environment) const;
  /// A flow that opens the page by `on_page`.
  [[nodiscard]] std::shared_ptr<const flow> make() const;

 private:
  secret client_secret_;
  std::vector<std::int64_t> group_ids_;
  std::string display_;
  bool revoke_ = false;
  std::string v_ = "5.199";
  std::optional<validation> on_validation_;
};

/// A flow that gets the app's own token by its id and secret. VK calls it obsolete: use the service
/// key from the app's settings as `config::access_token` instead.
[[nodiscard]] std::shared_ptr<const flow> client_credentials(std::string client_id,
                                                             secret client_secret,
                                                             std::string v = "5.199");

}  // namespace vkxx::auth
