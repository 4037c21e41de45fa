/// @file
/// When a client sends a request again by itself.
#pragma once

#include <vkxx/core/clock.hpp>

namespace vkxx {

/// Repeats after failures that pass, which are on by default: of calls that only read, of writes
/// that surely were not executed, and of writes with an idempotency key (`random_id`, `guid`). A
/// value class; see docs/limits.md.
class retries {
 public:
  /// The usual numbers of tries and pauses.
  retries() noexcept;

  /// No repeats, and no circuit breaker.
  retries& off() noexcept;
  /// How often one call is tried at most, the first time included; 4 by default, at least 1.
  /// Repeats for the limit (error 6) do not count: those end with the call's deadline.
  retries& max_tries(int count) noexcept;
  /// The pause before the first repeat, which doubles with each, and its bound; 500 ms and 30 s by
  /// default. Half of a pause is drawn at random. `Retry-After` makes it longer.
  retries& pauses(duration first, duration longest) noexcept;
  /// How many repeats without success all calls of the client may make together until successes
  /// give them back; 100 by default.
  retries& budget(int repeats) noexcept;
  /// After how many failures in a row the endpoint is left alone for a while; 20 by default, 0:
  /// never.
  retries& breaker_failures(int count) noexcept;
  /// How long the endpoint is left alone the first time, which doubles with each probe that fails,
  /// and its bound; 1 s and 30 s by default.
  retries& breaker_pauses(duration first, duration longest) noexcept;

  /// What the client reads.
  struct settings {
    int max_tries = 4;                                          ///< of one call, the first included
    duration first_pause = std::chrono::milliseconds{500};      ///< before the first repeat
    duration longest_pause = std::chrono::seconds{30};          ///< before any
    int budget = 100;                                           ///< of repeats without success
    int breaker_failures = 20;                                  ///< in a row; 0: no breaker
    duration breaker_pause = std::chrono::seconds{1};           ///< the first time
    duration longest_breaker_pause = std::chrono::seconds{30};  ///< at any time
    bool at_the_limit = true;                                   ///< repeats after error 6
  };
  /// All of them.
  [[nodiscard]] const settings& values() const noexcept { return settings_; }

 private:
  settings settings_;
};

}  // namespace vkxx
