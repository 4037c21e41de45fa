/// @file
/// Failures as text for users and as JSON for scripts.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <vkxx/core/error.hpp>

#include "command_line/exit_status.hpp"

namespace vkxx::cli {

/// Whether the call had a token: the advice depends on it.
enum class token_presence { given, missing };

/// How failures are reported.
enum class error_format { text, json };

/// The format for the value of `--json`.
[[nodiscard]] constexpr error_format format_of(bool json) noexcept {
  return json ? error_format::json : error_format::text;
}

/// The exit status for this failure.
[[nodiscard]] exit_status status_of(const error& failure) noexcept;

/// One line without its line break: what happened, with the code, and what to do about it. It
/// contains no secrets and no control characters.
[[nodiscard]] std::string description_of(const error& failure, token_presence token);

/// The same as an object on one line, `{"error":{…}}`, with the exit status; see
/// docs/command-line.md for its members. `files`: those that were not uploaded.
[[nodiscard]] std::string error_json(const error& failure, token_presence token,
                                     const std::vector<std::string>& files = {});
/// A failure that is not an `error`: `kind` is a word such as `usage`.
[[nodiscard]] std::string error_json(std::string_view kind, std::string_view message,
                                     exit_status status);

/// Writes the failure to standard error, as text after `vkxx: ` or as JSON, and returns the exit
/// status.
exit_status report_failure(const error& failure, token_presence token, error_format format);
/// The same for a failure that is not an `error`.
exit_status report_failure(std::string_view kind, std::string_view message, exit_status status,
                           error_format format);

}  // namespace vkxx::cli
