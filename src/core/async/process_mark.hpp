// Tells whether fork() came between an object's making and its use.
#pragma once

#include <cstdint>

namespace vkxx::detail {

// How often fork() has led to this process. It costs no system call: a handler of `pthread_atfork`
// counts, which fork() calls in the child. A child made by the bare system call, past the C
// library, is not noticed.
[[nodiscard]] std::uint32_t forks_so_far() noexcept;

// A copy of an object in a child process has none of the threads that serve it, and shares sockets
// with its parent: nothing may use it.
class process_mark {
 public:
  // Whether this is the process that made the mark.
  [[nodiscard]] bool is_here() const noexcept { return forks_so_far() == forks_; }

 private:
  std::uint32_t forks_ = forks_so_far();
};

}  // namespace vkxx::detail
