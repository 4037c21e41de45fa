// Time limits and cancellation, at every stage of a call.
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/call_bench.hpp"

namespace vkxx::test {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

// A token that never comes.
class slow_token final : public token_source {
 public:
  explicit slow_token(std::shared_ptr<clock> time) : time_{std::move(time)} {}
  asio::awaitable<result<secret>> get(request, token_environment) override {
    auto waiting = wait_until(*time_, no_deadline - 1s);
    if (co_await std::move(waiting)) {
      co_return error{errc::cancelled, request_effect::not_sent, "no token came"};
    }
    co_return secret{token()};
  }
  result<void> replace(const secret&, secret) override { return {}; }

 private:
  std::shared_ptr<clock> time_;
};

// Brings a call to one stage, at which it waits for ever.
struct stage {
  std::string name;
  std::function<void(call_bench&)> prepare;
  request_effect effect;
};

std::vector<stage> stages() {
  const auto wait_for_ever = [](call_bench& bench) {
    return [time = bench.clock]() -> asio::awaitable<void> {
      auto waiting = wait_until(*time, no_deadline - 1s);
      // As asio's own operations do.
      if (const auto failure = co_await std::move(waiting)) {
        throw boost::system::system_error{failure};
      }
    };
  };
  return {
      {"token",
       [](call_bench& bench) { bench.settings.tokens(std::make_shared<slow_token>(bench.clock)); },
       request_effect::not_sent},
      {"transport",
       [](call_bench& bench) {
         bench.settings.timeout(24h);
         bench.vk->expect(call("a.b")).never();
       },
       request_effect::unknown},
      {"handler",
       [wait_for_ever](call_bench& bench) {
         bench.settings.on_error(
             api_errc{9},
             [wait = wait_for_ever(bench)](request, error) -> asio::awaitable<handler_action> {
               co_await wait();
               co_return handler_action::fail();
             });
         bench.vk->expect(call("a.b")).reply_error(flood);
       },
       request_effect::rejected},
      {"hook",
       [wait_for_ever](call_bench& bench) {
         bench.settings.on_captcha(
             [wait = wait_for_ever(bench)](challenge) -> asio::awaitable<challenge_answer> {
               co_await wait();
               co_return challenge_answer::refused();
             });
         bench.vk->expect(call("a.b")).reply_error(captcha);
       },
       request_effect::rejected},
      {"second send",
       [](call_bench& bench) {
         bench.settings.timeout(24h).on_captcha(
             [](challenge) { return challenge_answer::captcha_key("k"); });
         bench.vk->expect(call("a.b")).reply_error(captcha);
         bench.vk->expect(call("a.b")).never();
       },
       request_effect::unknown},
      {"middleware around the call",
       [wait_for_ever](call_bench& bench) {
         bench.settings.around_call(
             [wait = wait_for_ever(bench)](request request,
                                           next_call next) -> asio::awaitable<result<reply>> {
               co_await wait();
               co_return co_await next(std::move(request));
             });
       },
       request_effect::not_sent},
      {"middleware around the attempt",
       [wait_for_ever](call_bench& bench) {
         bench.settings.around_attempt(
             [wait = wait_for_ever(bench)](
                 attempt_info, http::request message,
                 next_attempt next) -> asio::awaitable<result<http::response>> {
               co_await wait();
               co_return co_await next(std::move(message));
             });
       },
       request_effect::not_sent},
  };
}

TEST(Deadline, EndsTheCallWhateverItWaitsFor) {
  for (const auto& where : stages()) {
    call_bench bench;
    where.prepare(bench);
    const auto begin = bench.clock->now();
    const auto outcome = bench.call_once(request{"a.b"}, call_options{}.deadline(begin + 30s));
    ASSERT_FALSE(outcome) << where.name;
    EXPECT_EQ(outcome.error(), errc::deadline_exceeded) << where.name << outcome.error();
    EXPECT_EQ(outcome.error().effect(), where.effect) << where.name;
    EXPECT_EQ(outcome.error().method(), "a.b") << where.name;
    EXPECT_EQ(bench.clock->now() - begin, 30s) << where.name;
    EXPECT_EQ(bench.vk->problems(), "") << where.name;
    EXPECT_EQ(bench.clock->waiting(), 0U) << where.name;
  }
}

TEST(Cancellation, EndsTheCallWhateverItWaitsFor) {
  for (const auto type : {asio::cancellation_type::terminal, asio::cancellation_type::partial,
                          asio::cancellation_type::total}) {
    for (const auto& where : stages()) {
      call_bench bench;
      where.prepare(bench);
      auto started = bench.start(request{"a.b"});
      bench.poll();
      ASSERT_FALSE(started.done()) << where.name;
      started.cancel(type);
      bench.poll();
      ASSERT_TRUE(started.done()) << where.name << " type " << static_cast<int>(type);
      EXPECT_EQ(started.failure(), errc::cancelled) << where.name << started.failure();
      EXPECT_EQ(started.failure().effect(), where.effect) << where.name;
      EXPECT_EQ(bench.clock->waiting(), 0U) << where.name;
    }
  }
}

TEST(Cancellation, LeavesNothingBehind) {
  for (const auto& where : stages()) {
    std::weak_ptr<testing::scripted_transport> transport;
    std::weak_ptr<testing::manual_clock> clock;
    {
      call_bench bench;
      where.prepare(bench);
      transport = bench.vk;
      clock = bench.clock;
      auto started = bench.start(request{"a.b"});
      bench.poll();
      started.cancel();
      bench.poll();
    }
    EXPECT_TRUE(transport.expired()) << where.name;
    EXPECT_TRUE(clock.expired()) << where.name;
  }
}

TEST(Cancellation, AnEventLoopThatDiesWithCallsUnderWayFreesThem) {
  for (const auto& where : stages()) {
    std::weak_ptr<testing::scripted_transport> transport;
    {
      call_bench bench;
      where.prepare(bench);
      transport = bench.vk;
      const auto started = bench.start(request{"a.b"});
      bench.poll();
      EXPECT_FALSE(started.done());
    }
    EXPECT_TRUE(transport.expired()) << where.name;
  }
}

TEST(Timeout, IsForOneAttempt) {
  call_bench bench;
  bench.vk->expect(call("a.b")).never();
  const auto begin = bench.clock->now();
  const auto outcome = bench.call_once(request{"a.b"});
  EXPECT_EQ(outcome.error(), errc::timeout);
  EXPECT_EQ(outcome.error().effect(), request_effect::unknown);
  EXPECT_EQ(bench.clock->now() - begin, 10s) << "the default";
  EXPECT_TRUE(outcome.error().retryable());
}

TEST(Timeout, TheShorterLimitIsTheOneThatIsNamed) {
  struct row {
    duration timeout;
    duration total;
    errc expected;
  };
  for (const auto& row : {row{2s, 5s, errc::timeout}, row{5s, 2s, errc::deadline_exceeded}}) {
    call_bench bench;
    bench.settings.timeout(row.timeout).total_timeout(row.total);
    bench.vk->expect(call("a.b")).never();
    const auto begin = bench.clock->now();
    EXPECT_EQ(bench.call_once(request{"a.b"}).error(), row.expected);
    EXPECT_EQ(bench.clock->now() - begin, 2s);
  }
}

TEST(Timeout, OptionsOfACallWin) {
  call_bench bench;
  bench.vk->expect(call("a.b")).never().times(3);
  auto begin = bench.clock->now();
  EXPECT_EQ(bench.call_once(request{"a.b"}, call_options{}.timeout(3s)).error(), errc::timeout);
  EXPECT_EQ(bench.clock->now() - begin, 3s);
  begin = bench.clock->now();
  EXPECT_EQ(bench.call_once(request{"a.b"}, call_options{}.deadline(begin + 4s)).error(),
            errc::deadline_exceeded);
  EXPECT_EQ(bench.clock->now() - begin, 4s);
  begin = bench.clock->now();
  EXPECT_EQ(bench.call_once(request{"a.b"}, call_options{}.deadline(begin + 4s).total_timeout(2s))
                .error(),
            errc::deadline_exceeded);
  EXPECT_EQ(bench.clock->now() - begin, 2s);
}

TEST(Deadline, ACallThatComesTooLateIsNotSent) {
  call_bench bench;
  for (const auto late : {duration{-1s}, duration::zero()}) {
    const auto outcome =
        bench.call_once(request{"a.b"}, call_options{}.deadline(bench.clock->now() + late));
    EXPECT_EQ(outcome.error(), errc::deadline_exceeded);
    EXPECT_EQ(outcome.error().effect(), request_effect::not_sent);
  }
  EXPECT_TRUE(bench.vk->requests().empty());
}

TEST(Deadline, AnAnswerInTimeIsNotHurt) {
  call_bench bench;
  bench.vk->expect(call("a.b")).reply("1", after(9s));
  const auto begin = bench.clock->now();
  EXPECT_TRUE(bench.call_once(request{"a.b"}));
  EXPECT_EQ(bench.clock->now() - begin, 9s);
}

TEST(Client, CompletesNeverInline) {
  call_bench bench;
  bench.vk->expect(call("a.b"));
  const auto started = bench.start(request{"a.b"});
  EXPECT_FALSE(started.done());
  EXPECT_TRUE(bench.vk->requests().empty()) << "a call starts in the event loop";
  bench.poll();
  EXPECT_TRUE(started.done());
}

TEST(Client, MayGoBeforeItsCalls) {
  call_bench bench;
  bench.vk->expect(call("a.b")).reply("1", after(1s));
  const auto started = bench.start(request{"a.b"});
  bench.poll();
  bench.drop_client();
  bench.run();
  EXPECT_TRUE(started.outcome());
}

TEST(Client, ThrowsByKind) {
  call_bench bench;
  bench.vk->expect(call("a.b")).reply_error(flood);
  bench.vk->expect(call("a.b")).reply_error(R"({"error_code":5})");
  bench.vk->expect(call("a.b")).fail(errc::connection_refused, request_effect::not_sent);
  bench.vk->expect(call("a.b")).reply_body("{}");
  bench.vk->expect(call("a.b"));
  std::string thrown;
  asio::co_spawn(
      bench.io,
      [&]() -> asio::awaitable<void> {
        for (int i = 0; i != 6; ++i) {
          try {
            request request{i == 5 ? "" : "a.b"};
            auto work = bench.face().call(std::move(request));
            const auto answer = co_await std::move(work);
            thrown += "reply " + std::to_string(answer.json().as_int64()) + " ";
          } catch (const auth_exception&) {
            thrown += "auth ";
          } catch (const api_exception& failure) {
            EXPECT_EQ(failure.what(), failure.error().to_string());
            thrown += "api ";
          } catch (const network_exception&) {
            thrown += "network ";
          } catch (const protocol_exception&) {
            thrown += "protocol ";
          } catch (const usage_exception&) {
            thrown += "usage ";
          }
        }
      },
      asio::detached);
  bench.run();
  EXPECT_EQ(thrown, "api auth network protocol reply 1 usage ");
}

}  // namespace
}  // namespace vkxx::test
