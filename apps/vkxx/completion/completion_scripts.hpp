/// @file
/// The completion scripts, generated from the commands. They get values from VK's schema by calling
/// the program (`vkxx completion-words`) and contain everything else.
#pragma once

#include <string>
#include <vector>

#include "command_line/command_description.hpp"

namespace vkxx::cli {

/// For a folder of bash-completion, under the name `vkxx`.
[[nodiscard]] std::string bash_completion(const std::vector<command_description>& commands);
/// For a folder of `$fpath`, under the name `_vkxx`.
[[nodiscard]] std::string zsh_completion(const std::vector<command_description>& commands);
/// For a completions folder of fish, under the name `vkxx.fish`.
[[nodiscard]] std::string fish_completion(const std::vector<command_description>& commands);

}  // namespace vkxx::cli
