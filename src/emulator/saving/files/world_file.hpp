/// @file
/// Files of worlds: read whole, and replaced so that a crash leaves the old or the new one.
#pragma once

#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

namespace vkxx::emulation::detail {

/// A file that cannot be read or written; `what()` names it and says why.
class world_file_failure : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// The contents; nothing: there is no such file.
/// @throws world_file_failure if it cannot be read, or is larger than a snapshot may be.
[[nodiscard]] std::optional<std::string> read_world_file(const std::string& path);
/// Writes beside it, waits for the disk, and renames.
/// @throws world_file_failure; the old file is still there. Also of a text that `read_world_file`
/// would refuse.
void replace_world_file(const std::string& path, std::string_view text);

/// While it lives, no other emulator keeps its world in the same file, in this process or another:
/// each would write over what the other has kept. It is the file `PATH.lock`, which goes with it.
class world_lock {
 public:
  /// Does nothing with an empty path.
  /// @throws world_file_failure if another one lives, or if the lock cannot be made.
  explicit world_lock(const std::string& path);
  world_lock(const world_lock&) = delete;
  world_lock& operator=(const world_lock&) = delete;
  ~world_lock();

 private:
  std::string name_;
  int descriptor_ = -1;
};

}  // namespace vkxx::emulation::detail
