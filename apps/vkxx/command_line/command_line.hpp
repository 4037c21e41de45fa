/// @file
/// From `argv` to a command.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "command_line/command_description.hpp"

namespace vkxx::cli {

/// The description of the program as a whole.
inline constexpr std::string_view program_summary =
    "Call the VK API, explain its errors, and emulate it locally.";

/// The version of the program, such as `0.1.0`.
[[nodiscard]] std::string program_version();

/// Examples for the program as a whole.
[[nodiscard]] const std::vector<std::string>& program_examples();

/// The result of parsing a command line.
struct parsed_command_line {
  const command_description* command = nullptr;  ///< null: print `text`, and nothing else
  std::string text = {};                         ///< the help or the version
};

/// Reads the command line into the targets of the command's options. `commands` must outlive the
/// result. Throws `usage_failure`, which repeats no value that could be a secret.
[[nodiscard]] parsed_command_line read_command_line(
    const std::vector<command_description>& commands, int argc, const char* const* argv);

}  // namespace vkxx::cli
