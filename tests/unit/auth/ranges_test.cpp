// Numbers that a program gives, at the ends of their ranges and beyond.
#include <cstdint>
#include <limits>

#include <gtest/gtest.h>
#include <vkxx/auth.hpp>

namespace {

using vkxx::auth::access_token;
using int64_limits = std::numeric_limits<std::int64_t>;

TEST(AuthRanges, LanguageOfVkId) {
  for (const int number :
       {-1, 1000, std::numeric_limits<int>::min(), std::numeric_limits<int>::max()}) {
    vkxx::auth::vk_id id{"1", "https://app.example/"};
    EXPECT_THROW(id.lang_id(number), vkxx::usage_exception) << number;
  }
  for (const int number : {0, 114, 999}) {
    vkxx::auth::vk_id id{"1", "https://app.example/"};
    const auto url = id.lang_id(number).begin().authorize_url;
    EXPECT_NE(url.find("lang_id=" + std::to_string(number)), std::string::npos) << url;
  }
}

TEST(AuthRanges, IdsOfCommunities) {
  for (const auto id : {std::int64_t{0}, int64_limits::min()}) {
    EXPECT_THROW(vkxx::auth::communities{}.group_ids({1, id}), vkxx::usage_exception) << id;
    vkxx::auth::code by_code{"1", vkxx::secret{"s"}, "https://app.example/"};
    EXPECT_THROW(by_code.group_ids({1, id}), vkxx::usage_exception) << id;
  }
  // Would be -1 otherwise.
  EXPECT_THROW(vkxx::auth::communities{}.group_ids(std::numeric_limits<std::uint64_t>::max()),
               vkxx::usage_exception);
  vkxx::auth::code by_code{"1", vkxx::secret{"s"}, "https://app.example/"};
  const auto url = by_code.group_ids({-2, int64_limits::max()}).begin().authorize_url;
  EXPECT_NE(url.find("group_ids=2%2C9223372036854775807"), std::string::npos) << url;
}

TEST(AuthRanges, LifeOfAToken) {
  const auto now = std::chrono::system_clock::now();
  for (const auto seconds :
       {int64_limits::min(), std::int64_t{-1}, std::int64_t{0}, int64_limits::max()}) {
    access_token token;
    token.lives_for(seconds, now);
    EXPECT_FALSE(token.expires_at) << seconds;
  }
}

TEST(AuthRanges, MomentsOfAStoredToken) {
  const auto read = [](std::int64_t moment) {
    return access_token::from_json(R"({"access_token":"t","expires_at":)" + std::to_string(moment) +
                                   R"(,"obtained_at":)" + std::to_string(moment) + "}");
  };
  const auto now = std::chrono::system_clock::now();
  EXPECT_FALSE(read(int64_limits::max())->expired(now));
  EXPECT_TRUE(read(int64_limits::min())->expired(now));
  EXPECT_TRUE(read(0)->expired(now));
}

TEST(AuthRanges, AgeOfLaunchParameters) {
  const vkxx::secret protected_key{"key"};
  const auto now = std::chrono::system_clock::now();
  const auto signed_at = [&](std::int64_t moment) {
    return vkxx::auth::sign_launch_params(
        "vk_user_id=1&vk_app_id=2&vk_ts=" + std::to_string(moment), protected_key);
  };
  const auto seconds =
      std::chrono::duration_cast<std::chrono::seconds>(now.time_since_epoch()).count();
  vkxx::auth::launch_verifier verifier{protected_key};
  for (const auto moment : {int64_limits::min(), int64_limits::max()}) {
    EXPECT_FALSE(verifier.verify(signed_at(moment), now)) << moment;
  }
  verifier.max_age(std::chrono::seconds::min());
  EXPECT_TRUE(verifier.verify(signed_at(seconds), now)) << "less than 0 counts as 0";
  EXPECT_FALSE(verifier.verify(signed_at(seconds - 1), now));
  verifier.max_age(std::chrono::seconds::max());
  EXPECT_TRUE(verifier.verify(signed_at(0), now));
}

}  // namespace
