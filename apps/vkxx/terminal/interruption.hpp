/// @file
/// SIGINT and SIGTERM as a stop request.
#pragma once

#include <atomic>
#include <exception>
#include <stop_token>
#include <thread>

namespace vkxx::cli {

/// A prompt was interrupted by a signal.
class interrupted_question : public std::exception {
 public:
  explicit interrupted_question(int signal) noexcept : signal_{signal} {}
  [[nodiscard]] const char* what() const noexcept override { return "interrupted"; }
  /// SIGINT or SIGTERM.
  [[nodiscard]] int signal() const noexcept { return signal_; }

 private:
  int signal_;
};

/// During its lifetime, SIGINT and SIGTERM do not kill the process but request a stop. Only where
/// `fatal_signals` lives they do, also if they came before.
///
/// Create it on the main thread before any other thread starts, since threads inherit the signal
/// mask. There can be only one at a time.
class interruption {
 public:
  /// Throws `std::system_error` if the system has no descriptor left.
  interruption();
  interruption(const interruption&) = delete;
  interruption& operator=(const interruption&) = delete;
  ~interruption();

  [[nodiscard]] std::stop_token token() const noexcept { return source_.get_token(); }
  /// The signal that arrived; 0: none yet.
  [[nodiscard]] int signal() const noexcept { return signal_; }
  /// A descriptor for `poll`, readable once a signal has arrived.
  [[nodiscard]] int descriptor() const noexcept { return happened_; }
  /// Blocks until a signal arrives.
  void wait() const;

 private:
  void watch();
  // The last one; 0: none.
  [[nodiscard]] int take_pending() const noexcept;

  std::stop_source source_;
  std::atomic<int> signal_{0};
  int signals_ = -1;
  int happened_ = -1;
  int ending_ = -1;
  // Last: it uses all of the above.
  std::thread watcher_;
};

}  // namespace vkxx::cli
