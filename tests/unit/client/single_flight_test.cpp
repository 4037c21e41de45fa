// Calls that meet a challenge at the same time on the same token.
#include <boost/asio/steady_timer.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/call_bench.hpp"

namespace vkxx::test {
namespace {

using namespace std::chrono_literals;

constexpr const char* wants_confirmation = R"({"error_code":24,"confirmation_text":"Sure?"})";
constexpr const char* wants_validation = R"({"error_code":17,"redirect_uri":"https://m.vk.ru/x"})";

// A person who answers after one second.
template <class Answer>
challenge_hook slow_person(call_bench& bench, int& times_asked, Answer answer) {
  return
      [time = bench.clock, &times_asked, answer](challenge) -> asio::awaitable<challenge_answer> {
        ++times_asked;
        auto thinking = wait_until(*time, time->now() + 1s);
        co_await std::move(thinking);
        co_return answer();
      };
}

const auto solved = [] { return challenge_answer::captcha_key("k"); };

TEST(SingleFlight, AHundredCallsAskOnce) {
  call_bench bench{script_order::any};
  int times_asked = 0;
  bench.settings.on_captcha(slow_person(bench, times_asked, solved));
  bench.vk->expect(call("a.b").without("captcha_key")).reply_error(captcha).times(100);
  bench.vk->expect(call("a.b").with("captcha_key", "k"));
  bench.vk->expect(call("a.b").without("captcha_key")).times(99);
  std::vector<started_call> started;
  for (int i = 0; i != 100; ++i) started.push_back(bench.start(request{"a.b"}));
  bench.run();
  for (const auto& call : started) EXPECT_TRUE(call.outcome()) << call.failure();
  EXPECT_EQ(times_asked, 1);
  EXPECT_EQ(bench.vk->problems(), "");
}

TEST(SingleFlight, EachTokenAsksForItself) {
  call_bench bench{script_order::any};
  int times_asked = 0;
  bench.settings.on_captcha(slow_person(bench, times_asked, solved));
  std::vector<started_call> started;
  for (const auto& who : {secret_of("one"), secret_of("two")}) {
    bench.vk->expect(call("a.b").with_token(who).without("captcha_key"))
        .reply_error(captcha)
        .times(50);
    bench.vk->expect(call("a.b").with_token(who)).times(50);
    for (int i = 0; i != 50; ++i) started.push_back(bench.start(request{"a.b"}.access_token(who)));
  }
  bench.run();
  for (const auto& call : started) EXPECT_TRUE(call.outcome()) << call.failure();
  EXPECT_EQ(times_asked, 2);
  EXPECT_EQ(bench.vk->problems(), "");
}

TEST(SingleFlight, EachConfirmationIsAskedOneAfterAnother) {
  call_bench bench{script_order::any};
  int times_asked = 0;
  bench.settings.on_confirmation(
      slow_person(bench, times_asked, [] { return challenge_answer::confirmed(); }));
  bench.vk->expect(call("a.b").without("confirm")).reply_error(wants_confirmation).times(5);
  bench.vk->expect(call("a.b").with("confirm", "1")).times(5);
  std::vector<started_call> started;
  for (int i = 0; i != 5; ++i) started.push_back(bench.start(request{"a.b"}));
  bench.poll();
  EXPECT_EQ(times_asked, 1) << "one person, one question";
  const auto begin = bench.clock->now();
  bench.run();
  for (const auto& call : started) EXPECT_TRUE(call.outcome()) << call.failure();
  EXPECT_EQ(times_asked, 5);
  EXPECT_GE(bench.clock->now() - begin, 5s);
  EXPECT_EQ(bench.vk->problems(), "");
}

TEST(SingleFlight, AValidationGivesAllTheNewToken) {
  const auto fresh = secret_of("fresh");
  call_bench bench{script_order::any};
  int times_asked = 0;
  bench.settings.on_validation(
      slow_person(bench, times_asked, [fresh] { return challenge_answer::access_token(fresh); }));
  bench.vk->expect(call("a.b").with_token(token())).reply_error(wants_validation).times(10);
  bench.vk->expect(call("a.b").with_token(fresh)).times(10);
  std::vector<started_call> started;
  for (int i = 0; i != 10; ++i) started.push_back(bench.start(request{"a.b"}));
  bench.run();
  for (const auto& call : started) EXPECT_TRUE(call.outcome()) << call.failure();
  EXPECT_EQ(times_asked, 1);
  EXPECT_EQ(bench.vk->problems(), "");
}

TEST(SingleFlight, ARefusalEndsAll) {
  call_bench bench;
  int times_asked = 0;
  bench.settings.on_captcha(
      slow_person(bench, times_asked, [] { return challenge_answer::refused(); }));
  bench.vk->expect(call("a.b")).reply_error(captcha).times(10);
  std::vector<started_call> started;
  for (int i = 0; i != 10; ++i) started.push_back(bench.start(request{"a.b"}));
  bench.run();
  for (const auto& call : started) EXPECT_EQ(call.failure(), api_errc::captcha_needed);
  EXPECT_EQ(times_asked, 1);
  EXPECT_EQ(bench.vk->problems(), "");
}

TEST(SingleFlight, WhenTheLeaderIsCancelledTheNextOneLeads) {
  call_bench bench{script_order::any};
  int times_asked = 0;
  bench.settings.on_captcha(slow_person(bench, times_asked, solved));
  bench.vk->expect(call("a.b").without("captcha_key")).reply_error(captcha).times(3);
  bench.vk->expect(call("a.b").with("captcha_key", "k"));
  bench.vk->expect(call("a.b").without("captcha_key"));
  auto first = bench.start(request{"a.b"});
  bench.poll();
  auto second = bench.start(request{"a.b"});
  auto third = bench.start(request{"a.b"});
  bench.poll();
  EXPECT_EQ(times_asked, 1);
  first.cancel();
  bench.poll();
  EXPECT_EQ(first.failure(), errc::cancelled);
  EXPECT_EQ(times_asked, 2);
  bench.run();
  EXPECT_TRUE(second.outcome());
  EXPECT_TRUE(third.outcome());
  EXPECT_EQ(times_asked, 2);
  EXPECT_EQ(bench.vk->problems(), "");
}

TEST(SingleFlight, WhoWaitsCanBeCancelledAlone) {
  call_bench bench{script_order::any};
  int times_asked = 0;
  bench.settings.on_captcha(slow_person(bench, times_asked, solved));
  bench.vk->expect(call("a.b").without("captcha_key")).reply_error(captcha).times(3);
  bench.vk->expect(call("a.b").with("captcha_key", "k"));
  bench.vk->expect(call("a.b").without("captcha_key"));
  auto first = bench.start(request{"a.b"});
  bench.poll();
  auto second = bench.start(request{"a.b"});
  auto third = bench.start(request{"a.b"});
  bench.poll();
  second.cancel(asio::cancellation_type::total);
  bench.poll();
  ASSERT_TRUE(second.done());
  EXPECT_EQ(second.failure(), errc::cancelled);
  EXPECT_EQ(second.failure().effect(), request_effect::rejected) << "VK refused it before";
  bench.run();
  EXPECT_TRUE(first.outcome());
  EXPECT_TRUE(third.outcome());
  EXPECT_EQ(times_asked, 1);
  EXPECT_EQ(bench.vk->problems(), "");
}

TEST(SingleFlight, WhoWaitsHasADeadlineToo) {
  call_bench bench{script_order::any};
  int times_asked = 0;
  bench.settings.on_captcha(slow_person(bench, times_asked, solved));
  bench.vk->expect(call("a.b").without("captcha_key")).reply_error(captcha).times(2);
  bench.vk->expect(call("a.b").with("captcha_key", "k"));
  const auto first = bench.start(request{"a.b"});
  bench.poll();
  const auto second =
      bench.start(request{"a.b"}, call_options{}.deadline(bench.clock->now() + 500ms));
  bench.run();
  EXPECT_TRUE(first.outcome());
  EXPECT_EQ(second.failure(), errc::deadline_exceeded);
  EXPECT_EQ(second.failure().effect(), request_effect::rejected);
  EXPECT_EQ(bench.vk->problems(), "");
}

// Whatever becomes of the leader, nobody waits for ever.
// The leader goes at the very moment at which the time of the next in line is up, one so many steps
// of the event loop after the other.
void expect_the_lead_is_passed_on(bool leader_first, int steps) {
  call_bench bench{script_order::any};
  std::vector<std::string> questions;
  bench.settings.on_captcha(
      [time = bench.clock, &questions](challenge met) -> asio::awaitable<challenge_answer> {
        questions.push_back(met.method());
        if (met.method() == "m.leads") {
          auto thinking = wait_until(*time, time->now() + 1h);
          co_await std::move(thinking);
        }
        co_return solved();
      });
  for (const auto* const method : {"m.leads", "m.late", "m.patient"}) {
    bench.vk->expect(call(method)).reply_error(captcha);
    bench.vk->expect(call(method)).any_times();
  }
  const auto leader = bench.start(request{"m.leads"});
  bench.poll();
  const auto late =
      bench.start(request{"m.late"}, call_options{}.deadline(bench.clock->now() + 5s));
  bench.poll();
  const auto patient = bench.start(request{"m.patient"});
  bench.poll();
  const auto leader_goes = [&leader] { started_call{leader}.cancel(); };
  const auto time_is_up = [&bench] { bench.clock->advance(5s); };
  leader_first ? leader_goes() : time_is_up();
  bench.io.restart();
  for (int i = 0; i != steps; ++i) bench.io.poll_one();
  leader_first ? time_is_up() : leader_goes();
  bench.poll();
  ASSERT_TRUE(leader.done() && late.done() && patient.done());
  EXPECT_EQ(leader.failure(), errc::cancelled);
  EXPECT_TRUE(late.outcome() || late.failure() == errc::deadline_exceeded) << late.failure();
  EXPECT_TRUE(patient.outcome()) << patient.failure();
  EXPECT_EQ(questions.back(), late.outcome() ? "m.late" : "m.patient");
}

TEST(SingleFlight, ALeadThatComesAtTheDeadlineIsPassedOn) {
  for (const bool leader_first : {true, false}) {
    for (int steps = 0; steps != 40; ++steps) {
      SCOPED_TRACE(
          (leader_first ? "leader, then deadline after " : "deadline, then leader after ") +
          std::to_string(steps));
      expect_the_lead_is_passed_on(leader_first, steps);
    }
  }
}

TEST(SingleFlight, ALeaderThatFailsDoesNotKeepTheOthers) {
  struct row {
    std::string name;
    std::function<void(call_bench&, testing::scripted_line&&)> second_answer;
  };
  const std::vector<row> table{
      {"lost",
       [](call_bench&, testing::scripted_line&& line) {
         line.fail(errc::connection_lost, request_effect::unknown);
       }},
      {"other error",
       [](call_bench&, testing::scripted_line&& line) {
         line.reply_error(R"({"error_code":100})");
       }},
      {"time out", [](call_bench&, testing::scripted_line&& line) { line.never(); }},
      {"html", [](call_bench&, testing::scripted_line&& line) { line.reply_status(502, "x"); }},
  };
  for (const auto& row : table) {
    call_bench bench{script_order::any};
    int times_asked = 0;
    bench.settings.on_captcha(slow_person(bench, times_asked, solved));
    bench.vk->expect(call("a.b").without("captcha_key")).reply_error(captcha).times(3);
    row.second_answer(bench, bench.vk->expect(call("a.b").with("captcha_key", "k")));
    bench.vk->expect(call("a.b")).times(2);
    std::vector<started_call> started;
    for (int i = 0; i != 3; ++i) started.push_back(bench.start(request{"a.b"}));
    bench.run();
    int good = 0;
    for (const auto& call : started) good += call.outcome() ? 1 : 0;
    EXPECT_EQ(good, 2) << row.name;
    EXPECT_EQ(bench.vk->problems(), "") << row.name;
  }
}

TEST(SingleFlight, AThrowingHookFailsItsCallAndTheNextOneLeads) {
  call_bench bench{script_order::any};
  int times_asked = 0;
  bench.settings.on_captcha([&](challenge) -> asio::awaitable<challenge_answer> {
    auto thinking = wait_until(*bench.clock, bench.clock->now() + 1s);
    co_await std::move(thinking);
    if (++times_asked == 1) throw std::runtime_error{"no terminal"};
    co_return challenge_answer::captcha_key("k");
  });
  bench.vk->expect(call("a.b").without("captcha_key")).reply_error(captcha).times(2);
  bench.vk->expect(call("a.b").with("captcha_key", "k"));
  const auto first = bench.start(request{"a.b"});
  const auto second = bench.start(request{"a.b"});
  bench.run();
  EXPECT_EQ(first.failure(), errc::handler_failed);
  EXPECT_TRUE(second.outcome());
  EXPECT_EQ(times_asked, 2);
  EXPECT_EQ(bench.vk->problems(), "");
}

TEST(SingleFlight, ALaterCaptchaIsAskedAgain) {
  call_bench bench;
  int times_asked = 0;
  bench.settings.on_captcha(slow_person(bench, times_asked, solved));
  for (int i = 0; i != 3; ++i) {
    bench.vk->expect(call("a.b")).reply_error(captcha);
    bench.vk->expect(call("a.b").with("captcha_key", "k"));
  }
  for (int i = 0; i != 3; ++i) EXPECT_TRUE(bench.call_once(request{"a.b"}));
  EXPECT_EQ(times_asked, 3);
  EXPECT_EQ(bench.vk->problems(), "");
}

}  // namespace
}  // namespace vkxx::test
