/// @file
/// Waiting that a signal may end together with the process.
#pragma once

#include <csignal>

namespace vkxx::cli {

/// While it lives, SIGINT and SIGTERM kill the process as they do by default, also during an
/// `interruption`. It is for waiting that no stop request reaches, such as for the other end of a
/// named pipe. Use it on the thread that waits.
class fatal_signals {
 public:
  fatal_signals() noexcept;
  fatal_signals(const fatal_signals&) = delete;
  fatal_signals& operator=(const fatal_signals&) = delete;
  ~fatal_signals();

 private:
  sigset_t before_{};
};

/// Waits until something can be written to `descriptor` without blocking, or it is broken.
void wait_for_reader(int descriptor) noexcept;

}  // namespace vkxx::cli
