// Vectors: computed from VK's documented algorithm with a key of the tests' own.
#include <gtest/gtest.h>
#include <vkxx/auth/launch_params.hpp>
#include <vkxx/core/exception.hpp>

namespace {

using namespace std::chrono_literals;
using vkxx::auth::launch_verifier;

const vkxx::secret key{"emulator-test-secret"};
const vkxx::auth::wall_time launch{std::chrono::seconds{1700000000}};

const std::string plain =
    "vk_user_id=100&vk_app_id=777&vk_is_app_user=1&vk_are_notifications_enabled=0&vk_language=en"
    "&vk_ref=other&vk_access_token_settings=&vk_platform=desktop_web&vk_ts=1700000000";
const std::string plain_sign = "NZiuLR-EugwJGJiijLKD796FQggIR5crsIreFFbJf6M";
const std::string spaced =
    "vk_user_id=100&vk_app_id=777&vk_access_token_settings=friends%2Cphotos"
    "&vk_ref=story1_a%20b%26c%3Dd&foo=ignored&vk_ts=1700000000";
const std::string game =
    "api_id=777&viewer_id=100&sid=s&secret=q&group_id=0&platform=web&timestamp=1700000000"
    "&whitelist_scopes=friends,photos&sign_keys=api_id,group_id,platform,secret,sid,timestamp,"
    "viewer_id,whitelist_scopes";
const std::string game_sign = "Ou8wDHwjh4oZKPfrLOuxk3zjljZOJNVhF9JBWy3WTJQ";

std::string signed_with(const std::string& query, const std::string& sign) {
  return query + "&sign=" + sign;
}

vkxx::result<vkxx::auth::signed_fields> verify(const std::string& query) {
  return launch_verifier{key}.verify(query, launch);
}

TEST(LaunchParams, AcceptsWhatVkSigned) {
  const auto fields = verify(signed_with(plain, plain_sign));
  ASSERT_TRUE(fields) << fields.error();
  EXPECT_EQ(fields->number("vk_user_id"), 100);
  EXPECT_EQ(fields->number("vk_app_id"), 777);
  EXPECT_TRUE(fields->flag("vk_is_app_user"));
  EXPECT_FALSE(fields->flag("vk_are_notifications_enabled"));
  EXPECT_EQ(fields->find("vk_access_token_settings"), "");
  EXPECT_EQ(fields->find("vk_language"), "en");
  EXPECT_EQ(fields->find("vk_group_id"), std::nullopt);
}

TEST(LaunchParams, ReadsAWholeAddress) {
  EXPECT_TRUE(verify("https://app.example/start?" + signed_with(plain, plain_sign) + "#page"));
  EXPECT_TRUE(verify("?" + signed_with(plain, plain_sign)));
}

TEST(LaunchParams, AcceptsASpaceSignedAsPlusOrAsPercent) {
  for (const auto* sign : {"rm7KabET-r_6U-fdUPA0lC6HhUIJTkYgwFE8a5o1ZU0",
                           "uK4-QQVegIK9VFcgYcZy3re0MNKuUh3-hLFc64cq2h0"}) {
    const auto fields = verify(signed_with(spaced, sign));
    ASSERT_TRUE(fields) << fields.error();
    EXPECT_EQ(fields->find("vk_ref"), "story1_a b&c=d");
  }
}

TEST(LaunchParams, HandsOutNothingThatWasNotSigned) {
  const auto fields = verify(signed_with(spaced, "rm7KabET-r_6U-fdUPA0lC6HhUIJTkYgwFE8a5o1ZU0"));
  ASSERT_TRUE(fields);
  EXPECT_EQ(fields->find("foo"), std::nullopt);
  EXPECT_EQ(fields->find("sign"), std::nullopt);
}

TEST(LaunchParams, RefusesEverySingleChangedCharacter) {
  const auto whole = signed_with(plain, plain_sign);
  for (std::size_t i = 0; i != whole.size(); ++i) {
    auto changed = whole;
    changed[i] = changed[i] == '7' ? '8' : '7';
    EXPECT_FALSE(verify(changed)) << changed;
  }
}

TEST(LaunchParams, RefusesAnotherKeyAndAnEmptyOne) {
  const auto whole = signed_with(plain, plain_sign);
  const auto other = launch_verifier{vkxx::secret{"other"}}.verify(whole, launch);
  ASSERT_FALSE(other);
  EXPECT_EQ(other.error(), vkxx::errc::authorization_failed);
  EXPECT_FALSE(launch_verifier{vkxx::secret{}}.verify(whole, launch));
}

TEST(LaunchParams, WithoutASignatureAreMalformed) {
  for (const auto& query : {plain, std::string{}, signed_with(plain + "%", plain_sign),
                            signed_with(plain + "&vk_x=%4", plain_sign)}) {
    const auto fields = verify(query);
    ASSERT_FALSE(fields);
    EXPECT_EQ(fields.error(), vkxx::errc::invalid_argument) << query;
  }
}

TEST(LaunchParams, OfSeveralSignaturesTheFirstCounts) {
  EXPECT_TRUE(verify(signed_with(plain, plain_sign) + "&sign=x"));
  EXPECT_FALSE(verify(signed_with(plain, "x") + "&sign=" + plain_sign));
}

// Signed text a=1… with vk_user_id twice; the signature is right, the address is refused all the
// same.
TEST(LaunchParams, WithARepeatedNameAreRefusedUnlessAllowed) {
  const std::string twice = "vk_app_id=777&vk_user_id=100&vk_user_id=200&vk_ts=1700000000";
  const std::string sign = "wqCjuKKNxEb82gZ28s5Uc8-iwS7FZwVJCP1eujr41Zw";
  const auto strict = verify(signed_with(twice, sign));
  ASSERT_FALSE(strict);
  EXPECT_EQ(strict.error(), vkxx::errc::invalid_argument);
  const auto lax =
      launch_verifier{key}.allow_repeated_names().verify(signed_with(twice, sign), launch);
  ASSERT_TRUE(lax) << lax.error();
  EXPECT_EQ(lax->number("vk_user_id"), 100);
  EXPECT_EQ(lax->all().size(), 4U);
}

TEST(LaunchParams, GrowOld) {
  const auto whole = signed_with(plain, plain_sign);
  const launch_verifier day{key};
  EXPECT_TRUE(day.verify(whole, launch + 24h));
  EXPECT_FALSE(day.verify(whole, launch + 24h + 1s));
  EXPECT_TRUE(day.verify(whole, launch - 5min));
  EXPECT_FALSE(day.verify(whole, launch - 5min - 1s));
  EXPECT_TRUE(launch_verifier{key}.max_age(std::nullopt).verify(whole, launch + 9000h));
  EXPECT_FALSE(launch_verifier{key}.max_age(10s).verify(whole, launch + 11s));
}

TEST(LaunchParams, WithoutATimeAreRefusedWhenAgeMatters) {
  const std::string query = "vk_user_id=100&vk_app_id=777";
  const std::string sign = "gDNuCwSo7gUDyAzKkvgFy9PhVn6FaRArPy68iXITaZc";
  EXPECT_FALSE(verify(signed_with(query, sign)));
  EXPECT_TRUE(launch_verifier{key}.max_age(std::nullopt).verify(signed_with(query, sign), launch));
}

TEST(LaunchParams, AreSignedAsVkSignsThem) {
  EXPECT_EQ(vkxx::auth::sign_launch_params(plain, key), signed_with(plain, plain_sign));
  EXPECT_EQ(vkxx::auth::sign_launch_params(game, key), signed_with(game, game_sign));
  EXPECT_TRUE(verify(vkxx::auth::sign_launch_params(spaced, key)));
}

TEST(LaunchParams, ThatCannotBeSignedAreAUsageError) {
  EXPECT_THROW(static_cast<void>(vkxx::auth::sign_launch_params(plain, vkxx::secret{})),
               vkxx::usage_exception);
  EXPECT_THROW(static_cast<void>(vkxx::auth::sign_launch_params(plain + "&sign=x", key)),
               vkxx::usage_exception);
  EXPECT_THROW(static_cast<void>(vkxx::auth::sign_launch_params("vk_user_id=%zz", key)),
               vkxx::usage_exception);
}

TEST(GameParams, AcceptsWhatSignKeysLists) {
  const auto fields = verify(signed_with(game, game_sign));
  ASSERT_TRUE(fields) << fields.error();
  EXPECT_EQ(fields->number("viewer_id"), 100);
  EXPECT_EQ(fields->find("whitelist_scopes"), "friends,photos");
}

TEST(GameParams, HandsOutNothingThatSignKeysDoesNotList) {
  const auto fields = verify(signed_with(game + "&vk_user_id=1&is_admin=1", game_sign));
  ASSERT_TRUE(fields) << fields.error();
  EXPECT_EQ(fields->find("vk_user_id"), std::nullopt);
  EXPECT_EQ(fields->find("is_admin"), std::nullopt);
}

// The list comes from the address itself: without the user in it, anybody's id would pass.
TEST(GameParams, NeedsUserAndAppInSignKeys) {
  const std::string query =
      "api_id=777&viewer_id=100&timestamp=1700000000&sign_keys=api_id,timestamp";
  const auto fields = verify(signed_with(query, "VfMzkBxOHCSzxGbhK3X1fHeTVRCxYZyU23TObFhQf2c"));
  ASSERT_FALSE(fields);
  EXPECT_NE(fields.error().message().find("sign_keys"), std::string::npos);
}

TEST(GameParams, OldAuthKey) {
  const auto good = "1f6d065728a884292e283faf3d585318";
  EXPECT_TRUE(vkxx::auth::verify_game_auth_key("777", "100", good, key));
  EXPECT_FALSE(vkxx::auth::verify_game_auth_key("777", "101", good, key));
  EXPECT_FALSE(vkxx::auth::verify_game_auth_key("777", "100", "", key));
}

}  // namespace
