// Decides whether a failed request is retried, and when. Pure: no I/O, no clock, no random
// generator.
#pragma once

#include <cstdint>
#include <iosfwd>
#include <optional>

#include <vkxx/core/clock.hpp>
#include <vkxx/core/error.hpp>

namespace vkxx::detail {

struct retry_rules {
  // How many times at most after transient failures; those for the limit (error 6) do not count.
  int most_tries = 4;
  duration first_pause = std::chrono::milliseconds{500};
  duration longest_pause = std::chrono::seconds{30};
};

// What happens to VK when a request is executed twice.
enum class call_idempotency {
  read_only,       // nothing
  idempotent,      // nothing: VK recognizes it by its idempotency key
  not_idempotent,  // the same is done twice
};

enum class retry_step : std::uint8_t {
  give_up,
  again,             // after the pause
  at_the_limit,      // at the head of the line before the limiter; without one, after the pause
  for_the_endpoint,  // after the pause: it was not tried, as the circuit is open
};

struct retry_decision {
  retry_step step = retry_step::give_up;
  duration pause{};
  friend bool operator==(const retry_decision&, const retry_decision&) = default;
};

// What decides whether a failed attempt is repeated.
struct failed_attempt {
  bool transient = false;
  // Error 6.
  bool over_the_limit = false;
  // No limiter delays the retries after error 6.
  bool without_limiter = false;
  request_effect effect = request_effect::unknown;
  std::optional<duration> retry_after;
  // The circuit breaker held it back.
  bool circuit_open = false;

  [[nodiscard]] static failed_attempt of(const error& failure);
  friend bool operator==(const failed_attempt&, const failed_attempt&) = default;
};

// Keeps the retries of all calls of a client from becoming a storm: each retry takes from it, and
// a call that succeeds in the end gives back what it took.
class retry_budget {
 public:
  explicit retry_budget(int most) noexcept : most_{most * 10}, left_{most_} {}
  [[nodiscard]] bool take() noexcept;
  // A call succeeded after `taken` retries; a call without any gives back a tenth.
  void give_back(int taken) noexcept;
  [[nodiscard]] int left() const noexcept { return left_ / 10; }

 private:
  // In tenths.
  int most_;
  int left_;
};

class retry_machine {
 public:
  retry_machine(const retry_rules& rules, call_idempotency idempotency) noexcept
      : rules_{rules}, idempotency_{idempotency} {}

  // `share`: from 0 to 1, at random.
  [[nodiscard]] retry_decision on_failure(const failed_attempt& failed, time_point now,
                                          time_point deadline, double share,
                                          retry_budget& budget) noexcept;
  [[nodiscard]] call_idempotency idempotency() const noexcept { return idempotency_; }
  // How many retries were taken from the budget.
  [[nodiscard]] int taken() const noexcept { return taken_; }

 private:
  [[nodiscard]] retry_decision at_the_limit(const failed_attempt& failed, time_point now,
                                            time_point deadline, double share) noexcept;
  // Before the retry after so many failures.
  [[nodiscard]] duration pause_after(int failures, double share) const noexcept;

  retry_rules rules_;
  call_idempotency idempotency_;
  int tries_ = 1;
  int taken_ = 0;
  // How often VK refused with error 6.
  int refusals_ = 0;
};

std::ostream& operator<<(std::ostream& out, retry_step step);
std::ostream& operator<<(std::ostream& out, const retry_decision& decision);
std::ostream& operator<<(std::ostream& out, const failed_attempt& failed);

}  // namespace vkxx::detail
