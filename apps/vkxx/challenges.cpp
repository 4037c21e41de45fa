#include "challenges.hpp"

#include <boost/url/params_view.hpp>
#include <boost/url/parse_query.hpp>
#include <string>

#include "output.hpp"

namespace vkxx::cli {
namespace {

constexpr std::string_view white_space = " \t";

std::string trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(white_space);
  if (first == std::string_view::npos) return {};
  return std::string{text.substr(first, text.find_last_not_of(white_space) - first + 1)};
}

void tell_of_wrong_answer(terminal& person, const challenge& asked) {
  if (asked.wrong_answers() > 0) person.tell("VK did not accept the answer and asks again.");
}

}  // namespace

challenge_answer ask_captcha(terminal& person, const challenge& asked) {
  tell_of_wrong_answer(person, asked);
  if (asked.wants_success_token()) {
    person.tell("VK wants to see a human. Open this page and pass the check:");
    person.tell("  " + printable(asked.redirect_uri()));
    const auto token =
        trimmed(person.ask_secretly("Enter the success_token that the page gave: ").value_or(""));
    return token.empty() ? challenge_answer::refused() : challenge_answer::success_token(token);
  }
  person.tell("VK wants to see a human. Open this picture and type what it shows:");
  person.tell("  " + printable(asked.captcha().img));
  const auto key = trimmed(person.ask("Enter CAPTCHA key: ").value_or(""));
  return key.empty() ? challenge_answer::refused() : challenge_answer::captcha_key(key);
}

challenge_answer ask_validation(terminal& person, const challenge& asked) {
  tell_of_wrong_answer(person, asked);
  person.tell("VK wants to know that it is you. Open this page and follow it to its end:");
  person.tell("  " + printable(asked.redirect_uri()));
  const auto address =
      person.ask_secretly("Paste the address of the last page (it holds a token): ");
  return read_validation_address(trimmed(address.value_or("")));
}

challenge_answer ask_confirmation(terminal& person, const challenge& asked) {
  tell_of_wrong_answer(person, asked);
  const auto& text = asked.confirmation_text().empty() ? asked.text() : asked.confirmation_text();
  person.tell("VK asks: " + printable(text));
  const auto answer = trimmed(person.ask("Go on? [y/N] ").value_or(""));
  const bool yes = answer == "y" || answer == "Y" || answer == "yes" || answer == "Yes";
  return yes ? challenge_answer::confirmed() : challenge_answer::refused();
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

}  // namespace vkxx::cli
