#include "state/sqlite/linked_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace vkxx::detail {

linked_file::linked_file(const std::string& path) noexcept
    : descriptor_{::open(path.c_str(), O_PATH | O_CLOEXEC)} {}

linked_file::~linked_file() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

bool linked_file::was_removed() const noexcept {
  struct ::stat found {};
  return descriptor_ >= 0 && ::fstat(descriptor_, &found) == 0 && found.st_nlink == 0;
}

}  // namespace vkxx::detail
