/// @file
/// Whole files.
#pragma once

#include <string>

namespace vkxx::cli {

/// The contents of the file at `path`, byte for byte; `-`: standard input to its end. Throws
/// `usage_failure` if it cannot be read or is larger than 256 MiB.
[[nodiscard]] std::string read_file(const std::string& path);

/// A path for those who read the file themselves, later, more than once, and blind to
/// signals: `path`, or of a pipe the path of a copy, which lasts as long as the process. Throws as
/// `read_file`; a signal ends the process while the pipe is read.
[[nodiscard]] std::string lasting_file(const std::string& path);

/// Writes a file, in place of one that is there. Throws `usage_failure` if it cannot be created,
/// and `output_failure` if it cannot be written.
void write_file(const std::string& path, const std::string& contents);

/// Writes a file of this user alone: whatever ends the process, it has the old contents or the new
/// ones. Throws `output_failure`.
void replace_file(const std::string& path, const std::string& contents);

}  // namespace vkxx::cli
