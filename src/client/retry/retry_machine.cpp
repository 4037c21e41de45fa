#include "client/retry/retry_machine.hpp"

#include <algorithm>
#include <ostream>

namespace vkxx::detail {

failed_try failed_try::of(const error& failure) {
  failed_try failed;
  failed.effect = failure.effect();
  failed.over_the_limit = failure == api_errc::too_many_requests_per_second;
  if (const auto wait = failure.retry_after()) failed.retry_after = *wait;
  failed.transient = failure.is_transient();
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

retry_decision retry_machine::on_failure(const failed_try& failed, time_point now,
                                         time_point deadline, double share,
                                         retry_budget& budget) noexcept {
  // Refused before anything was done, whatever it was; the limiter paces it.
  if (failed.over_the_limit) return {retry_step::at_the_limit, {}};
  const bool harmless =
      idempotency_ != call_idempotency::not_idempotent || failed.effect != request_effect::unknown;
  if (!failed.transient || !harmless || tries_ >= rules_.most_tries) return {};
  const auto longest = longest_pause();
  // Half of it fixed, half at random: those who failed together do not come back together.
  auto pause = std::chrono::duration_cast<duration>(longest * (0.5 + share / 2));
  if (failed.retry_after) pause = std::max(pause, *failed.retry_after);
  if (deadline != no_deadline && pause >= deadline - now) return {};
  if (!budget.take()) return {};
  ++tries_;
  ++taken_;
  return {retry_step::again, pause};
}

// Doubles with each try, up to the limit.
duration retry_machine::longest_pause() const noexcept {
  auto pause = rules_.first_pause;
  for (int i = 1; i < tries_ && pause > duration::zero(); ++i) {
    if (pause > rules_.longest_pause / 2) return rules_.longest_pause;
    pause *= 2;
  }
  return std::min(pause, rules_.longest_pause);
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

}  // namespace vkxx::detail
