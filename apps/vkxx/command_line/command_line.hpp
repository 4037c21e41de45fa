/// @file
/// From `argv` to a command.
#pragma once

#include "commands/commands.hpp"

namespace vkxx::cli {

/// Reads the command line. Throws `usage_failure`, which repeats no value that could be a secret.
[[nodiscard]] command read_command_line(int argc, const char* const* argv);

}  // namespace vkxx::cli
