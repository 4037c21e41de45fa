/// @file
/// The people who can log in to the emulator.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace vkxx::emulation {

/// What happens to a login with the right password: at the token endpoint, and on the web pages.
enum class login_branch {
  plain,             ///< It goes through.
  captcha,           ///< A picture, until an answer is right.
  captcha_page,      ///< The newer captcha, until its `success_token` comes; on the web, a picture.
  code_by_app,       ///< A code of the authenticator; an SMS is sent instead when asked for.
  code_by_sms,       ///< A code that comes by SMS.
  code_on_demand,    ///< As above, but the SMS goes out only when asked for.
  code_and_captcha,  ///< A captcha comes when the code is sent; both have to come back.
  phone,             ///< The missing digits of the phone number; by the token endpoint a page asks.
  unconfirmed,     ///< A page with a link to follow; nothing at the token endpoint but its address.
  nowhere,         ///< A validation is wanted, but no page for it is named; on the web, plain.
  too_many_tries,  ///< Refused for some hours.
  flood,           ///< Refused by flood control.
  banned,          ///< The account is blocked.
  with_secret,     ///< The token comes with a `secret`.
  not_json,        ///< HTTP 200 with a page instead of JSON; on the web, HTTP 502.
};

/// The branch's name in texts and in the control API, such as `code_by_app`.
[[nodiscard]] std::string_view to_string(login_branch branch) noexcept;
/// Nothing when no branch has this name.
[[nodiscard]] std::optional<login_branch> find_login_branch(std::string_view name) noexcept;

/// The password of all accounts that are there from the start.
inline constexpr std::string_view account_password = "emulator-password";
/// The code that the authenticator of every account shows.
inline constexpr std::string_view code_of_app = "246810";
/// The code that comes by SMS.
inline constexpr std::string_view code_of_sms = "135790";

/// Someone who can log in. None of this is a secret: it opens nothing but an emulator.
///
/// Thread safety: distinct objects: safe.
class account {
 public:
  /// An account of user 1 that goes through.
  explicit account(std::string login);

  /// What opens it; `account_password` unless told otherwise.
  account& password(std::string text);
  /// What happens to a login; `login_branch::plain` unless told otherwise.
  account& branch(login_branch what) noexcept;
  /// Whose tokens it gets: a user of the emulator's world.
  account& user(std::int64_t id) noexcept;
  /// The phone number, such as `+79991234512`. The page of `login_branch::phone` shows its first
  /// and its last two characters.
  /// @throws std::invalid_argument when it has fewer than five.
  account& phone(std::string number);

  /// What is typed as the login: a phone number, a mail address.
  [[nodiscard]] const std::string& login() const noexcept { return login_; }
  [[nodiscard]] const std::string& password() const noexcept { return password_; }
  [[nodiscard]] login_branch branch() const noexcept { return branch_; }
  [[nodiscard]] std::int64_t user() const noexcept { return user_; }
  [[nodiscard]] const std::string& phone() const noexcept { return phone_; }
  /// The digits that the phone page leaves out: what is to be typed there.
  [[nodiscard]] std::string phone_digits() const;

 private:
  std::string login_;
  std::string password_{account_password};
  login_branch branch_ = login_branch::plain;
  std::int64_t user_ = 1;
  std::string phone_ = "+79991234512";
};

}  // namespace vkxx::emulation
