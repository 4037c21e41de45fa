/// @file
/// When a client retries a request.
#pragma once

#include <cstdint>
#include <optional>

#include <vkxx/core/clock.hpp>

namespace vkxx {

/// What happens to a call while the circuit is open, after many failures in a row.
enum class when_unavailable : std::uint8_t {
  refuse,  ///< it fails at once with `errc::endpoint_unavailable`
  wait,    ///< it waits, at most until its deadline: suits a mailing
};

/// Retries after transient failures, on by default: of calls that only read, of writes that were
/// certainly not executed, and of writes with an idempotency key (`random_id`, `guid`). A value
/// class; see docs/limits.md.
///
/// The constructor of a client throws `usage_exception` for values outside of the ranges below.
class retries {
 public:
  /// The usual numbers of tries and pauses.
  retries() noexcept;

  /// No retries and no circuit breaker: 1 for `max_tries`, 0 for `breaker_failures`, false for
  /// `at_the_limit`.
  retries& off() noexcept;
  /// The most tries of a call, including the first; 4 by default, 1 to 1,000,000. Retries for the
  /// limit (error 6) do not count: they end with the call's deadline.
  retries& max_tries(int count) noexcept;
  /// The pause before the first retry, which doubles with each; 500 ms by default, 0 to 24 hours.
  /// Half of a pause is drawn at random. `Retry-After` makes it longer.
  retries& first_pause(duration pause) noexcept;
  /// The longest pause before any retry; 30 s by default, 0 to 24 hours.
  retries& longest_pause(duration pause) noexcept;
  /// The retry budget of all calls of the client, which successes refill; 100 by default, 0 to
  /// 1,000,000.
  retries& budget(int count) noexcept;
  /// After how many failures in a row the circuit opens for a while; 20 by default, 0:
  /// never; 1,000,000 at most.
  retries& breaker_failures(int count) noexcept;
  /// How long the circuit stays open at first; doubles with each failed probe. 1 s by default, 1 ms
  /// to 24 hours.
  retries& breaker_pause(duration pause) noexcept;
  /// The longest time that the circuit stays open; 30 s by default, 1 ms to 24 hours.
  retries& longest_breaker_pause(duration pause) noexcept;
  /// Whether calls that VK refused with error 6 (too many requests) are retried, as often as
  /// needed; on by default.
  retries& at_the_limit(bool on) noexcept;

  /// What happens to calls while the circuit is open; `refuse` by default. With `wait` they are
  /// sent once the endpoint works again; a call whose deadline is before the next probe fails at
  /// once with `errc::endpoint_unavailable`. Waiting does not count as a try.
  retries& when_unavailable(vkxx::when_unavailable policy) noexcept;
  /// Makes pauses and idempotency keys (`random_id`, `guid`) reproducible: for tests, together with
  /// `testing::manual_clock`. Not set: random. VK treats calls with equal keys as one call, so
  /// never use one seed for two real programs.
  retries& seed(std::uint64_t number) noexcept;

  [[nodiscard]] int max_tries() const noexcept { return max_tries_; }
  [[nodiscard]] duration first_pause() const noexcept { return first_pause_; }
  [[nodiscard]] duration longest_pause() const noexcept { return longest_pause_; }
  [[nodiscard]] int budget() const noexcept { return budget_; }
  [[nodiscard]] int breaker_failures() const noexcept { return breaker_failures_; }
  [[nodiscard]] duration breaker_pause() const noexcept { return breaker_pause_; }
  [[nodiscard]] duration longest_breaker_pause() const noexcept { return longest_breaker_pause_; }
  [[nodiscard]] bool at_the_limit() const noexcept { return at_the_limit_; }
  [[nodiscard]] vkxx::when_unavailable when_unavailable() const noexcept {
    return when_unavailable_;
  }
  [[nodiscard]] std::optional<std::uint64_t> seed() const noexcept { return seed_; }

 private:
  int max_tries_ = 4;
  duration first_pause_ = std::chrono::milliseconds{500};
  duration longest_pause_ = std::chrono::seconds{30};
  int budget_ = 100;
  int breaker_failures_ = 20;
  duration breaker_pause_ = std::chrono::seconds{1};
  duration longest_breaker_pause_ = std::chrono::seconds{30};
  bool at_the_limit_ = true;
  vkxx::when_unavailable when_unavailable_ = vkxx::when_unavailable::refuse;
  std::optional<std::uint64_t> seed_;
};

}  // namespace vkxx
