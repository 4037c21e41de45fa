/// @file
/// Shared by the completion scripts of all shells.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "command_line/command_description.hpp"

namespace vkxx::cli {

/// The first clause of a help text: without defaults and remarks.
[[nodiscard]] std::string short_help(std::string_view help);

/// The words joined by spaces; empty if the option offers none.
[[nodiscard]] std::string joined_words(const option_description& option);

/// Whether the values (sections, methods, parameters, errors) come from the program.
[[nodiscard]] bool needs_schema(const option_description& option) noexcept;

/// The items joined by `separator`, with `line_break` instead of a space where a line gets longer
/// than 100 characters.
[[nodiscard]] std::string wrapped(const std::vector<std::string>& items, std::string_view separator,
                                  std::string_view line_break);

/// `text` with `replacement` for every `character`.
[[nodiscard]] std::string replaced(std::string_view text, char character,
                                   std::string_view replacement);

}  // namespace vkxx::cli
