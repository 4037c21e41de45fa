// The limiter when the limit is shared, by a clock that is moved by hand and a coordinator whose
// answers are given by hand.
#include <vkxx/client/shared_limit.hpp>

#include <atomic>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/this_coro.hpp>
#include <deque>
#include <memory>
#include <semaphore>
#include <string>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vkxx/testing/manual_clock.hpp>
#include "client/limit/call_limiter.hpp"
#include "client/contexts/home_context.hpp"
#include "unit/client/limit/limiter_visit.hpp"

namespace vkxx::detail {
namespace {

using namespace vkxx::detail;

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class pretend_bucket final : public shared_bucket {
 public:
  void acquire(const permit_request& request, handler completed) noexcept override {
    questions.push_back({request, std::move(completed)});
  }
  void release(const shared_permit& permit, duration lease) noexcept override {
    settled.push_back(
        std::to_string(permit.id) + " " +
        std::to_string(std::chrono::duration_cast<std::chrono::milliseconds>(lease).count()));
  }
  std::size_t processes() const noexcept override { return seen; }

  struct question {
    permit_request wanted;
    handler told;
  };
  std::deque<question> questions;
  std::vector<std::string> settled;
  std::size_t seen = 0;
};

class pretend_coordinator final : public shared_limit {
 public:
  std::shared_ptr<shared_bucket> bucket_of(const secret&, std::string_view methods) override {
    names.emplace_back(methods);
    return window;
  }
  std::shared_ptr<pretend_bucket> window = std::make_shared<pretend_bucket>();
  std::vector<std::string> names;
};

class SharedLimit : public ::testing::Test {
 protected:
  // Stays in flight until it is settled by name.
  std::shared_ptr<asio::cancellation_signal> enter(const std::string& name) {
    auto stop = std::make_shared<asio::cancellation_signal>();
    asio::co_spawn(io, visit(name), asio::bind_cancellation_slot(stop->slot(), asio::detached));
    stops.push_back(stop);
    poll();
    return stop;
  }
  void poll() {
    io.restart();
    io.poll();
  }
  void advance(duration by) {
    clock->advance(by);
    poll();
  }
  std::vector<std::string> heard() { return std::exchange(events, {}); }

  // Answers the oldest question.
  void give(std::uint64_t places, duration next = 0s, std::size_t processes = 4,
            duration settling = 0s) {
    permit_grant answer;
    for (std::uint64_t i = 0; i < places; ++i) answer.permits.push_back({++last_place, 0});
    answer.retry_in = next;
    answer.processes = processes;
    answer.settling = settling;
    tell(answer);
  }
  void fail() { tell(error{errc::connection_failed, request_effect::not_sent, "nobody is there"}); }

  asio::io_context io{1};
  std::shared_ptr<testing::manual_clock> clock = std::make_shared<testing::manual_clock>();
  std::shared_ptr<pretend_coordinator> place = std::make_shared<pretend_coordinator>();
  pretend_bucket& window = *place->window;
  std::vector<std::string> log;
  std::shared_ptr<call_limiter> limiter = std::make_shared<call_limiter>(
      io.get_executor(), clock, limits{}.jitter(200ms).share(place).processes(2),
      logger{[this](const log_line& line) { log.push_back(line.text); }, log_level::info});
  std::vector<std::string> events;
  std::map<std::string, limiter_turn> turns;
  std::uint64_t last_place = 0;

 private:
  void tell(result<permit_grant> answer) {
    auto question = std::move(window.questions.front());
    window.questions.pop_front();
    question.told(std::move(answer));
    poll();
  }
  asio::awaitable<void> visit(std::string name) {
    co_await asio::this_coro::reset_cancellation_state(asio::enable_total_cancellation());
    const secret token{"token"};
    limiter_question question;
    question.method = "users.get";
    auto visiting = visit_limiter(limiter, token, question, clock->now());
    auto turn = co_await std::move(visiting);
    if (!turn || !*turn) co_return;
    events.push_back(name);
    turn->value().leaves();
    turns[name] = std::move(turn->value());
  }
  std::vector<std::shared_ptr<asio::cancellation_signal>> stops;
};

TEST_F(SharedLimit, SendsNothingWithoutAPlace) {
  enter("a");
  enter("b");
  EXPECT_THAT(heard(), IsEmpty());
  ASSERT_THAT(window.questions, SizeIs(1));
  EXPECT_THAT(place->names, ElementsAre("ordinary"));
  const auto& wanted = window.questions.front().wanted;
  EXPECT_EQ(wanted.count, 1U);
  EXPECT_EQ(wanted.capacity, 3U);
  EXPECT_EQ(wanted.lease, 1258ms) << "window, margin, jitter, and a slow answer";
  EXPECT_FALSE(wanted.rejoining);
  give(1);
  EXPECT_THAT(heard(), ElementsAre("a"));
  ASSERT_THAT(window.questions, SizeIs(1)) << "for the one that came meanwhile";
  give(1);
  EXPECT_THAT(heard(), ElementsAre("b"));
  EXPECT_THAT(window.questions, IsEmpty());
  EXPECT_EQ(clock->waiting(), 0U) << "the alarm stays when nobody waits";
}

TEST_F(SharedLimit, AsksAgainWhenAPlaceWillBeFree) {
  enter("a");
  give(0, 700ms);
  advance(699ms);
  EXPECT_THAT(window.questions, IsEmpty());
  advance(1ms);
  ASSERT_THAT(window.questions, SizeIs(1));
  give(1);
  EXPECT_THAT(heard(), ElementsAre("a"));
}

TEST_F(SharedLimit, TellsTheOthersHowLongAPlaceIsTaken) {
  enter("a");
  clock->advance(30ms);
  give(1);
  advance(70ms);
  turns.at("a").settle(limiter_answer::counted);
  // 30 ms from the question to the sending, the window, its margin; all of the 70 ms may have been
  // lateness as long as nothing is known of the way.
  EXPECT_THAT(window.settled, ElementsAre("1 1108"));
}

TEST_F(SharedLimit, HoldsAPlaceLongerThatCameLate) {
  enter("a");
  clock->advance(300ms);
  give(1);
  EXPECT_THAT(heard(), ElementsAre("a"));
  EXPECT_THAT(window.settled, ElementsAre("1 1508"));
}

TEST_F(SharedLimit, GivesBackWhatItDoesNotUse) {
  const auto gone = enter("a");
  gone->emit(asio::cancellation_type::total);
  poll();
  give(1);
  EXPECT_THAT(heard(), IsEmpty());
  EXPECT_THAT(window.settled, ElementsAre("1 0"));
  EXPECT_THAT(window.questions, IsEmpty());
  enter("b");
  give(1);
  turns.at("b").settle(limiter_answer::unsent);
  EXPECT_THAT(window.settled, ElementsAre("1 0", "2 0"));
}

TEST_F(SharedLimit, LetsAPlaceRunOutWhoseCallWasLost) {
  enter("a");
  give(1);
  turns.at("a").settle(limiter_answer::lost);
  EXPECT_THAT(window.settled, IsEmpty());
}

TEST_F(SharedLimit, KeepsToItsOwnShareWhenNobodyCanBeAsked) {
  for (const auto* name : {"a", "b", "c"}) enter(name);
  window.seen = 3;
  fail();
  EXPECT_THAT(log, ElementsAre("limits cannot be shared with other processes (nobody is there): "
                               "until they can, this one keeps to its own share, one of 3"));
  EXPECT_THAT(heard(), IsEmpty()) << "the others may just have had the whole window";
  const auto fail_on_and_on = [this](duration time) {
    for (; time > 0s; time -= 1ms) {
      advance(1ms);
      if (!window.questions.empty()) fail();
    }
  };
  fail_on_and_on(1207ms);
  EXPECT_THAT(heard(), IsEmpty());
  fail_on_and_on(1ms);
  EXPECT_THAT(heard(), ElementsAre("a"));
  fail_on_and_on(1207ms);
  EXPECT_THAT(heard(), IsEmpty());
  fail_on_and_on(1ms);
  EXPECT_THAT(heard(), ElementsAre("b"));
  EXPECT_THAT(log, SizeIs(1)) << "one line, not one for every try";
}

TEST_F(SharedLimit, SharesAgainWhenTheOthersAreBack) {
  enter("a");
  fail();
  advance(250ms);
  ASSERT_THAT(window.questions, SizeIs(1));
  EXPECT_TRUE(window.questions.front().wanted.rejoining);
  give(0, 0s, 1, 2s);
  EXPECT_THAT(log.back(), HasSubstr("shared with other processes again"));
  // A waiting call needs a permit once its pause is over, and a part of its own share as well: one
  // of two is one place of three.
  advance(958ms);
  ASSERT_THAT(window.questions, SizeIs(1));
  EXPECT_FALSE(window.questions.front().wanted.rejoining);
  give(1, 0s, 1, 1042ms);
  EXPECT_THAT(heard(), ElementsAre("a"));
  enter("b");
  EXPECT_THAT(window.questions, IsEmpty());
  advance(1042ms);
  ASSERT_THAT(window.questions, SizeIs(1)) << "all have returned: the whole limit again";
  give(1);
  EXPECT_THAT(heard(), ElementsAre("b"));
}

TEST_F(SharedLimit, FindsOutWithoutAWaitingCallThatTheOthersAreBack) {
  enter("a");
  fail();
  for (int i = 0; i < 1208; ++i) {
    advance(1ms);
    if (!window.questions.empty()) fail();
  }
  EXPECT_THAT(heard(), ElementsAre("a"));
  advance(5s);
  EXPECT_THAT(window.questions, IsEmpty()) << "nobody waits";
  enter("b");
  EXPECT_THAT(heard(), ElementsAre("b"));
  ASSERT_THAT(window.questions, SizeIs(1));
  EXPECT_EQ(window.questions.front().wanted.count, 0U);
  give(0);
  enter("c");
  EXPECT_THAT(heard(), IsEmpty());
  give(1);
  EXPECT_THAT(heard(), ElementsAre("c"));
}

TEST_F(SharedLimit, MayEndWhileAQuestionIsOpen) {
  enter("a");
  auto question = std::move(window.questions.front());
  window.questions.clear();
  limiter.reset();
  permit_grant answer;
  answer.permits.push_back({1, 0});
  question.told(std::move(answer));
  poll();
}

// The thread of the shared limit may be anywhere when a client ends; it must be out of it by then.
class ForeignThread : public ::testing::Test {
 protected:
  // A call that waits for what the others say.
  shared_bucket::handler question(asio::io_context& io,
                                  const std::shared_ptr<call_limiter>& limiter) {
    asio::co_spawn(io, visit(limiter, clock->now()), asio::detached);
    io.poll();
    return place->window->questions.at(0).told;
  }
  // Lets another thread answer; returns when that is in the program's sink.
  void answer_from_another_thread(asio::io_context& io,
                                  const std::shared_ptr<call_limiter>& limiter) {
    answering = std::jthread{[told = question(io, limiter)] {
      told(error{errc::connection_failed, request_effect::not_sent, "nobody is there"});
    }};
    inside.acquire();
  }

  std::shared_ptr<testing::manual_clock> clock = std::make_shared<testing::manual_clock>();
  std::shared_ptr<pretend_coordinator> place = std::make_shared<pretend_coordinator>();
  std::binary_semaphore inside{0};
  std::atomic<bool> ending = false;
  std::atomic<bool> left = false;
  logger log{[this](const log_line&) {
               inside.release();
               while (!ending) std::this_thread::yield();
               for (int i = 0; i < 1000; ++i) std::this_thread::yield();
               left = true;
             },
             log_level::info};
  std::jthread answering;

 private:
  static asio::awaitable<void> visit(std::shared_ptr<call_limiter> limiter, time_point now) {
    limiter_question question;
    question.method = "users.get";
    const secret token{"token"};
    auto visiting = visit_limiter(limiter, token, question, now);
    const auto turn = co_await std::move(visiting);
  }
};

TEST_F(ForeignThread, IsWaitedForWhenTheLimiterEnds) {
  asio::io_context io{1};
  auto limiter = std::make_shared<call_limiter>(io.get_executor(), clock,
                                                limits{}.share(place).processes(2), log);
  answer_from_another_thread(io, limiter);
  ending = true;
  limiter->close();
  EXPECT_TRUE(left);
}

TEST_F(ForeignThread, IsWaitedForWhenTheExecutionContextEnds) {
  auto io = std::make_unique<asio::io_context>(1);
  auto limiter = std::make_shared<call_limiter>(io->get_executor(), clock,
                                                limits{}.share(place).processes(2), log);
  // As a client has it: the limiter gives its strand back when the context ends.
  const home_context home{io->get_executor(), [&limiter] { limiter->leave_context(); }};
  answer_from_another_thread(*io, limiter);
  ending = true;
  io.reset();
  EXPECT_TRUE(left);
  answering.join();
  limiter.reset();
}

TEST_F(ForeignThread, MayEndTheLimiterItself) {
  asio::io_context io{1};
  std::shared_ptr<call_limiter> limiter;
  const logger lets_go{[&](const log_line&) {
                         limiter->close();
                         limiter.reset();
                         left = true;
                       },
                       log_level::info};
  limiter = std::make_shared<call_limiter>(io.get_executor(), clock,
                                           limits{}.share(place).processes(2), lets_go);
  answering = std::jthread{[told = question(io, limiter)] {
    told(error{errc::connection_failed, request_effect::not_sent, "nobody is there"});
  }};
  answering.join();
  EXPECT_TRUE(left);
}

TEST_F(ForeignThread, IsNotLetInAfterwards) {
  asio::io_context io{1};
  auto limiter = std::make_shared<call_limiter>(io.get_executor(), clock,
                                                limits{}.share(place).processes(2), log);
  const auto told = question(io, limiter);
  limiter->close();
  ending = true;
  told(error{errc::connection_failed, request_effect::not_sent, "nobody is there"});
  EXPECT_FALSE(left);
}

}  // namespace
}  // namespace vkxx::detail
