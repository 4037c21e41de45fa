// What a call says of its effect: the truth about all its attempts, whatever came last.
#include <stdexcept>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/call_bench.hpp"

namespace vkxx::test {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* dead_token = R"({"error_code":5,"error_msg":"dead"})";

// As the inside of a JSON text.
std::string inside_of_json(const std::string& text) {
  const auto quoted = boost::json::serialize(boost::json::string_view{text});
  return quoted.substr(1, quoted.size() - 2);
}

// A write with an idempotency key, so that it is repeated.
request keyed_write() {
  return request{"messages.send"}.set("peer_id", 1).set("message", "hi").set("random_id", 7);
}

// Its first attempt may have been executed; what follows is up to the test.
struct lost_then : ::testing::Test {
  lost_then() {
    bench.settings.retries(retries{});
    bench.vk->expect(call("messages.send")).fail(errc::connection_lost, request_effect::unknown);
  }
  void expect_unknown(const error& failure, int attempts = 2) {
    EXPECT_EQ(failure.effect(), request_effect::unknown) << failure;
    EXPECT_EQ(failure.attempts(), attempts) << failure;
    EXPECT_THAT(failure.to_string(), HasSubstr("It is not known whether VK executed the request."));
    if (attempts > 1) {
      EXPECT_THAT(failure.to_string(), HasSubstr("Sent " + std::to_string(attempts) + " times."));
    }
  }

  call_bench bench;
};

using Outcome = lost_then;

TEST_F(Outcome, ARefusalOfTheRepeatLeavesItUnknown) {
  bench.vk->expect(call("messages.send")).reply_error(R"({"error_code":7,"error_msg":"no"})");
  const auto failure = bench.call_once(keyed_write()).error();
  EXPECT_EQ(failure, api_errc::no_permission);
  expect_unknown(failure);
}

TEST_F(Outcome, ACancellationInThePauseLeavesItUnknown) {
  http::response busy;
  busy.status = 429;
  busy.headers.push_back({"Retry-After", "30"});
  bench.vk->expect(call("messages.send")).reply_with(busy);
  auto started = bench.start(keyed_write());
  bench.poll();
  ASSERT_TRUE(bench.clock->advance_to_next());
  bench.poll();
  ASSERT_FALSE(started.done());
  started.cancel();
  bench.poll();
  EXPECT_EQ(started.failure(), errc::cancelled);
  expect_unknown(started.failure());
}

TEST_F(Outcome, ADeadlineWhileACaptchaIsAnsweredLeavesItUnknown) {
  bench.settings.on_captcha([time = bench.clock](challenge) -> asio::awaitable<challenge_answer> {
    auto waiting = wait_until(*time, time->now() + 1h);
    static_cast<void>(co_await std::move(waiting));
    co_return challenge_answer::refused();
  });
  bench.vk->expect(call("messages.send")).reply_error(captcha);
  const auto failure = bench.call_once(keyed_write(), call_options{}.total_timeout(20s)).error();
  EXPECT_EQ(failure, errc::deadline_exceeded);
  expect_unknown(failure);
}

TEST_F(Outcome, AHookThatThrowsLeavesItUnknown) {
  bench.settings.on_captcha(
      [](challenge) -> challenge_answer { throw std::runtime_error{"no solver"}; });
  bench.vk->expect(call("messages.send")).reply_error(captcha);
  const auto failure = bench.call_once(keyed_write()).error();
  EXPECT_EQ(failure, errc::handler_failed);
  expect_unknown(failure);
}

TEST_F(Outcome, AHandlerSeesIt) {
  std::optional<error> seen;
  bench.settings.on_error(api_errc::captcha_needed, [&](request, error failure) {
    seen = failure;
    return handler_action::fail();
  });
  bench.vk->expect(call("messages.send")).reply_error(captcha);
  expect_unknown(bench.call_once(keyed_write()).error());
  ASSERT_TRUE(seen);
  EXPECT_EQ(seen->effect(), request_effect::unknown);
}

TEST_F(Outcome, AHandlersChangedRequestThatCannotBeSentLeavesItUnknown) {
  bench.settings.on_error(api_errc::captcha_needed, [](request, error) {
    return handler_action::send(request{"not a method"});
  });
  bench.vk->expect(call("messages.send")).reply_error(captcha);
  const auto failure = bench.call_once(keyed_write()).error();
  EXPECT_EQ(failure, errc::invalid_argument);
  expect_unknown(failure);
}

// The same in a batch: `execute` was lost, and then something else became of the call.
struct lost_batch_then : lost_then {
  lost_batch_then() {
    bench.settings.batching(batching{});
    bench.vk = std::make_shared<testing::scripted_transport>(bench.clock);
    bench.settings.transport(bench.vk);
    bench.vk->expect(call("execute")).fail(errc::connection_lost, request_effect::unknown);
  }
};

using BatchOutcome = lost_batch_then;

TEST_F(BatchOutcome, ADeadTokenLeavesItUnknown) {
  bench.vk->expect(call("execute")).reply_error(dead_token);
  bench.vk->expect(call("messages.send")).reply_error(dead_token);
  const auto failure = bench.call_once(keyed_write()).error();
  EXPECT_EQ(failure, api_errc::authorization_failed);
  expect_unknown(failure, 3);
}

TEST_F(BatchOutcome, ARefusalInsideLeavesItUnknown) {
  bench.vk->expect(call("execute")).reply_body(R"({"response":[false],"execute_errors":[
                      {"method":"messages.send","error_code":7,"error_msg":"no"}]})");
  const auto failure = bench.call_once(keyed_write()).error();
  EXPECT_EQ(failure, api_errc::no_permission);
  expect_unknown(failure);
}

TEST_F(BatchOutcome, ACancellationWhileItIsUnderWayLeavesItUnknown) {
  bench.vk->expect(call("execute")).never();
  auto started = bench.start(keyed_write());
  bench.poll();
  while (bench.vk->requests().size() < 2 && bench.clock->advance_to_next()) bench.poll();
  started.cancel();
  bench.poll();
  EXPECT_EQ(started.failure(), errc::cancelled);
  expect_unknown(started.failure());
}

TEST(BatchOutcomes, ACancellationOfTheFirstSendingLeavesItUnknown) {
  for (const bool hurries : {false, true}) {
    call_bench bench;
    bench.settings.batching(batching{});
    bench.vk->expect(call("execute")).never();
    auto started = bench.start(request{"wall.post"}.set("message", "hi"),
                               hurries ? call_options{}.total_timeout(5s) : call_options{});
    bench.poll();
    while (bench.vk->requests().empty() && bench.clock->advance_to_next()) bench.poll();
    started.cancel();
    bench.poll();
    EXPECT_EQ(started.failure(), errc::cancelled);
    EXPECT_EQ(started.failure().effect(), request_effect::unknown);
    EXPECT_EQ(started.failure().attempts(), 1);
  }
}

TEST(BatchOutcomes, ADeadlineWhileItIsUnderWayLeavesItUnknown) {
  call_bench bench;
  bench.settings.batching(batching{});
  bench.vk->expect(call("execute")).never();
  const auto failure =
      bench.call_once(request{"wall.post"}.set("message", "hi"), call_options{}.total_timeout(5s))
          .error();
  EXPECT_EQ(failure, errc::deadline_exceeded);
  EXPECT_EQ(failure.effect(), request_effect::unknown);
}

TEST(BatchOutcomes, BeforeItIsSentItIsNotSent) {
  for (const bool by_deadline : {false, true}) {
    call_bench bench;
    bench.settings.batching(batching{}.linger(60s));
    auto started =
        bench.start(request{"wall.post"}.set("message", "hi"), call_options{}.total_timeout(5s));
    bench.poll();
    if (by_deadline) {
      ASSERT_TRUE(bench.clock->advance_to_next());
    } else {
      started.cancel();
    }
    bench.poll();
    EXPECT_EQ(started.failure().effect(), request_effect::not_sent) << started.failure();
    EXPECT_EQ(started.failure().attempts(), 0);
    EXPECT_TRUE(bench.vk->requests().empty());
  }
}

TEST(Interruption, AtACaptchaIsRejected) {
  call_bench bench;
  bench.settings.on_captcha([time = bench.clock](challenge) -> asio::awaitable<challenge_answer> {
    auto waiting = wait_until(*time, time->now() + 1h);
    if (co_await std::move(waiting)) throw std::runtime_error{"interrupted"};
    co_return challenge_answer::refused();
  });
  bench.vk->expect(call("wall.post")).reply_error(captcha);
  auto started = bench.start(request{"wall.post"});
  bench.poll();
  started.cancel();
  bench.poll();
  EXPECT_NE(started.failure(), api_errc::captcha_needed);
  EXPECT_EQ(started.failure().effect(), request_effect::rejected);
}

TEST(Refused, WhatWasSentOnceIsNotUnsentLater) {
  call_bench bench;
  bench.settings.retries(retries{}.max_tries(2).first_pause(0ms));
  http::response busy;
  busy.status = 429;
  bench.vk->expect(call("groups.edit")).reply_with(busy);
  bench.vk->expect(call("groups.edit")).fail(errc::connection_refused, request_effect::not_sent);
  const auto failure = bench.call_once(request{"groups.edit"}).error();
  EXPECT_EQ(failure, errc::connection_refused);
  EXPECT_EQ(failure.effect(), request_effect::rejected) << failure;
}

TEST(Answered, AMiddlewareThatThrowsAfterwardsLeavesItExecuted) {
  call_bench bench;
  bench.settings.around_call([](request request, next_call next) -> asio::awaitable<result<reply>> {
    auto rest = next(std::move(request));
    static_cast<void>(co_await std::move(rest));
    throw std::runtime_error{"the disk is full"};
  });
  bench.vk->expect(call("wall.post")).reply("1");
  const auto failure = bench.call_once(request{"wall.post"}).error();
  EXPECT_EQ(failure, errc::handler_failed);
  EXPECT_EQ(failure.effect(), request_effect::executed);
  EXPECT_EQ(failure.attempts(), 1);
  EXPECT_THAT(failure.to_string(), HasSubstr("Sent once. VK executed the request."));
}

TEST(Answered, AttemptsOfAllRoundsOfAMiddlewareAreCounted) {
  call_bench bench;
  bench.settings.around_call([](request request, next_call next) -> asio::awaitable<result<reply>> {
    for (int i = 0; i != 3; ++i) {
      auto rest = next(request);
      static_cast<void>(co_await std::move(rest));
    }
    throw_error(error{errc::invalid_argument, request_effect::not_sent, "enough"});
  });
  bench.vk->expect(call("wall.post")).reply_error(R"({"error_code":15})").times(3);
  const auto failure = bench.call_once(request{"wall.post"}).error();
  EXPECT_EQ(failure, errc::invalid_argument);
  EXPECT_EQ(failure.attempts(), 3);
  EXPECT_EQ(failure.effect(), request_effect::rejected);
}

TEST(Answered, ATypeThatDoesNotFitLeavesItExecutedAndKeepsTheJson) {
  call_bench bench;
  bench.vk->expect(call("messages.delete")).reply(R"({"1":1})");
  const auto answer = bench.call_once(request{"messages.delete"}.set("message_ids", 1));
  ASSERT_TRUE(answer);
  const auto number = answer->try_as<int>();
  ASSERT_FALSE(number);
  EXPECT_EQ(number.error(), errc::unexpected_type);
  EXPECT_EQ(number.error().effect(), request_effect::executed);
  EXPECT_EQ(number.error().answer(), R"({"response":{"1":1}})");
  EXPECT_EQ(number.error().attempts(), 1);
  EXPECT_EQ(number.error().is_write(), true);
  EXPECT_THAT(number.error().to_string(),
              AllOf(HasSubstr("expected a whole number"), HasSubstr(R"(VK answered {"1":1})"),
                    HasSubstr("Sent once. VK executed the request.")));
}

TEST(Messages, OfReadsSayNothingOfTheEffect) {
  call_bench bench;
  bench.settings.retries(retries{});
  bench.vk->expect(call("users.get"))
      .fail(errc::connection_lost, request_effect::unknown)
      .any_times();
  const auto failure = bench.call_once(request{"users.get"}).error();
  EXPECT_GT(failure.attempts(), 1);
  EXPECT_THAT(failure.to_string(), AllOf(Not(HasSubstr("Sent")), Not(HasSubstr("executed"))));
}

TEST(Messages, OfWritesSayItAlsoWhenVkRefused) {
  call_bench bench;
  bench.vk->expect(call("wall.post")).reply_error(R"({"error_code":15,"error_msg":"no"})");
  EXPECT_THAT(bench.call_once(request{"wall.post"}).error().to_string(),
              HasSubstr("Sent once. The request was not executed."));
}

TEST(Challenges, ThatCannotBeAnsweredAreTheErrorAtOnce) {
  for (const auto* refusal :
       {R"({"error_code":14,"error_msg":"Captcha needed","captcha_sid":"1"})",
        R"({"error_code":14,"error_msg":"Captcha needed","captcha_img":"https://vk.ru/c"})",
        R"({"error_code":14,"error_msg":"Captcha needed"})",
        R"({"error_code":17,"error_msg":"Validation required"})"}) {
    call_bench bench;
    const auto never = [](challenge) -> challenge_answer { throw std::logic_error{"asked"}; };
    bench.settings.on_captcha(never).on_validation(never);
    bench.vk->expect(call("users.get")).reply_error(refusal);
    const auto failure = bench.call_once(request{"users.get"}).error();
    EXPECT_TRUE(failure.needs_challenge()) << failure;
    EXPECT_EQ(failure.attempts(), 1);
    EXPECT_EQ(bench.vk->problems(), "");
  }
}

TEST(GivenSecrets, AreStruckOutOfAllThatIsShown) {
  struct row {
    std::string given;
    std::string echoed;
  };
  for (const auto& [given, echoed] : {
           row{"tok-9", "tok-9"},
           row{"correct=horse/battery\"staple", "correct=horse/battery\\\"staple"},
           row{"correct=horse/battery", "correct%3Dhorse%2fbattery"},
           row{"correct=horse/battery", "correct\\u003dhorse\\/battery"},
       }) {
    for (const int status : {200, 403}) {
      call_bench bench;
      bench.settings.access_token(given);
      http::response page;
      page.status = status;
      page.body = "<p>Who is " + echoed + "?</p>";
      bench.vk->expect(call("wall.edit")).reply_with(page);
      bench.vk->expect(call("wall.edit"))
          .reply_body(R"({"error":{"error_code":5,"error_msg":"bad )" + inside_of_json(echoed) +
                      R"(","request_params":[{"key":"x","value":")" + inside_of_json(echoed) +
                      R"("}]}})");
      for (int i = 0; i != 2; ++i) {
        const auto failure = bench.call_once(request{"wall.edit"}).error();
        const auto text = failure.to_string() + failure.message();
        EXPECT_THAT(text, AllOf(Not(HasSubstr(given)), Not(HasSubstr(echoed)), HasSubstr("***")));
      }
      for (const auto& line : *bench.log_lines) EXPECT_THAT(line, Not(HasSubstr(given)));
    }
  }
}

TEST(GivenSecrets, AreStruckOutOfWhatAHookThrows) {
  call_bench bench;
  bench.settings.around_call([](request, next_call) -> asio::awaitable<result<reply>> {
    throw std::runtime_error{"cannot use my-own-token"};
    co_return error{errc::cancelled, request_effect::not_sent, ""};
  });
  const auto failure =
      bench.call_once(request{"users.get"}.access_token(secret{"my-own-token"})).error();
  EXPECT_THAT(failure.message(), AllOf(HasSubstr("cannot use ***"), Not(HasSubstr("my-own"))));
}

}  // namespace
}  // namespace vkxx::test
