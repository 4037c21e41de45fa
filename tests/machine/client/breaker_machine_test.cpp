// Every event of breaker_machine in each of its states: closed, open, probing.
#include "client/retry/breaker_machine.hpp"

#include <gtest/gtest.h>

namespace vkxx {
namespace {

using namespace vkxx::detail;

using namespace std::chrono_literals;
using enum breaker_verdict;
using enum breaker_outcome;

const time_point start{1h};

breaker_rules rules() {
  breaker_rules rules;
  rules.failures = 3;
  rules.pause = 1s;
  rules.longest_pause = 4s;
  return rules;
}

void fail(breaker_machine& machine, int times) {
  for (int i = 0; i < times; ++i) {
    EXPECT_EQ(machine.arrive(start), pass);
    machine.settle(pass, bad, start);
  }
}

breaker_machine opened() {
  breaker_machine machine{rules()};
  fail(machine, 3);
  EXPECT_TRUE(machine.open());
  return machine;
}

TEST(BreakerMachine, OpensAfterFailuresInARow) {
  breaker_machine machine{rules()};
  fail(machine, 2);
  EXPECT_EQ(machine.arrive(start), pass);
  machine.settle(pass, good, start);
  fail(machine, 2);
  EXPECT_FALSE(machine.open());
  machine.settle(pass, undecided, start);
  fail(machine, 1);
  EXPECT_TRUE(machine.open());
  EXPECT_EQ(machine.arrive(start + 999ms), refuse);
  EXPECT_EQ(machine.refused_until(), start + 1s);
}

TEST(BreakerMachine, LetsOneProbeThrough) {
  auto machine = opened();
  EXPECT_EQ(machine.arrive(start + 1s), probe);
  EXPECT_EQ(machine.arrive(start + 10s), refuse);
  machine.settle(probe, good, start + 11s);
  EXPECT_FALSE(machine.open());
  EXPECT_EQ(machine.arrive(start + 11s), pass);
}

TEST(BreakerMachine, WaitsLongerAfterEachFailedProbe) {
  auto machine = opened();
  auto now = start + 1s;
  for (const auto pause : {2s, 4s, 4s}) {
    EXPECT_EQ(machine.arrive(now), probe);
    machine.settle(probe, bad, now);
    EXPECT_EQ(machine.refused_until(), now + pause);
    EXPECT_EQ(machine.arrive(now + pause - 1ms), refuse);
    now += pause;
  }
  EXPECT_EQ(machine.arrive(now), probe);
  machine.settle(probe, good, now);
  for (int i = 0; i < 3; ++i) machine.settle(pass, bad, now);
  EXPECT_EQ(machine.refused_until(), now + 1s) << "as short as the first time";
}

TEST(BreakerMachine, TakesAnotherProbeForOneThatDecidedNothing) {
  auto machine = opened();
  EXPECT_EQ(machine.arrive(start + 1s), probe);
  machine.settle(probe, undecided, start + 1s);
  EXPECT_TRUE(machine.open());
  EXPECT_EQ(machine.arrive(start + 1s), probe);
}

TEST(BreakerMachine, ClosesWhenAnEarlierRequestIsAnswered) {
  auto machine = opened();
  machine.settle(pass, good, start + 10ms);
  EXPECT_EQ(machine.arrive(start + 10ms), pass);
}

TEST(BreakerMachine, StaysClosedWhenAProbeEndsAfterAnEarlierRequestClosedIt) {
  for (const auto outcome : {undecided, bad, good}) {
    auto machine = opened();
    EXPECT_EQ(machine.arrive(start + 1s), probe);
    machine.settle(pass, good, start + 1s);
    machine.settle(probe, outcome, start + 2s);
    EXPECT_FALSE(machine.open());
    EXPECT_EQ(machine.arrive(start + 2s), pass);
    fail(machine, 2);
    EXPECT_EQ(machine.open(), outcome == bad) << "its failure counts as one";
  }
}

TEST(BreakerMachine, IsNotOpenedFurtherByThoseUnderWay) {
  auto machine = opened();
  machine.settle(pass, bad, start + 900ms);
  EXPECT_EQ(machine.refused_until(), start + 1s);
}

TEST(BreakerMachine, NeverOpensWhenTurnedOff) {
  auto changed = rules();
  changed.failures = 0;
  breaker_machine machine{changed};
  fail(machine, 1000);
  EXPECT_FALSE(machine.open());
}

}  // namespace
}  // namespace vkxx
