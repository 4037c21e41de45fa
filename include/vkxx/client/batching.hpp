/// @file
/// How a client batches calls into requests of `execute`.
#pragma once

#include <cstddef>

#include <vkxx/core/clock.hpp>

namespace vkxx {

/// Batches all calls of a client into requests of `execute` of up to 25 calls each:
/// `config::batching` turns it on. Every caller gets the result or the error of its own call. A
/// value class; see docs/limits.md.
///
/// Batches methods that are in VK's schema and allowed in scripts. Calls with their own common
/// parameters (`v`, `lang`) are sent singly. https://dev.vk.com/method/execute
class batching {
 public:
  batching() noexcept;

  /// How long the first call of a batch waits for others; 5 ms by default, 0 to 1 minute. While the
  /// limit of the token delays the batch, it collects calls, too.
  batching& linger(duration time) noexcept;
  /// The most calls of one request; 25 by default, 1 to 25.
  batching& max_calls(std::size_t count) noexcept;
  /// The length of a script in bytes; 60,000 by default, at least 1. A single call may be longer.
  batching& max_code(std::size_t bytes) noexcept;
  /// Whether equal concurrent reads share one call; on by default.
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
