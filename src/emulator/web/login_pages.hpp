/// @file
/// The HTML of the web login. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "emulator/web/page_style.hpp"

namespace vkxx::emulation::detail {

/// A captcha picture and its field. Addresses are absolute.
struct shown_captcha {
  std::string sid;
  std::string picture;
};

struct login_form {
  std::string action;
  std::vector<name_value> hidden;
  std::string email;
  std::string message;    ///< What was wrong; may be empty.
  shown_captcha captcha;  ///< Without a `sid`: none.
};
[[nodiscard]] std::string login_page(page_style& style, const login_form& form);

struct code_form {
  std::string action;
  std::string message;
  std::string hint;      ///< Where the code comes from.
  std::string sms_link;  ///< Empty: there is no other way to get one.
  std::string cancel_link;
  std::string
      site_hash;  ///< For the script of VK's site, which posts the code itself; empty: none.
};
[[nodiscard]] std::string code_page(page_style& style, const code_form& form);

struct captcha_form {
  std::string action;
  std::string message;
  std::vector<name_value> hidden;
  shown_captcha captcha;
  std::string cancel_link;
};
[[nodiscard]] std::string captcha_page(page_style& style, const captcha_form& form);

struct phone_form {
  std::string action;
  std::string message;
  std::string prefix;  ///< The known beginning of the number.
  std::string end;
  std::string cancel_link;
};
[[nodiscard]] std::string phone_page(page_style& style, const phone_form& form);

/// A link to follow, for an account that is not confirmed.
[[nodiscard]] std::string activation_page(page_style& style, std::string_view link,
                                          std::string_view cancel_link);

/// A page with an error message.
[[nodiscard]] std::string trouble_page(page_style& style, std::string_view message);

struct grant_form {
  std::string action;  ///< With `&cancel=1` at its end: the refusal.
  std::string user;
  std::string app;
  std::string rights;
  bool by_script = false;  ///< Without a form: a script goes to the address.
};
[[nodiscard]] std::string grant_page(page_style& style, const grant_form& form);

/// A script that redirects to `target`.
[[nodiscard]] std::string redirect_page(std::string_view target);

}  // namespace vkxx::emulation::detail
