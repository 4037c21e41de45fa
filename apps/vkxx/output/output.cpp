#include "output/output.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <system_error>

namespace vkxx::cli {
namespace {

// 0, or the errno of the failure.
int write_all(int descriptor, std::string_view text) noexcept {
  while (!text.empty()) {
    const auto written = ::write(descriptor, text.data(), text.size());
    if (written < 0) {
      if (errno == EINTR) continue;
      return errno;
    }
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return 0;
}

}  // namespace

void write_output(std::string_view text) {
  if (const int failure = write_all(STDOUT_FILENO, text)) {
    const auto message =
        "standard output cannot be written: " + std::generic_category().message(failure);
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
  for (const int descriptor : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (::fcntl(descriptor, F_GETFD) >= 0 || errno != EBADF) continue;
    // The lowest free number is the missing one. Opened for the wrong direction, so that using it
    // fails.
    [[maybe_unused]] const int opened =
        ::open("/dev/null", descriptor == STDIN_FILENO ? O_WRONLY : O_RDONLY);
  }
}

}  // namespace vkxx::cli
