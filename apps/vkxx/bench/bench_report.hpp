/// @file
/// The results of a load as a table, as JSON and as a chart.
#pragma once

#include <boost/json/value.hpp>
#include <cstddef>
#include <optional>
#include <string>

#include "bench/bench_load.hpp"
#include "bench/svg_chart.hpp"

namespace vkxx::cli {

/// The options of a load and its measurements.
struct bench_facts {
  std::string method;
  std::string kind;      ///< of the token: user, community, service
  std::string emulator;  ///< its address; empty: inside the program
  std::size_t callers = 0;
  bool batched = false;
  std::optional<double> limit;  ///< requests a second; nothing: lifted
  int latency_ms = 0;           ///< of the emulator inside
  double faults = 0;            ///< the share of requests that each kind of fault hit, of the same
  bench_seen seen;

  /// The limit in calls per second; nothing: no limit.
  [[nodiscard]] std::optional<double> call_limit() const;
};

/// A table of some lines, each with a line break. `-` stands for a missing number.
[[nodiscard]] std::string bench_table(const bench_facts& facts);
/// The same as an object; times in milliseconds, `null` for a missing number.
[[nodiscard]] boost::json::value bench_json(const bench_facts& facts);
/// The rate over time against the limit: how many requests left (or, when they are batched, how
/// many calls were answered) in the second before each moment.
[[nodiscard]] chart bench_chart(const bench_facts& facts);

}  // namespace vkxx::cli
