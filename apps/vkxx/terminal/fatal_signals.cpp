#include "terminal/fatal_signals.hpp"

#include <poll.h>

namespace vkxx::cli {

fatal_signals::fatal_signals() noexcept {
  sigset_t watched;
  ::sigemptyset(&watched);
  ::sigaddset(&watched, SIGINT);
  ::sigaddset(&watched, SIGTERM);
  ::pthread_sigmask(SIG_UNBLOCK, &watched, &before_);
}

fatal_signals::~fatal_signals() {
  ::pthread_sigmask(SIG_SETMASK, &before_, nullptr);
}

void wait_for_reader(int descriptor) noexcept {
  pollfd writable{descriptor, POLLOUT, 0};
  // Mostly it reads: then a signal has its usual effect.
  if (::poll(&writable, 1, 0) != 0) return;
  const fatal_signals waiting;
  while (::poll(&writable, 1, -1) < 0) {
  }
}

}  // namespace vkxx::cli
