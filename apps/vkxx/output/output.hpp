/// @file
/// Writing to standard output and standard error.
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

#include <vkxx/core/printable.hpp>

namespace vkxx::cli {

/// Standard output could not be written; `what()` says why.
class output_failure : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// The reader of standard output has gone (`| head`).
class output_closed : public output_failure {
 public:
  using output_failure::output_failure;
};

/// Writes all of `text` to standard output, unbuffered. Throws `output_failure`, whose text ends
/// with `consequence`: what was done all the same.
void write_output(std::string_view text, std::string_view consequence = {});

/// Writes `line` and a line break to standard error in one piece. Failures are
/// ignored.
void write_message(std::string_view line) noexcept;
/// The same without the line break: a prompt.
void write_prompt(std::string_view text) noexcept;

/// Call it first: a closed pipe and the limit of the size of files (`ulimit -f`) become errors of
/// writing instead of signals, and the three standard descriptors are opened if they are closed, so
/// that no socket gets their numbers.
void prepare_standard_streams() noexcept;

}  // namespace vkxx::cli
