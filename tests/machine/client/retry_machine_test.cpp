// Every kind of failure, for reads, for writes and for writes with a key.
#include "client/retry/retry_machine.hpp"

#include <vector>

#include <gtest/gtest.h>

namespace vkxx {
namespace {

using namespace vkxx::detail;

using namespace std::chrono_literals;
using enum call_idempotency;
using enum retry_step;

const time_point now{1h};

error api(int code) {
  api_error_details details;
  details.code = static_cast<api_errc>(code);
  return error{std::move(details)};
}

error ours(errc code, request_effect effect, int status = 0) {
  error failure{code, effect, "text"};
  failure.set_http_status(status);
  return failure;
}

retry_step first_step(const error& failure, call_idempotency idempotency) {
  retry_budget budget{10};
  retry_machine machine{retry_rules{}, idempotency};
  return machine.on_failure(failed_attempt::of(failure), now, no_deadline, 0.5, budget).step;
}

TEST(RetryMachine, RepeatsReadsAfterWhatPasses) {
  const auto unknown = request_effect::unknown;
  const std::vector<error> transient{api(1),
                                     api(10),
                                     api(36),
                                     ours(errc::connection_lost, unknown),
                                     ours(errc::timeout, unknown),
                                     ours(errc::host_not_found, request_effect::not_sent),
                                     ours(errc::connection_refused, request_effect::not_sent),
                                     ours(errc::not_json, unknown, 200),
                                     ours(errc::truncated_answer, unknown, 200),
                                     ours(errc::malformed_answer, unknown, 200),
                                     ours(errc::http_status, unknown, 502),
                                     ours(errc::http_status, request_effect::rejected, 429)};
  for (const auto& failure : transient) {
    EXPECT_EQ(first_step(failure, read_only), again) << failure;
    EXPECT_EQ(first_step(failure, idempotent), again) << failure;
    const bool surely_not_done = failure.effect() != unknown;
    EXPECT_EQ(first_step(failure, not_idempotent), surely_not_done ? again : give_up) << failure;
  }
}

TEST(RetryMachine, DoesNotRepeatWhatWouldFailAgain) {
  const std::vector<error> lasting{api(5),
                                   api(9),
                                   api(13),
                                   api(14),
                                   api(15),
                                   api(29),
                                   api(100),
                                   api(900),
                                   ours(errc::cancelled, request_effect::unknown),
                                   ours(errc::deadline_exceeded, request_effect::not_sent),
                                   ours(errc::invalid_argument, request_effect::not_sent),
                                   ours(errc::answer_too_large, request_effect::unknown, 200),
                                   ours(errc::certificate_rejected, request_effect::not_sent),
                                   ours(errc::http_status, request_effect::rejected, 413),
                                   ours(errc::queue_full, request_effect::not_sent),
                                   ours(errc::method_blocked, request_effect::not_sent),
                                   ours(errc::endpoint_unavailable, request_effect::not_sent)};
  for (const auto& failure : lasting) {
    for (const auto idempotency : {read_only, idempotent, not_idempotent}) {
      EXPECT_EQ(first_step(failure, idempotency), give_up) << failure;
    }
  }
}

TEST(RetryMachine, PutsRefusedCallsBackWithoutEnd) {
  retry_budget budget{0};
  retry_machine machine{retry_rules{}, not_idempotent};
  for (int i = 0; i < 100; ++i) {
    EXPECT_EQ(machine.on_failure(failed_attempt::of(api(6)), now, now + 1ms, 0.5, budget),
              (retry_decision{at_the_limit, 0ms}));
  }
}

TEST(RetryMachine, WaitsAfterARefusalThatNoLimiterDelays) {
  retry_budget budget{0};
  retry_machine machine{retry_rules{}, not_idempotent};
  auto failed = failed_attempt::of(api(6));
  failed.without_limiter = true;
  for (const auto pause : {500ms, 1000ms, 2000ms, 4000ms, 8000ms, 16000ms, 30000ms, 30000ms}) {
    EXPECT_EQ(machine.on_failure(failed, now, no_deadline, 1, budget),
              (retry_decision{at_the_limit, pause}));
  }
  EXPECT_EQ(machine.on_failure(failed, now, now + 30s, 1, budget).step, give_up)
      << "the error of VK says more than a deadline that passes in a pause";
}

TEST(RetryMachine, WaitsLongerEachTimeUpToABound) {
  retry_rules rules;
  rules.most_tries = 7;
  rules.first_pause = 100ms;
  rules.longest_pause = 1s;
  const auto failed = failed_attempt::of(api(10));
  for (const auto& [share, part] : {std::pair{0.0, 0.5}, std::pair{1.0, 1.0}}) {
    retry_budget budget{10};
    retry_machine machine{rules, read_only};
    for (const auto pause : {100ms, 200ms, 400ms, 800ms, 1000ms, 1000ms}) {
      const auto expected = std::chrono::duration_cast<duration>(pause * part);
      EXPECT_EQ(machine.on_failure(failed, now, no_deadline, share, budget),
                (retry_decision{again, expected}));
    }
    EXPECT_EQ(machine.on_failure(failed, now, no_deadline, share, budget).step, give_up);
    EXPECT_EQ(machine.taken(), 6);
    EXPECT_EQ(budget.left(), 4);
  }
}

TEST(RetryMachine, HonoursRetryAfter) {
  auto busy = ours(errc::http_status, request_effect::unknown, 503);
  busy.set_retry_after(7s);
  retry_budget budget{10};
  retry_machine machine{retry_rules{}, read_only};
  EXPECT_EQ(machine.on_failure(failed_attempt::of(busy), now, no_deadline, 1, budget),
            (retry_decision{again, 7s}));
  EXPECT_EQ(machine.on_failure(failed_attempt::of(busy), now, now + 7s, 1, budget).step, give_up)
      << "the call would be dead by then";
}

TEST(RetryMachine, EndsWithTheBudget) {
  retry_budget budget{2};
  const auto failed = failed_attempt::of(api(10));
  retry_machine first{retry_rules{}, read_only};
  EXPECT_EQ(first.on_failure(failed, now, no_deadline, 0, budget).step, again);
  EXPECT_EQ(first.on_failure(failed, now, no_deadline, 0, budget).step, again);
  retry_machine second{retry_rules{}, read_only};
  EXPECT_EQ(second.on_failure(failed, now, no_deadline, 0, budget).step, give_up);
  // A success gives back what it took; one without retries a little.
  budget.give_back(first.taken());
  EXPECT_EQ(budget.left(), 2);
  EXPECT_TRUE(budget.take() && budget.take());
  for (int i = 0; i < 9; ++i) budget.give_back(0);
  EXPECT_FALSE(budget.take());
  budget.give_back(0);
  EXPECT_TRUE(budget.take());
  budget.give_back(100);
  EXPECT_EQ(budget.left(), 2);
}

TEST(RetryMachine, DoesNotTakeFromTheBudgetWhatItDoesNotUse) {
  retry_budget budget{1};
  retry_machine machine{retry_rules{}, not_idempotent};
  EXPECT_EQ(machine.on_failure(failed_attempt::of(api(10)), now, no_deadline, 0, budget).step,
            give_up);
  EXPECT_EQ(budget.left(), 1);
}

}  // namespace
}  // namespace vkxx
