#include "state/sqlite/log_lock.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>

namespace vkxx::detail {

log_lock::log_lock(const std::string& path) noexcept
    : descriptor_{::open(path.c_str(), O_RDONLY | O_CLOEXEC)} {
  if (descriptor_ < 0) return;
  refused_ = ::flock(descriptor_, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK;
}

log_lock::~log_lock() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

}  // namespace vkxx::detail
