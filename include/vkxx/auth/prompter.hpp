/// @file
/// Interactive prompts.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <vkxx/client/handler.hpp>

namespace vkxx::auth {

/// Asks a person and returns the answers. `make_terminal_prompter` creates one for terminals;
/// derive your own for a window or a chat.
///
/// The functions block until there is an answer. Thread safety: implementations must be safe to
/// share and must ask concurrent questions one after another.
class prompter {
 public:
  prompter() = default;
  prompter(const prompter&) = delete;
  prompter& operator=(const prompter&) = delete;
  virtual ~prompter() = default;

  /// Shows a line of context for a question. Texts from servers in it are already `printable`.
  virtual void tell(std::string_view line) = 0;
  /// Shows the question and returns the answer; nothing at the end of input.
  [[nodiscard]] virtual std::optional<std::string> ask(std::string_view question) = 0;
  /// The same without echoing the answer.
  [[nodiscard]] virtual std::optional<std::string> ask_secretly(std::string_view question) = 0;
};

/// Prompts on standard error, so that standard output belongs to the program, and reads lines from
/// `std::cin`, which need not be a terminal. Secret answers are not echoed on a terminal.
[[nodiscard]] std::shared_ptr<prompter> make_terminal_prompter();

/// @name Hooks that ask a person Hooks for `client`, `blocking_client` and the flows. An empty
/// answer, or none, refuses.
/// @{
/// Shows the address of the picture, or of the page to pass; asks `Enter CAPTCHA key: `.
[[nodiscard]] challenge_hook captcha_prompt(std::shared_ptr<prompter> asks);
/// Says where the code was sent; asks `Auth check code: `. The answer `sms` requests it by SMS.
[[nodiscard]] challenge_hook second_factor_prompt(std::shared_ptr<prompter> asks);
/// Shows the known digits; asks for the others.
[[nodiscard]] challenge_hook phone_prompt(std::shared_ptr<prompter> asks);
/// Shows the page to pass, and asks for its final address.
[[nodiscard]] challenge_hook validation_prompt(std::shared_ptr<prompter> asks);
/// Shows the text to confirm; asks yes or no. Anything but yes is no.
[[nodiscard]] challenge_hook confirmation_prompt(std::shared_ptr<prompter> asks);
/// @}

/// Reads the final address of a validation page: a new token, success with the present one, or a
/// refusal (also for a malformed address). VK puts it into the fragment.
/// https://dev.vk.com/reference/errors
[[nodiscard]] challenge_answer read_validation_address(std::string_view address);

/// Asks `VK API access token: `. Error: `challenge_refused` without an answer.
[[nodiscard]] result<secret> ask_access_token(prompter& asks);

}  // namespace vkxx::auth
