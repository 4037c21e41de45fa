/// @file
/// The file in which `vkxx all --state` remembers how far it came.
#pragma once

#include <cstdint>
#include <string>

#include <vkxx/client/request.hpp>

#include "options/all_command.hpp"

namespace vkxx::cli {

/// Whatever ends the process, the file holds the state before or after a `save`, never a part.
class walk_state {
 public:
  /// Reads the file of `options.state` if it exists. Throws `usage_failure` if it cannot be read,
  /// has another format, or belongs to another call.
  walk_state(const all_command& options, const request& call);

  /// The cursor to continue from; empty: from the beginning.
  [[nodiscard]] const std::string& cursor() const noexcept { return cursor_; }
  /// Whether the list was already walked to its end.
  [[nodiscard]] bool finished() const noexcept { return finished_; }
  /// Rewrites the file. Throws `output_failure`.
  void save(const std::string& cursor, bool finished);

 private:
  std::string path_;
  std::string call_;  // what the state belongs to, without the values of its parameters
  std::string cursor_;
  bool finished_ = false;
};

}  // namespace vkxx::cli
