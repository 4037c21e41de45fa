#include <termios.h>
#include <unistd.h>

#include <iostream>
#include <mutex>

#include <vkxx/auth/prompter.hpp>

namespace vkxx::auth {
namespace {

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
    if (changed_) ::tcsetattr(STDIN_FILENO, TCSANOW, &before_);
  }

  [[nodiscard]] bool changed() const noexcept { return changed_; }

 private:
  termios before_{};
  bool changed_ = false;
};

class terminal_prompter final : public prompter {
 public:
  void tell(std::string_view line) override {
    const std::lock_guard lock{mutex_};
    std::cerr << line << '\n';
  }

  std::optional<std::string> ask(std::string_view question) override {
    const std::lock_guard lock{mutex_};
    std::cerr << question << std::flush;
    auto answer = read_line();
    // So that the next message begins on its own line.
    if (!answer) std::cerr << '\n';
    return answer;
  }

  std::optional<std::string> ask_secretly(std::string_view question) override {
    const std::lock_guard lock{mutex_};
    const echo_off silence;
    std::cerr << question << std::flush;
    auto answer = read_line();
    // The line break was not echoed either.
    if (silence.changed() || !answer) std::cerr << '\n';
    return answer;
  }

 private:
  static std::optional<std::string> read_line() {
    std::string line;
    if (!std::getline(std::cin, line)) return std::nullopt;
    if (line.ends_with('\r')) line.pop_back();
    return line;
  }

  std::mutex mutex_;
};

}  // namespace

std::shared_ptr<prompter> make_terminal_prompter() {
  return std::make_shared<terminal_prompter>();
}

}  // namespace vkxx::auth
