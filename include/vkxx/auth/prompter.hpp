/// @file
/// Interactive prompts.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <vkxx/client/handler.hpp>

namespace vkxx::auth {

/// Asks a person, and returns the answers. `make_terminal_prompter` is the one for programs on a
/// terminal; derive another for a window or a chat.
///
/// The functions block until there is an answer. Thread safety: implementations must be safe to
/// share; two questions at the same time come one after the other.
class prompter {
 public:
  prompter() = default;
  prompter(const prompter&) = delete;
  prompter& operator=(const prompter&) = delete;
  virtual ~prompter() = default;

  /// Shows a line: what a question is about. Texts of servers in it are `printable` already.
  virtual void tell(std::string_view line) = 0;
  /// Shows the question and gives the answer; nothing if none can come any more.
  [[nodiscard]] virtual std::optional<std::string> ask(std::string_view question) = 0;
  /// The same for an answer that nobody may see as it is typed.
  [[nodiscard]] virtual std::optional<std::string> ask_secretly(std::string_view question) = 0;
};

/// Asks on standard error, so that standard output stays the program's own, and reads lines from
/// `std::cin`, which need not be a terminal. What is asked secretly is not shown on a terminal.
[[nodiscard]] std::shared_ptr<prompter> make_terminal_prompter();

/// @name A person as the one who meets challenges
/// Hooks for `client`, `blocking_client` and the flows. An empty answer, or none, refuses.
/// @{
/// Shows the address of the picture, or of the page to pass; asks `Enter CAPTCHA key: `.
[[nodiscard]] challenge_hook captcha_prompt(std::shared_ptr<prompter> asks);
/// Says where the code went; asks `Auth check code: `. The answer `sms` wants it by SMS.
[[nodiscard]] challenge_hook second_factor_prompt(std::shared_ptr<prompter> asks);
/// Says which digits are known; asks for the others.
[[nodiscard]] challenge_hook phone_prompt(std::shared_ptr<prompter> asks);
/// Shows the page to pass, and asks for the address at which it ended.
[[nodiscard]] challenge_hook validation_prompt(std::shared_ptr<prompter> asks);
/// Shows what is to be confirmed; asks yes or no. Anything but yes is no.
[[nodiscard]] challenge_hook confirmation_prompt(std::shared_ptr<prompter> asks);
/// @}

/// What the address at which a validation page ended says: a new token, success with the present
/// one, or (also for anything that cannot be read) a refusal. VK gives it in the part after `#`.
/// https://dev.vk.com/reference/errors
[[nodiscard]] challenge_answer read_validation_address(std::string_view address);

/// Asks `VK API access token: `. Error `challenge_refused`: there was no answer.
[[nodiscard]] result<secret> ask_access_token(prompter& asks);

}  // namespace vkxx::auth
