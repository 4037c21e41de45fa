// What a client counts, and how it is shown.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/call_bench.hpp"

namespace vkxx::test {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

TEST(Metrics, CountWhatBecameOfCalls) {
  call_bench bench;
  bench.settings.limits(limits{}.jitter(0ms)).retries(retries{}.first_pause(1s).longest_pause(1s));
  bench.vk->expect(call("users.get")).reply("1");
  bench.vk->expect(call("users.get")).reply_error(R"({"error_code":6,"error_msg":"No"})");
  bench.vk->expect(call("users.get")).reply_error(R"({"error_code":10,"error_msg":"No"})");
  bench.vk->expect(call("users.get")).reply("1");
  bench.vk->expect(call("wall.get")).reply_error(R"({"error_code":15,"error_msg":"No"})");
  bench.vk->expect(call("wall.edit")).fail(errc::connection_lost, request_effect::unknown);
  EXPECT_TRUE(bench.call_once(request{"users.get"}));
  EXPECT_TRUE(bench.call_once(request{"users.get"}));
  EXPECT_FALSE(bench.call_once(request{"wall.get"}));
  EXPECT_FALSE(bench.call_once(request{"wall.edit"}));
  const auto seen = bench.face().metrics();
  const decltype(seen.calls) calls{
      {{"users.get", "ok"}, 2}, {{"wall.get", "15"}, 1}, {{"wall.edit", "connection_lost"}, 1}};
  EXPECT_EQ(seen.calls, calls);
  EXPECT_EQ(seen.attempts, 6U);
  EXPECT_EQ(seen.retries, 1U);
  EXPECT_EQ(seen.refusals, 1U);
  EXPECT_GT(seen.queued, 0ms) << "after the refusal";
  EXPECT_EQ(seen.in_flight, 0);
  EXPECT_EQ(seen.tokens, 1U);
  EXPECT_EQ(seen.retry_budget, 100);
}

TEST(Metrics, ShowThePresentMoment) {
  call_bench bench;
  bench.settings.limits(limits{});
  for (int i = 0; i < 4; ++i) bench.vk->expect(call("users.get")).reply("1", after(10ms));
  std::vector<started_call> calls;
  for (int i = 0; i < 4; ++i) calls.push_back(bench.start(request{"users.get"}));
  bench.poll();
  EXPECT_EQ(bench.face().metrics().in_flight, 3);
  EXPECT_EQ(bench.face().metrics().waiting, 1U);
  bench.run();
  EXPECT_EQ(bench.face().metrics().in_flight, 0);
  EXPECT_EQ(bench.face().metrics().waiting, 0U);
}

TEST(Metrics, AreTextForPrometheusAndForALog) {
  metrics seen;
  seen.calls[{"users.get", "ok"}] = 5;
  seen.calls[{"users.get", "6"}] = 2;
  seen.attempts = 8;
  seen.queued = 1500ms;
  seen.batches = 3;
  seen.batch_sizes[1] = 1;
  seen.batch_sizes[7] = 2;
  const auto text = to_prometheus(seen);
  EXPECT_THAT(text, HasSubstr("# TYPE vkxx_calls_total counter\n"
                              "vkxx_calls_total{method=\"users.get\",outcome=\"6\"} 2\n"
                              "vkxx_calls_total{method=\"users.get\",outcome=\"ok\"} 5\n"));
  EXPECT_THAT(text, HasSubstr("\nvkxx_queued_seconds_total 1.500000\n"));
  EXPECT_THAT(text, HasSubstr("vkxx_batch_calls_bucket{le=\"1\"} 1\n"
                              "vkxx_batch_calls_bucket{le=\"5\"} 1\n"
                              "vkxx_batch_calls_bucket{le=\"10\"} 3\n"));
  EXPECT_THAT(text, HasSubstr("vkxx_batch_calls_bucket{le=\"+Inf\"} 3\n"
                              "vkxx_batch_calls_sum 15\nvkxx_batch_calls_count 3\n"));
  EXPECT_EQ(to_log_line(seen),
            "calls_ok=5 calls_failed=2 attempts=8 retries=0 refusals=0 queued_s=1.500000 batches=3 "
            "batched_calls=15 in_flight=0 waiting=0 retry_budget=0");
}

// A name that came from outside must not write lines of its own, nor a million of them.
TEST(Metrics, CountWhatIsNoMethodOfVkTogether) {
  call_bench bench;
  bench.vk->expect(call("users.get")).reply("1");
  bench.vk->expect(call("execute.mine")).reply("1");
  EXPECT_TRUE(bench.call_once(request{"users.get"}));
  EXPECT_TRUE(bench.call_once(request{"execute.mine"}));
  for (int i = 0; i < 500; ++i) {
    const auto name = "users.get\"} 1\nvkxx_forged_total " + std::to_string(i);
    EXPECT_EQ(bench.call_once(request{name}).error(), errc::invalid_argument);
  }
  const decltype(metrics::calls) calls{
      {{"users.get", "ok"}, 1}, {{"other", "ok"}, 1}, {{"other", "invalid_argument"}, 500}};
  EXPECT_EQ(bench.face().metrics().calls, calls);
  EXPECT_THAT(to_prometheus(bench.face().metrics()), ::testing::Not(HasSubstr("forged")));
}

TEST(Metrics, CountCodesThatVkDoesNotHaveTogether) {
  call_bench bench;
  for (int code = 5'000'000; code < 5'000'300; ++code) {
    bench.vk->expect(call("users.get"))
        .reply_error(R"({"error_msg":"No","error_code":)" + std::to_string(code) + "}");
    EXPECT_FALSE(bench.call_once(request{"users.get"}));
  }
  const decltype(metrics::calls) calls{{{"users.get", "other"}, 300}};
  EXPECT_EQ(bench.face().metrics().calls, calls);
}

TEST(Metrics, EscapeTheValuesOfLabels) {
  metrics seen;
  seen.calls[{"a\"b\\c\nd", "ok"}] = 1;
  EXPECT_THAT(to_prometheus(seen),
              HasSubstr(R"(vkxx_calls_total{method="a\"b\\c\nd",outcome="ok"} 1)"));
}

TEST(Metrics, TellWhatTheTimeOfCallsWentFor) {
  call_bench bench;
  bench.settings.limits(limits{}.per_second(1).jitter(0ms));
  bench.vk->expect(call("users.get")).reply("1", after(300ms));
  bench.vk->expect(call("users.get")).reply("1", after(3s));
  std::vector<started_call> calls;
  for (int i = 0; i < 2; ++i) calls.push_back(bench.start(request{"users.get"}));
  bench.run();
  const auto seen = bench.face().metrics();
  EXPECT_EQ(seen.attempt_time.count(), 2U);
  EXPECT_EQ(seen.attempt_time.sum, 3300ms);
  EXPECT_EQ(seen.permit_wait.count(), 2U);
  EXPECT_EQ(seen.permit_wait.counts[0], 1U) << "the first one did not wait";
  EXPECT_EQ(seen.permit_wait.sum, seen.queued);
  EXPECT_EQ(seen.call_time.count(), 2U);
  EXPECT_EQ(seen.call_time.sum, 3300ms + seen.queued);
  EXPECT_THAT(to_prometheus(seen), HasSubstr("# TYPE vkxx_attempt_seconds histogram\n"));
}

TEST(Metrics, WriteHistogramsAsPrometheusWantsThem) {
  metrics seen;
  seen.call_time.counts.front() = 2;
  seen.call_time.counts[6] = 1;
  seen.call_time.counts.back() = 4;
  seen.call_time.sum = 2500ms;
  seen.deadlines_in_queue = 3;
  const auto text = to_prometheus(seen);
  EXPECT_THAT(text, HasSubstr("vkxx_call_seconds_bucket{le=\"0.005\"} 2\n"
                              "vkxx_call_seconds_bucket{le=\"0.01\"} 2\n"));
  EXPECT_THAT(text, HasSubstr("vkxx_call_seconds_bucket{le=\"0.5\"} 3\n"));
  EXPECT_THAT(text, HasSubstr("vkxx_call_seconds_bucket{le=\"300\"} 3\n"
                              "vkxx_call_seconds_bucket{le=\"+Inf\"} 7\n"
                              "vkxx_call_seconds_sum 2.500000\n"
                              "vkxx_call_seconds_count 7\n"));
  EXPECT_THAT(text, HasSubstr("vkxx_deadlines_total{spent=\"queue\"} 3\n"
                              "vkxx_deadlines_total{spent=\"vk\"} 0\n"));
}

}  // namespace
}  // namespace vkxx::test
