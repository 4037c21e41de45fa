#include "state/sqlite/linked_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

namespace vkxx::detail {

linked_file::linked_file(std::string absolute_path) noexcept
    : path_{std::move(absolute_path)}, descriptor_{::open(path_.c_str(), O_PATH | O_CLOEXEC)} {
  note_state();
}

linked_file::~linked_file() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

file_fate linked_file::fate() const noexcept {
  struct ::stat found {};
  if (descriptor_ < 0 || ::fstat(descriptor_, &found) != 0) return file_fate::in_place;
  if (found.st_nlink == 0) return file_fate::removed;
  if (!is_at_its_place(found)) return file_fate::moved;
  const bool same = found.st_size == noted_.st_size &&
                    found.st_mtim.tv_sec == noted_.st_mtim.tv_sec &&
                    found.st_mtim.tv_nsec == noted_.st_mtim.tv_nsec;
  return same ? file_fate::in_place : file_fate::overwritten;
}

// A folder that may not be read any more says nothing.
bool linked_file::is_at_its_place(const struct ::stat& found) const noexcept {
  struct ::stat there {};
  if (::stat(path_.c_str(), &there) != 0) return errno != ENOENT && errno != ENOTDIR;
  return there.st_dev == found.st_dev && there.st_ino == found.st_ino;
}

void linked_file::note_state() noexcept {
  if (descriptor_ >= 0) ::fstat(descriptor_, &noted_);
}

}  // namespace vkxx::detail
