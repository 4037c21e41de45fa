// The limiter with its coroutines, by a clock that is moved by hand.
#include "client/limit/call_limiter.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/this_coro.hpp>
#include <memory>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vkxx/testing/manual_clock.hpp>
#include "unit/client/limit/limiter_visit.hpp"

namespace vkxx::detail {
namespace {

using namespace vkxx::detail;

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class CallLimiter : public ::testing::Test {
 protected:
  struct visitor {
    std::string name;
    asio::cancellation_signal stop;
  };

  limiter_question ask(std::string_view method = "users.get") const {
    limiter_question question;
    question.method = method;
    return question;
  }

  std::shared_ptr<visitor> enter(const std::string& name, limiter_question question,
                                 const std::string& token = "token") {
    if (!limiter) {
      limiter = std::make_shared<call_limiter>(io.get_executor(), clock, settings);
    }
    auto who = std::make_shared<visitor>();
    who->name = name;
    asio::co_spawn(io, visit(who, question, secret{token}),
                   asio::bind_cancellation_slot(who->stop.slot(), asio::detached));
    poll();
    return who;
  }
  std::shared_ptr<visitor> enter(const std::string& name) { return enter(name, ask()); }

  void poll() {
    io.restart();
    io.poll();
  }
  void advance(duration by) {
    clock->advance(by);
    poll();
  }
  void run() {
    do poll();
    while (clock->advance_to_next());
  }
  std::vector<std::string> heard() { return std::exchange(events, {}); }

  asio::io_context io{1};
  std::shared_ptr<testing::manual_clock> clock = std::make_shared<testing::manual_clock>();
  limits settings = limits{}.jitter(0ms);
  std::shared_ptr<call_limiter> limiter;
  std::vector<std::string> events;
  limiter_answer answer = limiter_answer::counted;

 private:
  asio::awaitable<void> visit(std::shared_ptr<visitor> who, limiter_question question,
                              secret token) {
    co_await asio::this_coro::reset_cancellation_state(asio::enable_total_cancellation());
    auto visiting = visit_limiter(limiter, token, question, clock->now());
    auto turn = co_await std::move(visiting);
    if (!turn) {
      events.push_back(who->name + " cancelled");
    } else if (!*turn) {
      events.push_back(who->name + ": " + turn->error().message());
      last_error.emplace(turn->error());
    } else {
      events.push_back(who->name);
      turn->value().leaves();
      turn->value().settle(answer);
    }
  }

 protected:
  std::optional<error> last_error;
};

TEST_F(CallLimiter, LetsCallsGoAtTheRateOfTheirToken) {
  for (const auto* name : {"a", "b", "c", "d", "e"}) enter(name);
  EXPECT_THAT(heard(), ElementsAre("a", "b", "c"));
  advance(1007ms);
  EXPECT_THAT(heard(), IsEmpty());
  advance(1ms);
  EXPECT_THAT(heard(), ElementsAre("d", "e"));
  EXPECT_EQ(clock->waiting(), 0U) << "the alarm stays when nobody waits";
}

TEST_F(CallLimiter, KeepsTokensAndClassesApart) {
  for (const auto* name : {"a", "b", "c", "d"}) enter(name);
  enter("other", ask(), "another token");
  enter("secure", ask("secure.getUserLevel"));
  enter("ads", ask("ads.getStatistics"));
  EXPECT_THAT(heard(), ElementsAre("a", "b", "c", "other", "secure", "ads"));
  EXPECT_EQ(limiter->now().tokens, 4U);
  EXPECT_EQ(limiter->now().waiting, 1U);
  run();
  EXPECT_THAT(heard(), ElementsAre("d"));
}

TEST_F(CallLimiter, GivesACommunityTwentyCalls) {
  auto question = ask();
  question.kind = token_kind::community;
  for (int i = 0; i < 21; ++i) enter(std::to_string(i), question);
  EXPECT_EQ(heard().size(), 20U);
  run();
  EXPECT_THAT(heard(), ElementsAre("20"));
}

TEST_F(CallLimiter, ForgetsACancelledCall) {
  for (const auto* name : {"a", "b", "c"}) enter(name);
  const auto gone = enter("d");
  enter("e");
  heard();
  gone->stop.emit(asio::cancellation_type::total);
  poll();
  EXPECT_THAT(heard(), ElementsAre("d cancelled"));
  advance(1008ms);
  EXPECT_THAT(heard(), ElementsAre("e"));
}

TEST_F(CallLimiter, LeavesNoAlarmBehindWhenAllAreCancelled) {
  for (const auto* name : {"a", "b", "c"}) enter(name);
  const auto gone = enter("d");
  EXPECT_EQ(clock->waiting(), 1U);
  gone->stop.emit(asio::cancellation_type::terminal);
  poll();
  EXPECT_EQ(clock->waiting(), 0U);
}

TEST_F(CallLimiter, FailsAtOnceWhatCannotMakeItsDeadline) {
  for (const auto* name : {"a", "b", "c"}) enter(name);
  heard();
  auto hurried = ask();
  hurried.deadline = clock->now() + 500ms;
  enter("late", hurried);
  EXPECT_THAT(heard(), ElementsAre("late: the call would wait 1.0 s for the limit of its token, "
                                   "longer than its deadline lets it"));
  EXPECT_EQ(*last_error, errc::deadline_exceeded);
  EXPECT_EQ(last_error->effect(), request_effect::not_sent);
  EXPECT_EQ(last_error->retry_after(), 1008ms);
}

TEST_F(CallLimiter, EndsAWaitAtTheDeadline) {
  for (const auto* name : {"a", "b", "c"}) enter(name);
  auto hurried = ask();
  hurried.deadline = clock->now() + 1500ms;
  enter("late", hurried);
  auto urgent = ask();
  urgent.priority = call_priority::urgent;
  for (const auto* name : {"d", "e", "f"}) enter(name, urgent);
  heard();
  run();
  EXPECT_THAT(heard(), ElementsAre("d", "e", "f",
                                   "late: the deadline of the call passed while it waited for the "
                                   "limit of its token"));
}

TEST_F(CallLimiter, RefusesCallsWhenTheLineIsFull) {
  settings.max_queued(1);
  for (const auto* name : {"a", "b", "c", "d"}) enter(name);
  heard();
  enter("e");
  EXPECT_THAT(heard(), ElementsAre("e: 1 calls wait for the limit of this token already"));
  EXPECT_EQ(*last_error, errc::queue_full);
}

TEST_F(CallLimiter, BlocksAMethodWhoseQuotaIsUsedUp) {
  limiter = std::make_shared<call_limiter>(io.get_executor(), clock, settings);
  auto turn = limiter->enter(secret{"token"}, ask("wall.post"), clock->now());
  turn->value().leaves();
  limiter->note(secret{"token"}, ask("wall.post"), api_errc::rate_limit);
  turn->value().settle(limiter_answer::counted);
  advance(10min);
  enter("post", ask("wall.post"));
  EXPECT_THAT(heard(), ElementsAre(HasSubstr("called with it for another 3000.0 s")));
  EXPECT_EQ(*last_error, errc::method_blocked);
  EXPECT_EQ(last_error->retry_after(), 50min);
  enter("read", ask("wall.get"));
  enter("other", ask("wall.post"), "another token");
  EXPECT_THAT(heard(), ElementsAre("read", "other"));
  advance(50min);
  enter("post", ask("wall.post"));
  EXPECT_THAT(heard(), ElementsAre("post"));
}

TEST_F(CallLimiter, TakesBackATurnThatWasNotUsed) {
  settings.per_second(1);
  limiter = std::make_shared<call_limiter>(io.get_executor(), clock, settings);
  { auto turn = limiter->enter(secret{"token"}, ask(), clock->now()); }
  enter("a");
  EXPECT_THAT(heard(), ElementsAre("a"));
}

TEST_F(CallLimiter, ForgetsTokensThatAreUsedNoMore) {
  limiter = std::make_shared<call_limiter>(io.get_executor(), clock, settings);
  for (int i = 0; i < 1000; ++i) {
    enter("x", ask(), "token " + std::to_string(i));
    clock->advance(1s);
  }
  EXPECT_LT(limiter->now().tokens, 100U);
}

}  // namespace
}  // namespace vkxx::detail
