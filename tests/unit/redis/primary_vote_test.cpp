#include "redis/sentinel/primary_vote.hpp"

#include <string>

#include <gtest/gtest.h>

namespace vkxx::redis::detail {
namespace {

const known_primary old_one{"10.0.0.1", 6379, 1};
const known_primary new_one{"10.0.0.2", 6379, 2};

TEST(PrimaryVote, WaitsForAllOrForMoreThanHalf) {
  primary_vote vote{3};
  EXPECT_FALSE(vote.is_decided());
  vote.answered(0, old_one);
  EXPECT_FALSE(vote.is_decided());
  vote.answered(1, old_one);
  EXPECT_TRUE(vote.is_decided());
  EXPECT_EQ(vote.chosen(), old_one);
}

TEST(PrimaryVote, ChoosesTheNewestAnswerThoughFewerGaveIt) {
  primary_vote vote{3};
  vote.answered(0, new_one);
  vote.answered(1, old_one);
  EXPECT_FALSE(vote.is_decided());
  vote.answered(2, old_one);
  EXPECT_TRUE(vote.is_decided());
  EXPECT_EQ(vote.chosen(), new_one);
}

TEST(PrimaryVote, OfEquallyNewAnswersTakesThatOfMost) {
  const known_primary third{"10.0.0.3", 6379, 2};
  primary_vote vote{3};
  vote.answered(0, third);
  vote.answered(1, new_one);
  vote.answered(2, new_one);
  EXPECT_EQ(vote.chosen(), new_one);
}

TEST(PrimaryVote, OneAnswerIsEnoughWhenTheOthersFailed) {
  primary_vote vote{3};
  vote.failed(0, "a: refused");
  vote.answered(1, old_one);
  EXPECT_FALSE(vote.is_decided());
  vote.failed(2, "c: silent");
  EXPECT_TRUE(vote.is_decided());
  EXPECT_EQ(vote.chosen(), old_one);
}

TEST(PrimaryVote, WithoutAnyAnswerSaysWhy) {
  primary_vote vote{2};
  vote.failed(0, "a: refused");
  vote.failed(1, "b: silent");
  EXPECT_TRUE(vote.is_decided());
  EXPECT_FALSE(vote.chosen());
  EXPECT_EQ(vote.problems(), "a: refused; b: silent");
}

TEST(PrimaryVote, OnlyTheFirstWordOfEachCounts) {
  primary_vote vote{2};
  vote.answered(0, old_one);
  vote.failed(0, "a: closed");
  vote.answered(0, new_one);
  vote.answered(7, new_one);
  EXPECT_FALSE(vote.is_decided());
  EXPECT_EQ(vote.chosen(), old_one);
  EXPECT_EQ(vote.problems(), "");
}

}  // namespace
}  // namespace vkxx::redis::detail
