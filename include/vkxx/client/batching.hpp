/// @file
/// How a client gathers calls into requests of `execute`.
#pragma once

#include <cstddef>

#include <vkxx/core/clock.hpp>

namespace vkxx {

/// Gathers the calls that anybody makes on one client into requests of `execute`, each of up to 25
/// calls: `config::batching` turns it on. Every caller gets the result or the error of its own
/// call. A value class; see docs/limits.md.
///
/// Gathered are methods that VK's schema knows and that may stand in a script; calls with common
/// parameters of their own (`v`, `lang`) go singly. https://dev.vk.com/method/execute
class batching {
 public:
  batching() noexcept;

  /// How long the first call of a batch waits for others; 5 ms by default, 0 to 1 minute. When the
  /// limit of the token holds the batch up, calls gather for that time, too.
  batching& linger(duration time) noexcept;
  /// The most calls of one request; 25 by default, 1 to 25.
  batching& max_calls(std::size_t count) noexcept;
  /// The length of a script in bytes; 60,000 by default, at least 1. A single call may be longer.
  batching& max_code(std::size_t bytes) noexcept;
  /// Whether equal reads under way are made once, for all who ask; they are by default.
  batching& join_equal_reads(bool on) noexcept;

  [[nodiscard]] duration linger() const noexcept { return linger_; }
  [[nodiscard]] std::size_t max_calls() const noexcept { return max_calls_; }
  [[nodiscard]] std::size_t max_code() const noexcept { return max_code_; }
  [[nodiscard]] bool join_equal_reads() const noexcept { return join_equal_reads_; }

 private:
  duration linger_ = std::chrono::milliseconds{5};
  std::size_t max_calls_ = 25;
  std::size_t max_code_ = 60'000;
  bool join_equal_reads_ = true;
};

}  // namespace vkxx
