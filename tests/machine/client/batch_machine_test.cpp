// Every event of batch_machine: calls that wait, calls on their way, batches that load and that do
// not.
#include "client/execute/batch_machine.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vkxx {
namespace {

using namespace vkxx::detail;

using ::testing::ElementsAre;
using ::testing::IsEmpty;

batch_machine of_three() {
  batch_rules rules;
  rules.most_calls = 3;
  rules.longest_code = 100;
  return batch_machine{rules};
}

TEST(BatchMachine, StartsABatchForTheFirstCallOfEachLoad) {
  auto machine = of_three();
  EXPECT_TRUE(machine.idle());
  std::vector<bool> batches;
  for (std::uint64_t who = 1; who <= 7; ++who) {
    batches.push_back(machine.arrive(who, "", 10).new_batch);
  }
  EXPECT_THAT(batches, ElementsAre(true, false, false, true, false, false, true));
  EXPECT_THAT(machine.load(), ElementsAre(1, 2, 3));
  EXPECT_THAT(machine.load(), ElementsAre(4, 5, 6));
  EXPECT_FALSE(machine.needs_batch());
  EXPECT_THAT(machine.load(), ElementsAre(7));
  EXPECT_THAT(machine.load(), IsEmpty());
}

TEST(BatchMachine, KnowsTheCallersOfAnItem) {
  auto machine = of_three();
  const auto first = machine.arrive(11, "equal", 10);
  static_cast<void>(machine.arrive(12, "equal", 10));
  EXPECT_EQ(machine.callers(first.which), (std::vector<batch_machine::ticket>{11, 12}));
  static_cast<void>(machine.load());
  EXPECT_FALSE(machine.give_up(11));
  EXPECT_EQ(machine.callers(first.which), std::vector<batch_machine::ticket>{12});
  static_cast<void>(machine.settle(first.which));
  EXPECT_TRUE(machine.callers(first.which).empty());
}

TEST(BatchMachine, SettlesEachItemOnce) {
  auto machine = of_three();
  static_cast<void>(machine.arrive(11, "", 10));
  EXPECT_THAT(machine.load(), ElementsAre(1));
  EXPECT_FALSE(machine.idle());
  EXPECT_THAT(machine.settle(1), ElementsAre(11));
  EXPECT_THAT(machine.settle(1), IsEmpty());
  EXPECT_TRUE(machine.idle());
}

TEST(BatchMachine, JoinsEqualCallsThatWaitOrAreOnTheirWay) {
  auto machine = of_three();
  EXPECT_FALSE(machine.arrive(1, "users.get?1", 10).joined);
  EXPECT_TRUE(machine.arrive(2, "users.get?1", 10).joined);
  EXPECT_FALSE(machine.arrive(3, "users.get?2", 10).joined);
  EXPECT_FALSE(machine.arrive(4, "", 10).joined);
  EXPECT_THAT(machine.load(), ElementsAre(1, 2, 3));
  EXPECT_TRUE(machine.arrive(5, "users.get?1", 10).joined);
  EXPECT_THAT(machine.settle(1), ElementsAre(1, 2, 5));
  EXPECT_FALSE(machine.arrive(6, "users.get?1", 10).joined) << "the answer has come";
}

TEST(BatchMachine, BoundsTheLengthOfTheCode) {
  auto machine = of_three();
  EXPECT_TRUE(machine.arrive(1, "", 60).new_batch);
  EXPECT_FALSE(machine.arrive(2, "", 60).new_batch);
  EXPECT_FALSE(machine.arrive(3, "", 500).new_batch);
  EXPECT_THAT(machine.load(), ElementsAre(1));
  EXPECT_TRUE(machine.needs_batch()) << "more is left than was thought";
  EXPECT_FALSE(machine.needs_batch());
  EXPECT_THAT(machine.load(), ElementsAre(2));
  EXPECT_TRUE(machine.needs_batch());
  EXPECT_THAT(machine.load(), ElementsAre(3)) << "a single call goes, however long";
}

TEST(BatchMachine, ForgetsThoseWhoGiveUp) {
  auto machine = of_three();
  for (std::uint64_t who = 1; who <= 3; ++who) static_cast<void>(machine.arrive(who, "", 10));
  static_cast<void>(machine.arrive(4, "key", 10));
  static_cast<void>(machine.arrive(5, "key", 10));
  EXPECT_TRUE(machine.give_up(2)) << "nobody wants it any more";
  EXPECT_FALSE(machine.give_up(2));
  EXPECT_FALSE(machine.give_up(4)) << "another one waits for it";
  EXPECT_FALSE(machine.give_up(99));
  EXPECT_THAT(machine.load(), ElementsAre(1, 3, 4));
  EXPECT_FALSE(machine.give_up(1)) << "it is on its way";
  EXPECT_FALSE(machine.give_up(5));
  EXPECT_THAT(machine.settle(1), IsEmpty());
  EXPECT_THAT(machine.settle(3), ElementsAre(3));
  EXPECT_TRUE(machine.arrive(6, "key", 10).joined) << "it is on its way all the same";
  EXPECT_THAT(machine.settle(4), ElementsAre(6));
  EXPECT_THAT(machine.load(), IsEmpty());
  EXPECT_TRUE(machine.idle());
}

TEST(BatchMachine, StartsAnotherBatchForOneThatDidNotLoad) {
  auto machine = of_three();
  EXPECT_TRUE(machine.arrive(1, "", 10).new_batch);
  machine.lose_batch();
  EXPECT_TRUE(machine.needs_batch());
  EXPECT_THAT(machine.load(), ElementsAre(1));
}

}  // namespace
}  // namespace vkxx
