// Mistakes that other clients make in the web login, one test each. Where a test names `vk` or
// `vk-io`, it is their mistake.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <vkxx/auth.hpp>
#include <vkxx/blocking_client.hpp>
#include <vkxx/testing/emulator_fixture.hpp>

#include "support/scripted_site.hpp"
#include "support/secrets.hpp"

namespace {

using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using vkxx::challenge;
using vkxx::challenge_answer;
using vkxx::errc;
using vkxx::auth::communities;
using vkxx::auth::implicit;
using vkxx::test::html;
using vkxx::test::redirect;
using vkxx::test::scripted_site;
using vkxx::test::with_cookie;

const std::string authorize = "https://oauth.vk.ru/authorize";
const std::string sign_in = "https://login.vk.ru/in";
const std::string blank_page = "https://oauth.vk.ru/blank.html";
const std::string captcha_form =
    "<form action='https://login.vk.ru/in'><input name=email><input name=pass><input type=hidden "
    "name=captcha_sid value=1><img src=/captcha.php?sid=1></form>";

class ImplicitMistake : public testing::Test {
 protected:
  ImplicitMistake() {
    flow_.login("anna@example.org").password(vkxx::test::secret_of("password"));
    flow_.on_captcha([this](const challenge&) {
      ++captchas_;
      return challenge_answer::captcha_key("abc");
    });
    flow_.on_second_factor([this](const challenge&) {
      ++codes_;
      return challenge_answer::code(vkxx::test::secret_of("code"));
    });
    site_->on(authorize, html("<form action='https://login.vk.ru/in'><input name=email>"
                              "<input type=password name=pass></form>"));
  }

  [[nodiscard]] vkxx::config settings() {
    return vkxx::config{}.transport(site_).log(
        [](const vkxx::log_line& line) { vkxx::test::keep_for_secret_search(line.text); },
        vkxx::log_level::debug);
  }
  vkxx::result<vkxx::auth::access_token> log_in() {
    auto token = vkxx::auth::log_in(flow_.make(), settings());
    if (!token) vkxx::test::keep_for_secret_search(token.error().to_string());
    return token;
  }
  // The person is in after the form.
  void let_in(const std::string& target) {
    site_->on(sign_in, with_cookie(redirect(target), "remixsid=x; domain=.vk.ru; path=/"));
  }
  [[nodiscard]] std::size_t passwords_sent() const {
    std::size_t count = 0;
    for (const auto& line : site_->lines()) count += line.find("pass=") != std::string::npos;
    return count;
  }

  std::shared_ptr<scripted_site> site_ = std::make_shared<scripted_site>();
  implicit flow_;
  int captchas_ = 0;
  int codes_ = 0;
};

// `vk` wants one order of attributes, double quotes, lower case, and takes `&amp;` as it is.
TEST_F(ImplicitMistake, HtmlReadByOneExactSpelling) {
  site_ = std::make_shared<scripted_site>();
  site_->on(authorize, html("<FORM method=post\naction = 'https://login.vk.ru/in?a=1&amp;b=2' >"
                            "<INPUT value='' name=ip_h type='hidden'/><input NAME=email>"
                            "<input type=password name='pass'></FORM>"));
  site_->on("https://login.vk.ru/in?a=1&b=2",
            with_cookie(redirect(blank_page + "#access_token=t&state={state}"), "remixsid=x"));
  const auto token = log_in();
  ASSERT_TRUE(token) << token.error();
  // An empty value is one, too.
  EXPECT_THAT(site_->lines().at(1), HasSubstr("in?a=1&b=2 ip_h=&email="));
}

// `vk` glues relative actions to one host, and fails for those of most forms.
TEST_F(ImplicitMistake, RelativeActionsGluedToAFixedHost) {
  site_ = std::make_shared<scripted_site>();
  site_->on(authorize, redirect("https://m.vk.ru/a/login?x=1"));
  site_->on("https://m.vk.ru/a/login?x=1", html("<form action='in'><input name=pass></form>"));
  site_->on("https://m.vk.ru/a/in", redirect("/login?act=authcheck"));
  site_->on("https://m.vk.ru/login?act=authcheck",
            html("<form action='?act=authcheck_code&hash=2'><input name=code></form>"));
  site_->on("https://m.vk.ru/login?act=authcheck_code&hash=2",
            with_cookie(redirect("/grant"), "remixsid=1"));
  site_->on("https://m.vk.ru/grant",
            html("<form action='//login.vk.ru/?act=grant_access'></form>"));
  site_->on("https://login.vk.ru/?act=grant_access",
            redirect(blank_page + "#access_token=t&state={state}"));
  const auto token = log_in();
  ASSERT_TRUE(token) << token.error();
  EXPECT_THAT(site_->lines(), Contains(HasSubstr("POST https://m.vk.ru/a/in pass=")));
  EXPECT_THAT(site_->lines(),
              Contains(HasSubstr("POST https://m.vk.ru/login?act=authcheck_code&hash=2 code=")));
}

// `vk` sends no redirect_uri, no state, no v; nobody notices an answer to another question.
TEST_F(ImplicitMistake, NoRedirectUriNoStateNoVersion) {
  let_in(blank_page + "#access_token=t&state=forged");
  const auto token = log_in();
  ASSERT_FALSE(token);
  EXPECT_THAT(token.error().message(), HasSubstr("state"));
  EXPECT_THAT(site_->lines().front(),
              AllOf(HasSubstr("&state="), HasSubstr("&v=5.199"),
                    HasSubstr("&redirect_uri=https%3A%2F%2Foauth.vk.ru%2Fblank.html")));
}

// `vk` ends in a KeyError when the grant leads elsewhere, and forgets why VK refused.
TEST_F(ImplicitMistake, ReasonsOfTheRefusalLost) {
  let_in(blank_page + "#error=access_denied&error_description=User%20denied%20your%20request");
  EXPECT_THAT(log_in().error().message(), HasSubstr("User denied your request"));
  site_ = std::make_shared<scripted_site>();
  site_->on(authorize, with_cookie(html("<form action='https://login.vk.ru/?act=grant_access'>"),
                                   "remixsid=1"));
  site_->on("https://login.vk.ru/", html("<p>nothing"));
  site_->on(authorize, html("<p>nothing"));
  const auto lost = log_in();
  ASSERT_FALSE(lost);
  EXPECT_EQ(lost.error(), errc::malformed_answer);
}

// `vk` decodes once too often.
TEST_F(ImplicitMistake, ATokenDamagedByASecondDecoding) {
  site_->on("https://oauth.vk.ru/auth_redirect", html("<script>"));
  let_in(
      "https://oauth.vk.ru/auth_redirect?authorize_url="
      "https%3A%2F%2Foauth.vk.ru%2Fblank.html%23access_token%3Da%252Bb%2525c%26user_id%3D1%26state%"
      "3D{state}");
  EXPECT_EQ(log_in()->text.expose(), "a+b%c");
}

// `vk` asks without end.
TEST_F(ImplicitMistake, CaptchasAndCodesWithoutEnd) {
  site_->on(sign_in, redirect(authorize + "?sid=1"));
  site_->on(authorize + "?sid=1", html(captcha_form));
  EXPECT_THAT(log_in().error().message(), HasSubstr("captchas"));
  EXPECT_EQ(captchas_, 3);
}

// In `vk-io` a wrong code is not counted.
TEST_F(ImplicitMistake, WrongCodesNotCounted) {
  site_->on(sign_in, redirect("https://m.vk.ru/login?act=authcheck"));
  site_->on("https://m.vk.ru/login",
            html("<form action='/login?act=authcheck'><input name=code></form>"));
  EXPECT_EQ(log_in().error(), errc::wrong_code);
  EXPECT_EQ(codes_, 3);
}

// `vk` drops blank values, and a fragment hides the query from it.
TEST_F(ImplicitMistake, AQueryHiddenByAFragmentOrByBlankValues) {
  site_->on(sign_in, redirect("https://m.vk.ru/login?a=&act=blocked#x=1"));
  site_->on("https://m.vk.ru/login", html(""));
  EXPECT_EQ(log_in().error(), errc::account_blocked);
}

// `vk` logs in first, and fails then.
TEST_F(ImplicitMistake, NoCommunitiesNoticedAfterTheLogin) {
  communities flow;
  flow.login("a").password(std::string{"b"});
  EXPECT_THROW(static_cast<void>(flow.make()), vkxx::usage_exception);
  EXPECT_TRUE(site_->lines().empty());
}

// Shown by the search for secrets, which runs this program once more: texts of every failure and
// all lines of the log.
TEST_F(ImplicitMistake, PasswordAndTokenInTexts) {
  const auto token = "vk1.a." + vkxx::test::secret_of("web-token");
  for (const auto& end : {blank_page + "#access_token=" + token + "&state=other",
                          blank_page + "#access_tokens=" + token,
                          "https://m.vk.ru/login?act=new&access_token=" + token,
                          "https://evil.example/?authorize_url=https%3A%2F%2Fx.y%2F%23" + token}) {
    site_ = std::make_shared<scripted_site>();
    site_->on(authorize, html("<form action='https://login.vk.ru/in'><input name=pass></form>"));
    let_in(end);
    const auto failed = log_in();
    ASSERT_FALSE(failed) << end;
    EXPECT_THAT(failed.error().to_string(), Not(HasSubstr(vkxx::test::secret_mark())));
    for (const auto& line : site_->requests()) {
      EXPECT_THAT(line.url(), Not(HasSubstr(vkxx::test::secret_of("password"))));
    }
  }
}

// In `vk` one hook serves both kinds of captcha and cannot tell them apart.
TEST_F(ImplicitMistake, BothKindsOfCaptchaLookAlike) {
  site_->on(sign_in, redirect(authorize + "?sid=1"));
  site_->on(authorize + "?sid=1", html(captcha_form));
  flow_.on_captcha([](const challenge& challenge) {
    EXPECT_FALSE(challenge.wants_success_token());
    return challenge_answer::success_token("x");
  });
  EXPECT_EQ(log_in().error(), errc::invalid_argument);
}

// `vk` begins the login again, with the password, and looks at no status of what it posted.
TEST_F(ImplicitMistake, ABadStatusBeginsTheLoginAgain) {
  site_->on(sign_in, redirect(authorize + "?sid=1"));
  site_->on(authorize + "?sid=1", html(captcha_form));
  site_->on(sign_in, html("no", 503));
  const auto failed = log_in();
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error(), errc::http_status);
  EXPECT_EQ(failed.error().http_status(), 503);
  EXPECT_EQ(passwords_sent(), 2U);
  EXPECT_EQ(captchas_, 1);
}

TEST_F(ImplicitMistake, ABadStatusOfTheLoginTheCodeAndTheGrantNotSeen) {
  site_->on(sign_in, html("no", 500));
  EXPECT_EQ(log_in().error(), errc::http_status);
  site_ = std::make_shared<scripted_site>();
  site_->on(authorize, redirect("https://m.vk.ru/login?act=authcheck"));
  site_->on("https://m.vk.ru/login?act=authcheck",
            html("<form action='/code'><input name=code></form>"));
  site_->on("https://m.vk.ru/code", html("no", 502));
  EXPECT_EQ(log_in().error(), errc::http_status);
  site_ = std::make_shared<scripted_site>();
  site_->on(authorize, with_cookie(html("<form action='https://login.vk.ru/?act=grant_access'>"),
                                   "remixsid=1"));
  site_->on("https://login.vk.ru/", html("no", 500));
  EXPECT_EQ(log_in().error(), errc::http_status);
}

// `vk` looks for a key where VK sends a value.
TEST_F(ImplicitMistake, SecurityCheckSoughtAsAKey) {
  flow_.phone("+79001234512");
  site_->on(sign_in, redirect("https://m.vk.ru/login?act=security_check&api_hash=1"));
  site_->on("https://m.vk.ru/login?act=security_check&api_hash=1",
            html("<form action=/check><b class=field_prefix>+7</b><input name=code>"
                 "<b class=field_prefix>12</b></form>"));
  site_->on("https://m.vk.ru/check", redirect(blank_page + "#access_token=t&state={state}"));
  ASSERT_TRUE(log_in());
  EXPECT_THAT(site_->lines(), Contains("POST https://m.vk.ru/check code=90012345"));
}

// `vk` logs in without any limit of time and past the proxy.
TEST_F(ImplicitMistake, NoTimeLimitAndNoProxyForTheLogin) {
  let_in(blank_page + "#access_token=t&state={state}");
  auto set = settings();
  set.timeout(std::chrono::milliseconds{1234});
  ASSERT_TRUE(vkxx::auth::log_in(flow_.make(), set));
  for (const auto& received : site_->requests()) {
    EXPECT_EQ(received.timeout(), std::chrono::milliseconds{1234});
  }
  // Nobody listens there.
  const auto proxied =
      vkxx::auth::log_in(flow_.make(), vkxx::config{}
                                           .proxy("http://127.0.0.1:1")
                                           .endpoints(vkxx::endpoints{}.all("http://vk.invalid")));
  ASSERT_FALSE(proxied);
  EXPECT_EQ(proxied.error(), errc::proxy_failure);
}

// `vk` ends in a KeyError.
TEST_F(ImplicitMistake, TokensOfCommunitiesWhereAUsersWasWanted) {
  let_in(blank_page + "#access_token_1=t&expires_in=0&state={state}");
  EXPECT_EQ(log_in().error(), errc::malformed_answer);
}

// An object of `vk-io` logs in once.
TEST_F(ImplicitMistake, AFlowGoodForOneLogin) {
  let_in(blank_page + "#access_token=t&state={state}");
  const auto flow = flow_.make();
  EXPECT_TRUE(vkxx::auth::log_in(flow, settings()));
  EXPECT_TRUE(vkxx::auth::log_in(flow, settings()));
}

}  // namespace
