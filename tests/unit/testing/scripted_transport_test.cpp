#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/call_bench.hpp"

namespace vkxx::test {
namespace {

using namespace std::chrono_literals;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

TEST(ScriptedTransport, ReportsAnUnexpectedCall) {
  call_bench bench;
  bench.vk->expect(call("users.get").with("user_ids", "1").with_token(token()));
  const auto outcome = bench.call_once(request{"users.get"}.set("user_ids", 2).set("code", "abc"));
  EXPECT_EQ(outcome.error(), errc::invalid_argument);
  EXPECT_EQ(
      bench.vk->problems(),
      "unexpected call users.get(user_ids=\"2\", code=\"***\", v=\"5.199\") with token "
      "begi***.end; expected was users.get with user_ids=\"1\" with token begi***.end\n"
      "expected users.get with user_ids=\"1\" with token begi***.end 1 times, came 0 times\n");
  EXPECT_THAT(bench.vk->problems(), Not(HasSubstr(secret_mark())));
}

TEST(ScriptedTransport, ReportsACallTooMany) {
  call_bench bench;
  EXPECT_FALSE(bench.call_once(request{"users.get"}));
  EXPECT_THAT(bench.vk->problems(), HasSubstr("no call was expected any more"));
}

TEST(ScriptedTransport, ReportsMissingCalls) {
  call_bench bench;
  bench.vk->expect(call("a.b").without("x").without_token()).times(3);
  EXPECT_EQ(bench.vk->problems(), "expected a.b without x without a token 3 times, came 0 times\n");
}

TEST(ScriptedTransport, StrictOrderIsStrict) {
  call_bench bench;
  bench.vk->expect(call("a.a"));
  bench.vk->expect(call("b.b"));
  EXPECT_FALSE(bench.call_once(request{"b.b"}));
  EXPECT_TRUE(bench.call_once(request{"a.a"}));
  EXPECT_TRUE(bench.call_once(request{"b.b"}));
  EXPECT_NE(bench.vk->problems(), "");
}

TEST(ScriptedTransport, AnyOrderUsesTheFirstMatchingLine) {
  call_bench bench{script_order::any};
  bench.vk->expect(call("a.b").with("x", "1")).reply("1");
  bench.vk->expect(call("a.b")).reply("2").any_times();
  EXPECT_EQ(bench.call_once(request{"a.b"})->json(), 2);
  EXPECT_EQ(bench.call_once(request{"a.b"}.set("x", 1))->json(), 1);
  EXPECT_EQ(bench.call_once(request{"a.b"}.set("x", 1))->json(), 2);
  EXPECT_EQ(bench.vk->problems(), "");
}

TEST(ScriptedTransport, AnyNumberOfCallsEndsWithTheFirstMismatch) {
  call_bench bench;
  bench.vk->expect(call("a.a")).any_times();
  bench.vk->expect(call("b.b"));
  EXPECT_TRUE(bench.call_once(request{"a.a"}));
  EXPECT_TRUE(bench.call_once(request{"a.a"}));
  EXPECT_TRUE(bench.call_once(request{"b.b"}));
  EXPECT_EQ(bench.vk->problems(), "");
}

TEST(ScriptedTransport, EveryConditionCounts) {
  const auto fits = [](const testing::expected_call& expected) {
    call_bench bench;
    bench.vk->expect(expected);
    return bench.call_once(request{"a.b"}.set("x", "1 2&3").set("empty", "")).has_value();
  };
  EXPECT_TRUE(fits(call("a.b")));
  EXPECT_FALSE(fits(call("a.c")));
  EXPECT_TRUE(fits(call("a.b").with("x", "1 2&3")));
  EXPECT_FALSE(fits(call("a.b").with("x", "1 2")));
  EXPECT_FALSE(fits(call("a.b").with("y", "")));
  EXPECT_TRUE(fits(call("a.b").with("empty", "")));
  EXPECT_TRUE(fits(call("a.b").without("y")));
  EXPECT_FALSE(fits(call("a.b").without("x")));
  EXPECT_FALSE(fits(call("a.b").without("empty")));
  EXPECT_TRUE(fits(call("a.b").with_token(token())));
  EXPECT_FALSE(fits(call("a.b").with_token("other")));
  EXPECT_FALSE(fits(call("a.b").without_token()));
}

TEST(ScriptedTransport, AnAnswerTakesItsTimeWithinTheLimits) {
  struct row {
    duration answer;
    duration timeout;
    duration total;
    duration expected;
    std::string outcome;
  };
  const std::vector<row> table{
      {3ms, 10s, 10s, 3ms, "1"},
      {10s, 10s, 20s, 10s, "1"},
      {11s, 10s, 20s, 10s, "timeout"},
      {11s, 10s, 5s, 5s, "deadline exceeded"},
  };
  for (const auto& row : table) {
    call_bench bench;
    bench.settings.timeout(row.timeout).total_timeout(row.total);
    bench.vk->expect(call("a.b")).reply("1", after(row.answer));
    const auto begin = bench.clock->now();
    const auto outcome = bench.call_once(request{"a.b"});
    EXPECT_EQ(bench.clock->now() - begin, row.expected);
    EXPECT_EQ(outcome ? boost::json::serialize(outcome->json())
                      : std::string{to_string(outcome.error().code().value())},
              row.outcome);
  }
}

TEST(ScriptedTransport, EveryKindOfAnswer) {
  call_bench bench;
  bench.vk->expect(call("a.b"));
  bench.vk->expect(call("a.b")).reply("[2]");
  bench.vk->expect(call("a.b")).reply_error(R"({"error_code":3})");
  bench.vk->expect(call("a.b")).reply_body("odd");
  bench.vk->expect(call("a.b")).reply_status(500, "<html>");
  bench.vk->expect(call("a.b")).fail(errc::tls_failure, request_effect::not_sent);
  EXPECT_EQ(bench.call_once(request{"a.b"})->body(), R"({"response":1})");
  EXPECT_EQ(bench.call_once(request{"a.b"})->body(), R"({"response":[2]})");
  EXPECT_EQ(bench.call_once(request{"a.b"}).error(), api_errc::unknown_method);
  EXPECT_EQ(bench.call_once(request{"a.b"}).error(), errc::not_json);
  EXPECT_EQ(bench.call_once(request{"a.b"}).error().http_status(), 500);
  const auto failed = bench.call_once(request{"a.b"});
  EXPECT_EQ(failed.error(), errc::tls_failure);
  EXPECT_EQ(failed.error().effect(), request_effect::not_sent);
}

class kept_body final : public http::body_sink {
 public:
  result<void> write(std::string_view bytes) override {
    text += bytes;
    return {};
  }
  result<void> commit() override {
    if (fails) return error{errc::body_failed, request_effect::unknown, "disk full"};
    return {};
  }

  std::string text;
  bool fails = false;
};

TEST(ScriptedTransport, ReadsSourcesAndFillsSinks) {
  call_bench bench;
  bench.vk->expect(call("upload")).reply_body("meow").times(2);
  bench.vk->expect(call("upload")).reply_status(413, "too large");
  const auto sink = std::make_shared<kept_body>();
  std::optional<http::transfer_progress> progress;
  http::request message{"POST", "https://upload.test/upload"};
  message.body(http::make_bytes_source("purr"), "image/png").sink(sink);
  message.on_progress([&](const http::transfer_progress& now) { progress = now; });
  const auto send = [&] {
    std::optional<result<http::response>> outcome;
    asio::co_spawn(bench.io, bench.vk->send(message),
                   [&](std::exception_ptr, result<http::response> ended) {
                     outcome.emplace(std::move(ended));
                   });
    bench.run();
    return outcome.value();
  };
  EXPECT_EQ(send()->body, "");
  EXPECT_EQ(sink->text, "meow");
  EXPECT_EQ(progress->sent, 4U);
  EXPECT_EQ(progress->received, 4U);
  EXPECT_EQ(bench.vk->requests().front().body(), "purr");
  sink->fails = true;
  EXPECT_EQ(send().error(), errc::body_failed);
  EXPECT_EQ(send()->body, "too large");
  EXPECT_EQ(bench.vk->problems(), "");
}

}  // namespace
}  // namespace vkxx::test
