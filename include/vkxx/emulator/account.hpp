/// @file
/// The accounts that can log in to the emulator.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace vkxx::emulation {

/// The result of a login with the correct password, at the token endpoint and on the web pages.
enum class login_branch {
  plain,           ///< Success.
  captcha,         ///< A picture, until it is answered correctly.
  captcha_page,    ///< The newer captcha, until its `success_token` is sent; on the web, a picture.
  code_by_app,     ///< The authenticator's code; on request, an SMS instead.
  code_by_sms,     ///< A code sent by SMS.
  code_on_demand,  ///< The same, but the SMS is sent on request only.
  code_and_captcha,  ///< Sending the code brings a captcha; both must be answered together.
  phone,             ///< The missing digits of the phone number; the token endpoint names a page.
  unconfirmed,       ///< A page with a link to follow; the token endpoint names the page.
  nowhere,           ///< A validation without a page; on the web, plain.
  too_many_tries,    ///< Refused for some hours.
  flood,             ///< Refused by flood control.
  banned,            ///< The account is blocked.
  with_secret,       ///< The token has a `secret`.
  not_json,          ///< HTTP 200 with a page instead of JSON; on the web, HTTP 502.
};

/// The branch's name in texts and in the control API, such as `code_by_app`.
[[nodiscard]] std::string_view to_string(login_branch branch) noexcept;
/// Empty if no branch has this name.
[[nodiscard]] std::optional<login_branch> find_login_branch(std::string_view name) noexcept;

/// The password of all initial accounts.
inline constexpr std::string_view account_password = "emulator-password";
/// The authenticator code of every account.
inline constexpr std::string_view code_of_app = "246810";
/// The SMS code of every account.
inline constexpr std::string_view code_of_sms = "135790";

/// An account of the emulator. Its password is not a secret.
///
/// Thread safety: distinct objects: safe.
class account {
 public:
  /// An account of user 1 that logs in successfully.
  explicit account(std::string login);

  /// The password; `account_password` by default.
  account& password(std::string text);
  /// The result of a login; `login_branch::plain` by default.
  account& branch(login_branch result) noexcept;
  /// The user of the emulator's world that gets the tokens; 1 by default.
  account& user(std::int64_t id) noexcept;
  /// The phone number, such as `+79991234512`. The page of `login_branch::phone` shows its first
  /// and its last two characters.
  /// @throws std::invalid_argument if it has fewer than five.
  account& phone(std::string number);

  /// The login: a phone number or an e-mail address.
  [[nodiscard]] const std::string& login() const noexcept { return login_; }
  [[nodiscard]] const std::string& password() const noexcept { return password_; }
  [[nodiscard]] login_branch branch() const noexcept { return branch_; }
  [[nodiscard]] std::int64_t user() const noexcept { return user_; }
  [[nodiscard]] const std::string& phone() const noexcept { return phone_; }
  /// The digits that the phone page asks for.
  [[nodiscard]] std::string phone_digits() const;

 private:
  std::string login_;
  std::string password_{account_password};
  login_branch branch_ = login_branch::plain;
  std::int64_t user_ = 1;
  std::string phone_ = "+79991234512";
};

}  // namespace vkxx::emulation
