// The state machine of long poll, event by event.
#include <chrono>
#include <string>

#include <gtest/gtest.h>

#include "updates/poll/poll_machine.hpp"

namespace vkxx::detail {
namespace {

using namespace std::chrono_literals;
using enum poll_action;

// A machine with a clock that moves by each pause.
class polling {
 public:
  explicit polling(poll_rules rules = {}, std::string_view cursor = {})
      : machine_{rules, cursor.empty() ? poll_position{} : read_cursor(cursor).value()} {}

  poll_action begin() { return machine_.resume(poll_event::begun{}, now_); }
  poll_action server(std::string ts, std::optional<std::int64_t> pts = {}) {
    return machine_.resume(poll_event::server_given{std::move(ts), pts}, now_);
  }
  poll_action answer(std::string body, duration after = 25s) {
    now_ += after;
    return machine_.resume(poll_event::answered{read_poll_answer(std::move(body))}, now_);
  }
  template <class Event>
  poll_action on(Event event) {
    return machine_.resume(event, now_);
  }
  poll_action commit() {
    last_ = machine_.take_batch();
    cursor_ = to_cursor(machine_.position());
    return machine_.resume(poll_event::committed{}, now_);
  }
  // The pause that the machine asks for, which passes.
  duration pause() {
    const auto length = machine_.due() - now_;
    now_ = machine_.due();
    after_pause_ = machine_.resume(poll_event::waited{}, now_);
    return length;
  }
  // Until the machine polls at `ts`.
  void start(std::string ts, std::optional<std::int64_t> pts = {}) {
    ASSERT_EQ(begin(), ask_server);
    ASSERT_EQ(server(std::move(ts), pts), deliver);
    ASSERT_EQ(commit(), poll);
  }

  [[nodiscard]] poll_machine& machine() { return machine_; }
  [[nodiscard]] const polled& last() const { return last_; }
  [[nodiscard]] const std::string& cursor() const { return cursor_; }
  [[nodiscard]] poll_action after_pause() const { return after_pause_; }

 private:
  poll_machine machine_;
  time_point now_ = time_point{} + 1h;
  polled last_;
  std::string cursor_;
  poll_action after_pause_ = wait;
};

poll_rules mailbox() {
  poll_rules rules;
  rules.mailbox = true;
  return rules;
}

TEST(PollMachine, DeliversThePositionBeforeTheFirstPoll) {
  polling poll_of;
  EXPECT_EQ(poll_of.begin(), ask_server);
  EXPECT_EQ(poll_of.server("7"), deliver);
  EXPECT_EQ(poll_of.commit(), poll);
  EXPECT_TRUE(poll_of.last().items.empty());
  EXPECT_TRUE(poll_of.last().losses.empty());
  EXPECT_EQ(poll_of.cursor(), R"({"ts":"7"})");
}

TEST(PollMachine, ContinuesAtTheSavedPosition) {
  polling poll_of{{}, R"({"ts":"3"})"};
  EXPECT_EQ(poll_of.begin(), ask_server);
  EXPECT_EQ(poll_of.server("7"), poll);
  EXPECT_EQ(poll_of.machine().position().ts, "3");
}

TEST(PollMachine, DeliversUpdatesWithTheNextPosition) {
  polling poll_of;
  poll_of.start("1");
  EXPECT_EQ(poll_of.answer(R"({"ts":"3","updates":[{"a":1},{"b":2}]})"), deliver);
  EXPECT_EQ(poll_of.commit(), poll);
  ASSERT_EQ(poll_of.last().items.size(), 2U);
  EXPECT_EQ(poll_of.last().items[1].update, R"({"b":2})");
  EXPECT_EQ(poll_of.cursor(), R"({"ts":"3"})");
}

TEST(PollMachine, PollsAgainWhenNothingHappened) {
  polling poll_of;
  poll_of.start("1");
  EXPECT_EQ(poll_of.answer(R"({"ts":"1","updates":[]})"), poll);
  EXPECT_EQ(poll_of.answer(R"({"ts":1})"), poll);
}

TEST(PollMachine, DeliversAPositionThatMovedWithoutUpdates) {
  polling poll_of;
  poll_of.start("1");
  EXPECT_EQ(poll_of.answer(R"({"ts":"9","updates":[]})"), deliver);
  EXPECT_EQ(poll_of.commit(), poll);
  EXPECT_EQ(poll_of.cursor(), R"({"ts":"9"})");
}

TEST(PollMachine, ReportsALossWhenTheHistoryIsOutdated) {
  polling poll_of;
  poll_of.start("1");
  EXPECT_EQ(poll_of.answer(R"({"failed":1,"ts":30})"), deliver);
  EXPECT_EQ(poll_of.commit(), poll);
  ASSERT_EQ(poll_of.last().losses.size(), 1U);
  EXPECT_EQ(poll_of.last().losses[0].reason, loss_reason::history_outdated);
  EXPECT_EQ(poll_of.last().losses[0].from, "1");
  EXPECT_EQ(poll_of.last().losses[0].to, "30");
  EXPECT_EQ(poll_of.cursor(), R"({"ts":"30"})");
}

TEST(PollMachine, KeepsThePositionWhenTheKeyExpired) {
  polling poll_of;
  poll_of.start("1");
  EXPECT_EQ(poll_of.answer(R"({"failed":"2"})"), ask_server);
  EXPECT_EQ(poll_of.server("5"), poll);
  EXPECT_EQ(poll_of.machine().position().ts, "1");
}

TEST(PollMachine, ReportsALossWhenEveryKeyIsRefused) {
  polling poll_of;
  poll_of.start("1");
  EXPECT_EQ(poll_of.answer(R"({"failed":2})", 1ms), ask_server);
  EXPECT_EQ(poll_of.server("5"), poll);
  EXPECT_EQ(poll_of.answer(R"({"failed":2})", 1ms), wait);
  EXPECT_GE(poll_of.pause(), 750ms);
  EXPECT_EQ(poll_of.after_pause(), ask_server);
  EXPECT_EQ(poll_of.server("5"), poll);
  EXPECT_EQ(poll_of.on(poll_event::forbidden{}), wait);
  poll_of.pause();
  EXPECT_EQ(poll_of.after_pause(), ask_server);
  EXPECT_EQ(poll_of.server("6"), deliver);
  EXPECT_EQ(poll_of.commit(), poll);
  ASSERT_EQ(poll_of.last().losses.size(), 1U);
  EXPECT_EQ(poll_of.last().losses[0].reason, loss_reason::key_refused);
}

TEST(PollMachine, TakesTheNewPositionWhenInformationIsLost) {
  polling poll_of;
  poll_of.start("1");
  EXPECT_EQ(poll_of.answer(R"({"failed":3})"), ask_server);
  EXPECT_EQ(poll_of.server("8"), deliver);
  EXPECT_EQ(poll_of.commit(), poll);
  ASSERT_EQ(poll_of.last().losses.size(), 1U);
  EXPECT_EQ(poll_of.last().losses[0].reason, loss_reason::information_lost);
  EXPECT_EQ(poll_of.cursor(), R"({"ts":"8"})");
}

TEST(PollMachine, WaitsBeforeItBelievesAnUnknownFailure) {
  for (const auto* body : {R"({"failed":7})", R"({"failed":1})", R"({"failed":{}})",
                           R"({"failed":4,"min_version":0,"max_version":19})"}) {
    polling poll_of;
    poll_of.start("1");
    EXPECT_EQ(poll_of.answer(body), wait) << body;
    poll_of.pause();
    EXPECT_EQ(poll_of.after_pause(), ask_server) << body;
    EXPECT_EQ(poll_of.server("8"), deliver) << body;
  }
}

TEST(PollMachine, KeepsThePositionOfABrokenAnswerOnce) {
  for (const auto* body : {R"({})", R"({"updates":{"0":{}},"ts":"5"})", R"({"ts":[]})"}) {
    polling poll_of;
    poll_of.start("1");
    EXPECT_EQ(poll_of.answer(body), wait) << body;
    poll_of.pause();
    EXPECT_EQ(poll_of.after_pause(), poll) << body;
    EXPECT_EQ(poll_of.machine().position().ts, "1") << body;
    EXPECT_EQ(poll_of.answer(body), wait) << body;
    poll_of.pause();
    EXPECT_EQ(poll_of.after_pause(), ask_server) << body;
    EXPECT_EQ(poll_of.server("8"), deliver) << body;
    poll_of.commit();
    ASSERT_EQ(poll_of.last().losses.size(), 1U) << body;
    EXPECT_EQ(poll_of.last().losses[0].reason, loss_reason::malformed_answer) << body;
  }
}

TEST(PollMachine, DeliversTheUpdatesOfABrokenAnswer) {
  polling poll_of;
  poll_of.start("1");
  EXPECT_EQ(poll_of.answer(R"({"updates":[{"a":1}]})"), deliver);
  EXPECT_EQ(poll_of.commit(), wait);
  EXPECT_EQ(poll_of.last().items.size(), 1U);
  EXPECT_EQ(poll_of.cursor(), R"({"ts":"1"})");
}

TEST(PollMachine, PausesLongerWithEachFailureAndAsksForAnotherServer) {
  polling poll_of;
  poll_of.start("1");
  duration before{};
  for (int i = 1; i <= 12; ++i) {
    EXPECT_EQ(poll_of.answer("<html>502</html>", 1ms), wait);
    const auto pause = poll_of.pause();
    EXPECT_GE(pause, std::min<duration>(before, 22s));
    EXPECT_LE(pause, 30s);
    before = pause;
    EXPECT_EQ(poll_of.after_pause(), i % 3 == 0 ? ask_server : poll);
    if (i % 3 == 0) {
      EXPECT_EQ(poll_of.server("9"), poll);
    }
    EXPECT_EQ(poll_of.machine().position().ts, "1");
  }
  EXPECT_EQ(poll_of.answer(R"({"ts":"2","updates":[1]})"), deliver);
  EXPECT_EQ(poll_of.commit(), poll);
  EXPECT_EQ(poll_of.on(poll_event::unreachable{}), wait);
  EXPECT_LE(poll_of.pause(), 1s);
}

TEST(PollMachine, WaitsAsLongAsTheServerAsks) {
  polling poll_of;
  poll_of.begin();
  EXPECT_EQ(poll_of.on(poll_event::server_refused{7s}), wait);
  EXPECT_EQ(poll_of.pause(), 7s);
  EXPECT_EQ(poll_of.on(poll_event::server_refused{1000h}), wait);
  EXPECT_EQ(poll_of.pause(), 1h);
}

TEST(PollMachine, FillsAGapOfAMailboxFromTheHistory) {
  polling poll_of{mailbox()};
  poll_of.start("1", 100);
  EXPECT_EQ(poll_of.answer(R"({"failed":1,"ts":30})"), ask_history);
  EXPECT_EQ(poll_of.on(poll_event::history_given{{{{"[4,1]", "{}"}}, 105, true}}), deliver);
  EXPECT_EQ(poll_of.commit(), ask_history);
  EXPECT_EQ(poll_of.cursor(), R"({"ts":"30","pts":105,"gap":true})");
  EXPECT_EQ(poll_of.on(poll_event::history_given{{{{"[4,2]", ""}}, 107, false}}), deliver);
  EXPECT_TRUE(poll_of.commit() == poll || poll_of.machine().action() == wait);
  EXPECT_EQ(poll_of.cursor(), R"({"ts":"30","pts":107})");
  EXPECT_TRUE(poll_of.last().losses.empty());
}

TEST(PollMachine, GoesOnWithTheHistoryAfterARestart) {
  polling poll_of{mailbox(), R"({"ts":"30","pts":105,"gap":true})"};
  poll_of.begin();
  EXPECT_EQ(poll_of.server("40", 120), ask_history);
  EXPECT_EQ(poll_of.machine().position().pts, 105);
}

TEST(PollMachine, FillsTheGapAfterLostInformationToo) {
  polling poll_of{mailbox()};
  poll_of.start("1", 100);
  EXPECT_EQ(poll_of.answer(R"({"failed":3})"), ask_server);
  EXPECT_EQ(poll_of.server("50", 110), ask_history);
  EXPECT_EQ(poll_of.machine().position().pts, 100);
}

TEST(PollMachine, ReportsALossWhenTheHistoryIsTooOld) {
  polling poll_of{mailbox()};
  poll_of.start("1", 100);
  EXPECT_EQ(poll_of.answer(R"({"failed":1,"ts":30})"), ask_history);
  auto next = poll_of.on(poll_event::history_refused{poll_event::history_end::outdated, {}});
  if (next == wait) {
    poll_of.pause();
    next = poll_of.after_pause();
  }
  EXPECT_EQ(next, ask_server);
  EXPECT_EQ(poll_of.server("60", 200), deliver);
  poll_of.commit();
  ASSERT_EQ(poll_of.last().losses.size(), 1U);
  EXPECT_EQ(poll_of.last().losses[0].reason, loss_reason::history_refused);
  EXPECT_EQ(poll_of.cursor(), R"({"ts":"60","pts":200})");
}

TEST(PollMachine, ReportsALossWhenTheHistoryStaysUnreadable) {
  polling poll_of{mailbox()};
  poll_of.start("1", 100);
  EXPECT_EQ(poll_of.answer(R"({"failed":1,"ts":30})"), ask_history);
  const poll_event::history_refused unreadable{poll_event::history_end::unreadable, {}};
  EXPECT_EQ(poll_of.on(unreadable), wait);
  poll_of.pause();
  EXPECT_EQ(poll_of.after_pause(), ask_history);
  EXPECT_EQ(poll_of.on(unreadable), deliver);
  poll_of.commit();
  ASSERT_EQ(poll_of.last().losses.size(), 1U);
  EXPECT_EQ(poll_of.last().losses[0].reason, loss_reason::malformed_answer);
  EXPECT_EQ(poll_of.last().losses[0].from, "pts 100");
}

TEST(PollMachine, EndsAHistoryThatDoesNotMove) {
  polling poll_of{mailbox()};
  poll_of.start("1", 100);
  EXPECT_EQ(poll_of.answer(R"({"failed":1,"ts":30})"), ask_history);
  EXPECT_EQ(poll_of.on(poll_event::history_given{{{}, 100, true}}), deliver);
  poll_of.commit();
  EXPECT_EQ(poll_of.last().losses.size(), 1U);
  EXPECT_EQ(poll_of.cursor(), R"({"ts":"30","pts":100})");
}

TEST(PollMachine, ReportsALossOfAMailboxWithoutPts) {
  polling poll_of{mailbox(), R"({"ts":"1"})"};
  poll_of.begin();
  EXPECT_EQ(poll_of.server("5", 100), poll);
  EXPECT_EQ(poll_of.answer(R"({"failed":1,"ts":30})"), deliver);
  poll_of.commit();
  EXPECT_EQ(poll_of.last().losses.size(), 1U);
}

TEST(PollMachine, KeepsTheLastPtsWhenAnAnswerHasNone) {
  polling poll_of{mailbox()};
  poll_of.start("1", 100);
  EXPECT_EQ(poll_of.answer(R"({"ts":2,"pts":101,"updates":[[80,1]]})"), deliver);
  poll_of.commit();
  EXPECT_EQ(poll_of.answer(R"({"ts":3,"updates":[[80,2]]})"), deliver);
  poll_of.commit();
  EXPECT_EQ(poll_of.cursor(), R"({"ts":"3","pts":101})");
}

TEST(PollMachine, TakesAnotherVersionOfUserLongPoll) {
  auto rules = mailbox();
  rules.version = 19;
  polling poll_of{rules};
  poll_of.start("1", 100);
  EXPECT_EQ(poll_of.answer(R"({"failed":4,"min_version":0,"max_version":3})"), ask_server);
  EXPECT_EQ(poll_of.machine().version(), 3);
  EXPECT_EQ(poll_of.server("9", 100), poll);
  EXPECT_EQ(poll_of.machine().position().ts, "1");
  EXPECT_EQ(poll_of.answer(R"({"failed":4,"min_version":20,"max_version":21})"), end);
}

TEST(PollMachine, IgnoresEventsThatDoNotFit) {
  polling poll_of;
  poll_of.start("1");
  EXPECT_EQ(poll_of.on(poll_event::committed{}), poll);
  EXPECT_EQ(poll_of.on(poll_event::waited{}), poll);
  EXPECT_EQ(poll_of.server("5"), poll);
  EXPECT_EQ(poll_of.on(poll_event::history_given{}), poll);
  EXPECT_EQ(poll_of.machine().position().ts, "1");
}

// Whatever a server answers at once for ever, the machine is soon seen to wait.
TEST(PollMachine, NeverGoesInCirclesWithoutAPause) {
  for (const auto* body : {R"({"ts":"1","updates":[]})", R"({"ts":"1","updates":[{"a":1}]})",
                           R"({"failed":1,"ts":1})", R"({"failed":1,"ts":2})", R"({"failed":2})",
                           R"({"failed":3})", R"({"failed":4,"min_version":3,"max_version":3})",
                           R"({"failed":9})", R"({})", R"({"updates":[{}]})", "", "[]"}) {
    for (const bool of_mailbox : {false, true}) {
      poll_rules rules;
      rules.mailbox = of_mailbox;
      polling poll_of{rules};
      poll_of.start("1", 100);
      int steps = 0;
      int waits = 0;
      while (waits < 20 && steps < 2000) {
        ++steps;
        switch (poll_of.machine().action()) {
          case ask_server:
            poll_of.server("1", 100);
            break;
          case poll:
            poll_of.answer(body, 1us);
            break;
          case ask_history:
            poll_of.on(poll_event::history_given{{{}, 100, true}});
            break;
          case deliver:
            poll_of.commit();
            break;
          case wait:
            ++waits;
            EXPECT_GE(poll_of.pause(), 750ms);
            break;
          case end:
            steps = 2000;
            break;
        }
      }
      EXPECT_EQ(waits, 20) << body << " of_mailbox=" << of_mailbox;
    }
  }
}

TEST(PollCursor, RefusesWhatItDidNotWrite) {
  for (const auto* text : {"", "1", "{}", "[]", R"({"ts":null})", R"({"ts":{}})", "{\"ts\":\"1\""})
    EXPECT_FALSE(read_cursor(text)) << text;
  EXPECT_FALSE(read_cursor(R"({"ts":")" + std::string(500, '1') + "\"}"));
  const auto read = read_cursor(R"({"ts":"1","pts":5,"gap":true})");
  ASSERT_TRUE(read);
  EXPECT_EQ(to_cursor(*read), R"({"ts":"1","pts":5,"gap":true})");
}

}  // namespace
}  // namespace vkxx::detail
