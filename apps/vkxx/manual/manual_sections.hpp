/// @file
/// The parts of the manual page that belong to no command.
#pragma once

#include <string_view>
#include <vector>

namespace vkxx::cli {

/// A name and its description, in the prose of `roff_prose`.
struct manual_entry {
  std::string_view name;
  std::string_view help;
};

[[nodiscard]] std::string_view manual_introduction() noexcept;
[[nodiscard]] std::vector<manual_entry> exit_statuses();
[[nodiscard]] std::vector<manual_entry> environment_variables();

}  // namespace vkxx::cli
