/// @file
/// SIGINT and SIGTERM as something to wait for.
#pragma once

#include <atomic>
#include <exception>
#include <stop_token>
#include <thread>

namespace vkxx::cli {

/// A question to a person was interrupted; what waits for the answer is given up.
class interrupted_question : public std::exception {
 public:
  explicit interrupted_question(int signal) noexcept : signal_{signal} {}
  [[nodiscard]] const char* what() const noexcept override { return "interrupted"; }
  /// SIGINT or SIGTERM.
  [[nodiscard]] int signal() const noexcept { return signal_; }

 private:
  int signal_;
};

/// From its making to its end, SIGINT and SIGTERM do not kill the process: they request a stop.
///
/// To be made on the main thread before any other thread is started, since threads inherit which
/// signals they see. One at a time.
class interruption {
 public:
  /// Throws `std::system_error` if the system has no descriptor left.
  interruption();
  interruption(const interruption&) = delete;
  interruption& operator=(const interruption&) = delete;
  ~interruption();

  [[nodiscard]] std::stop_token token() const noexcept { return source_.get_token(); }
  /// The signal that came; 0: none yet.
  [[nodiscard]] int signal() const noexcept { return signal_; }
  /// Readable as soon as a signal has come: for `poll`.
  [[nodiscard]] int descriptor() const noexcept { return happened_; }
  /// Blocks until a signal comes.
  void wait() const;

 private:
  void watch();

  std::stop_source source_;
  std::atomic<int> signal_{0};
  int signals_ = -1;
  int happened_ = -1;
  int ending_ = -1;
  // Last: it uses all of the above.
  std::thread watcher_;
};

}  // namespace vkxx::cli
