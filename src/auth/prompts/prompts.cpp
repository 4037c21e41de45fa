#include <boost/url/params_view.hpp>
#include <boost/url/parse_query.hpp>
#include <utility>

#include <vkxx/auth/prompter.hpp>
#include <vkxx/core/printable.hpp>

#include "core/text/ascii.hpp"

namespace vkxx::auth {

using vkxx::detail::trimmed;
namespace {

std::string answer_to(std::optional<std::string> line) {
  return line ? std::string{trimmed(*line)} : std::string{};
}

void report_wrong_answer(prompter& asks, const challenge& challenge) {
  if (challenge.wrong_answers() > 0) asks.tell("VK did not accept the answer and asks again.");
}

challenge_answer ask_captcha(prompter& asks, const challenge& challenge) {
  report_wrong_answer(asks, challenge);
  if (challenge.wants_success_token()) {
    asks.tell("VK wants to see a human. Open this page and pass the check:");
    asks.tell("  " + printable(challenge.redirect_uri()));
    asks.tell(
        "The page gives a success_token to the program that opened it. If it does not show it to "
        "you: open the browser's developer tools (F12), Network, before you pass the check; the "
        "answer of the request captchaNotRobot.check has it.");
    const auto token = answer_to(asks.ask_secretly("Enter the success_token that the page gave: "));
    return token.empty() ? challenge_answer::refused() : challenge_answer::success_token(token);
  }
  asks.tell("VK wants to see a human. Open this picture and type what it shows:");
  asks.tell("  " + printable(challenge.captcha().img));
  const auto key = answer_to(asks.ask("Enter CAPTCHA key: "));
  return key.empty() ? challenge_answer::refused() : challenge_answer::captcha_key(key);
}

challenge_answer ask_code(prompter& asks, const challenge& challenge) {
  report_wrong_answer(asks, challenge);
  const auto& factor = challenge.second_factor();
  std::string about = "VK wants a code";
  if (factor.type == "2fa_app") about += " of your authenticator";
  if (!factor.phone_mask.empty()) about += ", sent to " + printable(factor.phone_mask);
  asks.tell(about + ". Type sms to get it by SMS.");
  const auto code = answer_to(asks.ask_secretly("Auth check code: "));
  if (code.empty()) return challenge_answer::refused();
  return code == "sms" ? challenge_answer::send_sms() : challenge_answer::code(code);
}

challenge_answer ask_digits(prompter& asks, const challenge& challenge) {
  const auto& shown = challenge.phone();
  asks.tell("VK wants the missing digits of your phone number: " + printable(shown.prefix) +
            " ... " + printable(shown.suffix));
  const auto digits = answer_to(asks.ask("Missing digits: "));
  return digits.empty() ? challenge_answer::refused() : challenge_answer::phone_digits(digits);
}

challenge_answer ask_validation(prompter& asks, const challenge& challenge) {
  report_wrong_answer(asks, challenge);
  asks.tell("VK wants to know that it is you. Open this page and follow it to its end:");
  asks.tell("  " + printable(challenge.redirect_uri()));
  const auto address =
      answer_to(asks.ask_secretly("Paste the address of the last page (it holds a token): "));
  return read_validation_address(address);
}

challenge_answer ask_confirmation(prompter& asks, const challenge& challenge) {
  report_wrong_answer(asks, challenge);
  const auto& text =
      challenge.confirmation_text().empty() ? challenge.text() : challenge.confirmation_text();
  asks.tell("VK asks: " + printable(text));
  const auto answer = answer_to(asks.ask("Go on? [y/N] "));
  const bool yes = answer == "y" || answer == "Y" || answer == "yes" || answer == "Yes";
  return yes ? challenge_answer::confirmed() : challenge_answer::refused();
}

challenge_hook hook_of(std::shared_ptr<prompter> asks,
                       challenge_answer (*ask)(prompter&, const challenge&)) {
  return
      [asks = std::move(asks), ask](const challenge& challenge) { return ask(*asks, challenge); };
}

}  // namespace

challenge_hook captcha_prompt(std::shared_ptr<prompter> asks) {
  return hook_of(std::move(asks), ask_captcha);
}

challenge_hook second_factor_prompt(std::shared_ptr<prompter> asks) {
  return hook_of(std::move(asks), ask_code);
}

challenge_hook phone_prompt(std::shared_ptr<prompter> asks) {
  return hook_of(std::move(asks), ask_digits);
}

challenge_hook validation_prompt(std::shared_ptr<prompter> asks) {
  return hook_of(std::move(asks), ask_validation);
}

challenge_hook confirmation_prompt(std::shared_ptr<prompter> asks) {
  return hook_of(std::move(asks), ask_confirmation);
}

challenge_answer read_validation_address(std::string_view address) {
  const auto hash = address.find('#');
  if (hash == std::string_view::npos) return challenge_answer::refused();
  const auto fragment = address.substr(hash + 1);
  if (boost::urls::parse_query(fragment).has_error()) return challenge_answer::refused();
  bool success = false;
  std::string token;
  for (const auto& field : boost::urls::params_view{fragment}) {
    if (field.key == "success") success = field.value == "1";
    if (field.key == "access_token") token = field.value;
  }
  if (!success) return challenge_answer::refused();
  return token.empty() ? challenge_answer::validated() : challenge_answer::access_token(token);
}

result<secret> ask_access_token(prompter& asks) {
  auto token = answer_to(asks.ask_secretly("VK API access token: "));
  if (token.empty()) {
    return error{errc::challenge_refused, request_effect::not_sent,
                 "an access token is needed, and none was typed"};
  }
  return secret{std::move(token)};
}

}  // namespace vkxx::auth
