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
  bench.settings.limits(limits{}.jitter(0ms)).retries(retries{}.pauses(1s, 1s));
  bench.vk->expect(call("users.get")).reply("1");
  bench.vk->expect(call("users.get")).reply_error(R"({"error_code":6,"error_msg":"No"})");
  bench.vk->expect(call("users.get")).reply_error(R"({"error_code":10,"error_msg":"No"})");
  bench.vk->expect(call("users.get")).reply("1");
  bench.vk->expect(call("wall.get")).reply_error(R"({"error_code":15,"error_msg":"No"})");
  bench.vk->expect(call("wall.post")).fail(errc::connection_lost, request_effect::unknown);
  EXPECT_TRUE(bench.call_once(request{"users.get"}));
  EXPECT_TRUE(bench.call_once(request{"users.get"}));
  EXPECT_FALSE(bench.call_once(request{"wall.get"}));
  EXPECT_FALSE(bench.call_once(request{"wall.post"}));
  const auto seen = bench.face().metrics();
  const decltype(seen.calls) calls{
      {{"users.get", "ok"}, 2}, {{"wall.get", "15"}, 1}, {{"wall.post", "connection_lost"}, 1}};
  EXPECT_EQ(seen.calls, calls);
  EXPECT_EQ(seen.attempts, 6U);
  EXPECT_EQ(seen.repeats, 1U);
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
            "calls_ok=5 calls_failed=2 attempts=8 repeats=0 refusals=0 queued_s=1.500000 batches=3 "
            "batched_calls=15 in_flight=0 waiting=0 retry_budget=0");
}

}  // namespace
}  // namespace vkxx::test
