// A person's time: the call's own stands still meanwhile.
#include <boost/asio/use_awaitable.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/call_bench.hpp"

namespace vkxx::test {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

// A person who takes `time` to read a picture.
auto slow_person(const std::shared_ptr<testing::manual_clock>& clock, duration time) {
  return [clock, time](challenge) -> asio::awaitable<challenge_answer> {
    auto waiting = wait_until(*clock, clock->now() + time);
    if (co_await std::move(waiting)) {
      throw boost::system::system_error{asio::error::operation_aborted};
    }
    co_return challenge_answer::captcha_key("k");
  };
}

TEST(ChallengeTime, DoesNotCountAsTimeOfTheCall) {
  call_bench bench;
  bench.settings.total_timeout(10s).on_captcha(slow_person(bench.clock, 3min));
  bench.vk->expect(call("a.b")).reply_error(captcha, after{4s});
  bench.vk->expect(call("a.b").with("captcha_key", "k")).reply("1", after{5s});
  EXPECT_TRUE(bench.call_once(request{"a.b"}));
}

TEST(ChallengeTime, LeavesTheCallWithTheTimeThatItHad) {
  call_bench bench;
  bench.settings.total_timeout(10s).timeout(1min).on_captcha(slow_person(bench.clock, 3min));
  bench.vk->expect(call("a.b")).reply_error(captcha, after{4s});
  bench.vk->expect(call("a.b")).reply("1", after{7s});
  const auto begun = bench.clock->now();
  EXPECT_EQ(bench.call_once(request{"a.b"}).error(), errc::deadline_exceeded);
  EXPECT_EQ(bench.clock->now() - begun, 3min + 10s);
}

TEST(ChallengeTime, StandsStillForTheTimeoutOfOneCallToo) {
  call_bench bench;
  bench.settings.on_captcha(slow_person(bench.clock, 3min));
  bench.vk->expect(call("a.b")).reply_error(captcha);
  bench.vk->expect(call("a.b")).reply("1");
  EXPECT_TRUE(bench.call_once(request{"a.b"}, call_options{}.total_timeout(10s)));
}

TEST(ChallengeTime, HasALimitOfItsOwn) {
  call_bench bench;
  bench.settings.challenge_timeout(2min).on_captcha(slow_person(bench.clock, 3min));
  bench.vk->expect(call("a.b")).reply_error(captcha);
  const auto begun = bench.clock->now();
  const auto failure = bench.call_once(request{"a.b"}).error();
  EXPECT_EQ(failure, errc::deadline_exceeded);
  EXPECT_THAT(failure.message(), HasSubstr("challenge_timeout"));
  EXPECT_EQ(bench.clock->now() - begun, 2min);
}

TEST(ChallengeTime, EndsAtAFixedDeadline) {
  call_bench bench;
  bench.settings.on_captcha(slow_person(bench.clock, 3min));
  bench.vk->expect(call("a.b")).reply_error(captcha);
  const auto begun = bench.clock->now();
  const auto failure =
      bench.call_once(request{"a.b"}, call_options{}.deadline(begun + 1min)).error();
  EXPECT_EQ(failure, errc::deadline_exceeded);
  EXPECT_THAT(failure.message(), HasSubstr("the deadline of the call"));
  EXPECT_EQ(bench.clock->now() - begun, 1min);
}

TEST(ChallengeTime, ACallThatWaitsForTheAnswerToAnotherStandsStillToo) {
  call_bench bench{script_order::any};
  bench.settings.total_timeout(10s).on_captcha(slow_person(bench.clock, 3min));
  for (const auto* method : {"a.b", "a.c"}) {
    bench.vk->expect(call(method).without("captcha_key")).reply_error(captcha);
  }
  bench.vk->expect(call("a.b").with("captcha_key", "k")).reply("1");
  bench.vk->expect(call("a.c").without("captcha_key")).reply("2");
  const auto first = bench.start(request{"a.b"});
  const auto second = bench.start(request{"a.c"});
  bench.run();
  EXPECT_TRUE(first.outcome());
  EXPECT_TRUE(second.outcome());
}

TEST(ChallengeTime, DoesNotCountWithMiddlewaresEither) {
  call_bench bench;
  bench.settings.total_timeout(10s)
      .around_call([](request call, next_call next) { return next(std::move(call)); })
      .on_captcha(slow_person(bench.clock, 3min));
  bench.vk->expect(call("a.b")).reply_error(captcha, after{4s});
  bench.vk->expect(call("a.b")).reply("1", after{5s});
  EXPECT_TRUE(bench.call_once(request{"a.b"}));
}

TEST(ChallengeTime, AMiddlewareIsStillEndedByTheDeadlineAfterIt) {
  call_bench bench;
  const auto clock = bench.clock;
  bench.settings.total_timeout(10s)
      .around_call([clock](request call, next_call next) -> asio::awaitable<result<reply>> {
        auto rest = next(std::move(call));
        auto outcome = co_await std::move(rest);
        auto waiting = wait_until(*clock, clock->now() + 1h);
        static_cast<void>(co_await std::move(waiting));
        co_return outcome;
      })
      .on_captcha(slow_person(bench.clock, 3min));
  bench.vk->expect(call("a.b")).reply_error(captcha, after{4s});
  bench.vk->expect(call("a.b")).reply("1", after{1s});
  const auto begun = bench.clock->now();
  const auto failure = bench.call_once(request{"a.b"}).error();
  EXPECT_THAT(failure.message(), HasSubstr("middleware"));
  EXPECT_EQ(bench.clock->now() - begun, 3min + 10s);
}

TEST(ChallengeTime, MayBeWithoutLimits) {
  call_bench bench;
  bench.settings.total_timeout(duration::max())
      .challenge_timeout(duration::max())
      .on_captcha(slow_person(bench.clock, 100h));
  bench.vk->expect(call("a.b")).reply_error(captcha);
  bench.vk->expect(call("a.b")).reply("1");
  EXPECT_TRUE(bench.call_once(request{"a.b"}));
}

}  // namespace
}  // namespace vkxx::test
