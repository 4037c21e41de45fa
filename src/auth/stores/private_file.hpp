// A small file that belongs to one user, replaced as a whole.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include <vkxx/core/result.hpp>

namespace vkxx::auth::detail {

// The steps of a replacement, in order; used to test a crash after each of them.
enum class file_step { created, written, synced, renamed };
using step_observer = std::function<void(file_step)>;

// The whole file; nothing if there is none. Fails if anybody but the owner has access to it, or if
// it is not a regular file or larger than 1 MiB.
[[nodiscard]] result<std::optional<std::string>> read_private_file(const std::string& path);

// Writes `<path>.new` (mode 0600), syncs it, renames it to `path` and syncs the folder.
[[nodiscard]] result<void> replace_private_file(const std::string& path, std::string_view text,
                                                const step_observer& observe = {});

// Whether `replace_private_file` could store a text of that size now: writes, syncs and removes the
// temporary file. The caller holds the same lock as for a replacement.
[[nodiscard]] result<void> rehearse_private_file(const std::string& path, std::size_t size);

// Locks a file against other processes and other locks of this one, until it is destroyed.
class file_lock {
 public:
  // Nothing if another holds the lock and the caller does not wait.
  [[nodiscard]] static result<std::optional<file_lock>> take(const std::string& path, bool wait);
  file_lock(file_lock&& other) noexcept;
  file_lock& operator=(file_lock&&) = delete;
  ~file_lock();

 private:
  explicit file_lock(int descriptor) noexcept : descriptor_{descriptor} {}
  int descriptor_;
};

}  // namespace vkxx::auth::detail
