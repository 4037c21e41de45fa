// Decides the next step of a login by web pages: the implicit flow, and the validation pages of the
// direct flow and of API error 17. Pure: no I/O, no clock.
#pragma once

#include <cstdint>
#include <iosfwd>
#include <optional>
#include <string>
#include <vector>

#include <vkxx/client/endpoints.hpp>
#include "auth/html/html_page.hpp"
#include "auth/oauth/oauth_answer.hpp"
#include "auth/web_login/web_session.hpp"

namespace vkxx::auth::detail {

// VK's addresses that accept the forms of a login.
[[nodiscard]] std::vector<std::string> origins_of(const endpoints& where);

// The login to do.
struct page_task {
  // The first page. For the implicit flow: /authorize, without its query.
  std::string url;
  // The parameters of /authorize in the implicit flow. Empty: a validation.
  std::vector<form_field> authorize;
  std::string redirect_uri;
  std::string state;
  // The origins to which the person's input may be sent: `scheme://host[:port]` each. The page of a
  // validation adds its own.
  std::vector<std::string> origins = origins_of(endpoints{});
  // Each of them must get its token.
  std::vector<std::int64_t> group_ids;
  std::string login;
  secret password;
  // The account's number, if the program knows it.
  std::string phone;

  [[nodiscard]] bool implicit() const noexcept { return !authorize.empty(); }
};

enum class page_action {
  get,          // `url()`
  post,         // `fields()` to `url()`
  ask_captcha,  // about `asked()`
  ask_code,
  ask_phone,
  done,  // with `token()`; it is empty if a validation was passed without a new one
  fail,  // with `failure()`
};

std::ostream& operator<<(std::ostream& out, page_action action);

class page_machine {
 public:
  static constexpr int max_captchas = 3;
  static constexpr int max_codes = 3;
  static constexpr int max_messages = 3;
  static constexpr int max_grants = 3;
  static constexpr int max_pages = 30;

  explicit page_machine(page_task task);

  // Events; each returns the next action. Only the one that fits the last action is allowed.
  [[nodiscard]] page_action start();
  // `signed_in`: the session has VK's cookie of a logged-in user.
  [[nodiscard]] page_action on_page(const web_page& page, bool signed_in, wall_time now);
  // A hook answered `asked()`; nothing: the hook is not set.
  [[nodiscard]] page_action on_challenge(const std::optional<challenge_answer>& answer);

  [[nodiscard]] const std::string& url() const noexcept { return url_; }
  [[nodiscard]] const std::vector<form_field>& fields() const noexcept { return fields_; }
  [[nodiscard]] const challenge& asked() const { return asked_.value(); }
  [[nodiscard]] const access_token& token() const noexcept { return token_; }
  [[nodiscard]] const error& failure() const { return failure_.value(); }

 private:
  // A parsed page.
  struct view {
    web_address at;
    html_page html;
    std::string act;
    bool signed_in = false;
    // It contains a script.
    bool scripted = false;
  };

  [[nodiscard]] page_action fail(errc code, std::string message);
  [[nodiscard]] page_action fail(error failure);
  [[nodiscard]] page_action no_login_form(const view& page);
  [[nodiscard]] page_action no_such(const view& page, const char* missing);
  [[nodiscard]] page_action get(std::string url);
  [[nodiscard]] page_action post(std::string url, std::vector<form_field> fields);
  [[nodiscard]] page_action post(const view& page, const html_form* form);
  [[nodiscard]] page_action on_refusal(const web_page& page, const web_address& at, wall_time now);
  [[nodiscard]] page_action on_target(const std::string& text, wall_time now);
  [[nodiscard]] bool ends(const web_address& at) const;
  [[nodiscard]] page_action on_end(const web_address& at, wall_time now);
  [[nodiscard]] page_action on_token(oauth_answer answer);
  [[nodiscard]] page_action on_view(view page);
  [[nodiscard]] page_action on_login_form(const view& page, const html_form& form);
  [[nodiscard]] page_action on_code_page(const view& page);
  [[nodiscard]] page_action on_phone_page(const view& page);
  [[nodiscard]] page_action on_captcha(const view& page, const html_form& form,
                                       const std::string& sid, int& count);
  [[nodiscard]] page_action on_captcha_page(const view& page);
  [[nodiscard]] page_action on_validation_page(const view& page);
  [[nodiscard]] page_action on_other(const view& page);
  [[nodiscard]] page_action grant(const view& page);
  [[nodiscard]] page_action ask(challenge challenge, page_action action);
  [[nodiscard]] page_action send_answer();
  [[nodiscard]] page_action answered(const challenge_answer& answer);

  page_task task_;
  std::string url_;
  std::vector<form_field> fields_;
  std::optional<challenge> asked_;
  // The form that waits for the answer, and the address that requests a code by SMS.
  html_form form_;
  std::string sms_url_;
  // The last code, in case a captcha interrupts.
  secret code_;
  access_token token_;
  std::optional<error> failure_;
  int pages_ = 0;
  int captchas_ = 0;
  int code_captchas_ = 0;
  int codes_ = 0;
  int messages_ = 0;
  int phones_ = 0;
  int grants_ = 0;
  bool credentials_sent_ = false;
  bool authorized_again_ = false;
};

}  // namespace vkxx::auth::detail
