/// @file
/// The scripts of `completions/`, as text inside the program.
#pragma once

#include <string_view>

namespace vkxx::cli {

[[nodiscard]] std::string_view bash_completion() noexcept;
[[nodiscard]] std::string_view zsh_completion() noexcept;
[[nodiscard]] std::string_view fish_completion() noexcept;

}  // namespace vkxx::cli
