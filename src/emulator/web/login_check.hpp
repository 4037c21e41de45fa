/// @file
/// A check after the correct password.
#pragma once

#include <chrono>
#include <string>

#include "emulator/web/web_login.hpp"

namespace vkxx::emulation::detail {

inline constexpr std::chrono::minutes check_lifetime{30};
/// The number of wrong answers that add a captcha, and that end the login.
inline constexpr int wrong_before_captcha = 3;
inline constexpr int most_wrong_answers = 6;

struct web_login::check {
  std::string api_hash;   ///< In the page's address.
  std::string form_hash;  ///< In the form's action: another one each time the page is shown.
  std::string cookie;     ///< Finds the check when an address names no hash.
  validation_page page = validation_page::code;
  std::string login;
  std::int64_t user = 0;
  /// The query of the dialog to continue; empty: a validation, which ends at the blank page.
  std::string dialog;
  int wrong_answers = 0;
  bool sms_sent = false;
  bool captcha_passed = false;
  time_point opened;
};

}  // namespace vkxx::emulation::detail
