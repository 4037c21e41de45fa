// Programs that a test starts and ends.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace vkxx::http::test {

/// A folder that goes with the object.
class temporary_folder {
 public:
  temporary_folder();
  ~temporary_folder();
  temporary_folder(const temporary_folder&) = delete;
  temporary_folder& operator=(const temporary_folder&) = delete;

  [[nodiscard]] std::string path(std::string_view name = "") const;
  void write(std::string_view name, std::string_view text) const;

 private:
  std::filesystem::path folder_;
};

/// A running program; ended with the object. Its output goes to the file `log`.
class child_process {
 public:
  child_process(const std::vector<std::string>& command, const std::string& log);
  ~child_process();
  child_process(const child_process&) = delete;
  child_process& operator=(const child_process&) = delete;

  /// For signals.
  [[nodiscard]] pid_t id() const noexcept { return pid_; }
  /// Waits for the end; the exit status.
  int wait();

 private:
  pid_t pid_ = -1;
};

/// Runs a program to its end; throws if it fails.
void run_program(const std::vector<std::string>& command);

/// A port of the loopback that was free a moment ago.
std::uint16_t free_port();
/// Waits until somebody listens there; throws after 20 s.
void wait_for_listener(std::uint16_t port);

/// Where a program lies that `scripts/dependencies.sh test` installs (also in /usr/sbin). Throws if
/// it is missing, which fails the test: one that is skipped would show nothing for ever.
std::string required_program(std::string_view name);

}  // namespace vkxx::http::test
