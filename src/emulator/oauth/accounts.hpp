/// @file
/// The people and the applications that can log in to the emulator.
#pragma once

#include <cstdint>
#include <string_view>

namespace vkxx::emulation {

/// What the token endpoint does with a login.
enum class login_branch {
  plain,
  captcha,        ///< A picture, until an answer is right.
  captcha_page,   ///< The newer captcha, until its `success_token` comes.
  code_by_app,
  code_by_sms,
  code_on_demand, ///< No code was sent: `auth.validatePhone` has to be called first.
  code_and_captcha,  ///< A captcha comes when the code is sent; both have to come back.
  page_only,      ///< A check that only a page can pass.
  too_many_tries,
  flood,
  banned,
  with_secret,    ///< The token comes with a `secret`.
  not_json,
};

struct account {
  std::string_view login;
  login_branch branch;
  std::int64_t user;
};

/// The password of all accounts.
inline constexpr std::string_view account_password = "emulator-password";
/// The code that the authenticator of all accounts shows, and the one that comes by SMS.
inline constexpr std::string_view code_of_app = "246810";
inline constexpr std::string_view code_of_sms = "135790";

struct oauth_client {
  std::string_view id;
  std::string_view secret;
  bool password_grant;  ///< VK has approved it for logins with a password.
};

/// Null when there is none.
[[nodiscard]] const account* find_account(std::string_view login) noexcept;
[[nodiscard]] const oauth_client* find_client(std::string_view id) noexcept;

}  // namespace vkxx::emulation
