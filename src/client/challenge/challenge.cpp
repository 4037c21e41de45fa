#include <vkxx/client/challenge.hpp>

#include <algorithm>
#include <array>
#include <utility>

namespace vkxx {
namespace {

error refusal(const std::string& method, errc code, std::string message) {
  error failure{code, request_effect::rejected, std::move(message)};
  failure.set_method(method);
  return failure;
}

// Answers from an earlier round must not be sent with this one.
void forget_captcha_answers(parameters& params) {
  for (const auto* name : {"captcha_sid", "captcha_key", "captcha_ts", "captcha_attempt",
                           "success_token", "remixstlid"}) {
    params.erase(name);
  }
}

std::string_view kind_wanted(const challenge& challenge) noexcept {
  switch (challenge.kind()) {
    case challenge_kind::captcha:
      return challenge.wants_success_token() ? "a success_token" : "a captcha_key";
    case challenge_kind::validation:
      return "an access_token, or `validated`";
    case challenge_kind::second_factor:
      return "a code, or `send_sms`";
    case challenge_kind::phone:
      return "phone_digits";
    case challenge_kind::confirmation:
      break;
  }
  return "`confirmed`";
}

// Whether this answer fits this challenge. VK sometimes sends both kinds of captcha at once; either
// answer then fits.
bool fits(const challenge& challenge, const challenge_answer& answer) noexcept {
  using kind = challenge_answer::kind;
  switch (answer.what()) {
    case kind::captcha_key:
      return challenge.kind() == challenge_kind::captcha && !challenge.captcha().sid.empty();
    case kind::success_token:
      return challenge.kind() == challenge_kind::captcha && challenge.wants_success_token();
    case kind::access_token:
    case kind::validated:
      return challenge.kind() == challenge_kind::validation;
    case kind::confirmed:
      return challenge.kind() == challenge_kind::confirmation;
    case kind::code:
    case kind::send_sms:
      return challenge.kind() == challenge_kind::second_factor;
    case kind::phone_digits:
      return challenge.kind() == challenge_kind::phone;
    case kind::refused:
      break;
  }
  return false;
}

}  // namespace

std::string_view to_string(challenge_kind kind) noexcept {
  switch (kind) {
    case challenge_kind::captcha:
      return "captcha";
    case challenge_kind::validation:
      return "validation";
    case challenge_kind::second_factor:
      return "second_factor";
    case challenge_kind::phone:
      return "phone";
    case challenge_kind::confirmation:
      break;
  }
  return "confirmation";
}

challenge_answer::challenge_answer(kind answer_kind, std::string text)
    : kind_{answer_kind}, text_{std::move(text)} {}

challenge_answer challenge_answer::captcha_key(std::string text) {
  return challenge_answer{kind::captcha_key, std::move(text)};
}

challenge_answer challenge_answer::success_token(std::string token) {
  return challenge_answer{kind::success_token, std::move(token)};
}

challenge_answer challenge_answer::access_token(std::string token) {
  return challenge_answer{kind::access_token, std::move(token)};
}

challenge_answer challenge_answer::validated() {
  return challenge_answer{kind::validated};
}

challenge_answer challenge_answer::code(std::string text) {
  return challenge_answer{kind::code, std::move(text)};
}

challenge_answer challenge_answer::send_sms() {
  return challenge_answer{kind::send_sms};
}

challenge_answer challenge_answer::phone_digits(std::string digits) {
  return challenge_answer{kind::phone_digits, std::move(digits)};
}

challenge_answer challenge_answer::confirmed() {
  return challenge_answer{kind::confirmed};
}

challenge_answer challenge_answer::refused() {
  return challenge_answer{kind::refused};
}

std::optional<challenge> challenge::from(const error& failure) {
  const auto* details = failure.details();
  if (details == nullptr) return std::nullopt;
  challenge challenge;
  switch (details->code) {
    case api_errc::captcha_needed:
      challenge.kind_ = challenge_kind::captcha;
      break;
    case api_errc::validation_required:
      challenge.kind_ = challenge_kind::validation;
      break;
    case api_errc::confirmation_required:
      challenge.kind_ = challenge_kind::confirmation;
      break;
    default:
      return std::nullopt;
  }
  challenge.method_ = failure.method();
  challenge.text_ = details->text.empty() ? details->message : details->text;
  challenge.captcha_ = details->captcha;
  challenge.redirect_uri_ = details->redirect_uri;
  challenge.confirmation_text_ = details->confirmation_text;
  return challenge;
}

bool challenge::wants_success_token() const noexcept {
  return kind_ == challenge_kind::captcha && !redirect_uri_.empty();
}

bool challenge::can_be_answered() const noexcept {
  switch (kind_) {
    case challenge_kind::captcha:
      return !redirect_uri_.empty() ||
             (!captcha_.sid.empty() && (!captcha_.img.empty() || !captcha_.track.empty()));
    case challenge_kind::validation:
      return !redirect_uri_.empty();
    case challenge_kind::confirmation:
    case challenge_kind::second_factor:
    case challenge_kind::phone:
      break;
  }
  return true;
}

challenge& challenge::wrong_answers(int count) noexcept {
  wrong_answers_ = count;
  return *this;
}

result<request> challenge::answered(request original, const challenge_answer& answer) const {
  using kind = challenge_answer::kind;
  const std::string name{to_string(kind_)};
  if (answer.what() == kind::refused) {
    return refusal(method_, errc::challenge_refused, "the " + name + " was not answered");
  }
  if (!fits(*this, answer)) {
    return refusal(
        method_, errc::invalid_argument,
        "the answer does not fit the " + name + ": expected " + std::string{kind_wanted(*this)});
  }
  auto& params = original.parameters();
  switch (answer.what()) {
    case kind::captcha_key:
      forget_captcha_answers(params);
      params.set("captcha_sid", captcha_.sid).set("captcha_key", answer.text());
      params.set("captcha_ts", captcha_.ts).set("captcha_attempt", captcha_.attempt);
      break;
    case kind::success_token:
      forget_captcha_answers(params);
      params.set("success_token", answer.text()).set("remixstlid", captcha_.remixstlid);
      break;
    case kind::confirmed:
      params.set("confirm", true);
      break;
    case kind::code:
      params.set("2fa_supported", true).set("code", answer.text());
      break;
    case kind::send_sms:
      params.set("2fa_supported", true).set("force_sms", true);
      break;
    case kind::phone_digits:
      params.set("code", answer.text());
      break;
    case kind::access_token:
    case kind::validated:
    case kind::refused:
      break;
  }
  return original;
}

}  // namespace vkxx
