// One whole call (token, send, handler, captcha, send), with a failure put into each step in turn.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <algorithm>

#include "support/call_bench.hpp"

namespace vkxx::test {
namespace {

using ::testing::HasSubstr;

class odd_token final : public token_source {
 public:
  enum class trouble { ready_throws, get_throws, get_fails, late };
  explicit odd_token(trouble kind) : kind_{kind} {}
  std::optional<secret> ready(const request&) override {
    if (kind_ == trouble::ready_throws) throw std::runtime_error{"the store is locked"};
    return std::nullopt;
  }
  asio::awaitable<result<secret>> get(request, token_environment) override {
    if (kind_ == trouble::get_throws) throw std::runtime_error{"the store is locked"};
    if (kind_ == trouble::get_fails) {
      co_return error{errc::authorization_failed, request_effect::not_sent, "no password"};
    }
    co_return secret{token()};
  }
  result<void> replace(const secret&, secret) override { return {}; }

 private:
  trouble kind_;
};

TEST(Failure, OfTheTokenSource) {
  using trouble = odd_token::trouble;
  struct row {
    trouble kind;
    errc expected;
  };
  for (const auto& row : {row{trouble::ready_throws, errc::handler_failed},
                          row{trouble::get_throws, errc::handler_failed},
                          row{trouble::get_fails, errc::authorization_failed}}) {
    call_bench bench;
    bench.settings.tokens(std::make_shared<odd_token>(row.kind));
    const auto outcome = bench.call_once(request{"a.b"});
    ASSERT_FALSE(outcome);
    EXPECT_EQ(outcome.error(), row.expected);
    EXPECT_EQ(outcome.error().effect(), request_effect::not_sent);
    EXPECT_EQ(outcome.error().method(), "a.b");
    EXPECT_TRUE(bench.vk->requests().empty());
  }
  call_bench bench;
  bench.settings.tokens(std::make_shared<odd_token>(trouble::late));
  bench.vk->expect(call("a.b").with_token(token()));
  EXPECT_TRUE(bench.call_once(request{"a.b"}));
}

constexpr errc transport_failures[] = {
    errc::timeout,         errc::deadline_exceeded,  errc::cancelled,
    errc::host_not_found,  errc::connection_refused, errc::connection_failed,
    errc::connection_lost, errc::tls_failure,        errc::certificate_rejected,
    errc::proxy_failure,   errc::truncated_answer,   errc::answer_too_large,
    errc::invalid_argument};

TEST(Failure, OfTheTransportAtTheFirstSendAndAtTheSecond) {
  for (const bool at_second : {false, true}) {
    for (const auto code : transport_failures) {
      for (const auto effect : {request_effect::not_sent, request_effect::unknown}) {
        call_bench bench;
        bench.settings.on_captcha([](challenge) { return challenge_answer::captcha_key("k"); });
        if (at_second) bench.vk->expect(call("a.b")).reply_error(captcha);
        bench.vk->expect(call("a.b")).fail(code, effect);
        const auto outcome = bench.call_once(request{"a.b"});
        ASSERT_FALSE(outcome) << to_string(code);
        EXPECT_EQ(outcome.error(), code) << to_string(code);
        // The first one was sent, and VK refused it.
        const auto expected = at_second ? std::max(effect, request_effect::rejected) : effect;
        EXPECT_EQ(outcome.error().effect(), expected) << to_string(code);
        EXPECT_EQ(outcome.error().method(), "a.b");
        EXPECT_EQ(outcome.error().attempts(), at_second ? 2 : 1);
        EXPECT_EQ(bench.vk->problems(), "");
      }
    }
  }
}

// Throws at the place whose number is given; there are five places.
void throw_at(int place, int here) {
  if (place == here) throw std::runtime_error{"broken by access_token=" + secret_of("thrown")};
}

result<reply> call_with_exception_at(int place, std::weak_ptr<testing::scripted_transport>& left) {
  call_bench bench;
  left = bench.vk;
  bench.settings
      .around_call([place](request request, next_call next) -> asio::awaitable<result<reply>> {
        throw_at(place, 0);
        auto rest = next(std::move(request));
        auto outcome = co_await std::move(rest);
        throw_at(place, 5);
        co_return outcome;
      })
      .around_attempt([place](attempt_info, http::request message,
                              next_attempt next) -> asio::awaitable<result<http::response>> {
        throw_at(place, 1);
        auto rest = next(std::move(message));
        auto answer = co_await std::move(rest);
        throw_at(place, 2);
        co_return answer;
      })
      .on_error(api_errc{9},
                [place](request request, error) {
                  throw_at(place, 3);
                  return handler_action::send(std::move(request));
                })
      .on_captcha([place](challenge) {
        throw_at(place, 4);
        return challenge_answer::captcha_key("k");
      });
  bench.vk->expect(call("a.b")).reply_error(flood);
  bench.vk->expect(call("a.b")).reply_error(captcha);
  bench.vk->expect(call("a.b").with("captcha_key", "k")).reply("5");
  auto outcome = bench.call_once(request{"a.b"});
  if (outcome) {
    EXPECT_EQ(bench.vk->problems(), "");
  }
  return outcome;
}

TEST(Failure, OfTheProgramsOwnParts) {
  const request_effect effects[] = {request_effect::not_sent, request_effect::not_sent,
                                    request_effect::unknown,  request_effect::rejected,
                                    request_effect::rejected, request_effect::executed};
  for (int place = 0; place != 6; ++place) {
    std::weak_ptr<testing::scripted_transport> left;
    const auto outcome = call_with_exception_at(place, left);
    ASSERT_FALSE(outcome) << place;
    EXPECT_EQ(outcome.error(), errc::handler_failed) << place;
    EXPECT_EQ(outcome.error().effect(), effects[place]) << place;
    EXPECT_EQ(outcome.error().method(), "a.b") << place;
    EXPECT_THAT(outcome.error().message(), HasSubstr("broken by")) << place;
    EXPECT_THAT(outcome.error().message(), ::testing::Not(HasSubstr(secret_mark()))) << place;
    EXPECT_TRUE(left.expired()) << place;
  }
  std::weak_ptr<testing::scripted_transport> left;
  EXPECT_TRUE(call_with_exception_at(-1, left)) << "and without a failure all goes well";
}

TEST(Failure, SomethingThatIsNoException) {
  call_bench bench;
  bench.settings.on_captcha([](challenge) -> challenge_answer { throw 5; });
  bench.vk->expect(call("a.b")).reply_error(captcha);
  EXPECT_EQ(bench.call_once(request{"a.b"}).error(), errc::handler_failed);
}

TEST(Failure, AVkxxExceptionOfTheProgramKeepsItsError) {
  call_bench bench;
  bench.settings.on_error(
      api_errc{9}, [](request, error failure) -> handler_action { throw api_exception{failure}; });
  bench.vk->expect(call("a.b")).reply_error(flood);
  EXPECT_EQ(bench.call_once(request{"a.b"}).error(), api_errc{9});
}

TEST(Failure, TheHookIsFreedWithTheClient) {
  auto held = std::make_shared<int>(1);
  const std::weak_ptr<int> watched = held;
  {
    call_bench bench;
    bench.settings.on_captcha(
        [held = std::move(held)](challenge) { return challenge_answer::captcha_key("k"); });
    bench.vk->expect(call("a.b")).reply_error(captcha);
    bench.vk->expect(call("a.b"));
    EXPECT_TRUE(bench.call_once(request{"a.b"}));
    bench.drop_client();
    EXPECT_TRUE(watched.expired());
  }
}

}  // namespace
}  // namespace vkxx::test
