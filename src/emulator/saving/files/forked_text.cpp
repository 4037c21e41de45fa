#include "emulator/saving/files/forked_text.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <vector>

#ifdef __linux__
#include <sys/prctl.h>
#endif

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define VKXX_NO_COPIES
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define VKXX_NO_COPIES
#endif
#endif
#if !defined(__GLIBC__) || !defined(__linux__)
#define VKXX_NO_COPIES
#endif

namespace vkxx::emulation::detail {

#ifdef VKXX_NO_COPIES

std::unique_ptr<forked_text> forked_text::begin(const std::function<std::string()>&) {
  return nullptr;
}

#else

namespace {

bool write_to_pipe(int descriptor, std::string_view bytes) {
  while (!bytes.empty()) {
    const auto count = ::write(descriptor, bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
  return true;
}

// Sockets, locks of files and handlers of signals are the other process's.
void leave_everything(int kept) {
  if (kept > 0) ::close_range(0, static_cast<unsigned>(kept) - 1, 0);
  ::close_range(static_cast<unsigned>(kept) + 1, ~0U, 0);
  for (int number = 1; number < NSIG; ++number) {
    struct sigaction usual {};
    usual.sa_handler = SIG_DFL;
    ::sigaction(number, &usual, nullptr);
  }
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
}

// The length behind the text says that it is whole.
[[noreturn]] void make_in_copy(int descriptor, pid_t parent,
                               const std::function<std::string()>& make) noexcept {
  leave_everything(descriptor);
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != parent) ::_exit(1);
  try {
    const auto text = make();
    const std::uint64_t size = text.size();
    std::array<char, sizeof size> length{};
    std::memcpy(length.data(), &size, sizeof size);
    const bool whole = write_to_pipe(descriptor, text) &&
                       write_to_pipe(descriptor, {length.data(), length.size()});
    ::_exit(whole ? 0 : 1);
  } catch (...) {
    ::_exit(1);
  }
}

}  // namespace

std::unique_ptr<forked_text> forked_text::begin(const std::function<std::string()>& make) {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return nullptr;
  // A handler of this process must not run in the copy.
  sigset_t all;
  sigset_t before;
  ::sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, &before);
  const auto parent = ::getpid();
  const auto child = ::fork();
  if (child == 0) make_in_copy(ends[1], parent, make);
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  ::close(ends[1]);
  if (child > 0) return std::unique_ptr<forked_text>{new forked_text{child, ends[0]}};
  ::close(ends[0]);
  return nullptr;
}

#endif

forked_text::~forked_text() {
  ::close(descriptor_);
  ::kill(child_, SIGKILL);
  // Whoever has told the system to ignore its children has none to wait for.
  while (::waitpid(child_, nullptr, 0) < 0 && errno == EINTR) {
  }
}

std::optional<std::string> forked_text::result(std::chrono::seconds silence) {
  std::string text;
  std::vector<char> block(std::size_t{1} << 18U);
  const auto most = static_cast<int>(std::chrono::milliseconds{silence}.count());
  while (true) {
    pollfd waiting{descriptor_, POLLIN, 0};
    const int ready = ::poll(&waiting, 1, most);
    if (ready < 0 && errno == EINTR) continue;
    if (ready <= 0) return std::nullopt;
    const auto count = ::read(descriptor_, block.data(), block.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return std::nullopt;
    if (count == 0) break;
    text.append(block.data(), static_cast<std::size_t>(count));
  }
  std::uint64_t size = 0;
  if (text.size() < sizeof size) return std::nullopt;
  std::memcpy(&size, text.data() + text.size() - sizeof size, sizeof size);
  text.resize(text.size() - sizeof size);
  if (text.size() != size) return std::nullopt;
  return text;
}

}  // namespace vkxx::emulation::detail
