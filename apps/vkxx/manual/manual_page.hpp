/// @file
/// The manual page, made from the commands.
#pragma once

#include <string>
#include <vector>

#include "command_line/command_description.hpp"

namespace vkxx::cli {

/// `vkxx.1`: the commands in their order, options that several commands share, exit status,
/// environment.
[[nodiscard]] std::string manual_page(const std::vector<command_description>& commands);

}  // namespace vkxx::cli
