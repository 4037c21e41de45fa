#include "client/retry/retry_machine.hpp"

#include <algorithm>
#include <ostream>

namespace vkxx::detail {

failed_attempt failed_attempt::of(const error& failure) {
  failed_attempt failed;
  failed.effect = failure.effect();
  failed.over_the_limit = failure == api_errc::too_many_requests_per_second;
  if (const auto wait = failure.retry_after()) failed.retry_after = *wait;
  failed.transient = failure.is_transient();
  failed.circuit_open = failure == errc::endpoint_unavailable;
  return failed;
}

bool retry_budget::take() noexcept {
  if (left_ < 10) return false;
  left_ -= 10;
  return true;
}

void retry_budget::give_back(int taken) noexcept {
  left_ = std::min(most_, left_ + (taken > 0 ? taken * 10 : 1));
}

retry_decision retry_machine::on_failure(const failed_attempt& failed, time_point now,
                                         time_point deadline, double share,
                                         retry_budget& budget) noexcept {
  if (failed.over_the_limit) return at_the_limit(failed, now, deadline, share);
  const bool harmless =
      idempotency_ != call_idempotency::not_idempotent || failed.effect != request_effect::unknown;
  if (!failed.transient || !harmless || tries_ >= rules_.most_tries) return {};
  auto pause = pause_after(tries_, share);
  if (failed.retry_after) pause = std::max(pause, *failed.retry_after);
  if (deadline != no_deadline && pause >= deadline - now) return {};
  if (!budget.take()) return {};
  ++tries_;
  ++taken_;
  return {retry_step::again, pause};
}

// Refused before anything was done, whatever it was. Without a limiter the call must not come back
// at once: VK would be asked, and would refuse, thousands of times a second.
retry_decision retry_machine::at_the_limit(const failed_attempt& failed, time_point now,
                                           time_point deadline, double share) noexcept {
  if (!failed.without_limiter) return {retry_step::at_the_limit, {}};
  ++refusals_;
  const auto pause = pause_after(refusals_, share);
  if (deadline != no_deadline && pause >= deadline - now) return {};
  return {retry_step::at_the_limit, pause};
}

// Doubles with each failure, up to the limit. Half of it is fixed, half at random: calls that
// failed together do not come back together.
duration retry_machine::pause_after(int failures, double share) const noexcept {
  auto longest = rules_.first_pause;
  for (int i = 1; i < failures && longest > duration::zero(); ++i) {
    if (longest > rules_.longest_pause / 2) {
      longest = rules_.longest_pause;
      break;
    }
    longest *= 2;
  }
  longest = std::min(longest, rules_.longest_pause);
  return std::chrono::duration_cast<duration>(longest * (0.5 + share / 2));
}

std::ostream& operator<<(std::ostream& out, retry_step step) {
  switch (step) {
    case retry_step::give_up:
      return out << "give_up";
    case retry_step::again:
      return out << "again";
    case retry_step::at_the_limit:
      return out << "at_the_limit";
    case retry_step::for_the_endpoint:
      return out << "for_the_endpoint";
  }
  return out << "unknown step";
}

std::ostream& operator<<(std::ostream& out, const retry_decision& decision) {
  using milliseconds = std::chrono::duration<double, std::milli>;
  return out << decision.step << " after " << milliseconds{decision.pause}.count() << " ms";
}

std::ostream& operator<<(std::ostream& out, const failed_attempt& failed) {
  using milliseconds = std::chrono::duration<double, std::milli>;
  out << to_string(failed.effect);
  if (failed.transient) out << ", transient";
  if (failed.over_the_limit) out << ", over the limit";
  if (failed.without_limiter) out << ", without a limiter";
  if (failed.circuit_open) out << ", circuit open";
  if (failed.retry_after)
    out << ", retry after " << milliseconds{*failed.retry_after}.count() << " ms";
  return out;
}

}  // namespace vkxx::detail
