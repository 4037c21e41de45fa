/// @file
/// The web login: browser sessions, and the checks before one. Pure state: no I/O, no clock.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <list>
#include <optional>
#include <string>
#include <string_view>

#include "emulator/api/api.hpp"
#include "emulator/api/api_request.hpp"
#include "emulator/challenges/challenges.hpp"
#include "emulator/faults/fault_engine.hpp"
#include "emulator/http/answer.hpp"
#include "emulator/oauth/accounts.hpp"
#include "emulator/oauth/token_desk.hpp"
#include "emulator/web/page_style.hpp"
#include "emulator/world/random.hpp"

namespace vkxx::emulation::detail {

/// A logged-in browser, identified by its cookie `remixsid`.
struct web_session {
  std::string id;
  std::string login;
  std::int64_t user = 0;
};

class web_login {
 public:
  /// Shared state of the service.
  struct surroundings {
    world& state;
    account_book& accounts;
    challenges& open;
    fault_engine& faults;
    token_desk& tokens;
    page_style& style;
  };

  web_login(surroundings around, std::uint64_t seed);
  web_login(const web_login&) = delete;
  web_login& operator=(const web_login&) = delete;
  ~web_login();

  /// The answer to a request for `/?act=login` or `/login`; nothing for others.
  [[nodiscard]] std::optional<answer> answer_to(const http_message& message,
                                                const argument_list& arguments, const moment& when);
  /// Null if the browser is not logged in.
  [[nodiscard]] const web_session* session_of(const http_message& message) const noexcept;
  /// The login form of the dialog that `arguments` describe.
  [[nodiscard]] answer form_for(const argument_list& arguments, const moment& when);

 private:
  struct check;

  [[nodiscard]] answer enter(const argument_list& arguments, const moment& when);
  [[nodiscard]] answer go_on(const account& who, const std::string& dialog,
                             const argument_list& arguments, const moment& when);
  [[nodiscard]] answer ask_captcha(const account& who, const std::string& dialog,
                                   const argument_list& arguments, const moment& when);
  [[nodiscard]] answer let_in(const account& who, const std::string& dialog, const moment& when);
  [[nodiscard]] answer begin_check(validation_page asks, const account& who,
                                   const std::string& dialog, const moment& when);

  /// Of VK's site: the front page and those behind it.
  [[nodiscard]] std::optional<answer> site_page(const http_message& message,
                                                const argument_list& arguments, const moment& when);
  [[nodiscard]] static answer framed(answer reply);
  [[nodiscard]] answer site_code(const http_message& message, const argument_list& arguments,
                                 const moment& when);

  [[nodiscard]] answer second_step(const http_message& message, const argument_list& arguments,
                                   const moment& when);
  [[nodiscard]] answer show(check& current, std::string_view message, const moment& when);
  [[nodiscard]] answer show_captcha(check& current, const argument_list& arguments,
                                    std::string_view message, const moment& when);
  [[nodiscard]] answer take(check& current, const argument_list& arguments, const moment& when);
  [[nodiscard]] answer take_code(check& current, const argument_list& arguments,
                                 const moment& when);
  [[nodiscard]] bool captcha_is_right(const argument_list& arguments, const moment& when);
  [[nodiscard]] answer wrong(check& current, const moment& when);
  [[nodiscard]] answer finish(check& current, const moment& when);
  [[nodiscard]] answer refuse(check& current, const moment& when);
  [[nodiscard]] check& add_check(check created);
  [[nodiscard]] check* find_check(const http_message& message, const argument_list& arguments,
                                  const moment& when);
  void forget(const std::string& api_hash);
  [[nodiscard]] account account_of(const check& current) const;
  [[nodiscard]] static std::string form_address(const check& current, std::string_view act);
  static void add_cookie(answer& shown, const check& current, const moment& when);

  surroundings around_;
  random_source random_;
  std::string ip_h_;
  std::string lg_domain_h_;
  std::deque<web_session> sessions_;
  std::list<check> checks_;
};

/// The query of a login without a dialog: it leads to the site.
inline constexpr std::string_view site_destination = "feed";

/// The attribute `Domain` of a cookie for VK's host names below `below`, such as `login.`; empty
/// under other names, and where a browser would refuse it.
[[nodiscard]] std::string cookie_domain(const moment& when, std::string_view below = {});
/// The value of a cookie; empty if there is none.
[[nodiscard]] std::string_view cookie_of(const http_message& message, std::string_view name);
/// HTTP 302.
[[nodiscard]] answer redirect_to(std::string target);

}  // namespace vkxx::emulation::detail
