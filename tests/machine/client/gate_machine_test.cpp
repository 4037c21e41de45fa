// Every event in every state of gate_machine: nobody there, one leads, one leads and others wait.
#include "client/challenge/gate_machine.hpp"

#include <sstream>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vkxx {
namespace {

using namespace vkxx::detail;

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr auto captcha = challenge_kind::captcha;
constexpr auto validation = challenge_kind::validation;
constexpr auto confirmation = challenge_kind::confirmation;
constexpr std::initializer_list<challenge_kind> kinds{captcha, validation, confirmation};

constexpr time_point turn_began{};

// Call 1 leads, 2 and 3 wait.
gate_machine with_line(challenge_kind kind) {
  gate_machine gate;
  EXPECT_EQ(gate.arrive(1, kind, turn_began), gate_verdict::lead);
  EXPECT_EQ(gate.arrive(2, kind, turn_began), gate_verdict::wait);
  EXPECT_EQ(gate.arrive(3, kind, turn_began), gate_verdict::wait);
  return gate;
}

TEST(GateMachine, BeginsIdle) {
  gate_machine gate;
  EXPECT_TRUE(gate.idle());
  for (const auto end : {turn_end::accepted, turn_end::refused, turn_end::abandoned}) {
    EXPECT_THAT(gate.leave(1, end, turn_began), IsEmpty());
  }
  gate.give_up(1);
  EXPECT_TRUE(gate.idle());
}

TEST(GateMachine, TheFirstLeads) {
  for (const auto kind : kinds) {
    gate_machine gate;
    EXPECT_EQ(gate.arrive(1, kind, turn_began), gate_verdict::lead);
    EXPECT_FALSE(gate.idle());
  }
}

TEST(GateMachine, TheLeaderGoesOnLeadingWhenItsAnswerWasWrong) {
  for (const auto kind : kinds) {
    auto gate = with_line(kind);
    EXPECT_EQ(gate.arrive(1, kind, turn_began), gate_verdict::lead);
  }
}

TEST(GateMachine, KindsHaveLinesOfTheirOwn) {
  auto gate = with_line(captcha);
  EXPECT_EQ(gate.arrive(4, validation, turn_began), gate_verdict::lead);
  EXPECT_EQ(gate.arrive(5, confirmation, turn_began), gate_verdict::lead);
  EXPECT_EQ(gate.arrive(6, validation, turn_began), gate_verdict::wait);
  EXPECT_THAT(gate.leave(4, turn_end::accepted, turn_began),
              ElementsAre(gate_notice{6, gate_verdict::passed}));
  EXPECT_EQ(gate.arrive(7, captcha, turn_began), gate_verdict::wait);
}

TEST(GateMachine, ALoneLeaderLeavesAnIdleGate) {
  for (const auto kind : kinds) {
    for (const auto end : {turn_end::accepted, turn_end::refused, turn_end::abandoned}) {
      gate_machine gate;
      static_cast<void>(gate.arrive(1, kind, turn_began));
      EXPECT_THAT(gate.leave(1, end, turn_began), IsEmpty());
      EXPECT_TRUE(gate.idle());
      EXPECT_EQ(gate.arrive(2, kind, turn_began), gate_verdict::lead);
    }
  }
}

TEST(GateMachine, TellsTheLineHowTheLeaderEnded) {
  const gate_notice second_leads{2, gate_verdict::lead};
  const std::vector<gate_notice> all_passed{{2, gate_verdict::passed}, {3, gate_verdict::passed}};
  const std::vector<gate_notice> all_refused{{2, gate_verdict::refused},
                                             {3, gate_verdict::refused}};
  struct row {
    challenge_kind kind;
    turn_end end;
    std::vector<gate_notice> expected;
    bool idle;
  };
  const std::vector<row> table{
      {captcha, turn_end::accepted, all_passed, true},
      {captcha, turn_end::refused, all_refused, true},
      {captcha, turn_end::abandoned, {second_leads}, false},
      {validation, turn_end::accepted, all_passed, true},
      {validation, turn_end::refused, all_refused, true},
      {validation, turn_end::abandoned, {second_leads}, false},
      {confirmation, turn_end::accepted, {second_leads}, false},
      {confirmation, turn_end::refused, {second_leads}, false},
      {confirmation, turn_end::abandoned, {second_leads}, false},
  };
  for (std::size_t i = 0; i != table.size(); ++i) {
    auto gate = with_line(table[i].kind);
    EXPECT_EQ(gate.leave(1, table[i].end, turn_began), table[i].expected) << i;
    EXPECT_EQ(gate.idle(), table[i].idle) << i;
  }
}

TEST(GateMachine, OnlyTheLeaderEndsATurn) {
  for (const auto kind : kinds) {
    auto gate = with_line(kind);
    EXPECT_THAT(gate.leave(2, turn_end::accepted, turn_began), IsEmpty());
    EXPECT_THAT(gate.leave(9, turn_end::refused, turn_began), IsEmpty());
    EXPECT_FALSE(gate.idle());
    EXPECT_EQ(gate.arrive(1, kind, turn_began), gate_verdict::lead);
  }
}

TEST(GateMachine, TheNextInLineLeadsForAllBehindIt) {
  auto gate = with_line(captcha);
  EXPECT_THAT(gate.leave(1, turn_end::abandoned, turn_began),
              ElementsAre(gate_notice{2, gate_verdict::lead}));
  EXPECT_EQ(gate.arrive(4, captcha, turn_began), gate_verdict::wait);
  EXPECT_THAT(
      gate.leave(2, turn_end::accepted, turn_began),
      ElementsAre(gate_notice{3, gate_verdict::passed}, gate_notice{4, gate_verdict::passed}));
  EXPECT_TRUE(gate.idle());
}

TEST(GateMachine, ConfirmationsAreAskedOneAfterAnother) {
  auto gate = with_line(confirmation);
  EXPECT_THAT(gate.leave(1, turn_end::accepted, turn_began),
              ElementsAre(gate_notice{2, gate_verdict::lead}));
  EXPECT_THAT(gate.leave(2, turn_end::refused, turn_began),
              ElementsAre(gate_notice{3, gate_verdict::lead}));
  EXPECT_THAT(gate.leave(3, turn_end::accepted, turn_began), IsEmpty());
  EXPECT_TRUE(gate.idle());
}

TEST(GateMachine, WhoGivesUpIsToldNothingMore) {
  auto gate = with_line(captcha);
  gate.give_up(2);
  gate.give_up(9);
  EXPECT_THAT(gate.leave(1, turn_end::accepted, turn_began),
              ElementsAre(gate_notice{3, gate_verdict::passed}));
  gate = with_line(confirmation);
  gate.give_up(2);
  EXPECT_THAT(gate.leave(1, turn_end::abandoned, turn_began),
              ElementsAre(gate_notice{3, gate_verdict::lead}));
}

TEST(GateMachine, TheLeaderDoesNotLoseItsTurnByGivingUpItsWaiting) {
  auto gate = with_line(captcha);
  gate.give_up(1);
  EXPECT_FALSE(gate.idle());
  EXPECT_EQ(gate.arrive(4, captcha, turn_began), gate_verdict::wait);
}

TEST(GateMachine, ATurnServesTheCallsThatWereUnderWay) {
  using std::chrono_literals::operator""s;
  struct row {
    challenge_kind kind;
    turn_end end;
    gate_verdict sent_before;
  };
  const std::vector<row> table{
      {captcha, turn_end::accepted, gate_verdict::passed},
      {captcha, turn_end::refused, gate_verdict::refused},
      {captcha, turn_end::abandoned, gate_verdict::lead},
      {validation, turn_end::accepted, gate_verdict::passed},
      {validation, turn_end::refused, gate_verdict::refused},
      {validation, turn_end::abandoned, gate_verdict::lead},
      {confirmation, turn_end::accepted, gate_verdict::lead},
      {confirmation, turn_end::refused, gate_verdict::lead},
  };
  for (std::size_t i = 0; i != table.size(); ++i) {
    for (const bool before : {true, false}) {
      gate_machine gate;
      EXPECT_EQ(gate.arrive(1, table[i].kind, turn_began), gate_verdict::lead);
      static_cast<void>(gate.leave(1, table[i].end, turn_began + 5s));
      const auto expected = before ? table[i].sent_before : gate_verdict::lead;
      EXPECT_EQ(gate.arrive(2, table[i].kind, before ? turn_began + 4s : turn_began + 5s), expected)
          << i;
      const auto other = table[i].kind == captcha ? validation : captcha;
      EXPECT_EQ(gate.arrive(3, other, turn_began), gate_verdict::lead) << "another kind";
    }
  }
}

TEST(GateMachine, ALaterTurnReplacesTheEarlierOne) {
  using std::chrono_literals::operator""s;
  gate_machine gate;
  EXPECT_EQ(gate.last_end(), std::nullopt);
  static_cast<void>(gate.arrive(1, captcha, turn_began));
  static_cast<void>(gate.leave(1, turn_end::refused, turn_began + 1s));
  static_cast<void>(gate.arrive(2, captcha, turn_began + 2s));
  static_cast<void>(gate.leave(2, turn_end::accepted, turn_began + 3s));
  EXPECT_EQ(gate.last_end(), turn_began + 3s);
  EXPECT_EQ(gate.arrive(3, captcha, turn_began), gate_verdict::passed);
}

TEST(GateMachine, PrintsItsWords) {
  std::ostringstream out;
  out << gate_verdict::lead << ' ' << gate_verdict::wait << ' ' << gate_verdict::passed << ' '
      << gate_verdict::refused << ", " << gate_notice{7, gate_verdict::lead};
  EXPECT_EQ(out.str(), "lead wait passed refused, 7: lead");
}

}  // namespace
}  // namespace vkxx
