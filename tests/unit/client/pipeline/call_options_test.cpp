// What one call may have otherwise than the client.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/call_bench.hpp"

namespace vkxx::test {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

TEST(CallOptions, RetryCanBeTurnedOffForOneCall) {
  call_bench bench;
  bench.settings.retries(retries{}.first_pause(1s));
  bench.vk->expect(call("users.get")).reply_status(502, "bad gateway");
  EXPECT_FALSE(bench.call_once(request{"users.get"}, call_options{}.retry(false)));
  EXPECT_EQ(bench.vk->requests().size(), 1U);
  bench.vk->expect(call("users.get")).reply_status(502, "bad gateway");
  bench.vk->expect(call("users.get")).reply("1");
  EXPECT_TRUE(bench.call_once(request{"users.get"}));
}

TEST(CallOptions, WithoutRetriesTheLimitIsReported) {
  call_bench bench;
  bench.settings.retries(retries{});
  bench.vk->expect(call("users.get")).reply_error(R"({"error_code":6})");
  EXPECT_EQ(bench.call_once(request{"users.get"}, call_options{}.retry(false)).error(),
            api_errc::too_many_requests_per_second);
}

TEST(CallOptions, WithoutRetriesAChallengeIsStillMet) {
  call_bench bench;
  bench.settings.on_captcha([](challenge) { return challenge_answer::captcha_key("k"); });
  bench.vk->expect(call("users.get")).reply_error(captcha);
  bench.vk->expect(call("users.get").with("captcha_key", "k")).reply("1");
  EXPECT_TRUE(bench.call_once(request{"users.get"}, call_options{}.retry(false)));
}

TEST(CallOptions, BatchCanBeTurnedOffForOneCall) {
  for (const auto& options : {call_options{}.batch(false), call_options{}.retry(false),
                              call_options{}.header("X-Trace", "1")}) {
    call_bench bench;
    bench.settings.batching(batching{});
    bench.vk->expect(call("users.get")).reply("1");
    EXPECT_TRUE(bench.call_once(request{"users.get"}, options));
    EXPECT_EQ(bench.vk->problems(), "");
  }
  call_bench bench;
  bench.settings.batching(batching{});
  bench.vk->expect(call("execute")).reply("[1]");
  static_cast<void>(bench.call_once(request{"users.get"}));
  EXPECT_EQ(bench.vk->problems(), "");
}

TEST(CallOptions, HeadersGoWithEveryAttempt) {
  call_bench bench;
  bench.settings.retries(retries{});
  bench.vk->expect(call("users.get")).reply_status(502, "bad gateway");
  bench.vk->expect(call("users.get")).reply("1");
  EXPECT_TRUE(bench.call_once(request{"users.get"},
                              call_options{}.header("X-Trace", "a b").header("X-Other", "2")));
  ASSERT_EQ(bench.vk->requests().size(), 2U);
  for (const auto& sent : bench.vk->requests()) {
    EXPECT_EQ(http::find_header(sent.message().headers(), "x-trace"), "a b");
    EXPECT_EQ(http::find_header(sent.message().headers(), "X-Other"), "2");
  }
}

TEST(CallOptions, AHeaderOfTheClientsOwnIsRefused) {
  for (const auto* name : {"Authorization", "cookie", "HOST", "Content-Type"}) {
    call_bench bench;
    const auto failure =
        bench.call_once(request{"users.get"}, call_options{}.header(name, "x")).error();
    EXPECT_EQ(failure, errc::invalid_argument) << name;
    EXPECT_EQ(failure.effect(), request_effect::not_sent);
    EXPECT_THAT(failure.message(), HasSubstr(name));
    EXPECT_TRUE(bench.vk->requests().empty());
  }
}

TEST(CallOptions, AnIdempotentCallIsARetriedWrite) {
  call_bench bench;
  bench.settings.retries(retries{});
  bench.vk->expect(call("execute.add")).fail(errc::connection_lost, request_effect::unknown);
  bench.vk->expect(call("execute.add")).reply_error(R"({"error_code":15})");
  const auto failure =
      bench.call_once(request{"execute.add"}, call_options{}.idempotent(true)).error();
  EXPECT_EQ(failure, api_errc::access_denied);
  EXPECT_EQ(failure.attempts(), 2);
  EXPECT_EQ(failure.effect(), request_effect::unknown) << "the first attempt may have been done";
}

}  // namespace
}  // namespace vkxx::test
