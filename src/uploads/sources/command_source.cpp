// Files that a program writes.
#include <fcntl.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/awaitable.hpp>
#include <cerrno>
#include <csignal>
#include <optional>
#include <utility>

#include <vkxx/uploads/upload_source.hpp>

#include "core/async/time_sum.hpp"
#include "uploads/sources/file_content.hpp"
#include "uploads/sources/source_opener.hpp"

namespace vkxx {

namespace {

// How often a running program is looked at: twice as long each time, up to the second number.
constexpr auto shortest_look = std::chrono::milliseconds{2};
constexpr auto longest_look = std::chrono::milliseconds{100};

// A program in a process group of its own. What is left of the group is killed at its end, so that
// nobody goes on writing to a file that has no limit any more.
class child_process {
 public:
  explicit child_process(pid_t number) noexcept : number_{number} {}
  child_process(const child_process&) = delete;
  child_process& operator=(const child_process&) = delete;
  ~child_process() {
    if (number_ > 0) end_group();
  }
  // The status for `WIFEXITED`; nothing: it is running.
  [[nodiscard]] std::optional<int> ended() noexcept {
    siginfo_t facts{};
    const auto found =
        ::waitid(P_PID, static_cast<id_t>(number_), &facts, WEXITED | WNOHANG | WNOWAIT);
    if ((found == 0 && facts.si_pid == 0) || (found < 0 && errno == EINTR)) return std::nullopt;
    if (found == 0) return end_group();
    // Nobody can know its status where SIGCHLD is ignored.
    number_ = 0;
    return -1;
  }

 private:
  // The number is that of the group as long as nobody has waited for the program.
  int end_group() noexcept {
    // A program of another user cannot be killed: it is not waited for.
    const bool others = ::kill(-number_, SIGKILL) != 0 && errno == EPERM;
    int status = -1;
    while (::waitpid(number_, &status, others ? WNOHANG : 0) < 0 && errno == EINTR) continue;
    number_ = 0;
    return status;
  }

  pid_t number_;
};

struct spawn_settings {
  spawn_settings() {
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawnattr_init(&attributes);
  }
  spawn_settings(const spawn_settings&) = delete;
  spawn_settings& operator=(const spawn_settings&) = delete;
  ~spawn_settings() {
    ::posix_spawn_file_actions_destroy(&actions);
    ::posix_spawnattr_destroy(&attributes);
  }
  posix_spawn_file_actions_t actions{};
  posix_spawnattr_t attributes{};
};

// 0, or an error number. `output` becomes the standard output.
int spawn(const std::vector<std::string>& arguments, int output, pid_t& number) {
  spawn_settings settings;
  // In this order: `output` is the number of the standard input if this process has none.
  ::posix_spawn_file_actions_adddup2(&settings.actions, output, STDOUT_FILENO);
  ::posix_spawn_file_actions_addopen(&settings.actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  sigset_t none{};
  sigset_t usual{};
  ::sigemptyset(&none);
  ::sigemptyset(&usual);
  ::sigaddset(&usual, SIGPIPE);
  ::posix_spawnattr_setsigmask(&settings.attributes, &none);
  ::posix_spawnattr_setsigdefault(&settings.attributes, &usual);
  ::posix_spawnattr_setpgroup(&settings.attributes, 0);
  ::posix_spawnattr_setflags(
      &settings.attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  std::vector<char*> words;
  words.reserve(arguments.size() + 1);
  for (const auto& argument : arguments) words.push_back(const_cast<char*>(argument.c_str()));
  words.push_back(nullptr);
  return ::posix_spawnp(&number, words.front(), &settings.actions, &settings.attributes,
                        words.data(), environ);
}

std::uint64_t size_of(const detail::open_file& file) noexcept {
  struct stat facts {};
  return ::fstat(file.get(), &facts) == 0 ? static_cast<std::uint64_t>(facts.st_size) : 0;
}

std::string end_of(int status) {
  if (status == -1) {
    return "its exit status is unknown, because this process ignores SIGCHLD, or something else in "
           "it has waited for the program";
  }
  if (WIFSIGNALED(status)) return "a signal ended it: " + std::to_string(WTERMSIG(status));
  return "its exit status is " + std::to_string(WEXITSTATUS(status)) + ", not 0";
}

using content = std::shared_ptr<const http::body_source>;

class command_opener final : public detail::source_opener {
 public:
  command_opener(std::vector<std::string> arguments, std::uint64_t max_size, duration timeout)
      : arguments_{std::move(arguments)}, max_size_{max_size}, timeout_{timeout} {}

  [[nodiscard]] asio::awaitable<result<content>> open(
      detail::source_environment environment) const override {
    return run(arguments_, max_size_, timeout_, std::move(environment));
  }

 private:
  [[nodiscard]] static asio::awaitable<result<content>> run(std::vector<std::string> arguments,
                                                            std::uint64_t max_size,
                                                            duration timeout,
                                                            detail::source_environment environment);

  std::vector<std::string> arguments_;
  std::uint64_t max_size_;
  duration timeout_;
};

asio::awaitable<result<content>> command_opener::run(std::vector<std::string> arguments,
                                                     std::uint64_t max_size, duration timeout,
                                                     detail::source_environment environment) {
  const auto& program = arguments.front();
  auto file = detail::make_temporary_file();
  if (!file) co_return file.error();
  pid_t number = 0;
  if (const auto failure = spawn(arguments, (*file)->get(), number); failure != 0) {
    co_return detail::source_error(program, "it cannot be started", failure);
  }
  child_process child{number};
  const auto time = environment.environment.time;
  // The deadline ends this from outside, with an error of its own.
  const auto end = detail::later_by(time->now(), timeout);
  duration pause = shortest_look;
  std::optional<int> status;
  while (!(status = child.ended()) && size_of(**file) <= max_size) {
    if (time->now() >= end) {
      co_return detail::source_error(program + ": it ran longer than its timeout and was killed");
    }
    auto waiting = wait_until(*time, detail::later_by(time->now(), pause));
    if (co_await std::move(waiting)) {
      co_return error{errc::cancelled, request_effect::not_sent,
                      program + ": it was killed, because the upload was cancelled"};
    }
    pause = std::min<duration>(pause * 2, longest_look);
  }
  if (size_of(**file) > max_size) {
    co_return detail::source_error(program + ": it wrote more than max_size bytes (" +
                                   std::to_string(max_size) + ')');
  }
  if (*status != 0) co_return detail::source_error(program + ": " + end_of(*status));
  co_return detail::content_of(*std::move(file), "output of " + program);
}

std::vector<std::string> checked_arguments(std::vector<std::string> arguments) {
  const bool unfit = std::ranges::any_of(arguments, [](const std::string& argument) {
    return argument.find('\0') != std::string::npos;
  });
  if (unfit || arguments.empty() || arguments.front().empty()) {
    throw_error(error{errc::invalid_argument, request_effect::not_sent,
                      "arguments: expected a program and its arguments without zero bytes"});
  }
  return arguments;
}

}  // namespace

command_source::command_source(std::string filename, std::vector<std::string> arguments)
    : upload_source{std::shared_ptr<const detail::source_opener>{}, std::move(filename)},
      arguments_{checked_arguments(std::move(arguments))} {
  set_opener(std::make_shared<const command_opener>(arguments_, max_size_, timeout_));
}

command_source& command_source::max_size(std::uint64_t bytes) {
  max_size_ = bytes;
  set_opener(std::make_shared<const command_opener>(arguments_, max_size_, timeout_));
  return *this;
}

command_source& command_source::timeout(duration limit) {
  timeout_ = limit;
  set_opener(std::make_shared<const command_opener>(arguments_, max_size_, timeout_));
  return *this;
}

}  // namespace vkxx
