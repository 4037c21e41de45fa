/// @file
/// Interactive prompts to the user of the program.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <vkxx/auth/prompter.hpp>

#include "terminal/interruption.hpp"

namespace vkxx::cli {

/// Prompts on standard error, so that standard output holds only the response, and reads lines from
/// standard input. A prompt throws `interrupted_question` when a signal arrives.
///
/// Thread safety: none; the program has one prompt at a time.
class terminal final : public auth::prompter {
 public:
  /// `stop` must outlive it.
  explicit terminal(const interruption& stop) noexcept : stop_{&stop} {}

  /// Shows a line. Text from servers must be made `printable` first.
  void tell(std::string_view line) override;
  /// The next line of input, without its line break; nothing at the end of input.
  [[nodiscard]] std::optional<std::string> ask(std::string_view prompt) override;
  /// The same without echo.
  [[nodiscard]] std::optional<std::string> ask_secretly(std::string_view prompt) override;

 private:
  [[nodiscard]] std::optional<std::string> read_line();
  [[nodiscard]] bool read_more();

  const interruption* stop_;
  std::string pending_;
};

}  // namespace vkxx::cli
