/// @file
/// An invalid command line.
#pragma once

#include <stdexcept>
#include <string>
#include <utility>

namespace vkxx::cli {

/// `what()` says what is wrong and what was expected, without secrets.
class usage_failure : public std::runtime_error {
 public:
  /// `help`: a command that prints more help, such as `vkxx call --help`.
  explicit usage_failure(const std::string& message, std::string help = {})
      : std::runtime_error{message}, help_{std::move(help)} {}
  [[nodiscard]] const std::string& help() const noexcept { return help_; }

 private:
  std::string help_;
};

/// Listening on a port failed. `what()` is a whole sentence.
class listen_failure : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace vkxx::cli
