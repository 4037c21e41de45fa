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
/// The next contents of a file, beside it: `PATH` and a suffix. Whoever writes at the same time
/// needs another suffix.
class new_world_file {
 public:
  static constexpr std::string_view usual_suffix = ".new";

  /// Writes, and waits for the disk. What an earlier run left under the name is replaced.
  /// @throws world_file_failure; also of a text that `read_world_file` would refuse.
  new_world_file(std::string path, std::string_view text, std::string_view suffix = usual_suffix);
  new_world_file(const new_world_file&) = delete;
  new_world_file& operator=(const new_world_file&) = delete;
  /// Removes it, unless it has taken its place.
  ~new_world_file();

  /// Renames: a crash leaves the old file or the new one.
  /// @throws world_file_failure; the old file is still there.
  void take_place();
  /// Waits until the disk has the new name.
  void sync_folder() const noexcept;

 private:
  std::string path_;
  std::string fresh_;  // Empty: it has taken its place.
};

/// Writes beside it, waits for the disk, and renames.
/// @throws world_file_failure; the old file is still there.
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
