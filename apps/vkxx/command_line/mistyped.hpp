/// @file
/// Commands and options that do not exist.
#pragma once

#include <string>
#include <vector>

#include "command_line/command_description.hpp"

namespace vkxx::cli {

/// Throws `usage_failure` for the first command or option among `arguments` (those after the
/// program's name) that does not exist, with what was probably meant, and for an option that is
/// given twice although it takes one value. Values of options, and what follows `--`, are skipped.
void check_spelling(const std::vector<std::string>& arguments,
                    const std::vector<command_description>& commands);

}  // namespace vkxx::cli
