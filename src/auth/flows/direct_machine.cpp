#include "auth/flows/direct_machine.hpp"

#include <ostream>
#include <utility>

namespace vkxx::auth::detail {

direct_action direct_machine::start() {
  // Asks the server for the code itself instead of a page; `validation_type` still decides.
  extra_ = {{"2fa_supported", "1"}};
  return direct_action::send;
}

direct_action direct_machine::fail(errc code, std::string message) {
  failure_ = error{code, request_effect::rejected, std::move(message)};
  return direct_action::fail;
}

direct_action direct_machine::ask(challenge challenge, direct_action action) {
  asked_ = std::move(challenge);
  return action;
}

direct_action direct_machine::on_answer(oauth_answer answer) {
  switch (answer.outcome) {
    case oauth_outcome::token:
      token_ = std::move(answer.token);
      return direct_action::done;
    case oauth_outcome::captcha:
      if (captchas_ == max_captchas) {
        return fail(errc::authorization_failed,
                    "the login asked for more than " + std::to_string(max_captchas) + " captchas");
      }
      answer.open_challenge->wrong_answers(captchas_++);
      return ask(std::move(*answer.open_challenge), direct_action::ask_captcha);
    case oauth_outcome::second_factor:
      return on_second_factor(std::move(answer));
    case oauth_outcome::wrong_code:
      return on_wrong_code(std::move(answer));
    case oauth_outcome::page:
      return ask(std::move(*answer.open_challenge), direct_action::ask_page);
    case oauth_outcome::refused:
    case oauth_outcome::unreadable:
      break;
  }
  failure_ = std::move(answer.failure);
  return direct_action::fail;
}

direct_action direct_machine::on_second_factor(oauth_answer answer) {
  code_wanted_ = std::move(answer.open_challenge);
  code_step_.clear();
  if (codes_ == max_codes) {
    return fail(errc::wrong_code,
                "the server did not accept " + std::to_string(max_codes) + " codes");
  }
  return answer.code_not_sent ? direct_action::request_code : ask_for_code();
}

direct_action direct_machine::on_wrong_code(oauth_answer answer) {
  code_step_.clear();
  // VK refused a code without having asked for one, or the tries are used up.
  if (!code_wanted_ || codes_ == max_codes) {
    failure_ = std::move(answer.failure);
    return direct_action::fail;
  }
  return ask_for_code();
}

direct_action direct_machine::on_code_requested() {
  return ask_for_code();
}

direct_action direct_machine::ask_for_code() {
  auto wanted = *code_wanted_;
  wanted.wrong_answers(codes_);
  return ask(std::move(wanted), direct_action::ask_code);
}

direct_action direct_machine::on_page_passed(result<access_token> outcome) {
  if (!outcome) {
    failure_ = outcome.error();
    return direct_action::fail;
  }
  if (outcome->text.empty()) {
    return fail(errc::authorization_failed,
                "the page of the login was passed, but gave no token: there is none to keep");
  }
  token_ = std::move(*outcome);
  return direct_action::done;
}

direct_action direct_machine::on_challenge(const std::optional<challenge_answer>& answer) {
  const std::string name{to_string(asked_->kind())};
  if (!answer) {
    return fail(errc::challenge_refused, "the login needs an answer to a " + name +
                                             ", and there is no hook for it: set on_" + name);
  }
  if (answer->what() == challenge_answer::kind::refused) {
    return fail(errc::challenge_refused, "the " + name + " of the login was not answered");
  }
  if (asked_->kind() == challenge_kind::validation) {
    if (answer->what() == challenge_answer::kind::access_token) {
      token_ = access_token{answer->text()};
      return direct_action::done;
    }
    return fail(errc::challenge_refused,
                "the page of the login was passed, but gave no token: there is none to keep");
  }
  return answered(*answer);
}

direct_action direct_machine::answered(const challenge_answer& answer) {
  auto sent = asked_->answered(request{"token"}, answer);
  if (!sent) {
    failure_ = sent.error();
    return direct_action::fail;
  }
  std::vector<form_field> fields;
  for (const auto& [name, text, fault] : sent->parameters().entries()) {
    if (text) fields.emplace_back(name, *text);
  }
  if (asked_->kind() == challenge_kind::second_factor) {
    if (answer.what() == challenge_answer::kind::code) {
      ++codes_;
    } else if (++messages_ > max_messages) {
      return fail(errc::authorization_failed, "the code was asked for by SMS too many times");
    }
    code_step_ = fields;
    extra_ = std::move(fields);
    return direct_action::send;
  }
  extra_ = std::move(fields);
  if (code_step_.empty()) {
    extra_.emplace_back("2fa_supported", "1");
  } else {
    extra_.insert(extra_.end(), code_step_.begin(), code_step_.end());
  }
  return direct_action::send;
}

std::ostream& operator<<(std::ostream& out, direct_action action) {
  switch (action) {
    case direct_action::send:
      return out << "send";
    case direct_action::request_code:
      return out << "request_code";
    case direct_action::ask_captcha:
      return out << "ask_captcha";
    case direct_action::ask_code:
      return out << "ask_code";
    case direct_action::ask_page:
      return out << "ask_page";
    case direct_action::done:
      return out << "done";
    case direct_action::fail:
      return out << "fail";
  }
  return out << "unknown action";
}

}  // namespace vkxx::auth::detail
