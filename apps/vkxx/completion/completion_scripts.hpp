/// @file
/// The completion scripts, made from the commands. Values that VK's schema knows are asked of the
/// program itself (`vkxx completion-words`); all else stands in the scripts.
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
