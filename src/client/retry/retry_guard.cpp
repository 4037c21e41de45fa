#include "client/retry/retry_guard.hpp"

#include <algorithm>
#include <random>
#include <string>
#include <string_view>
#include <utility>

namespace vkxx::detail {
namespace {

retry_rules retry_rules_of(const retries& settings) {
  retry_rules rules;
  rules.most_tries = settings.max_tries();
  rules.first_pause = settings.first_pause();
  rules.longest_pause = settings.longest_pause();
  return rules;
}

breaker_rules breaker_rules_of(const retries& settings) {
  breaker_rules rules;
  rules.failures = settings.breaker_failures();
  rules.pause = settings.breaker_pause();
  rules.longest_pause = settings.longest_breaker_pause();
  return rules;
}

constexpr auto shortest_wait = std::chrono::milliseconds{1};

std::uint64_t any_seed() {
  std::random_device source;
  return (std::uint64_t{source()} << 32U) | source();
}

}  // namespace

void endpoint_pass::settle(breaker_outcome outcome, time_point now, std::string cause) noexcept {
  if (home_ == nullptr) return;
  auto& home = *std::exchange(home_, nullptr);
  const std::lock_guard lock{home.mutex_};
  home.breaker_.settle(as_, outcome, now);
  if (outcome == breaker_outcome::bad) home.cause_ = std::move(cause);
}

retry_guard::retry_guard(const retries& settings)
    : rules_{retry_rules_of(settings)},
      at_the_limit_{settings.at_the_limit()},
      waits_for_endpoint_{settings.when_unavailable() == when_unavailable::wait},
      failures_{settings.breaker_failures()},
      budget_{settings.budget()},
      breaker_{breaker_rules_of(settings)},
      random_{settings.seed() ? *settings.seed() : any_seed()} {}

result<endpoint_pass> retry_guard::pass(time_point now) {
  const std::lock_guard lock{mutex_};
  const auto verdict = breaker_.arrive(now);
  if (verdict != breaker_verdict::refuse) return endpoint_pass{*this, verdict, now};
  // A probe may take longer than the pause.
  const auto left = std::max(
      std::chrono::ceil<std::chrono::milliseconds>(breaker_.refused_until() - now), shortest_wait);
  error failure{errc::endpoint_unavailable, request_effect::not_sent,
                "the endpoint failed " + std::to_string(failures_) +
                    " times in a row or more, the last time with: " + cause_ +
                    ". The circuit stays open for another " + std::to_string(left.count()) +
                    " ms; `retries::when_unavailable` can let calls wait for that"};
  failure.set_retry_after(left);
  return failure;
}

retry_decision retry_guard::decide(retry_machine& machine, const failed_attempt& failed,
                                   time_point now, time_point deadline) {
  if (failed.over_the_limit && !at_the_limit_) return {};
  if (failed.circuit_open) {
    const auto wait = failed.retry_after.value_or(duration::zero());
    const bool possible = deadline == no_deadline || wait < deadline - now;
    if (!waits_for_endpoint_ || !possible) return {};
    // Also when the probe is over at this very moment: never without a pause.
    return {retry_step::for_the_endpoint, std::max<duration>(wait, shortest_wait)};
  }
  const std::lock_guard lock{mutex_};
  const auto share = std::uniform_real_distribution<double>{0, 1}(random_);
  return machine.on_failure(failed, now, deadline, share, budget_);
}

void retry_guard::succeeded(const retry_machine* machine) noexcept {
  const std::lock_guard lock{mutex_};
  budget_.give_back(machine ? machine->taken() : 0);
}

std::int32_t retry_guard::key() {
  const std::lock_guard lock{mutex_};
  return std::uniform_int_distribution<std::int32_t>{1, INT32_MAX}(random_);
}

std::string retry_guard::long_key() {
  const std::lock_guard lock{mutex_};
  constexpr std::string_view digits = "0123456789abcdef";
  std::string key;
  for (auto bits = std::uint64_t{random_()}; key.size() < 16; bits >>= 4U) {
    key += digits[bits & 0xFU];
  }
  return key;
}

retry_guard::state retry_guard::now() const {
  const std::lock_guard lock{mutex_};
  return {budget_.left(), breaker_.open()};
}

}  // namespace vkxx::detail
