/// @file
/// VK ID: OAuth 2.1 with PKCE, the present way in for people.
/// https://id.vk.com/about/business/go/docs
#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include <vkxx/auth/flow.hpp>
#include <vkxx/auth/redirect.hpp>
#include <vkxx/client/endpoints.hpp>

namespace vkxx::auth {

/// A login that has begun: to be kept until the browser comes back. `state` and `code_verifier` are
/// drawn anew for every login and must not leave the program.
class vk_id_login {
 public:
  vk_id_login();
  /// The page to open in a browser.
  std::string authorize_url;
  /// Random text that VK gives back with the code: it ties the answer to this login.
  std::string state;
  /// The secret of PKCE (RFC 7636), of which the page gets to know a digest only.
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

/// Settings of VK ID for an app. There is no client secret in this flow.
///
/// ```cpp
/// vkxx::auth::vk_id id{"51000000", "https://app.example/callback"};
/// id.scope("email phone");
/// auto login = id.begin();            // keep it, send the browser to login.authorize_url
/// auto token = co_await id.finish(login, address_the_browser_came_to, vk.environment());
/// ```
///
/// Tokens live an hour; `make()` gives a flow that refreshes them, for `make_token_source`.
class vk_id {
 public:
  /// `redirect_uri`: exactly as in the app's settings.
  vk_id(std::string client_id, std::string redirect_uri);

  /// Names separated by spaces; VK's default is `vkid.personal_info`.
  vk_id& scope(std::string names);
  /// `none`, `login`, `consent`, `select_account`, or several of them separated by spaces.
  vk_id& prompt(std::string what);
  /// `vkid`, `ok_ru` or `mail_ru`.
  vk_id& provider(std::string name);
  /// VK ID's number of a language: 0 ru, 3 en, … From 0 to 999; others throw `usage_exception`.
  vk_id& lang_id(int number);
  /// Opens the page for a login by `make()`'s flow.
  vk_id& on_page(page_hook opener);

  /// Begins a login. `where`: VK's own hosts unless told otherwise.
  [[nodiscard]] vk_id_login begin(const endpoints& where = endpoints{}) const;
  /// Ends it with the address that the browser was sent to. Errors: see `flow::log_in`; a `state`
  /// that is not this login's, a repeated field or another address is refused before anything is
  /// sent.
  [[nodiscard]] asio::awaitable<result<access_token>> finish(vk_id_login login, std::string address,
                                                             token_environment with) const;
  /// The next pair of tokens. The old refresh token is spent by that: store the new one at once,
  /// and never let two refreshes of one token run at a time. A source of tokens sees to both.
  ///
  /// While VK ID answers `temporarily_unavailable`, `server_error` or `slow_down` it is asked
  /// again, at most twice and within `token_environment::timeout`: only then is the refresh token
  /// surely not spent. An outcome that is not known has the effect `unknown`.
  [[nodiscard]] asio::awaitable<result<access_token>> refresh(access_token old,
                                                              token_environment with) const;
  /// What the user granted of the own data.
  [[nodiscard]] asio::awaitable<result<vk_id_user>> user_info(access_token token,
                                                              token_environment with) const;
  /// The same, masked, by the token's `id_token` alone.
  [[nodiscard]] asio::awaitable<result<vk_id_user>> public_info(access_token token,
                                                                token_environment with) const;
  /// Ends the session: access and refresh token are dead. A session that was over is no error.
  [[nodiscard]] asio::awaitable<result<void>> log_out(access_token token,
                                                      token_environment with) const;
  /// Takes back what the user has granted to the app.
  [[nodiscard]] asio::awaitable<result<void>> revoke(access_token token,
                                                     token_environment with) const;

  /// A flow that opens the page by `on_page`, and refreshes.
  [[nodiscard]] std::shared_ptr<const flow> make() const;

  /// What the flow reads.
  struct settings {
    std::string client_id;     ///< number of the app
    std::string redirect_uri;  ///< where the browser is sent with the code
    std::string scope;         ///< rights separated by spaces; empty: VK's default
    std::string prompt;        ///< what to ask; empty: VK's default
    std::string provider;      ///< by whom to log in; empty: VK's default
    std::string lang_id;       ///< number of a language; empty: VK's default
    page_hook page;            ///< opens the page; empty: nobody does
  };

 private:
  settings settings_;
};

}  // namespace vkxx::auth
