#include "dispatch/machine/intake_machine.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace {

namespace intake = vkxx::detail::intake_event;
using vkxx::detail::intake_action;
using vkxx::detail::intake_machine;
using vkxx::detail::intake_step;
using intake_actions = std::vector<intake_action>;

TEST(IntakeMachine, AsksCommitsAndAccepts) {
  intake_machine machine{10, 0};
  EXPECT_EQ(machine.resume(intake::added{0}), (intake_actions{{intake_step::ask, 0}}));
  EXPECT_EQ(machine.resume(intake::delivered{0}), (intake_actions{{intake_step::commit, 0}}));
  EXPECT_EQ(machine.resume(intake::committed{0, 3}),
            (intake_actions{{intake_step::accept, 0}, {intake_step::ask, 0}}));
  EXPECT_EQ(machine.rows(), 3U);
}

TEST(IntakeMachine, RefusesWhatCouldNotBeStored) {
  intake_machine machine{10, 0};
  machine.resume(intake::added{0});
  machine.resume(intake::delivered{0});
  EXPECT_EQ(machine.resume(intake::commit_failed{0}),
            (intake_actions{{intake_step::refuse, 0}, {intake_step::ask, 0}}));
  EXPECT_EQ(machine.rows(), 0U);
}

TEST(IntakeMachine, PausesAtTheLimitAndGoesOnBelowFourFifths) {
  intake_machine machine{10, 0};
  machine.resume(intake::added{0});
  machine.resume(intake::added{1});
  machine.resume(intake::delivered{0});
  EXPECT_EQ(machine.resume(intake::committed{0, 10}), (intake_actions{{intake_step::accept, 0}}));
  EXPECT_TRUE(machine.full());
  // What was asked before is still stored: nothing that was delivered is refused.
  EXPECT_EQ(machine.resume(intake::delivered{1}), (intake_actions{{intake_step::commit, 1}}));
  EXPECT_EQ(machine.resume(intake::committed{1, 2}), (intake_actions{{intake_step::accept, 1}}));
  EXPECT_EQ(machine.resume(intake::removed{3}), intake_actions{});
  EXPECT_EQ(machine.resume(intake::removed{1}),
            (intake_actions{{intake_step::ask, 0}, {intake_step::ask, 1}}));
  EXPECT_FALSE(machine.full());
}

TEST(IntakeMachine, StartsPausedIfTheInboxIsFull) {
  intake_machine machine{1, 1};
  EXPECT_EQ(machine.resume(intake::added{0}), intake_actions{});
  EXPECT_EQ(machine.resume(intake::removed{1}), (intake_actions{{intake_step::ask, 0}}));
}

TEST(IntakeMachine, CountsTimersAndDoesNotCountBelowZero) {
  intake_machine machine{5, 0};
  machine.resume(intake::inserted{5});
  EXPECT_TRUE(machine.full());
  machine.resume(intake::removed{100});
  EXPECT_EQ(machine.rows(), 0U);
}

TEST(IntakeMachine, AsksNobodyAfterAStop) {
  intake_machine machine{10, 0};
  machine.resume(intake::added{0});
  machine.resume(intake::delivered{0});
  machine.resume(intake::stop{});
  // The commit that is under way still counts.
  EXPECT_EQ(machine.resume(intake::committed{0, 1}), (intake_actions{{intake_step::accept, 0}}));
  EXPECT_EQ(machine.resume(intake::removed{1}), intake_actions{});
  EXPECT_EQ(machine.sources(), 1U);
  machine.resume(intake::ended{0});
  EXPECT_EQ(machine.sources(), 0U);
}

TEST(IntakeMachine, IgnoresEventsOutOfPlace) {
  intake_machine machine{10, 0};
  machine.resume(intake::added{0});
  EXPECT_EQ(machine.resume(intake::commit_failed{0}), intake_actions{});
  EXPECT_EQ(machine.resume(intake::committed{0, 1}), intake_actions{});
  machine.resume(intake::delivered{0});
  EXPECT_EQ(machine.resume(intake::delivered{0}), intake_actions{});
}

}  // namespace
