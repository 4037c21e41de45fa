// That the file is for one process at a time, whatever that process does with it.
#pragma once

#include <string>

namespace vkxx::detail {

// A lock on the log, beside SQLite's own lock on the file. POSIX takes that one away from a process
// as soon as it closes any descriptor of the file: when it copies or uploads it, for example. This
// one belongs to its descriptor (`flock`), and nobody else opens the log.
class log_lock {
 public:
  explicit log_lock(const std::string& path) noexcept;
  log_lock(const log_lock&) = delete;
  log_lock& operator=(const log_lock&) = delete;
  ~log_lock();

  // Another process has it. Not if the log cannot be locked at all: then SQLite's lock has to do.
  [[nodiscard]] bool refused() const noexcept { return refused_; }

 private:
  int descriptor_;
  bool refused_ = false;
};

}  // namespace vkxx::detail
