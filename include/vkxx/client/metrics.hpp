/// @file
/// What a client has done so far, in numbers.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <utility>

namespace vkxx {

/// A snapshot of a client's counters. All but those of the present moment only grow.
struct metrics {
  /// Finished calls by method and outcome: `ok`, VK's error code (`6`), or the failure's name
  /// (`connection_lost`).
  std::map<std::pair<std::string, std::string>, std::uint64_t> calls;
  std::uint64_t attempts = 0;         ///< HTTP requests that were sent.
  std::uint64_t repeats = 0;          ///< Repeats after failures that pass.
  std::uint64_t refusals = 0;         ///< Answers with error 6.
  std::chrono::nanoseconds queued{};  ///< Time that calls waited for a limit, all together.
  std::uint64_t batches = 0;          ///< Requests of `execute` that were made of calls.
  std::array<std::uint64_t, 26> batch_sizes{};  ///< How many of them had so many calls.

  std::int64_t in_flight = 0;        ///< Requests under way at the moment.
  std::size_t waiting = 0;           ///< Calls that wait for a limit at the moment.
  std::size_t tokens = 0;            ///< Tokens (and classes of methods) that are paced.
  int retry_budget = 0;              ///< Repeats that may be made without a success.
  bool endpoint_left_alone = false;  ///< The circuit breaker is open.
};

/// The snapshot in Prometheus' text format, all names beginning with `vkxx_`.
/// https://prometheus.io/docs/instrumenting/exposition_formats/
[[nodiscard]] std::string to_prometheus(const metrics& seen);

/// The snapshot as one line of `name=value` pairs, for a log.
[[nodiscard]] std::string to_log_line(const metrics& seen);

}  // namespace vkxx
