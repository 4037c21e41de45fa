// What a call in a batch reports when the batch fails, is retried or ends late.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/call_bench.hpp"

namespace vkxx::test {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::Not;

class BatchedOutcome : public ::testing::Test {
 protected:
  BatchedOutcome() {
    bench_.settings.batching(batching{}.linger(1ms));
    bench_.settings.retries(retries{}.first_pause(1s).longest_pause(1s));
  }
  static request message_to(int peer) {
    return request{"messages.send"}.set("peer_id", peer).set("random_id", peer).set("message", "m");
  }
  [[nodiscard]] std::string script(std::size_t number) const {
    return bench_.vk->requests().at(number).find("code").value_or("");
  }

  call_bench bench_;
};

TEST_F(BatchedOutcome, ACallThatEndedBetweenTwoAttemptsIsNotInTheSecond) {
  bench_.vk->expect(call("execute")).fail(errc::connection_refused, request_effect::not_sent);
  bench_.vk->expect(call("execute")).reply("[5]");
  const auto hurried = bench_.start(message_to(11), call_options{}.total_timeout(100ms));
  const auto patient = bench_.start(message_to(22));
  bench_.run();
  ASSERT_FALSE(hurried.outcome());
  EXPECT_EQ(hurried.failure(), errc::deadline_exceeded);
  EXPECT_EQ(hurried.failure().effect(), request_effect::not_sent);
  EXPECT_TRUE(patient.outcome());
  EXPECT_THAT(script(0), HasSubstr("\"11\""));
  EXPECT_THAT(script(1), Not(HasSubstr("\"11\""))) << "reported as not sent, and sent";
  EXPECT_EQ(bench_.vk->problems(), "");
}

TEST_F(BatchedOutcome, ABatchThatAllLeftBetweenTwoAttemptsIsNotRetried) {
  bench_.vk->expect(call("execute")).fail(errc::connection_refused, request_effect::not_sent);
  auto first = bench_.start(message_to(11));
  auto second = bench_.start(message_to(22));
  bench_.poll();
  bench_.clock->advance(1ms);
  bench_.poll();
  ASSERT_EQ(bench_.vk->requests().size(), 1U);
  first.cancel();
  second.cancel();
  bench_.run();
  EXPECT_EQ(first.failure().effect(), request_effect::not_sent);
  EXPECT_EQ(bench_.vk->requests().size(), 1U);
}

TEST_F(BatchedOutcome, AnExecutedScriptSaysNothingOfACallWhoseAnswerIsLost) {
  bench_.settings.around_call([](request wanted, next_call next) -> asio::awaitable<result<reply>> {
    const auto is_script = wanted.method() == "execute";
    auto inner = next(std::move(wanted));
    auto outcome = co_await std::move(inner);
    if (is_script) throw std::runtime_error{"after the script"};
    co_return outcome;
  });
  bench_.vk->expect(call("execute")).reply("[5,6]");
  const auto first = bench_.start(message_to(11));
  const auto second = bench_.start(message_to(22));
  bench_.run();
  EXPECT_EQ(first.failure(), errc::handler_failed);
  EXPECT_EQ(first.failure().effect(), request_effect::unknown);
  EXPECT_EQ(second.failure().effect(), request_effect::unknown);
}

TEST_F(BatchedOutcome, AnExceptionAfterACallDoesNotHideThatItWasExecuted) {
  bench_.settings.around_call([](request wanted, next_call next) -> asio::awaitable<result<reply>> {
    const auto is_script = wanted.method() == "execute";
    auto inner = next(std::move(wanted));
    auto outcome = co_await std::move(inner);
    if (!is_script) throw std::runtime_error{"after the call"};
    co_return outcome;
  });
  bench_.vk->expect(call("execute")).reply("[5,6]");
  const auto first = bench_.start(message_to(11));
  const auto second = bench_.start(message_to(22));
  bench_.run();
  EXPECT_EQ(first.failure().effect(), request_effect::executed);
  EXPECT_EQ(second.failure().effect(), request_effect::executed);
}

TEST_F(BatchedOutcome, AMiddlewareThatRetriesSendsTheScriptOnceMore) {
  bench_.settings.around_call([](request wanted, next_call next) -> asio::awaitable<result<reply>> {
    auto first = next(wanted);
    auto outcome = co_await std::move(first);
    if (outcome || wanted.method() != "execute") co_return outcome;
    auto second = next(wanted);
    co_return co_await std::move(second);
  });
  bench_.settings.retries(retries{}.off());
  bench_.vk->expect(call("execute")).fail(errc::connection_refused, request_effect::not_sent);
  bench_.vk->expect(call("execute")).reply("[5,6]");
  const auto first = bench_.start(message_to(11));
  const auto second = bench_.start(message_to(22));
  bench_.run();
  EXPECT_TRUE(first.outcome()) << first.outcome().error();
  EXPECT_TRUE(second.outcome());
  EXPECT_EQ(script(1), script(0));
}

}  // namespace
}  // namespace vkxx::test
