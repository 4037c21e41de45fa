/// @file
/// When a client sends a request again by itself.
#pragma once

#include <cstdint>
#include <optional>

#include <vkxx/core/clock.hpp>

namespace vkxx {

/// What becomes of a call while the endpoint is left alone, as it failed many times in a row.
enum class when_unavailable : std::uint8_t {
  refuse,  ///< it fails at once with `errc::endpoint_unavailable`
  wait,    ///< it waits, until its deadline at the most: right for a mailing
};

/// Repeats after failures that pass, which are on by default: of calls that only read, of writes
/// that surely were not executed, and of writes with an idempotency key (`random_id`, `guid`). A
/// value class; see docs/limits.md.
///
/// Values outside of the ranges that are named here are refused when the client is made, with
/// `usage_exception`.
class retries {
 public:
  /// The usual numbers of tries and pauses.
  retries() noexcept;

  /// No repeats, and no circuit breaker.
  retries& off() noexcept;
  /// How often one call is tried at most, the first time included; 4 by default, 1 to 1,000,000.
  /// Repeats for the limit (error 6) do not count: those end with the call's deadline.
  retries& max_tries(int count) noexcept;
  /// The pause before the first repeat, which doubles with each, and its bound; 500 ms and 30 s by
  /// default, 0 to 24 hours each. Half of a pause is drawn at random. `Retry-After` makes it
  /// longer.
  retries& pauses(duration first, duration longest) noexcept;
  /// How many repeats without success all calls of the client may make together until successes
  /// give them back; 100 by default, 0 to 1,000,000.
  retries& budget(int repeats) noexcept;
  /// After how many failures in a row the endpoint is left alone for a while; 20 by default, 0:
  /// never; 1,000,000 at the most.
  retries& breaker_failures(int count) noexcept;
  /// How long the endpoint is left alone the first time, which doubles with each probe that fails,
  /// and its bound; 1 s and 30 s by default, 1 ms to 24 hours each.
  retries& breaker_pauses(duration first, duration longest) noexcept;

  /// What becomes of calls while the endpoint is left alone; `refuse` by default. With `wait` they
  /// are sent when it works again; one whose deadline comes before the next probe fails at once
  /// with `errc::endpoint_unavailable`. Waiting does not count as a try.
  retries& when_unavailable(vkxx::when_unavailable policy) noexcept;
  /// Makes pauses and idempotency keys (`random_id`, `guid`) reproducible: for tests, together with
  /// `testing::manual_clock`. Not set: random. VK treats calls with equal keys as one call, so
  /// never give two real programs one seed.
  retries& seed(std::uint64_t number) noexcept;

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
    vkxx::when_unavailable policy =
        vkxx::when_unavailable::refuse;  ///< as long as it is left alone
    std::optional<std::uint64_t> seed;   ///< of all that is drawn; nothing: at random
  };
  /// All of them.
  [[nodiscard]] const settings& values() const noexcept { return settings_; }

 private:
  settings settings_;
};

}  // namespace vkxx
