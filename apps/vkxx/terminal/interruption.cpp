#include "terminal/interruption.hpp"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <system_error>

namespace vkxx::cli {
namespace {

sigset_t watched_signals() noexcept {
  sigset_t set;
  ::sigemptyset(&set);
  ::sigaddset(&set, SIGINT);
  ::sigaddset(&set, SIGTERM);
  return set;
}

int checked(int descriptor) {
  if (descriptor < 0) {
    throw std::system_error{errno, std::generic_category(), "signals cannot be received"};
  }
  return descriptor;
}

void wake(int descriptor) noexcept {
  ::eventfd_write(descriptor, 1);
}

}  // namespace

interruption::interruption() {
  const auto set = watched_signals();
  ::pthread_sigmask(SIG_BLOCK, &set, nullptr);
  signals_ = checked(::signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK));
  happened_ = checked(::eventfd(0, EFD_CLOEXEC));
  ending_ = checked(::eventfd(0, EFD_CLOEXEC));
  watcher_ = std::thread{[this] { watch(); }};
}

interruption::~interruption() {
  wake(ending_);
  watcher_.join();
  static_cast<void>(take_pending());
  for (const int descriptor : {signals_, happened_, ending_}) ::close(descriptor);
  const auto set = watched_signals();
  ::pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
}

void interruption::watch() {
  pollfd sources[] = {{signals_, POLLIN, 0}, {ending_, POLLIN, 0}};
  while (true) {
    if (::poll(sources, 2, -1) < 0) continue;
    if (sources[1].revents != 0) return;
    const int number = take_pending();
    if (number == 0) continue;
    signal_ = number;
    wake(happened_);
    source_.request_stop();
    // It stays pending for `fatal_signals`. A second one changes nothing.
    ::kill(::getpid(), number);
    sources[0].fd = -1;
  }
}

int interruption::take_pending() const noexcept {
  int last = 0;
  signalfd_siginfo info{};
  while (::read(signals_, &info, sizeof info) == sizeof info)
    last = static_cast<int>(info.ssi_signo);
  return last;
}

void interruption::wait() const {
  pollfd source{happened_, POLLIN, 0};
  while (::poll(&source, 1, -1) <= 0) {
  }
}

}  // namespace vkxx::cli
