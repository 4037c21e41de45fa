#include "bench/bench_report.hpp"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <string>

namespace vkxx::cli {
namespace {

using namespace std::chrono_literals;

bench_facts batched_load() {
  bench_facts facts;
  facts.method = "users.get";
  facts.kind = "community";
  facts.callers = 1000;
  facts.batched = true;
  facts.limit = 20;
  facts.latency_ms = 20;
  facts.faults = 0.05;
  auto& seen = facts.seen;
  seen.seconds = 2;
  seen.cpu_seconds = 0.05;
  seen.requests = 38;
  seen.answered = 920;
  seen.failed = 80;
  seen.failures = {{"connection lost", 75}, {"error 9", 5}};
  for (int i = 1; i <= 100; ++i) {
    seen.call_times.add(i * 20ms);
    seen.request_times.add(i * 10us);
  }
  seen.calls_answered.add(500ms, 400);
  seen.calls_answered.add(1500ms, 520);
  seen.refusals.add(720ms, 2);
  seen.counted.attempts = 40;
  seen.counted.queued = 10s;
  seen.counted.refusals = 2;
  seen.counted.retries = 3;
  seen.counted.batches = 40;
  seen.counted.batch_sizes[25] = 30;
  seen.counted.batch_sizes[10] = 10;
  return facts;
}

TEST(BenchTable, HasEveryNumberUnderItsHead) {
  EXPECT_EQ(bench_table(batched_load()),
            R"(load              users.get in batches, community token, 1000 callers, 2.0 s
emulator          inside this program, answers after 20 ms, 5 % of each fault
limit             20 requests a second, 500 calls

                         count    a second   of the limit
requests sent               38       19.00         95.0 %
calls answered             920      460.00         92.0 %
calls failed                80
error 6 seen                 2
retries                      3
  failed: connection lost (75)
  failed: error 9 (5)
calls a batch             21.2

                        median         p95            p99     longest
a call                  1.02 s      1.90 s         1.98 s      2.00 s
a request             510.0 us    950.0 us       990.0 us      1.0 ms

time queued           250.0 ms  a request, mean
CPU                    50.0 us  a call, of the thread that made them
)");
}

TEST(BenchTable, HasADashForWhatThereIsNoNumberFor) {
  bench_facts facts;
  facts.method = "users.get";
  facts.kind = "user";
  facts.emulator = "http://127.0.0.1:1";
  facts.callers = 1;
  EXPECT_EQ(bench_table(facts),
            R"(load              users.get, user token, 1 caller, 0.0 s
emulator          http://127.0.0.1:1
limit             lifted

                         count    a second   of the limit
requests sent                0        0.00              -
calls answered               0        0.00              -
calls failed                 0
error 6 seen                 0
retries                      0

                        median         p95            p99     longest
a call                       -           -              -           -
a request                    -           -              -           -

time queued                  -  a request, mean
CPU                          -  a call, of the thread that made them
)");
}

TEST(BenchJson, HasTheSameNumbers) {
  const auto json = bench_json(batched_load()).as_object();
  EXPECT_EQ(json.at("limit"),
            boost::json::parse(R"({"requests_a_second": 20.0, "calls_a_second": 500.0})"));
  EXPECT_EQ(json.at("requests"),
            boost::json::parse(R"({"sent": 38, "a_second": 19.0, "of_the_limit": 0.95})"));
  EXPECT_EQ(json.at("calls"),
            boost::json::parse(
                R"({"answered": 920, "failed": 80, "a_second": 460.0, "of_the_limit": 0.92})"));
  EXPECT_EQ(json.at("failures"), boost::json::parse(R"({"connection lost": 75, "error 9": 5})"));
  EXPECT_EQ(json.at("error_6"), 2);
  EXPECT_EQ(json.at("retries"), 3);
  EXPECT_DOUBLE_EQ(json.at("calls_a_batch").as_double(), 21.25);
  EXPECT_DOUBLE_EQ(json.at("queued_ms").as_double(), 250);
  EXPECT_DOUBLE_EQ(json.at("cpu_us").as_double(), 50);
  EXPECT_NEAR(json.at("call_ms").at("median").as_double(), 1020, 0.001);
  EXPECT_NEAR(json.at("request_ms").at("longest").as_double(), 1, 0.001);
  EXPECT_TRUE(json.at("emulator").is_null());
}

TEST(BenchChart, ShowsAnswersOfBatchesAgainstTheLimitOfCalls) {
  const auto result = bench_chart(batched_load());
  EXPECT_EQ(result.title, "users.get in batches, community token, 1000 callers, 2.0 s");
  EXPECT_EQ(result.y_label, "calls a second");
  EXPECT_EQ(result.limit, 500);
  EXPECT_EQ(result.limit_name, "limit: 500");
  EXPECT_EQ(result.x_end, 2);
  ASSERT_EQ(result.line.size(), 11U);
  EXPECT_DOUBLE_EQ(result.line.front().x, 1);
  EXPECT_DOUBLE_EQ(result.line.front().y, 400);
  EXPECT_DOUBLE_EQ(result.line.back().x, 2);
  EXPECT_DOUBLE_EQ(result.line.back().y, 520);
  ASSERT_EQ(result.marks.size(), 1U);
  EXPECT_DOUBLE_EQ(result.marks[0].x, 0.7);
  EXPECT_EQ(result.marks_name, "error 6: 2");
}

TEST(BenchChart, ShowsRequestsOtherwise) {
  bench_facts facts;
  facts.limit = 3;
  facts.seen.seconds = 1.5;
  facts.seen.requests_sent.add(0ms, 3);
  const auto result = bench_chart(facts);
  EXPECT_EQ(result.y_label, "requests a second");
  EXPECT_EQ(result.limit, 3);
  ASSERT_EQ(result.line.size(), 6U);
  EXPECT_EQ(result.line[0].y, 3);
  EXPECT_EQ(result.line[1].y, 0);
  EXPECT_TRUE(result.marks.empty());
}

TEST(BenchChart, KeepsTheExtremesOfALongLoad) {
  bench_facts facts;
  facts.seen.seconds = 3600;
  for (int second = 0; second < 3600; ++second) {
    facts.seen.requests_sent.add(std::chrono::seconds{second}, second == 1800 ? 9 : 5);
  }
  const auto result = bench_chart(facts);
  EXPECT_LE(result.line.size(), 900U);
  double highest = 0;
  for (const auto& point : result.line) highest = std::max(highest, point.y);
  EXPECT_EQ(highest, 9);
  EXPECT_EQ(result.limit_name, "");
}

}  // namespace
}  // namespace vkxx::cli
