// Every event of limiter_machine, in the states that matter: places free, none free, paused.
#include "client/limit/limiter_machine.hpp"

#include <algorithm>
#include <map>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vkxx {
namespace {

using namespace vkxx::detail;

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using enum limiter_verdict;

const time_point first_moment{1h};

limiter_rules rules(double per_second) {
  limiter_rules rules;
  rules.per_second = per_second;
  rules.least_allowance = 0ms;
  rules.most_allowance = 0ms;
  return rules;
}

limiter_call call(std::uint64_t ticket) {
  limiter_call call;
  call.ticket = ticket;
  return call;
}

limiter_call call(std::uint64_t ticket, call_priority priority, std::uint64_t caller = 0) {
  auto prioritized = call(ticket);
  prioritized.priority = priority;
  prioritized.caller = caller;
  return prioritized;
}

limiter_notice goes(std::uint64_t ticket) {
  return {ticket, go};
}

// Tickets 1 to 3 were sent at the first moment.
limiter_machine full_window(const limiter_rules& limits = rules(3)) {
  limiter_machine machine{limits};
  for (std::uint64_t ticket = 1; ticket <= 3; ++ticket) {
    EXPECT_EQ(machine.arrive(call(ticket), first_moment), go);
  }
  return machine;
}

TEST(LimiterMachine, LetsAsManyGoAtOnceAsTheLimitSays) {
  auto machine = full_window();
  EXPECT_EQ(machine.arrive(call(4), first_moment), wait);
  EXPECT_EQ(machine.next_release(), first_moment + 1s);
  EXPECT_THAT(machine.release(first_moment + 999ms), IsEmpty());
  EXPECT_THAT(machine.release(first_moment + 1s), ElementsAre(goes(4)));
  EXPECT_EQ(machine.next_release(), std::nullopt);
}

TEST(LimiterMachine, KnowsTheNextDeadlineWhoeverGivesUp) {
  auto machine = full_window();
  EXPECT_EQ(machine.next_deadline(), std::nullopt);
  std::map<std::uint64_t, time_point> waiting;
  for (std::uint64_t i = 0; i != 300; ++i) {
    auto late = call(10 + i);
    // In no order, and some at the same time.
    late.deadline = first_moment + 1h + std::chrono::seconds{i * 37 % 101};
    ASSERT_EQ(machine.arrive(late, first_moment), wait);
    waiting.emplace(late.ticket, late.deadline);
  }
  for (std::uint64_t i = 0; i != 300; ++i) {
    const auto earliest = std::min_element(
        waiting.begin(), waiting.end(),
        [](const auto& left, const auto& right) { return left.second < right.second; });
    ASSERT_EQ(machine.next_deadline(), earliest->second) << i;
    const auto ticket = 10 + i * 71 % 300;
    machine.give_up(ticket);
    waiting.erase(ticket);
  }
  EXPECT_EQ(machine.next_deadline(), std::nullopt);
}

TEST(LimiterMachine, NeverHasMoreInAnySecondThanTheLimit) {
  limiter_machine machine{rules(3)};
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(machine.arrive(call(static_cast<std::uint64_t>(i)), first_moment + 900ms + i * 30ms),
              go);
  }
  // A window that restarts at each second would let three more go here.
  EXPECT_EQ(machine.arrive(call(4), first_moment + 1s), wait);
  EXPECT_EQ(machine.next_release(), first_moment + 1900ms);
}

TEST(LimiterMachine, HoldsFractionsOfALimit) {
  limiter_machine slow{rules(0.5)};
  EXPECT_EQ(slow.arrive(call(1), first_moment), go);
  EXPECT_EQ(slow.arrive(call(2), first_moment + 1999ms), wait);
  EXPECT_EQ(slow.next_release(), first_moment + 2s);
  limiter_machine more{rules(2.5)};
  for (std::uint64_t ticket = 1; ticket <= 3; ++ticket) {
    EXPECT_EQ(more.arrive(call(ticket), first_moment), go);
  }
  EXPECT_EQ(more.arrive(call(4), first_moment + 1199ms), wait);
  EXPECT_EQ(more.next_release(), first_moment + 1200ms);
}

TEST(LimiterMachine, TakesTheLatenessOfACallIntoAccount) {
  auto changed = rules(3);
  changed.least_allowance = 10ms;
  changed.most_allowance = 200ms;
  auto machine = full_window(changed);
  EXPECT_EQ(machine.arrive(call(4), first_moment), wait);
  // No answer yet: as late as can be.
  EXPECT_EQ(machine.next_release(), first_moment + 1210ms);
  // The first ones say nothing of how quick the way is: all of their time counts as lateness.
  machine.settle(1, first_moment, limiter_answer::counted, first_moment + 50ms);
  EXPECT_EQ(machine.next_release(), first_moment + 1060ms);
  machine.settle(2, first_moment, limiter_answer::counted, first_moment + 50ms);
  machine.settle(3, first_moment, limiter_answer::lost, first_moment + 50ms);
  EXPECT_THAT(machine.release(first_moment + 1060ms), ElementsAre(goes(4)));
  EXPECT_EQ(machine.arrive(call(5), first_moment + 1070ms), go);
  EXPECT_EQ(machine.arrive(call(6), first_moment + 1080ms), wait);
  EXPECT_EQ(machine.next_release(), first_moment + 1210ms);
  EXPECT_THAT(machine.release(first_moment + 1210ms), ElementsAre(goes(6)));
  machine.settle(4, first_moment + 1060ms, limiter_answer::counted, first_moment + 1110ms);
  machine.settle(5, first_moment + 1070ms, limiter_answer::counted, first_moment + 1120ms);
  machine.settle(6, first_moment + 1210ms, limiter_answer::counted, first_moment + 1260ms);
  for (std::uint64_t ticket = 7; ticket <= 9; ++ticket) {
    EXPECT_EQ(machine.arrive(call(ticket), first_moment + 1300ms), wait);
  }
  // The last one, of which it is known that it was as quick as any, counts as in time.
  EXPECT_THAT(machine.release(first_moment + 2130ms), ElementsAre(goes(7), goes(8)));
  EXPECT_EQ(machine.next_release(), first_moment + 2220ms);
  EXPECT_THAT(machine.release(first_moment + 2220ms), ElementsAre(goes(9)));
  machine.settle(7, first_moment + 2130ms, limiter_answer::counted, first_moment + 2180ms);
  machine.settle(8, first_moment + 2130ms, limiter_answer::counted, first_moment + 2310ms);
  machine.settle(9, first_moment + 2220ms, limiter_answer::counted, first_moment + 2400ms);
  EXPECT_EQ(machine.arrive(call(10), first_moment + 2400ms), wait);
  EXPECT_THAT(machine.release(first_moment + 3140ms), ElementsAre(goes(10)));
  EXPECT_EQ(machine.arrive(call(11), first_moment + 3150ms), wait);
  const auto late_by = *machine.next_release() - (first_moment + 2130ms + 1s + 10ms);
  EXPECT_GT(late_by, 129ms);
  EXPECT_LE(late_by, 130ms) << "180 ms, where 50 are usual";
}

// Whoever takes a mean believes after such a while that being late is usual.
TEST(LimiterMachine, DoesNotTakeABusyWhileForTheUsual) {
  auto changed = rules(1);
  changed.most_allowance = 200ms;
  limiter_machine machine{changed};
  auto now = first_moment;
  std::uint64_t ticket = 0;
  const auto answered_after = [&](duration round_trip) {
    now += 2s;
    EXPECT_EQ(machine.arrive(call(++ticket), now), go);
    machine.settle(ticket, now, limiter_answer::counted, now + round_trip);
  };
  for (int i = 0; i < 10; ++i) answered_after(20ms);
  for (int i = 0; i < 240; ++i) answered_after(80ms);
  answered_after(80ms);
  EXPECT_EQ(machine.arrive(call(++ticket), now + 80ms), wait);
  EXPECT_EQ(machine.next_release(), now + 1s + 60ms);
}

TEST(LimiterMachine, LearnsInTheEndThatTheWayIsALongerOne) {
  auto changed = rules(1);
  changed.most_allowance = 200ms;
  limiter_machine machine{changed};
  auto now = first_moment;
  for (std::uint64_t ticket = 1; ticket <= 600; ++ticket) {
    now += 2s;
    EXPECT_EQ(machine.arrive(call(ticket), now), go);
    machine.settle(ticket, now, limiter_answer::counted, now + (ticket < 10 ? 20ms : 80ms));
  }
  EXPECT_EQ(machine.arrive(call(601), now + 80ms), wait);
  EXPECT_EQ(machine.next_release(), now + 1s);
}

TEST(LimiterMachine, LetsCallsGoByPermitsOnly) {
  limiter_machine machine{rules(3)};
  machine.need_permits(true);
  EXPECT_EQ(machine.arrive(call(1), first_moment), wait);
  EXPECT_EQ(machine.arrive(call(2), first_moment), wait);
  EXPECT_THAT(machine.release(first_moment), IsEmpty());
  EXPECT_EQ(machine.wants(first_moment), 2U);
  machine.permit(1);
  EXPECT_THAT(machine.release(first_moment), ElementsAre(goes(1)));
  EXPECT_EQ(machine.permits(), 0U);
  machine.permit(5);
  EXPECT_THAT(machine.release(first_moment), ElementsAre(goes(2)));
  EXPECT_EQ(machine.permits(), 4U);
}

TEST(LimiterMachine, WantsNoMoreThanItsOwnWindowHolds) {
  limiter_machine machine{rules(3)};
  machine.need_permits(true);
  for (std::uint64_t ticket = 1; ticket <= 5; ++ticket) {
    EXPECT_EQ(machine.arrive(call(ticket), first_moment), wait);
  }
  EXPECT_EQ(machine.wants(first_moment), 3U);
  machine.permit(3);
  static_cast<void>(machine.release(first_moment));
  EXPECT_EQ(machine.wants(first_moment), 0U);
  EXPECT_EQ(machine.next_place(), first_moment + 1s);
  EXPECT_EQ(machine.wants(first_moment + 1s), 2U);
  machine.pause(first_moment + 2s);
  EXPECT_EQ(machine.wants(first_moment + 1s), 0U);
}

TEST(LimiterMachine, KeepsToAPartOfTheLimitInWholePlaces) {
  limiter_machine machine{rules(20)};
  machine.divide(3);
  int gone = 0;
  for (std::uint64_t ticket = 1; ticket <= 20; ++ticket) {
    gone += machine.arrive(call(ticket), first_moment) == go ? 1 : 0;
  }
  EXPECT_EQ(gone, 6) << "three times six are not above twenty, three times seven were";
  EXPECT_EQ(machine.next_release(), first_moment + 1s);
  machine.divide(1);
  EXPECT_EQ(machine.release(first_moment).size(), 14U);
}

TEST(LimiterMachine, TakesTurnsWithOthersWhenThereAreMoreThanPlaces) {
  limiter_machine machine{rules(3)};
  machine.divide(4);
  EXPECT_EQ(machine.arrive(call(1), first_moment), go);
  EXPECT_EQ(machine.arrive(call(2), first_moment), wait);
  // Four that send one each in this time send three a second.
  EXPECT_GE(*machine.next_release(), first_moment + 1333ms);
  EXPECT_LE(*machine.next_release(), first_moment + 1334ms);
}

TEST(LimiterMachine, DoesNotWaitForAnswersThatAreNotYetDue) {
  auto changed = rules(1);
  changed.least_allowance = 10ms;
  changed.most_allowance = 200ms;
  limiter_machine machine{changed};
  EXPECT_EQ(machine.arrive(call(1), first_moment), go);
  machine.settle(1, first_moment, limiter_answer::counted, first_moment + 3s);
  EXPECT_EQ(machine.arrive(call(2), first_moment + 3s), go);
  machine.settle(2, first_moment + 3s, limiter_answer::counted, first_moment + 6s);
  for (std::uint64_t ticket = 3; ticket <= 5; ++ticket) {
    const auto sent = first_moment + 2s * ticket;
    EXPECT_EQ(machine.arrive(call(ticket), sent), go);
    machine.settle(ticket, sent, limiter_answer::counted, sent + 3s);
  }
  EXPECT_EQ(machine.arrive(call(6), first_moment + 13s), go);
  EXPECT_EQ(machine.arrive(call(7), first_moment + 13s), wait);
  EXPECT_EQ(machine.next_release(), first_moment + 14010ms);
}

TEST(LimiterMachine, FreesThePlaceOfACallThatNeverLeft) {
  auto machine = full_window();
  machine.settle(2, first_moment, limiter_answer::unsent, first_moment + 10ms);
  EXPECT_EQ(machine.arrive(call(4), first_moment + 10ms), go);
  EXPECT_EQ(machine.arrive(call(5), first_moment + 10ms), wait);
}

TEST(LimiterMachine, PutsUrgentCallsFirstAndMailingsLast) {
  auto machine = full_window();
  EXPECT_EQ(machine.arrive(call(4, call_priority::bulk), first_moment), wait);
  EXPECT_EQ(machine.arrive(call(5, call_priority::normal), first_moment), wait);
  EXPECT_EQ(machine.arrive(call(6, call_priority::urgent), first_moment), wait);
  EXPECT_THAT(machine.release(first_moment + 1s), ElementsAre(goes(6), goes(5), goes(4)));
}

TEST(LimiterMachine, LetsCallersTakeTurns) {
  limiter_machine machine{rules(1)};
  EXPECT_EQ(machine.arrive(call(1), first_moment), go);
  for (std::uint64_t ticket = 2; ticket <= 4; ++ticket) {
    EXPECT_EQ(machine.arrive(call(ticket, call_priority::normal, 1), first_moment), wait);
  }
  EXPECT_EQ(machine.arrive(call(5, call_priority::normal, 2), first_moment), wait);
  EXPECT_EQ(machine.arrive(call(6, call_priority::normal, 3), first_moment), wait);
  std::vector<std::uint64_t> order;
  for (int second = 1; second <= 5; ++second) {
    for (const auto& permit : machine.release(first_moment + second * 1s))
      order.push_back(permit.ticket);
  }
  EXPECT_THAT(order, ElementsAre(2, 5, 6, 3, 4));
}

TEST(LimiterMachine, PutsARefusedCallToTheHeadOfItsLineAndBacksOff) {
  auto machine = full_window();
  EXPECT_EQ(machine.arrive(call(4), first_moment), wait);
  machine.settle(2, first_moment, limiter_answer::refused, first_moment + 100ms);
  machine.settle(3, first_moment, limiter_answer::refused, first_moment + 110ms);
  auto again = call(5);
  again.again = true;
  EXPECT_EQ(machine.arrive(again, first_moment + 100ms), wait);
  auto other = call(6);
  other.again = true;
  EXPECT_EQ(machine.arrive(other, first_moment + 110ms), wait);
  EXPECT_DOUBLE_EQ(machine.per_second(), 3 / 1.25);
  // The places of the refused ones are taken for the longer window.
  EXPECT_THAT(machine.release(first_moment + 1s), ElementsAre(goes(5)));
  EXPECT_THAT(machine.release(first_moment + 1250ms), ElementsAre(goes(6), goes(4)));
}

TEST(LimiterMachine, RecoversAfterARefusal) {
  limiter_machine machine{rules(3)};
  EXPECT_EQ(machine.arrive(call(1), first_moment), go);
  machine.settle(1, first_moment, limiter_answer::refused, first_moment);
  EXPECT_EQ(machine.arrive(call(2), first_moment), wait) << "paused, though there are free places";
  EXPECT_THAT(machine.release(first_moment + 416ms), IsEmpty());
  EXPECT_THAT(machine.release(first_moment + 417ms), ElementsAre(goes(2)));
  machine.settle(2, first_moment, limiter_answer::counted, first_moment + 500ms);
  EXPECT_FALSE(machine.idle(first_moment + 9s));
  EXPECT_EQ(machine.arrive(call(3), first_moment + 10s), go);
  EXPECT_DOUBLE_EQ(machine.per_second(), 3);
  EXPECT_TRUE(machine.idle(first_moment + 12s));
}

TEST(LimiterMachine, BacksOffToACertainRateAtTheLowest) {
  limiter_machine machine{rules(4)};
  auto now = first_moment;
  for (std::uint64_t ticket = 1; ticket < 40; ++ticket) {
    if (machine.arrive(call(ticket), now) == wait) now = *machine.next_release();
    EXPECT_LE(machine.release(now).size(), 1U);
    machine.settle(ticket, now, limiter_answer::refused, now);
  }
  EXPECT_NEAR(machine.per_second(), 0.5, 0.01);
}

TEST(LimiterMachine, RefusesWhatCannotMakeItsDeadline) {
  auto machine = full_window();
  auto hurried = call(4);
  hurried.deadline = first_moment + 1s;
  EXPECT_EQ(machine.arrive(hurried, first_moment), too_late);
  hurried.deadline = first_moment + 1001ms;
  EXPECT_EQ(machine.arrive(hurried, first_moment), wait);
  EXPECT_EQ(machine.arrive(call(5), first_moment), wait);
  EXPECT_EQ(machine.arrive(call(6), first_moment), wait);
  // Three are before it, so the seventh goes in the second round.
  auto second = call(7);
  second.deadline = first_moment + 2s;
  EXPECT_EQ(machine.arrive(second, first_moment), too_late);
  second.priority = call_priority::urgent;
  EXPECT_EQ(machine.arrive(second, first_moment), wait) << "urgent calls have nobody before them";
}

TEST(LimiterMachine, ACallerWithoutCallsIsNotBehindAllOthers) {
  auto machine = full_window();
  for (std::uint64_t ticket = 10; ticket < 100; ++ticket) {
    EXPECT_EQ(machine.arrive(call(ticket, call_priority::normal, 1), first_moment), wait);
  }
  auto hurried = call(4, call_priority::normal, 2);
  hurried.deadline = first_moment + 1500ms;
  EXPECT_EQ(machine.arrive(hurried, first_moment), wait);
  EXPECT_THAT(machine.release(first_moment + 1s), ElementsAre(goes(10), goes(4), goes(11)));
}

TEST(LimiterMachine, EndsTheWaitAtTheDeadline) {
  auto machine = full_window();
  auto hurried = call(4);
  hurried.deadline = first_moment + 1500ms;
  EXPECT_EQ(machine.arrive(hurried, first_moment), wait);
  // A call of more importance takes its place.
  for (std::uint64_t ticket = 5; ticket <= 7; ++ticket) {
    EXPECT_EQ(machine.arrive(call(ticket, call_priority::urgent), first_moment), wait);
  }
  EXPECT_EQ(machine.release(first_moment + 1s).size(), 3U);
  EXPECT_EQ(machine.next_release(), first_moment + 1500ms);
  EXPECT_THAT(machine.release(first_moment + 1500ms), ElementsAre(limiter_notice{4, too_late}));
  EXPECT_EQ(machine.waiting(), 0U);
}

TEST(LimiterMachine, ForgetsACallThatGivesUp) {
  auto machine = full_window();
  EXPECT_EQ(machine.arrive(call(4), first_moment), wait);
  EXPECT_EQ(machine.arrive(call(5), first_moment), wait);
  machine.give_up(4);
  machine.give_up(4);
  machine.give_up(99);
  EXPECT_EQ(machine.waiting(), 1U);
  EXPECT_THAT(machine.release(first_moment + 1s), ElementsAre(goes(5)));
}

TEST(LimiterMachine, RefusesTheOneAboveTheBound) {
  auto changed = rules(3);
  changed.most_waiting = 1;
  auto machine = full_window(changed);
  EXPECT_EQ(machine.arrive(call(4), first_moment), wait);
  EXPECT_EQ(machine.arrive(call(5), first_moment), full);
  auto again = call(6);
  again.again = true;
  EXPECT_EQ(machine.arrive(again, first_moment), wait) << "it had been let in before";
}

TEST(LimiterMachine, OrKeepsItOutsideUntilAPlaceIsFree) {
  auto changed = rules(3);
  changed.most_waiting = 1;
  changed.wait_when_full = true;
  auto machine = full_window(changed);
  for (std::uint64_t ticket = 4; ticket <= 5; ++ticket) {
    EXPECT_EQ(machine.arrive(call(ticket), first_moment), wait);
  }
  EXPECT_EQ(machine.arrive(call(6, call_priority::urgent), first_moment), wait);
  EXPECT_EQ(machine.arrive(call(7), first_moment), wait);
  machine.give_up(5);
  // Outside of the line there are no priorities.
  EXPECT_THAT(machine.release(first_moment + 1s), ElementsAre(goes(4), goes(6), goes(7)));
}

}  // namespace
}  // namespace vkxx
