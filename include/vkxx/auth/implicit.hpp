/// @file
/// The web login (OAuth's implicit flow) with a login and a password.
#pragma once

#include <concepts>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <vkxx/auth/flow.hpp>
#include <vkxx/client/handler.hpp>

namespace vkxx::auth {

/// What `implicit` and `communities` have in common.
struct web_login_settings {
  std::string login;                    ///< phone number or mail address
  secret password;                      ///< of the account
  std::string client_id;                ///< number of the app
  std::string scope;                    ///< rights: names joined by commas, or a mask
  std::vector<std::int64_t> group_ids;  ///< communities whose tokens are asked for
  std::string phone;                    ///< the account's number, if it is known
  std::string redirect_uri;             ///< where the login ends; empty: VK's empty page
  std::string v = "5.199";              ///< version of the API
  bool revoke = false;                  ///< whether the user is asked again
  challenge_hook captcha;               ///< solves captchas
  challenge_hook second_factor;         ///< gives the code of a second factor
  challenge_hook phone_digits;          ///< gives the missing digits of the phone number
};

/// Settings of the implicit flow for a user: goes through the pages of VK's web login as a person
/// with a browser does, and takes the token that the last of them leads to.
///
/// ```cpp
/// vkxx::blocking_client
/// vk{vkxx::auth::implicit{}.login("+7…").password("…").scope("offline,wall")};
/// ```
///
/// VK calls this flow out of date and gives new tokens by `vk_id`; it may refuse an application
/// here. The hooks are the same as those of `client`: a captcha hook answers captchas of the login
/// as it does those of calls. https://dev.vk.com/api/access-token/implicit-flow-user
class implicit {
 public:
  implicit();

  /// Phone number or mail address.
  implicit& login(std::string text);
  /// Kept as a secret, and sent in the body of the login form only.
  implicit& password(std::string text);
  implicit& password(secret text);
  /// The application; `vk_admin` by default. Use your own. Empty: none is sent.
  implicit& client_id(std::string id);
  /// Names joined by commas, or a bit mask as text; `offline` by default.
  implicit& scope(std::string rights);
  /// A bit mask, see `scope_mask`.
  implicit& scope(std::uint64_t mask);
  /// The account's number, for logins from a new place: VK asks for some of its digits. Without it
  /// the login is taken, if that is a number; otherwise `on_phone` is asked.
  implicit& phone(std::string number);
  /// Where the login ends; VK's empty page by default. Nothing is asked for there.
  implicit& redirect_uri(std::string address);
  /// Version of the API; `5.199` by default.
  implicit& v(std::string version);
  /// Asks again for the rights, even if the user has given them before.
  implicit& revoke(bool on = true);

  /// Asked to solve captchas, at most 3 in one login, and 3 more in the middle of a second factor.
  implicit& on_captcha(challenge_hook solver);
  /// Asked for the code of a second factor, at most 3 times; may answer `send_sms`.
  implicit& on_second_factor(challenge_hook solver);
  /// Asked for the missing digits of the phone number, once.
  implicit& on_phone(challenge_hook solver);

  /// The flow with the settings as they are now. Throws `usage_exception` if login or password is
  /// missing.
  [[nodiscard]] std::shared_ptr<const flow> make() const;
  /// A client's settings with this flow as its source of tokens.
  operator config() const;  // NOLINT(google-explicit-constructor): a client takes a flow

  /// The settings as they are now.
  [[nodiscard]] const web_login_settings& values() const noexcept { return settings_; }

 private:
  web_login_settings settings_;
};

/// Settings of the implicit flow for communities that the user manages. Each later call takes the
/// token of the community that its own `group_id` names, the one named first here if it has none; a
/// community that is not among them is an error before anything is sent.
/// https://dev.vk.com/api/access-token/implicit-flow-community
class communities {
 public:
  communities();

  communities& login(std::string text);     ///< see `implicit`
  communities& password(std::string text);  ///< see `implicit`
  communities& password(secret text);       ///< see `implicit`
  communities& client_id(std::string id);   ///< see `implicit`
  /// Ids of the communities; a minus before them does not matter. 0 and -2^63 throw
  /// `usage_exception`.
  communities& group_ids(std::vector<std::int64_t> ids);
  /// The same, one by one: `group_ids(123, 456)`. A number above 2^63-1 is no id either.
  template <class... Ids>
  requires(std::integral<Ids>&&...) communities& group_ids(Ids... ids) {
    std::vector<std::int64_t> list;
    // 0 is refused.
    (list.push_back(std::in_range<std::int64_t>(ids) ? static_cast<std::int64_t>(ids) : 0), ...);
    return group_ids(std::move(list));
  }
  /// Names joined by commas, or a bit mask as text; none by default.
  communities& scope(std::string rights);
  communities& scope(std::uint64_t mask);                ///< see `implicit`
  communities& phone(std::string number);                ///< see `implicit`
  communities& redirect_uri(std::string address);        ///< see `implicit`
  communities& v(std::string version);                   ///< see `implicit`
  communities& revoke(bool on = true);                   ///< see `implicit`
  communities& on_captcha(challenge_hook solver);        ///< see `implicit`
  communities& on_second_factor(challenge_hook solver);  ///< see `implicit`
  communities& on_phone(challenge_hook solver);          ///< see `implicit`

  /// The flow with the settings as they are now. Throws `usage_exception` if login, password or the
  /// communities are missing.
  [[nodiscard]] std::shared_ptr<const flow> make() const;
  /// A client's settings with this flow as its source of tokens.
  operator config() const;  // NOLINT(google-explicit-constructor): a client takes a flow

  /// The settings as they are now.
  [[nodiscard]] const web_login_settings& values() const noexcept { return settings_; }

 private:
  web_login_settings settings_;
};

}  // namespace vkxx::auth
