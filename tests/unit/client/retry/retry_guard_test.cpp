// What all calls of a client share when they retry: the budget, the circuit, the keys.
#include "client/retry/retry_guard.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace vkxx::detail {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

constexpr time_point start{1000h};

retries settings() {
  return retries{}.seed(1).max_tries(3).first_pause(100ms).longest_pause(1s).budget(5);
}

retries circuit() {
  return settings().breaker_failures(2).breaker_pause(1s).longest_breaker_pause(4s);
}

error lost() {
  return error{errc::connection_lost, request_effect::unknown, "lost"};
}

error refused_by_limit() {
  api_error_details details;
  details.code = api_errc::too_many_requests_per_second;
  return error{std::move(details)};
}

void fail_once(retry_guard& guard, time_point now, std::string cause = "HTTP 502") {
  auto pass = guard.pass(now);
  ASSERT_TRUE(pass) << pass.error();
  pass->settle(breaker_outcome::bad, now, std::move(cause));
}

TEST(RetryGuard, LeavesAnEndpointAloneThatFailsInARow) {
  retry_guard guard{circuit()};
  fail_once(guard, start);
  EXPECT_FALSE(guard.now().open);
  fail_once(guard, start, "HTTP 503");
  EXPECT_TRUE(guard.now().open);
  const auto refused = guard.pass(start + 400ms);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error(), errc::endpoint_unavailable);
  EXPECT_EQ(refused.error().effect(), request_effect::not_sent);
  EXPECT_EQ(refused.error().retry_after(), 600ms);
  EXPECT_THAT(refused.error().message(), HasSubstr("2 times in a row"));
  EXPECT_THAT(refused.error().message(), HasSubstr("HTTP 503")) << "the last cause";
  EXPECT_THAT(refused.error().message(), HasSubstr("another 600 ms"));
}

TEST(RetryGuard, ClosesTheCircuitWhenTheProbeSucceeds) {
  retry_guard guard{circuit()};
  fail_once(guard, start);
  fail_once(guard, start);
  {
    auto probe = guard.pass(start + 1s);
    ASSERT_TRUE(probe);
    EXPECT_FALSE(guard.pass(start + 1s)) << "one at a time";
    probe->settle(breaker_outcome::good, start + 1s);
  }
  EXPECT_FALSE(guard.now().open);
  EXPECT_TRUE(guard.pass(start + 1s));
}

TEST(RetryGuard, GivesTheProbeToAnotherWhenItIsDropped) {
  retry_guard guard{circuit()};
  fail_once(guard, start);
  fail_once(guard, start);
  {
    const auto probe = guard.pass(start + 1s);
    ASSERT_TRUE(probe);
  }
  EXPECT_TRUE(guard.now().open);
  EXPECT_TRUE(guard.pass(start + 1s)) << "a cancelled probe decides nothing";
}

TEST(RetryGuard, NamesAWaitEvenIfTheProbeTakesLongerThanThePause) {
  retry_guard guard{circuit()};
  fail_once(guard, start);
  fail_once(guard, start);
  const auto probe = guard.pass(start + 1s);
  ASSERT_TRUE(probe);
  const auto refused = guard.pass(start + 1h);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().retry_after(), 1ms);
  EXPECT_THAT(refused.error().message(), HasSubstr("another 1 ms"));
}

TEST(RetryGuard, CountsAPassOnceAndNotWhenItIsMovedFrom) {
  retry_guard guard{circuit()};
  auto first = guard.pass(start);
  ASSERT_TRUE(first);
  {
    endpoint_pass moved{std::move(*first)};
    first->settle(breaker_outcome::bad, start);
    moved.settle(breaker_outcome::bad, start);
    moved.settle(breaker_outcome::bad, start);
  }
  EXPECT_FALSE(guard.now().open) << "one failure of the two that open the circuit";
  fail_once(guard, start);
  EXPECT_TRUE(guard.now().open);
}

TEST(RetryGuard, LetsEverythingThroughWithoutACircuitBreaker) {
  retry_guard guard{settings().breaker_failures(0)};
  for (int i = 0; i != 1000; ++i) fail_once(guard, start);
  EXPECT_FALSE(guard.now().open);
}

TEST(RetryGuard, TakesRetriesFromTheBudgetAndGivesThemBack) {
  retry_guard guard{settings().max_tries(100)};
  retry_machine call{guard.rules(), call_idempotency::read_only};
  for (int left = 4; left >= 0; --left) {
    EXPECT_EQ(guard.decide(call, failed_attempt::of(lost()), start, no_deadline).step,
              retry_step::again);
    EXPECT_EQ(guard.now().budget, left);
  }
  EXPECT_EQ(guard.decide(call, failed_attempt::of(lost()), start, no_deadline), retry_decision{})
      << "it is used up";
  guard.succeeded(&call);
  EXPECT_EQ(guard.now().budget, 5);
  guard.succeeded(&call);
  EXPECT_EQ(guard.now().budget, 5) << "never more than at first";
}

TEST(RetryGuard, GivesATenthBackForACallThatNeverFailed) {
  retry_guard guard{settings()};
  retry_machine call{guard.rules(), call_idempotency::read_only};
  static_cast<void>(guard.decide(call, failed_attempt::of(lost()), start, no_deadline));
  for (int i = 0; i != 9; ++i) guard.succeeded(nullptr);
  EXPECT_EQ(guard.now().budget, 4);
  guard.succeeded(nullptr);
  EXPECT_EQ(guard.now().budget, 5);
}

TEST(RetryGuard, BoundsTriesAndPauses) {
  retry_guard guard{settings()};
  retry_machine call{guard.rules(), call_idempotency::read_only};
  for (const auto longest : {100ms, 200ms}) {
    const auto next = guard.decide(call, failed_attempt::of(lost()), start, no_deadline);
    EXPECT_EQ(next.step, retry_step::again);
    EXPECT_GE(next.pause, longest / 2);
    EXPECT_LE(next.pause, longest);
  }
  EXPECT_EQ(guard.decide(call, failed_attempt::of(lost()), start, no_deadline), retry_decision{})
      << "three tries";
}

TEST(RetryGuard, NeverPausesLongerThanItMay) {
  retry_guard guard{
      settings().max_tries(1'000'000).budget(1000).first_pause(24h).longest_pause(24h)};
  retry_machine call{guard.rules(), call_idempotency::read_only};
  for (int i = 0; i != 100; ++i) {
    const auto next = guard.decide(call, failed_attempt::of(lost()), start, no_deadline);
    EXPECT_EQ(next.step, retry_step::again);
    EXPECT_GE(next.pause, 12h);
    EXPECT_LE(next.pause, 24h);
  }
}

TEST(RetryGuard, RetriesNoWriteThatMayHaveBeenExecuted) {
  retry_guard guard{settings()};
  retry_machine write{guard.rules(), call_idempotency::not_idempotent};
  EXPECT_EQ(guard.decide(write, failed_attempt::of(lost()), start, no_deadline), retry_decision{});
  EXPECT_EQ(guard.now().budget, 5);
}

TEST(RetryGuard, RetriesAtTheLimitIfItIsToldTo) {
  retry_guard on{settings().budget(0)};
  retry_machine call{on.rules(), call_idempotency::not_idempotent};
  EXPECT_EQ(on.decide(call, failed_attempt::of(refused_by_limit()), start, start).step,
            retry_step::at_the_limit);
  retry_guard off{settings().at_the_limit(false)};
  EXPECT_EQ(off.decide(call, failed_attempt::of(refused_by_limit()), start, no_deadline),
            retry_decision{});
}

TEST(RetryGuard, WaitsForTheEndpointWithinTheDeadlineOnly) {
  retry_guard guard{circuit().when_unavailable(when_unavailable::wait)};
  fail_once(guard, start);
  fail_once(guard, start);
  const auto refused = guard.pass(start).error();
  retry_machine call{guard.rules(), call_idempotency::not_idempotent};
  const retry_decision waits{retry_step::for_the_endpoint, 1s};
  EXPECT_EQ(guard.decide(call, failed_attempt::of(refused), start, no_deadline), waits);
  EXPECT_EQ(guard.decide(call, failed_attempt::of(refused), start, start + 1001ms), waits);
  EXPECT_EQ(guard.decide(call, failed_attempt::of(refused), start, start + 1s), retry_decision{});
  EXPECT_EQ(guard.now().budget, 5) << "a wait is no retry";
  const error at_once{errc::endpoint_unavailable, request_effect::not_sent, "x"};
  EXPECT_EQ(guard.decide(call, failed_attempt::of(at_once), start, no_deadline).pause, 1ms)
      << "never without a pause";
}

TEST(RetryGuard, RefusesWhileTheEndpointIsDownUnlessToldToWait) {
  retry_guard guard{circuit()};
  retry_machine call{guard.rules(), call_idempotency::read_only};
  const error unavailable{errc::endpoint_unavailable, request_effect::not_sent, "x"};
  EXPECT_EQ(guard.decide(call, failed_attempt::of(unavailable), start, no_deadline),
            retry_decision{});
}

TEST(RetryGuard, DrawsKeysThatVkTakes) {
  retry_guard guard{settings()};
  retry_guard same{settings()};
  retry_guard random{retries{}};
  std::set<std::string> texts;
  for (int i = 0; i != 1000; ++i) {
    const auto key = guard.key();
    EXPECT_GT(key, 0);
    EXPECT_EQ(same.key(), key) << "by the seed";
    const auto text = guard.long_key();
    EXPECT_EQ(text.size(), 16U);
    EXPECT_EQ(text.find_first_not_of("0123456789abcdef"), std::string::npos);
    EXPECT_EQ(same.long_key(), text);
    EXPECT_TRUE(texts.insert(text).second);
    EXPECT_TRUE(texts.insert(random.long_key()).second);
  }
}

TEST(RetryGuard, LetsOneProbeThroughWhenManyThreadsAsk) {
  retry_guard guard{circuit()};
  fail_once(guard, start);
  fail_once(guard, start);
  std::atomic<int> probes = 0;
  {
    std::vector<std::jthread> threads;
    std::atomic<int> asking = 4;
    for (int i = 0; i != 4; ++i) {
      threads.emplace_back([&] {
        auto mine = guard.pass(start + 1s);
        probes += mine ? 1 : 0;
        // Held until all have asked: one that is dropped lets the next one through.
        for (--asking; asking > 0;) std::this_thread::yield();
        if (mine) mine->settle(breaker_outcome::good, start + 1s);
      });
    }
  }
  EXPECT_EQ(probes, 1);
  EXPECT_FALSE(guard.now().open);
}

}  // namespace
}  // namespace vkxx::detail
