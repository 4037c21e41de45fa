#include <gtest/gtest.h>

#include <vkxx/auth/prompter.hpp>

namespace vkxx::auth {
namespace {

using kind = challenge_answer::kind;

TEST(ReadValidationAddress, TakesTheNewToken) {
  const auto read = read_validation_address(
      "https://oauth.vk.ru/blank.html#success=1&access_token=vk1.a.new&user_id=1");
  EXPECT_EQ(read.what(), kind::access_token);
  EXPECT_EQ(read.text().expose(), "vk1.a.new");
}

TEST(ReadValidationAddress, DecodesTheToken) {
  const auto read = read_validation_address("x#access_token=a%2Bb&success=1");
  EXPECT_EQ(read.text().expose(), "a+b");
}

TEST(ReadValidationAddress, KnowsSuccessWithThePresentToken) {
  EXPECT_EQ(read_validation_address("x#success=1").what(), kind::validated);
}

TEST(ReadValidationAddress, RefusesAllElse) {
  for (const auto* address :
       {"", "x", "#", "x#fail=1", "x#cancel=1", "x#success=0&access_token=a", "x#access_token=a",
        "x?success=1&access_token=a", "x#success=1&access_token=%", "x#success=1#\x01"}) {
    EXPECT_EQ(read_validation_address(address).what(), kind::refused) << address;
  }
}

}  // namespace
}  // namespace vkxx::auth
