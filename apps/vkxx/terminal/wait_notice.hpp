/// @file
/// Explains a long wait to the user at the terminal.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>

#include <vkxx/client/metrics.hpp>

namespace vkxx::cli {

/// The state of a client at one moment.
struct client_activity {
  std::size_t waiting = 0;     ///< calls that wait for a limit
  std::int64_t in_flight = 0;  ///< requests in flight
  std::string
      last_outcome;  ///< of the last attempt: `ok`, a code of VK's, a failure's name; or none
};

/// Decides when to explain a wait: once for each that lasts two seconds. A state machine without a
/// clock.
class wait_notices {
 public:
  /// Returns the line to show, if one is due.
  [[nodiscard]] std::optional<std::string> observe(const client_activity& activity,
                                                   std::chrono::steady_clock::time_point now);
  /// The wait is over, or the user knows its reason (a prompt).
  void restart() noexcept { reason_.clear(); }

 private:
  std::string reason_;
  std::chrono::steady_clock::time_point since_;
  bool shown_ = false;
};

/// Watches a client on a thread of its own and shows the notices on standard error, which has to be
/// a terminal.
///
/// Thread safety: `heard`, `pause` and `resume` may be called from any thread.
class wait_watch {
 public:
  wait_watch() = default;
  wait_watch(const wait_watch&) = delete;
  wait_watch& operator=(const wait_watch&) = delete;
  ~wait_watch();

  /// Starts watching; `snapshot` is called from the watching thread and must live until `stop`.
  void start(std::function<metrics()> snapshot);
  /// Stops watching; does nothing if it was not started.
  void stop() noexcept;
  /// A log line of the client, from which the outcome of an attempt is read.
  void heard(std::string_view line);
  /// While a prompt is shown, notices are not.
  void pause();
  void resume();

 private:
  void watch();

  std::mutex mutex_;
  std::condition_variable changed_;
  bool stopping_ = false;
  int paused_ = 0;
  std::string last_outcome_;
  std::function<metrics()> snapshot_;
  // Last: it uses all of the above.
  std::thread thread_;
};

}  // namespace vkxx::cli
