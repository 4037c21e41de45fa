/// @file
/// Prompts during a run of calls.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <vkxx/auth/prompter.hpp>

#include "terminal/wait_notice.hpp"

namespace vkxx::cli {

/// Forwards prompts to the user and remembers a refusal for the rest of the run: after an
/// unanswered captcha there is no prompt for the next one. During a prompt no wait is reported.
///
/// Thread safety: none; the program has one prompt at a time.
class call_prompter final : public auth::prompter {
 public:
  /// `once`: whether an empty answer, or none, declines all prompts that follow. `watch` may be
  /// null.
  call_prompter(std::shared_ptr<auth::prompter> person, std::shared_ptr<wait_watch> watch,
                bool once)
      : person_{std::move(person)}, watch_{std::move(watch)}, once_{once} {}

  void tell(std::string_view line) override;
  [[nodiscard]] std::optional<std::string> ask(std::string_view prompt) override;
  [[nodiscard]] std::optional<std::string> ask_secretly(std::string_view prompt) override;

 private:
  template <class Ask>
  [[nodiscard]] std::optional<std::string> prompted(Ask ask);

  std::shared_ptr<auth::prompter> person_;
  std::shared_ptr<wait_watch> watch_;
  bool once_;
  bool refused_ = false;
};

}  // namespace vkxx::cli
