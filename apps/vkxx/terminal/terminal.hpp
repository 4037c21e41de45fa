/// @file
/// Questions to the person who runs the program.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <vkxx/auth/prompter.hpp>

#include "terminal/interruption.hpp"

namespace vkxx::cli {

/// Asks on standard error, so that standard output stays for the answer of the call, and reads
/// lines from standard input. A question throws `interrupted_question` when a signal comes.
///
/// Thread safety: none needed: the program asks one question at a time.
class terminal final : public auth::prompter {
 public:
  /// `stop` must outlive it.
  explicit terminal(const interruption& stop) noexcept : stop_{&stop} {}

  /// Shows a line. What servers have written has to be made `printable` first.
  void tell(std::string_view line) override;
  /// The next line of input, without its break; nothing at the end of input.
  [[nodiscard]] std::optional<std::string> ask(std::string_view prompt) override;
  /// The same with what is typed kept from the screen.
  [[nodiscard]] std::optional<std::string> ask_secretly(std::string_view prompt) override;

 private:
  [[nodiscard]] std::optional<std::string> read_line();
  [[nodiscard]] bool read_more();

  const interruption* stop_;
  std::string pending_;
};

}  // namespace vkxx::cli
