// Circuit breaker: stops sending to an endpoint that keeps failing. Pure: no I/O, no clock.
#pragma once

#include <cstdint>
#include <iosfwd>

#include <vkxx/core/clock.hpp>

namespace vkxx::detail {

struct breaker_rules {
  // How many failures in a row open it; 0: never.
  int failures = 20;
  // How long it stays open the first time; each failed probe doubles it.
  duration pause = std::chrono::seconds{1};
  duration longest_pause = std::chrono::seconds{30};
};

enum class breaker_verdict {
  pass,
  probe,   // pass, as the only one: its outcome decides
  refuse,  // until `refused_until()`
};

enum class breaker_outcome {
  good,       // the endpoint answered, even if with an error of its own
  bad,        // it did not, or something else answered in its place
  undecided,  // cancelled, or never sent
};

class breaker_machine {
 public:
  explicit breaker_machine(const breaker_rules& rules) : rules_{rules} {}

  // A request wants to be sent. After `pass` and `probe`, `settle` has to follow.
  [[nodiscard]] breaker_verdict arrive(time_point now) noexcept;
  // `as`: the verdict that let the request pass.
  void settle(breaker_verdict as, breaker_outcome outcome, time_point now) noexcept;
  [[nodiscard]] time_point refused_until() const noexcept { return until_; }
  // Whether requests are refused, or one is on probation.
  [[nodiscard]] bool open() const noexcept { return state_ != state::closed; }

 private:
  enum class state : std::uint8_t { closed, open, probing };
  void trip(time_point now) noexcept;

  breaker_rules rules_;
  state state_ = state::closed;
  int in_a_row_ = 0;
  duration pause_{};
  time_point until_{};
};

std::ostream& operator<<(std::ostream& out, breaker_verdict verdict);

}  // namespace vkxx::detail
