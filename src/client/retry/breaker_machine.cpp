#include "client/retry/breaker_machine.hpp"

#include <algorithm>
#include <ostream>

namespace vkxx::detail {

breaker_verdict breaker_machine::arrive(time_point now) noexcept {
  if (state_ == state::closed) return breaker_verdict::pass;
  if (state_ == state::probing || now < until_) return breaker_verdict::refuse;
  state_ = state::probing;
  // Others may retry no earlier than the probe can have ended.
  until_ = now + pause_;
  return breaker_verdict::probe;
}

void breaker_machine::settle(breaker_verdict as, breaker_outcome outcome, time_point now) noexcept {
  // Unless an earlier request has closed it meanwhile.
  if (as == breaker_verdict::probe && state_ == state::probing) {
    if (outcome == breaker_outcome::undecided) {
      state_ = state::open;
      until_ = now;
    } else if (outcome == breaker_outcome::bad) {
      pause_ = std::min(pause_ * 2, rules_.longest_pause);
      trip(now);
    }
  }
  if (outcome == breaker_outcome::good) {
    // An older request counts, too: the endpoint works again.
    state_ = state::closed;
    in_a_row_ = 0;
    pause_ = rules_.pause;
  } else if (outcome == breaker_outcome::bad && state_ == state::closed) {
    if (rules_.failures == 0 || ++in_a_row_ < rules_.failures) return;
    pause_ = rules_.pause;
    trip(now);
  }
}

void breaker_machine::trip(time_point now) noexcept {
  state_ = state::open;
  until_ = now + pause_;
}

std::ostream& operator<<(std::ostream& out, breaker_verdict verdict) {
  switch (verdict) {
    case breaker_verdict::pass:
      return out << "pass";
    case breaker_verdict::probe:
      return out << "probe";
    case breaker_verdict::refuse:
      return out << "refuse";
  }
  return out << "unknown verdict";
}

}  // namespace vkxx::detail
