#include "auth/oauth/redirect_reader.hpp"

#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vkxx::auth {
namespace {

using namespace vkxx::auth::detail;

using ::testing::HasSubstr;

const std::string home = "https://app.example/callback";

result<redirect> redirected(const std::string& rest, const std::string& state = "the-state") {
  return read_redirect(home + rest, home, state);
}

// RFC 7636, appendix B.
TEST(Pkce, ChallengeOfTheRfc) {
  EXPECT_EQ(pkce_challenge(secret{"dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"}),
            "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
}

TEST(Pkce, RandomTextsAreLongEnoughOfVksAlphabetAndAllDifferent) {
  std::set<std::string> seen;
  for (int i = 0; i != 1000; ++i) {
    const auto text = random_text();
    EXPECT_EQ(text.size(), 48U);
    EXPECT_EQ(
        text.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"),
        std::string::npos);
    EXPECT_TRUE(seen.insert(text).second);
  }
}

TEST(Redirect, GivesTheCodeOfQueryOrFragment) {
  for (const auto* rest :
       {"?code=abc&state=the-state&device_id=d&type=code_v2&expires_in=600",
        "#code=abc&state=the-state&device_id=d", "?code=abc#state=the-state&device_id=d"}) {
    const auto came = redirected(rest);
    ASSERT_TRUE(came) << came.error();
    EXPECT_EQ(came->code.expose(), "abc");
    EXPECT_EQ(came->device_id, "d");
  }
  EXPECT_TRUE(read_redirect("  " + home + "?code=a&state=s \n", home, "s"));
}

TEST(Redirect, WithAnotherStateIsRefusedBeforeAnythingIsBelieved) {
  for (const auto* rest : {"?code=abc&state=other", "?code=abc",
                           "?code=abc&state=", "?error=access_denied&state=other", ""}) {
    const auto came = redirected(rest);
    ASSERT_FALSE(came) << rest;
    EXPECT_EQ(came.error(), errc::authorization_failed) << rest;
    EXPECT_THAT(came.error().message(), HasSubstr("state")) << rest;
  }
}

TEST(Redirect, TellsWhyVkRefused) {
  for (const auto* rest : {"?error=access_denied&error_description=User%20denied&state=the-state",
                           "#error=access_denied&error_description=User+denied"}) {
    const auto came = redirected(rest);
    ASSERT_FALSE(came);
    EXPECT_THAT(came.error().message(), HasSubstr("User denied (access_denied)"));
  }
}

TEST(Redirect, ThatIsNotTheAppsIsRefused) {
  for (const auto& address : {std::string{"https://evil.example/callback?code=a&state=s"},
                              std::string{"https://app.example/callback/deeper?code=a&state=s"},
                              std::string{"https://app.example/Callback?code=a&state=s"},
                              std::string{"code=a&state=s"}}) {
    const auto came = read_redirect(address, home, "s");
    ASSERT_FALSE(came) << address;
    EXPECT_EQ(came.error(), errc::invalid_argument);
  }
  EXPECT_EQ(read_redirect("", home, "s").error(), errc::challenge_refused);
}

TEST(Redirect, WithAFieldTwiceOrNonsenseIsRefused) {
  std::string thousand = "?code=a&state=the-state";
  for (int i = 0; i != 1000; ++i) thousand += "&k" + std::to_string(i) + "=1";
  for (const auto& rest :
       {std::string{"?code=a&code=b&state=the-state"},
        std::string{"?code=a&state=the-state#state=x"}, std::string{"?code=%zz&state=the-state"},
        std::string{"?code=&state=the-state"}, std::string{"?state=the-state"}, thousand,
        "?code=a&state=the-state&x=" + std::string(20000, 'x')}) {
    const auto came = redirected(rest);
    ASSERT_FALSE(came) << rest.substr(0, 80);
    EXPECT_EQ(came.error(), errc::invalid_argument);
    EXPECT_LT(came.error().to_string().size(), 300U);
  }
}

TEST(WithQuery, EncodesWhatItJoins) {
  EXPECT_EQ(with_query("https://id.vk.ru/authorize", {{"a", "b c"}, {"d", "e&f=g/"}}),
            "https://id.vk.ru/authorize?a=b%20c&d=e%26f%3Dg%2F");
}

}  // namespace
}  // namespace vkxx::auth
