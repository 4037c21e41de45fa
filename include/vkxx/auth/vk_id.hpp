/// @file
/// VK ID: OAuth 2.1 with PKCE, VK's present login for users.
/// https://id.vk.com/about/business/go/docs
#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include <vkxx/auth/flow.hpp>
#include <vkxx/auth/flow_options.hpp>
#include <vkxx/auth/redirect.hpp>
#include <vkxx/client/endpoints.hpp>

namespace vkxx::auth {

/// A login in progress: keep it until the browser returns. `state` and `code_verifier` are random
/// for every login and must not leave the program.
class vk_id_login {
 public:
  vk_id_login();
  /// The page to open in a browser.
  std::string authorize_url;
  /// Random text that VK returns with the code: ties the answer to this login.
  std::string state;
  /// The secret of PKCE (RFC 7636); the page gets its digest only.
  secret code_verifier;
};

/// Who logged in. Fields that were not granted are empty; of `public_info` they are masked.
class vk_id_user {
 public:
  vk_id_user();
  std::int64_t user_id = 0;         ///< 0: not granted
  std::string first_name;           ///< in the language of the profile
  std::string last_name;            ///< in the language of the profile
  std::string phone;                ///< as VK gives it
  std::string email;                ///< mail address
  std::string avatar;               ///< address of the picture
  std::string birthday;             ///< as `DD.MM.YYYY`
  std::optional<std::int64_t> sex;  ///< 1 female, 2 male
  std::optional<bool> verified;     ///< whether VK has verified the account
};

/// Options of VK ID for an app. There is no client secret in this flow.
///
/// ```cpp
/// vkxx::auth::vk_id id{"51000000", "https://app.example/callback"};
/// id.scope("email phone");
/// auto login = id.begin();            // keep it, send the browser to login.authorize_url
/// auto token = co_await id.finish(login, address_the_browser_came_to, vk.environment());
/// ```
///
/// Tokens are valid for an hour; `make()` returns a flow that refreshes them, for
/// `make_token_source`.
class vk_id : public browser_options<vk_id> {
 public:
  /// The scope is names separated by spaces; VK's default is `vkid.personal_info`. `redirect_uri`:
  /// exactly as in the app's settings.
  vk_id(std::string client_id, std::string redirect_uri);

  /// `none`, `login`, `consent`, `select_account`, or several of them separated by spaces.
  vk_id& prompt(std::string steps);
  /// `vkid`, `ok_ru` or `mail_ru`.
  vk_id& provider(std::string name);
  /// VK ID's number of a language: 0 ru, 3 en, … From 0 to 999; others throw `usage_exception`.
  vk_id& lang_id(int number);

  [[nodiscard]] const std::string& prompt() const noexcept { return prompt_; }
  [[nodiscard]] const std::string& provider() const noexcept { return provider_; }
  /// Nothing: VK's default.
  [[nodiscard]] std::optional<int> lang_id() const noexcept { return lang_id_; }

  /// Begins a login. `endpoints`: VK's own hosts unless told otherwise.
  [[nodiscard]] vk_id_login begin(const endpoints& endpoints = vkxx::endpoints{}) const;
  /// Completes it with the address that the browser was redirected to.
  ///
  /// Completion: the tokens. Errors: see `flow::log_in`; a `state` that is not this login's, a
  /// repeated field or another address is refused before anything is sent. Cancellation, lifetime,
  /// executor: see `flow::log_in`.
  [[nodiscard]] asio::awaitable<result<access_token>> finish(vk_id_login login, std::string address,
                                                             token_environment environment) const;
  /// Gets the next pair of tokens. This spends the old refresh token: store the new one at once,
  /// and never run two refreshes of one token concurrently. A token source does both.
  ///
  /// While VK ID answers `temporarily_unavailable`, `server_error` or `slow_down` the request is
  /// retried, at most twice and within `token_environment::timeout`: only then is the refresh token
  /// certainly not spent. An unknown outcome has the effect `unknown`.
  ///
  /// Completion: the pair. Errors, cancellation, lifetime, executor: see `flow::log_in`.
  [[nodiscard]] asio::awaitable<result<access_token>> refresh(access_token old,
                                                              token_environment environment) const;
  /// Gets the user's data, as far as granted.
  ///
  /// Completion: the data. Errors, cancellation, lifetime, executor: see `flow::log_in`.
  [[nodiscard]] asio::awaitable<result<vk_id_user>> user_info(access_token token,
                                                              token_environment environment) const;
  /// As `user_info`, but masked; needs only the token's `id_token`.
  [[nodiscard]] asio::awaitable<result<vk_id_user>> public_info(
      access_token token, token_environment environment) const;
  /// Ends the session and invalidates access and refresh token. No error if it has ended already.
  ///
  /// Completion: nothing. Errors, cancellation, lifetime, executor: see `flow::log_in`.
  [[nodiscard]] asio::awaitable<result<void>> log_out(access_token token,
                                                      token_environment environment) const;
  /// Revokes the rights that the user has granted to the app.
  ///
  /// Completion: nothing. Errors, cancellation, lifetime, executor: see `flow::log_in`.
  [[nodiscard]] asio::awaitable<result<void>> revoke(access_token token,
                                                     token_environment environment) const;

  /// A flow that opens the page by `on_page`, and refreshes.
  [[nodiscard]] std::shared_ptr<const flow> make() const;

 private:
  std::string prompt_;
  std::string provider_;
  std::optional<int> lang_id_;
};

}  // namespace vkxx::auth
