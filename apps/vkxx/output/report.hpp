/// @file
/// A failed call, for the person at the terminal and for the calling script.
#pragma once

#include <string>
#include <string_view>

#include <vkxx/core/error.hpp>

#include "command_line/exit_status.hpp"

namespace vkxx::cli {

/// Whether the call had a token: without one, the advice is another.
enum class token_presence { given, missing };

/// Whether failures are told to a person or to a program.
enum class error_format { text, json };

/// That of a command whose `--json` is `json`.
[[nodiscard]] constexpr error_format format_of(bool json) noexcept {
  return json ? error_format::json : error_format::text;
}

/// What the process ends with after this failure.
[[nodiscard]] exit_status status_of(const error& failure) noexcept;

/// One line without its break: what happened, with the code, and what to do about it. Holds no
/// secrets and nothing that a terminal would obey.
[[nodiscard]] std::string description_of(const error& failure, token_presence token);

/// The same as an object on one line, `{"error":{…}}`, with the exit status; see
/// docs/command-line.md for its members.
[[nodiscard]] std::string error_json(const error& failure, token_presence token);
/// A failure that is no `error`: `kind` is a word such as `usage`.
[[nodiscard]] std::string error_json(std::string_view kind, std::string_view message,
                                     exit_status status);

/// Writes the failure to standard error in that form, `vkxx: …` for a person; gives what the
/// process ends with.
exit_status report_failure(const error& failure, token_presence token, error_format format);
/// The same for a failure that is no `error`.
exit_status report_failure(std::string_view kind, std::string_view message, exit_status status,
                           error_format format);

}  // namespace vkxx::cli
