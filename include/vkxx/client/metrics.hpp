/// @file
/// Counters of a client.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <utility>

namespace vkxx {

/// A histogram of durations.
struct latency_histogram {
  /// In seconds; inclusive.
  static constexpr std::array<double, 14> bounds{0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5,
                                                 1,     2.5,  5,     10,   30,  60,   300};
  /// The number of durations between the previous bound and this one; the last: above all bounds.
  std::array<std::uint64_t, bounds.size() + 1> counts{};
  std::chrono::nanoseconds sum{};  ///< Of all times.

  /// The number of durations.
  [[nodiscard]] std::uint64_t count() const noexcept;
};

/// A snapshot of a client's counters. All except the gauges only grow.
struct metrics {
  /// Finished calls by method and outcome: `ok`, VK's error code (`6`), or the failure's name
  /// (`connection_lost`). Methods and codes that are not in VK's schema count as `other`, so the
  /// number of pairs is bounded whatever the program and the server send.
  std::map<std::pair<std::string, std::string>, std::uint64_t> calls;
  std::uint64_t attempts = 0;         ///< HTTP requests that were sent.
  std::uint64_t retries = 0;          ///< Retries after transient failures.
  std::uint64_t refusals = 0;         ///< Answers with error 6.
  std::chrono::nanoseconds queued{};  ///< Time that calls waited for a limit, all together.
  std::uint64_t batches = 0;          ///< Requests of `execute` that batched calls.
  std::array<std::uint64_t, 26> batch_sizes{};  ///< How many of them had each number of calls.
  latency_histogram call_time;            ///< Of whole calls, from their start to the outcome.
  latency_histogram permit_wait;          ///< Of each attempt's wait for a permit.
  latency_histogram attempt_time;         ///< Of HTTP requests, from sending to the outcome.
  std::uint64_t deadlines_in_queue = 0;   ///< Deadlines that passed in the queue for a limit.
  std::uint64_t deadlines_at_vk = 0;      ///< Deadlines that passed while waiting for VK.
  std::uint64_t deadlines_elsewhere = 0;  ///< Other ones: in hooks, pauses, batches, sources.

  std::int64_t in_flight = 0;  ///< Gauge: requests in flight.
  std::size_t waiting = 0;     ///< Gauge: calls that wait for a limit.
  std::size_t tokens = 0;      ///< Tokens (and classes of methods) that are paced.
  int retry_budget = 0;        ///< Retries that may be made without a success.
  bool circuit_open = false;   ///< The circuit breaker is open.
};

/// The snapshot in the text format of Prometheus; all names begin with `vkxx_`.
/// https://prometheus.io/docs/instrumenting/exposition_formats/
[[nodiscard]] std::string to_prometheus(const metrics& seen);

/// The snapshot as one line of `name=value` pairs, for a log.
[[nodiscard]] std::string to_log_line(const metrics& seen);

}  // namespace vkxx
