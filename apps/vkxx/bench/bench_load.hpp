/// @file
/// A load of calls and its measurements.
#pragma once

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include <vkxx/client/config.hpp>
#include <vkxx/client/metrics.hpp>
#include <vkxx/client/request.hpp>
#include <vkxx/core/error.hpp>

namespace vkxx::cli {

/// Measured times.
class time_samples {
 public:
  void add(std::chrono::nanoseconds time) {
    seconds_.push_back(std::chrono::duration<float>{time}.count());
  }
  [[nodiscard]] std::size_t size() const noexcept { return seconds_.size(); }
  /// The time, in seconds, that this share of them (0 to 1) does not exceed; 0 if there are none.
  [[nodiscard]] double quantile(double share) const;

 private:
  // Four bytes each, since there may be many millions.
  mutable std::vector<float> seconds_;
};

/// Counts events in each tenth of a second since the start.
class time_line {
 public:
  static constexpr std::chrono::milliseconds slot{100};

  void add(std::chrono::nanoseconds since_start, std::uint64_t count = 1);
  /// Up to the last event.
  [[nodiscard]] const std::vector<std::uint64_t>& slots() const noexcept { return slots_; }
  /// How many happened in each full second that begins at a tenth of one and ends before `end`
  /// seconds have passed.
  [[nodiscard]] std::vector<std::uint64_t> seconds(double end) const;

 private:
  std::vector<std::uint64_t> slots_;
};

/// The load to run.
struct bench_load {
  request call;         ///< what each caller calls, again and again
  std::size_t callers;  ///< how many callers run at the same time
  double seconds;       ///< for how long
};

/// The measurements.
struct bench_seen {
  double seconds = 0;                             ///< how long it lasted
  double cpu_seconds = 0;                         ///< of the thread that made the calls
  std::uint64_t requests = 0;                     ///< HTTP requests that were sent
  std::uint64_t answered = 0;                     ///< calls that succeeded
  std::uint64_t failed = 0;                       ///< calls that did not
  std::map<std::string, std::uint64_t> failures;  ///< how many, by kind of failure
  std::optional<error> first_failure;
  time_samples call_times;     ///< of the calls that succeeded, including waits
  time_samples request_times;  ///< of the requests that got an answer
  time_line requests_sent;
  time_line calls_answered;
  time_line refusals;  ///< answers with error 6
  metrics counted;     ///< by the client
};

/// Runs the load on this thread until its time is over or `stop` is requested, with a client
/// configured by `settings`.
[[nodiscard]] bench_seen run_load(const bench_load& load, config settings, std::stop_token stop);

}  // namespace vkxx::cli
