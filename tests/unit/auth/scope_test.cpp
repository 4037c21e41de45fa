#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <vkxx/auth/scope.hpp>

namespace {

using ::testing::ElementsAre;
using vkxx::auth::scope_kind;
using vkxx::auth::scope_mask;
using vkxx::auth::scope_names;

TEST(Scope, IsReadAsNamesOrAsAMask) {
  EXPECT_EQ(*scope_mask("offline"), 65536U);
  EXPECT_EQ(*scope_mask("offline,wall"), 65536U + 8192U);
  EXPECT_EQ(*scope_mask("email phone_number"), 4194304U + 268435456U);
  EXPECT_EQ(*scope_mask("73728"), 73728U);
  EXPECT_EQ(*scope_mask(""), 0U);
  // 128, not 32 as in a library's table.
  EXPECT_EQ(*scope_mask("pages"), 128U);
}

TEST(Scope, MeansSomethingElseForCommunities) {
  EXPECT_EQ(*scope_mask("stories", scope_kind::user), 64U);
  EXPECT_EQ(*scope_mask("stories", scope_kind::community), 1U);
  EXPECT_EQ(*scope_mask("manage", scope_kind::community), 262144U);
  EXPECT_FALSE(scope_mask("manage", scope_kind::user));
}

TEST(Scope, NamesTheRightThatHasNoBit) {
  for (const auto* unknown : {"wal", "nohttps", "all", "12x", "-1"}) {
    const auto mask = scope_mask(std::string{"friends,"} + unknown);
    ASSERT_FALSE(mask) << unknown;
    EXPECT_EQ(mask.error(), vkxx::errc::invalid_argument);
    EXPECT_NE(mask.error().message().find(unknown), std::string::npos);
  }
}

TEST(Scope, ComesBackAsNames) {
  EXPECT_THAT(scope_names(73728), ElementsAre("wall", "offline"));
  EXPECT_THAT(scope_names(262145, scope_kind::community), ElementsAre("stories", "manage"));
  EXPECT_THAT(scope_names(0), ElementsAre());
  std::uint64_t all = 0;
  for (const auto& name : scope_names(~std::uint64_t{0})) all |= *scope_mask(name);
  EXPECT_EQ(scope_names(all).size(), 24U);
}

}  // namespace
