/// @file
/// The files of a new project.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace vkxx::cli {

/// A file of a project.
struct project_file {
  std::string path;  ///< relative to the project's folder
  std::string text;  ///< its contents
};

/// The project of a bot: program, handlers, test, and what is needed to build, check and run it.
/// `name`: see `is_project_name`.
[[nodiscard]] std::vector<project_file> bot_project(std::string_view name);

/// Whether it can name a CMake project, a service and a container: a lower-case letter, then up to 39
/// lower-case letters, digits, `-` and `_`, and no name of a target that CMake or vkxx has.
[[nodiscard]] bool is_project_name(std::string_view name) noexcept;

}  // namespace vkxx::cli
