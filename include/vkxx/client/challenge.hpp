/// @file
/// What VK wants a person to do before it goes on, and the person's answer.
#pragma once

#include <iosfwd>
#include <optional>
#include <string>
#include <string_view>

#include <vkxx/client/request.hpp>
#include <vkxx/core/result.hpp>

namespace vkxx {

/// What kind of thing VK wants done.
enum class challenge_kind {
  captcha,        ///< error 14: prove to be human
  validation,     ///< error 17: open a page and pass a check; it may yield a new token
  confirmation,   ///< error 24: agree to the action
  second_factor,  ///< of a login: give the code that the person gets or has
  phone,          ///< of a login: give the missing digits of the account's phone number
};

/// The name of the kind: `captcha`, `validation`, `confirmation`, `second_factor`, `phone`.
[[nodiscard]] std::string_view to_string(challenge_kind kind) noexcept;

/// What is known of a second factor. Each field may be empty.
struct second_factor_fields {
  std::string type;        ///< VK's name: `2fa_sms`, `2fa_app`, `2fa_callreset`, …
  std::string phone_mask;  ///< the phone that the code goes to, as `+7 *** *** ** 12`
  std::string sid;         ///< `validation_sid`
};

/// What VK shows of the phone number whose other digits it asks for.
struct phone_fields {
  std::string prefix;  ///< what the number begins with, as `+7`
  std::string suffix;  ///< what it ends with, as `12`
};

/// The answer to a challenge.
class challenge_answer {
 public:
  /// The text on a captcha's picture.
  [[nodiscard]] static challenge_answer captcha_key(std::string text);
  /// The `success_token` that the captcha page gave.
  [[nodiscard]] static challenge_answer success_token(std::string token);
  /// The validation page was passed and gave this token: the client uses it from now on.
  [[nodiscard]] static challenge_answer access_token(std::string token);
  /// The validation page was passed, and the present token stays good.
  [[nodiscard]] static challenge_answer validated();
  /// The code of a second factor: of the message, of the authenticator, or a backup code.
  [[nodiscard]] static challenge_answer code(std::string text);
  /// The person wants the code of a second factor to be sent by SMS.
  [[nodiscard]] static challenge_answer send_sms();
  /// The digits of the phone number that VK does not show.
  [[nodiscard]] static challenge_answer phone_digits(std::string digits);
  /// The person agrees to the action.
  [[nodiscard]] static challenge_answer confirmed();
  /// The person refuses, or cannot answer: the call fails with VK's error.
  [[nodiscard]] static challenge_answer refused();

  /// What the answer consists of.
  enum class kind {
    captcha_key,    ///< text on a picture
    success_token,  ///< what the captcha page gave
    access_token,   ///< what the validation page gave
    validated,      ///< the validation page was passed
    confirmed,      ///< the person agrees
    refused,        ///< the person refuses or cannot answer
    code,           ///< of a second factor
    send_sms,       ///< the code of the second factor is to come by SMS
    phone_digits,
  };
  /// What the answer consists of: tells what `text()` is.
  [[nodiscard]] kind what() const noexcept { return kind_; }
  /// The text of the answer, if it has one.
  [[nodiscard]] const secret& text() const noexcept { return text_; }

  /// As JSON, to be carried to another process. Holds the answer in clear: protect it.
  [[nodiscard]] std::string to_json() const;
  /// Reads what `to_json` wrote. Error: `errc::invalid_argument`, saying what is wrong.
  [[nodiscard]] static result<challenge_answer> from_json(std::string_view text);

 private:
  explicit challenge_answer(kind answer_kind, std::string text = {});

  kind kind_;
  secret text_;
};

/// A challenge: what is asked, and everything that is needed to answer it, now or later, here or
/// elsewhere.
///
/// Holds no token. https://dev.vk.com/api/captcha-error
class challenge {
 public:
  /// The challenge in `failure`; nothing if it is not one of the codes 14, 17 and 24.
  [[nodiscard]] static std::optional<challenge> from(const error& failure);

  /// What VK wants done: tells which of the other fields are filled.
  [[nodiscard]] challenge_kind kind() const noexcept { return kind_; }
  /// The method whose call met the challenge.
  [[nodiscard]] const std::string& method() const noexcept { return method_; }
  /// VK's text for a person, if it sent one, else its message. Untrusted text.
  [[nodiscard]] const std::string& text() const noexcept { return text_; }
  /// Of a captcha: its fields. Which answer is wanted: see `wants_success_token()`.
  [[nodiscard]] const captcha_fields& captcha() const noexcept { return captcha_; }
  /// Of a captcha: it is solved on the page `redirect_uri()`, which gives a `success_token`.
  /// Otherwise the text on the picture `captcha().img` is wanted.
  [[nodiscard]] bool wants_success_token() const noexcept;
  /// Whether VK sent what is needed to answer: of a captcha a page, or a picture (or sound) with
  /// its `sid`; of a validation a page. If not, no hook is asked, and the call fails at once with
  /// VK's error.
  [[nodiscard]] bool can_be_answered() const noexcept;
  /// The page to open: of a validation, or of a captcha of the newer kind.
  [[nodiscard]] const std::string& redirect_uri() const noexcept { return redirect_uri_; }
  /// Of a confirmation: what to ask the person.
  [[nodiscard]] const std::string& confirmation_text() const noexcept { return confirmation_text_; }
  /// Of a second factor: what kind of code, and where it went.
  [[nodiscard]] const second_factor_fields& second_factor() const noexcept {
    return second_factor_;
  }
  /// Of a phone check: the digits that are shown.
  [[nodiscard]] const phone_fields& phone() const noexcept { return phone_; }
  /// How many wrong answers this call has given before.
  [[nodiscard]] int wrong_answers() const noexcept { return wrong_answers_; }
  challenge& wrong_answers(int count) noexcept;

  /// `original` with the answer in it, ready to be retried. Error: `challenge_refused` if the
  /// answer is a refusal, `invalid_argument` if it does not fit this challenge.
  [[nodiscard]] result<request> answered(request original, const challenge_answer& answer) const;

  /// As JSON, to be answered later or by another process. Addresses in it can hold a session's
  /// token: protect it like one.
  [[nodiscard]] std::string to_json() const;
  /// Reads what `to_json` wrote. Error: `errc::invalid_argument`, saying what is wrong.
  [[nodiscard]] static result<challenge> from_json(std::string_view text);

 private:
  challenge() = default;

  challenge_kind kind_{};
  std::string method_;
  std::string text_;
  captcha_fields captcha_;
  std::string redirect_uri_;
  std::string confirmation_text_;
  second_factor_fields second_factor_;
  phone_fields phone_;
  int wrong_answers_ = 0;
};

}  // namespace vkxx
