#include "command_line/spelling.hpp"

#include <gtest/gtest.h>

namespace vkxx::cli {
namespace {

using names = std::vector<std::string_view>;

TEST(EditDistance, CountsSlips) {
  EXPECT_EQ(edit_distance("", ""), 0U);
  EXPECT_EQ(edit_distance("get", ""), 3U);
  EXPECT_EQ(edit_distance("", "get"), 3U);
  EXPECT_EQ(edit_distance("users.get", "users.get"), 0U);
  EXPECT_EQ(edit_distance("user.get", "users.get"), 1U) << "left out";
  EXPECT_EQ(edit_distance("userss.get", "users.get"), 1U) << "put in";
  EXPECT_EQ(edit_distance("uzers.get", "users.get"), 1U) << "changed";
  EXPECT_EQ(edit_distance("uesrs.get", "users.get"), 1U) << "swapped";
  EXPECT_EQ(edit_distance("kitten", "sitting"), 3U);
  EXPECT_EQ(edit_distance("abc", "cba"), 2U) << "not neighbours";
}

TEST(EditDistance, TakesUpperAndLowerCaseForTheSame) {
  EXPECT_EQ(edit_distance("wall.getbyid", "wall.getById"), 0U);
  EXPECT_EQ(edit_distance("Bi", "IB"), 1U);
}

TEST(EditDistance, IsTheSameBothWays) {
  const names words{"owner_id", "onwer_id", "own", "id_owner", "domain", ""};
  for (const auto first : words) {
    for (const auto second : words)
      EXPECT_EQ(edit_distance(first, second), edit_distance(second, first));
  }
}

TEST(Nearest, GivesTheBestOnly) {
  EXPECT_EQ(nearest("onwer_id", {"domain", "owner_ids", "owner_id"}), names{"owner_id"});
  EXPECT_EQ(nearest("cout", {"offset", "count", "court"}), (names{"count", "court"}));
  EXPECT_EQ(nearest("abcx", {"abc1", "abc2", "abc3", "abc4"}), (names{"abc1", "abc2", "abc3"}));
}

TEST(Nearest, GivesNothingThatIsFar) {
  EXPECT_EQ(nearest("nonsense", {"count", "offset", "owner_id"}), names{});
  EXPECT_EQ(nearest("x", {"v"}), names{}) << "nothing of it is left";
  EXPECT_EQ(nearest("", {"v"}), names{});
  EXPECT_EQ(nearest("count", {}), names{});
  EXPECT_EQ(nearest(std::string(100'000, 'a'), {"a"}), names{});
}

TEST(DidYouMean, JoinsNames) {
  EXPECT_EQ(did_you_mean({}), "");
  EXPECT_EQ(did_you_mean({"a"}), "did you mean a?");
  EXPECT_EQ(did_you_mean({"a", "b"}), "did you mean a or b?");
  EXPECT_EQ(did_you_mean({"a", "b", "c"}), "did you mean a, b or c?");
}

}  // namespace
}  // namespace vkxx::cli
