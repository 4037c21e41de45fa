/// @file
/// Commands and options that do not exist.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace vkxx::cli {

/// An option as it is typed, with its dashes.
struct known_option {
  std::string name;
  bool takes_value = false;
  bool repeatable = false;
};

/// A command with its options.
struct known_command {
  std::string name;  ///< empty: the program itself, for what stands before a command
  std::vector<known_option> options;
  bool hidden = false;  ///< not suggested
};

/// Throws `usage_failure` for the first command or option among the arguments (those behind the
/// program's name) that does not exist, with what was probably meant, and for an option with a
/// value that is given twice. `commands.front()` is the program itself. Values of options, and what
/// follows `--`, are not looked at.
void check_spelling(const std::vector<std::string>& arguments,
                    const std::vector<known_command>& commands);

}  // namespace vkxx::cli
