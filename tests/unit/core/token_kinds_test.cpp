// The kinds of token of a method.
#include <cstdint>
#include <vkxx/core/token_kind.hpp>

#include <gtest/gtest.h>

namespace vkxx::test {
namespace {

constexpr std::uint8_t user_and_service = 1 + 4;
constexpr std::uint8_t open_to_all = 16;

TEST(TokenKinds, AllowTheKindsThatTheyName) {
  constexpr token_kinds kinds{user_and_service};
  EXPECT_FALSE(kinds.empty());
  EXPECT_FALSE(kinds.open_to_all());
  EXPECT_TRUE(kinds.contains(token_kind::user));
  EXPECT_TRUE(kinds.allows(token_kind::user));
  EXPECT_TRUE(kinds.allows(token_kind::service));
  EXPECT_FALSE(kinds.contains(token_kind::community));
  EXPECT_FALSE(kinds.allows(token_kind::community));
  EXPECT_FALSE(kinds.allows(token_kind::anonymous));
}

TEST(TokenKinds, AllowAllKindsOfAMethodThatNeedsNoToken) {
  constexpr token_kinds kinds{user_and_service + open_to_all};
  EXPECT_TRUE(kinds.open_to_all());
  EXPECT_TRUE(kinds.allows(token_kind::community));
  EXPECT_FALSE(kinds.contains(token_kind::community));
}

TEST(TokenKinds, AllowAllKindsOfWhichTheDescriptionSaysNothing) {
  EXPECT_TRUE(token_kinds{}.empty());
  EXPECT_TRUE(token_kinds{}.allows(token_kind::anonymous));
  EXPECT_FALSE(token_kinds{}.open_to_all());
  EXPECT_FALSE(token_kinds{open_to_all}.empty());
}

}  // namespace
}  // namespace vkxx::test
