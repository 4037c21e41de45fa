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
#include <vkxx/auth/redirect.hpp>
#include <vkxx/auth/validation.hpp>
#include <vkxx/client/endpoints.hpp>

namespace vkxx::auth {

/// A login that has begun: to be kept until the browser comes back. `state` must not leave the
/// program.
class code_login {
 public:
  code_login();
  /// The page to open in a browser.
  std::string authorize_url;
  /// Random text that VK gives back with the code: it ties the answer to this login.
  std::string state;
};

/// Settings of the authorisation code flow. VK gives new user tokens by `vk_id` only; for
/// communities this is the documented way.
/// https://dev.vk.com/api/access-token/authcode-flow-community
class code {
 public:
  /// `redirect_uri`: exactly as in the app's settings, letter case included.
  code(std::string client_id, secret client_secret, std::string redirect_uri);

  /// Names joined by commas, or a bit mask.
  code& scope(std::string rights);
  /// Asks for the tokens of these communities instead of the user's. A minus before an id does not
  /// matter; 0 and -2^63 throw `usage_exception`.
  code& group_ids(std::vector<std::int64_t> ids);
  /// `page`, `popup` or `mobile`.
  code& display(std::string how);
  /// Asks again even if the user has let the app in before.
  code& revoke(bool on = true);
  /// Version of the API; `5.199` by default.
  code& v(std::string version);
  /// Opens the page for a login by `make()`'s flow.
  code& on_page(page_hook opener);

  /// Passes the page that VK may want before it gives the token for the code. Without it such an
  /// answer is the error `challenge_refused`.
  code& on_validation(validation pages);

  /// Begins a login. `where`: VK's own hosts unless told otherwise.
  [[nodiscard]] code_login begin(const endpoints& where = endpoints{}) const;
  /// Ends it with the address that the browser was sent to; see `vk_id::finish`. Tokens of
  /// communities are in `access_token::communities`.
  [[nodiscard]] asio::awaitable<result<access_token>> finish(code_login login, std::string address,
                                                             token_environment with) const;
  /// A flow that opens the page by `on_page`.
  [[nodiscard]] std::shared_ptr<const flow> make() const;

  /// What the flow reads.
  struct settings {
    std::string client_id;     ///< number of the app
    secret client_secret;      ///< protected key of the app
    std::string redirect_uri;  ///< where the browser is sent with the code
    std::string scope;         ///< rights; empty: VK's default
    /// Communities whose tokens are wanted; empty: the user's.
    std::vector<std::int64_t> group_ids;
    std::string display;              ///< look of the page; empty: VK's default
    bool revoke = false;              ///< ask again for rights that were granted before
    std::string v = "5.199";          ///< version of the API
    page_hook page;                   ///< opens the page; empty: nobody does
    std::optional<validation> pages;  ///< passes a validation's page; empty: nobody does
  };

 private:
  settings settings_;
};

/// A flow that gets the app's own token by its id and secret. VK calls it obsolete: the service key
/// of the app's settings, given as `config::access_token`, does the same.
[[nodiscard]] std::shared_ptr<const flow> client_credentials(std::string client_id,
                                                             secret client_secret,
                                                             std::string v = "5.199");

}  // namespace vkxx::auth
