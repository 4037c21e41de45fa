// Tells whether fork() came between an object's making and its use.
#pragma once

#include <unistd.h>

namespace vkxx::detail {

// A copy of an object in a child process has none of the threads that serve it, and shares sockets
// with its parent: nothing may use it.
class process_mark {
 public:
  // Whether this is the process that made the mark.
  [[nodiscard]] bool is_here() const noexcept { return ::getpid() == process_; }

 private:
  pid_t process_ = ::getpid();
};

}  // namespace vkxx::detail
