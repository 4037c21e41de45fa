// Requests that are not method calls: `token_environment::send`.
#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vkxx/http/message.hpp>

#include "support/call_bench.hpp"

namespace vkxx::test {
namespace {

using namespace std::chrono_literals;
using ::testing::Contains;
using ::testing::Each;
using ::testing::HasSubstr;
using ::testing::Not;

class HttpExchange : public ::testing::Test {
 protected:
  result<http::response> send(const exchange_options& options, duration timeout = 10s) {
    http::request message{"POST", "https://oauth.vk.ru/oauth.token"};
    message.body("password=open+sesame", "application/x-www-form-urlencoded");
    message.timeout(timeout);
    std::optional<result<http::response>> outcome;
    asio::co_spawn(bench_.io, carry_out(bench_.face().environment(), message, options, &outcome),
                   asio::detached);
    bench_.run();
    return outcome.value();
  }
  static asio::awaitable<void> carry_out(token_environment environment, http::request message,
                                         exchange_options options,
                                         std::optional<result<http::response>>* outcome) {
    auto sending = environment.send(std::move(message), std::move(options));
    outcome->emplace(co_await std::move(sending));
  }
  static exchange_options retried() {
    exchange_options options{"oauth"};
    options.max_tries(3).first_pause(200ms);
    options.retry_if([](const http::response& answer) { return answer.status == 503; });
    return options;
  }

  call_bench bench_;
};

TEST_F(HttpExchange, CountsAndLogsWithoutWhatItCarries) {
  bench_.vk->expect(call("oauth.token")).reply("1");
  ASSERT_TRUE(send(exchange_options{"oauth"}));
  EXPECT_EQ(bench_.face().metrics().attempts, 1U);
  EXPECT_EQ(bench_.face().metrics().in_flight, 0);
  EXPECT_EQ(bench_.face().metrics().attempt_time.count(), 1U);
  EXPECT_THAT(*bench_.log_lines, Contains(HasSubstr("exchange=oauth attempt=1 http_status=200")));
  EXPECT_THAT(*bench_.log_lines, Each(Not(HasSubstr("sesame"))));
  EXPECT_THAT(*bench_.log_lines, Each(Not(HasSubstr("oauth.vk.ru"))));
}

TEST_F(HttpExchange, RetriesNothingUnlessToldTo) {
  bench_.vk->expect(call("oauth.token")).reply_status(503, "busy");
  EXPECT_EQ(send(exchange_options{"oauth"})->status, 503);
  bench_.vk->expect(call("oauth.token")).fail(errc::connection_lost, request_effect::unknown);
  EXPECT_EQ(send(retried()).error(), errc::connection_lost);
  EXPECT_THAT(*bench_.log_lines, Contains(HasSubstr("outcome=connection_lost")));
  EXPECT_EQ(bench_.vk->problems(), "");
}

TEST_F(HttpExchange, RetriesTheAnswersThatItIsToldTo) {
  bench_.vk->expect(call("oauth.token")).reply_status(503, "busy");
  bench_.vk->expect(call("oauth.token")).reply("1");
  EXPECT_EQ(send(retried())->status, 200);
  EXPECT_EQ(bench_.face().metrics().retries, 1U);
  EXPECT_LT(bench_.vk->requests()[1].message().timeout(), 10s) << "one timeout for all tries";
  bench_.vk->expect(call("oauth.token")).reply_status(503, "busy").times(3);
  EXPECT_EQ(send(retried())->status, 503) << "the last answer, after three tries";
  EXPECT_EQ(bench_.vk->problems(), "");
}

TEST_F(HttpExchange, BeginsNoTryInTheSecondHalfOfItsTime) {
  bench_.vk->expect(call("oauth.token")).reply_status(503, "busy", after(600ms));
  EXPECT_EQ(send(retried(), 1s)->status, 503);
  EXPECT_EQ(bench_.vk->problems(), "");
}

TEST_F(HttpExchange, IsNotShownToMiddlewares) {
  int seen = 0;
  bench_.settings.around_attempt(
      [&seen](const attempt_info&, http::request message, const next_attempt& next) {
        ++seen;
        return next(std::move(message));
      });
  bench_.vk->expect(call("oauth.token")).reply("1");
  ASSERT_TRUE(send(exchange_options{"oauth"}));
  EXPECT_EQ(seen, 0);
}

}  // namespace
}  // namespace vkxx::test
