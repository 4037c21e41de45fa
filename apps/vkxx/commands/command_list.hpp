/// @file
/// The commands of the program.
#pragma once

#include <vector>

#include "command_line/command_description.hpp"

namespace vkxx::cli {

/// All commands in the order of the help, each with its own option values. They are listed in
/// CMakeLists.txt.
[[nodiscard]] std::vector<command_description> all_commands();

}  // namespace vkxx::cli
