// Decides what a login with a password does next. Pure: no I/O, no clock.
#pragma once

#include <iosfwd>
#include <optional>
#include <string>
#include <vector>

#include "auth/html/form_fields.hpp"
#include "auth/oauth/oauth_answer.hpp"

namespace vkxx::auth::detail {

enum class direct_action {
  send,          // the same request, with `extra()` added
  request_code,  // have the code sent (auth.validatePhone), then `on_code_requested`
  ask_captcha,   // about `asked()`
  ask_code,
  ask_page,
  done,  // with `token()`
  fail,  // with `failure()`
};

std::ostream& operator<<(std::ostream& out, direct_action action);

class direct_machine {
 public:
  static constexpr int max_captchas = 5;
  static constexpr int max_codes = 3;
  static constexpr int max_messages = 3;

  // Events; each returns the next action. Only the one that fits the last action is allowed.
  [[nodiscard]] direct_action start();
  [[nodiscard]] direct_action on_answer(oauth_answer answer);
  [[nodiscard]] direct_action on_code_requested();
  // The page of `asked()` was passed without a person; an empty token: it yielded none.
  [[nodiscard]] direct_action on_page_passed(result<access_token> outcome);
  // A hook answered `asked()`; nothing: the hook is not set.
  [[nodiscard]] direct_action on_challenge(const std::optional<challenge_answer>& answer);

  // The additional fields of this request only.
  [[nodiscard]] const std::vector<form_field>& extra() const noexcept { return extra_; }
  [[nodiscard]] const challenge& asked() const { return asked_.value(); }
  // For request_code: the challenge that follows.
  [[nodiscard]] const challenge& asked_for_code() const { return code_wanted_.value(); }
  [[nodiscard]] const access_token& token() const noexcept { return token_; }
  [[nodiscard]] const error& failure() const { return failure_.value(); }

 private:
  [[nodiscard]] direct_action fail(errc code, std::string message);
  [[nodiscard]] direct_action ask(challenge challenge, direct_action action);
  [[nodiscard]] direct_action ask_for_code();
  [[nodiscard]] direct_action on_second_factor(oauth_answer answer);
  [[nodiscard]] direct_action on_wrong_code(oauth_answer answer);
  [[nodiscard]] direct_action answered(const challenge_answer& answer);

  std::vector<form_field> extra_;
  // The fields of the code step, for the retry after a captcha.
  std::vector<form_field> code_step_;
  std::optional<challenge> asked_;
  std::optional<challenge> code_wanted_;
  access_token token_;
  std::optional<error> failure_;
  int captchas_ = 0;
  int codes_ = 0;
  int messages_ = 0;
};

}  // namespace vkxx::auth::detail
