#include "terminal/terminal.hpp"

#include <poll.h>
#include <termios.h>
#include <unistd.h>

#include <cerrno>

#include "output/output.hpp"

namespace vkxx::cli {
namespace {

// Longer than any line a user types.
constexpr std::size_t longest_line = 65536;

// Turns off the echo of the terminal during its lifetime.
class echo_off {
 public:
  echo_off() noexcept {
    if (::isatty(STDIN_FILENO) == 0 || ::tcgetattr(STDIN_FILENO, &before_) != 0) return;
    auto silent = before_;
    silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    changed_ = ::tcsetattr(STDIN_FILENO, TCSANOW, &silent) == 0;
  }
  echo_off(const echo_off&) = delete;
  echo_off& operator=(const echo_off&) = delete;
  ~echo_off() {
    if (!changed_) return;
    ::tcsetattr(STDIN_FILENO, TCSANOW, &before_);
    // The line break was not echoed either.
    write_prompt("\n");
  }

 private:
  termios before_{};
  bool changed_ = false;
};

}  // namespace

void terminal::tell(std::string_view line) {
  write_message(line);
}

std::optional<std::string> terminal::ask(std::string_view prompt) {
  write_prompt(prompt);
  auto answer = read_line();
  // The next message begins on a line of its own.
  if (!answer) write_prompt("\n");
  return answer;
}

std::optional<std::string> terminal::ask_secretly(std::string_view prompt) {
  const echo_off silence;
  write_prompt(prompt);
  return read_line();
}

std::optional<std::string> terminal::read_line() {
  while (pending_.find('\n') == std::string::npos) {
    if (pending_.size() > longest_line || !read_more()) return std::nullopt;
  }
  const auto end = pending_.find('\n');
  auto line = pending_.substr(0, end);
  pending_.erase(0, end + 1);
  if (line.ends_with('\r')) line.pop_back();
  return line;
}

bool terminal::read_more() {
  pollfd sources[] = {{STDIN_FILENO, POLLIN, 0}, {stop_->descriptor(), POLLIN, 0}};
  while (::poll(sources, 2, -1) < 0) {
    if (errno != EINTR) return false;
  }
  if (sources[1].revents != 0) throw interrupted_question{stop_->signal()};
  char piece[4096];
  const auto got = ::read(STDIN_FILENO, piece, sizeof piece);
  if (got > 0) {
    pending_.append(piece, static_cast<std::size_t>(got));
    return true;
  }
  // The last line of a file may lack its line break.
  if (got == 0 && !pending_.empty()) {
    pending_ += '\n';
    return true;
  }
  return got < 0 && errno == EINTR;
}

}  // namespace vkxx::cli
