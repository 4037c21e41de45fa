#include "output/output.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <csignal>
#include <system_error>

#include "terminal/fatal_signals.hpp"

namespace vkxx::cli {
namespace {

bool is_regular(int descriptor) noexcept {
  struct stat facts {};
  return ::fstat(descriptor, &facts) == 0 && S_ISREG(facts.st_mode);
}

// 0, or the errno of the failure. A reader that has stopped must not make the program immune
// against SIGTERM: it is waited for with `poll`, and a pipe that is writable takes PIPE_BUF bytes
// at once.
int write_all(int descriptor, std::string_view text) noexcept {
  const bool has_reader = !is_regular(descriptor);
  while (!text.empty()) {
    if (has_reader) wait_for_reader(descriptor);
    const auto size = has_reader ? std::min<std::size_t>(text.size(), PIPE_BUF) : text.size();
    const auto written = ::write(descriptor, text.data(), size);
    if (written < 0) {
      if (errno == EINTR) continue;
      return errno;
    }
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return 0;
}

}  // namespace

void write_output(std::string_view text, std::string_view consequence) {
  if (const int failure = write_all(STDOUT_FILENO, text)) {
    auto message = "standard output cannot be written: " + std::generic_category().message(failure);
    if (!consequence.empty()) message += std::string{"; "} + std::string{consequence};
    if (failure == EPIPE) throw output_closed{message};
    throw output_failure{message};
  }
}

void write_message(std::string_view line) noexcept {
  try {
    write_all(STDERR_FILENO, std::string{line} + "\n");
  } catch (const std::exception&) {
    write_all(STDERR_FILENO, line);
  }
}

void write_prompt(std::string_view text) noexcept {
  write_all(STDERR_FILENO, text);
}

void prepare_standard_streams() noexcept {
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);
  for (const int descriptor : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (::fcntl(descriptor, F_GETFD) >= 0 || errno != EBADF) continue;
    // The lowest free number is the missing one. Opened for the wrong direction, so that using it
    // fails.
    [[maybe_unused]] const int opened =
        ::open("/dev/null", descriptor == STDIN_FILENO ? O_WRONLY : O_RDONLY);
  }
}

}  // namespace vkxx::cli
