// The two places at which a program may put itself around a call.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/call_bench.hpp"

namespace vkxx::test {
namespace {

call_middleware noting_call(std::string& notes, std::string name) {
  return [&notes, name](request request, next_call next) -> asio::awaitable<result<reply>> {
    notes += name + "(";
    auto rest = next(std::move(request));
    auto outcome = co_await std::move(rest);
    notes += ")" + name + " ";
    co_return outcome;
  };
}

attempt_middleware noting_attempt(std::string& notes, std::string name) {
  return [&notes, name](attempt_info which, http::request message,
                        next_attempt next) -> asio::awaitable<result<http::response>> {
    notes += name + std::to_string(which.number()) + "(";
    auto rest = next(std::move(message));
    auto answer = co_await std::move(rest);
    notes += ")" + name + " ";
    co_return answer;
  };
}

TEST(Middleware, StandsInTheOrderOfItsAdding) {
  call_bench bench;
  std::string notes;
  bench.settings.around_call(noting_call(notes, "A"))
      .around_call(noting_call(notes, "B"))
      .around_attempt(noting_attempt(notes, "x"))
      .around_attempt(noting_attempt(notes, "y"))
      .on_captcha([](challenge) { return challenge_answer::captcha_key("k"); });
  bench.vk->expect(call("a.b"))
      .reply_error(R"({"error_code":14,"captcha_sid":"1","captcha_img":"https://vk.ru/c"})");
  bench.vk->expect(call("a.b"));
  EXPECT_TRUE(bench.call_once(request{"a.b"}));
  EXPECT_EQ(notes, "A(B(x1(y1()y )x x2(y2()y )x )B )A ");
}

TEST(Middleware, AroundTheCallMayAnswerItself) {
  call_bench bench;
  bench.settings.around_call([](request, next_call) -> asio::awaitable<result<reply>> {
    co_return reply{boost::json::value("cached")};
  });
  EXPECT_EQ(bench.call_once(request{"a.b"})->json(), "cached");
  EXPECT_TRUE(bench.vk->requests().empty());
}

TEST(Middleware, AroundTheCallMayRepeat) {
  call_bench bench;
  bench.settings.around_call([](request request, next_call next) -> asio::awaitable<result<reply>> {
    for (int i = 0; i != 2; ++i) {
      auto rest = next(request);
      auto outcome = co_await std::move(rest);
      if (outcome || !outcome.error().retryable()) co_return outcome;
    }
    auto last = next(std::move(request));
    co_return co_await std::move(last);
  });
  bench.vk->expect(call("a.b")).fail(errc::connection_lost, request_effect::unknown).times(2);
  bench.vk->expect(call("a.b")).reply("3");
  EXPECT_EQ(bench.call_once(request{"a.b"})->json(), 3);
  EXPECT_EQ(bench.vk->problems(), "");
}

TEST(Middleware, AroundTheCallMayChangeTheRequest) {
  call_bench bench;
  bench.settings.around_call([](request request, next_call next) -> asio::awaitable<result<reply>> {
    request.set("added", 1);
    auto rest = next(std::move(request));
    co_return co_await std::move(rest);
  });
  bench.vk->expect(call("a.b").with("added", "1"));
  EXPECT_TRUE(bench.call_once(request{"a.b"}));
  EXPECT_EQ(bench.vk->problems(), "");
}

TEST(Middleware, ARequestThatItBreaksIsRefused) {
  call_bench bench;
  bench.settings.around_call([](request, next_call next) -> asio::awaitable<result<reply>> {
    request broken{"a/b"};
    auto rest = next(std::move(broken));
    co_return co_await std::move(rest);
  });
  EXPECT_EQ(bench.call_once(request{"a.b"}).error(), errc::invalid_argument);
  EXPECT_TRUE(bench.vk->requests().empty());
}

TEST(Middleware, AroundTheAttemptMayChangeTheMessage) {
  call_bench bench;
  bench.settings.around_attempt([](attempt_info which, http::request message,
                                   next_attempt next) -> asio::awaitable<result<http::response>> {
    EXPECT_EQ(which.method(), "a.b");
    EXPECT_EQ(which.number(), 1);
    message.add_header("X-Challenge-Solution", "s");
    auto rest = next(std::move(message));
    co_return co_await std::move(rest);
  });
  bench.vk->expect(call("a.b"));
  EXPECT_TRUE(bench.call_once(request{"a.b"}));
  const auto sent = bench.vk->requests().at(0).message();
  EXPECT_EQ(http::find_header(sent.headers(), "x-challenge-solution"), "s");
}

TEST(Middleware, AroundTheAttemptMayAnswerItself) {
  call_bench bench;
  bench.settings.around_attempt(
      [](attempt_info, http::request, next_attempt) -> asio::awaitable<result<http::response>> {
        http::response response;
        response.status = 200;
        response.body = R"({"response":"made"})";
        co_return response;
      });
  EXPECT_EQ(bench.call_once(request{"a.b"})->json(), "made");
}

// VK has published the post, whatever a middleware makes of its answer.
TEST(Middleware, CannotUndoWhatVkHasDone) {
  const error disliked{errc::http_status, request_effect::rejected, "I do not like this answer"};
  call_bench bench;
  bench.settings.around_attempt(
      [disliked](attempt_info, http::request message,
                 next_attempt next) -> asio::awaitable<result<http::response>> {
        auto rest = next(std::move(message));
        const auto answer = co_await std::move(rest);
        if (answer) co_return disliked;
        co_return answer;
      });
  bench.vk->expect(call("wall.post")).reply(R"({"post_id":1})");
  EXPECT_EQ(bench.call_once(request{"wall.post"}).error().effect(), request_effect::unknown);
  bench.vk->expect(call("wall.post")).fail(errc::connection_refused, request_effect::not_sent);
  EXPECT_EQ(bench.call_once(request{"wall.post"}).error().effect(), request_effect::not_sent);

  call_bench around;
  around.settings.around_call(
      [disliked](request request, next_call next) -> asio::awaitable<result<reply>> {
        auto rest = next(std::move(request));
        static_cast<void>(co_await std::move(rest));
        co_return disliked;
      });
  around.vk->expect(call("wall.post")).reply(R"({"post_id":1})");
  EXPECT_EQ(around.call_once(request{"wall.post"}).error().effect(), request_effect::executed);
}

TEST(Middleware, OneThatNeverComesBackIsEndedByTheDeadline) {
  call_bench bench;
  bench.settings.around_call(
      [time = bench.clock](request, next_call) -> asio::awaitable<result<reply>> {
        auto waiting = wait_until(*time, no_deadline - std::chrono::seconds{1});
        co_await std::move(waiting);
        co_return reply{boost::json::value(1)};
      });
  EXPECT_EQ(bench.call_once(request{"a.b"}).error(), errc::deadline_exceeded);
}

TEST(Middleware, DoesNotHoldTheCallBackWhenItDropsTheRest) {
  call_bench bench;
  bench.settings.around_call([](request request, next_call next) -> asio::awaitable<result<reply>> {
    { auto never_awaited = next(std::move(request)); }
    co_return error{errc::authorization_failed, request_effect::not_sent, "not today"};
  });
  EXPECT_EQ(bench.call_once(request{"a.b"}).error(), errc::authorization_failed);
  EXPECT_TRUE(bench.vk->requests().empty());
}

}  // namespace
}  // namespace vkxx::test
