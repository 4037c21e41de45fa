// The turns that a web login can take and that the emulator's accounts do not show, each from the
// public face to a call made with the token, or to the error that names it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <vkxx/auth.hpp>
#include <vkxx/blocking_client.hpp>
#include <vkxx/testing/emulator_fixture.hpp>

#include "support/counted_answers.hpp"
#include "support/scripted_site.hpp"

namespace {

using testing::AllOf;
using testing::Contains;
using testing::HasSubstr;
using testing::Not;
using vkxx::challenge;
using vkxx::challenge_answer;
using vkxx::errc;
using vkxx::test::html;
using vkxx::test::redirect;
using vkxx::test::scripted_site;
using vkxx::test::with_cookie;

const std::string dialog = "https://oauth.vk.ru/authorize";
const std::string form_target = "https://login.vk.ru/in";
const std::string last_page = "https://oauth.vk.ru/blank.html";
const std::string the_form =
    "<form action='https://login.vk.ru/in'><input name=email><input name=pass></form>";
const std::string the_code_form =
    "<form action='https://m.vk.ru/code'><input name=code><input type=hidden name=h "
    "value=1></form>";

class ImplicitBranch : public testing::Test {
 protected:
  ImplicitBranch() {
    flow_.login("anna@example.org").password(std::string{"pass-word"});
    flow_.on_captcha([this](const challenge& challenge) {
      ++captchas_;
      EXPECT_EQ(challenge.captcha().sid, "77");
      return challenge_answer::captcha_key("abc");
    });
    flow_.on_second_factor(vkxx::test::counted_codes(codes_));
    restart();
  }

  void restart() {
    site_ = std::make_shared<scripted_site>();
    site_->on(dialog, html(the_form));
    site_->on("https://api.vk.ru/method/users.get", html(R"({"response":[{"id":5}]})"));
  }
  // The token that the login ends with.
  void let_in_from(const std::string& url) {
    site_->on(url, with_cookie(
                       redirect(last_page + "#access_token=t&expires_in=0&user_id=5&state={state}"),
                       "remixsid=1; domain=.vk.ru; path=/"));
  }
  [[nodiscard]] vkxx::config settings() { return vkxx::config{}.transport(site_); }

  void expect_call() {
    vkxx::blocking_client client{settings().tokens(make_token_source(flow_.make(), {}))};
    const auto reply = client.try_call(vkxx::request{"users.get"});
    ASSERT_TRUE(reply) << reply.error();
    EXPECT_EQ(site_->requests().back().bearer_token().expose(), "t");
  }
  void expect_failure(errc code, const std::string& text) {
    const auto token = vkxx::auth::log_in(flow_.make(), settings());
    ASSERT_FALSE(token);
    EXPECT_EQ(token.error(), code) << token.error();
    EXPECT_THAT(token.error().message(), HasSubstr(text));
    EXPECT_THAT(token.error().to_string(), Not(HasSubstr("pass-word")));
  }

  std::shared_ptr<scripted_site> site_;
  vkxx::auth::implicit flow_;
  int captchas_ = 0;
  int codes_ = 0;
};

TEST_F(ImplicitBranch, ThePageOfErrors) {
  const std::string page = "https://oauth.vk.ru/error";
  site_->on(form_target, redirect(page + "?err=2"));
  site_->on(page, html(R"({"error":"invalid_request","error_description":"Security Error"})"));
  expect_failure(errc::authorization_failed, "Security Error");
  restart();
  site_->on(form_target, redirect(page + "?error=e&error_description=of+the+query"));
  site_->on(page, html("<p>No"));
  expect_failure(errc::authorization_failed, "of the query");
  restart();
  site_->on(form_target, redirect(page + "#error=e&error_description=of+the+fragment"));
  site_->on(page, html("<p>No"));
  expect_failure(errc::authorization_failed, "of the fragment");
  restart();
  site_->on(form_target, html(R"({"error":"server_error"})", 401));
  expect_failure(errc::authorization_failed, "try again later");
}

// Over sockets: what was cut is not sent a second time, the password least of all.
TEST_F(ImplicitBranch, AnAnswerThatIsCut) {
  for (const auto& [fault, code] : {std::pair{"truncated", errc::truncated_answer},
                                    {"closed", errc::connection_lost},
                                    {"lost", errc::connection_lost},
                                    {"reset", errc::connection_lost}}) {
    for (const auto* where : {":/authorize*1", ":/?act=login*1", ":/?act=grant_access*1"}) {
      // Of a redirect there is no body to be cut.
      if (fault == std::string{"truncated"} && where != std::string{":/authorize*1"}) continue;
      vkxx::testing::emulator_fixture vk;
      vk->add_fault(vkxx::emulation::parse_fault(fault + std::string{where}));
      vkxx::auth::implicit flow;
      flow.login("plain@emulator.test").password(std::string{"emulator-password"});
      const auto token = vkxx::auth::log_in(flow.make(), vkxx::config{}.emulator(vk.url()));
      ASSERT_FALSE(token) << fault << where;
      EXPECT_EQ(token.error(), code) << fault << where << token.error();
      std::size_t hit = 0;
      for (const auto& received : vk->requests()) hit += received.fault.empty() ? 0 : 1;
      EXPECT_EQ(hit, 1U) << fault << where;
      EXPECT_FALSE(vk->requests().back().fault.empty()) << "something was sent after it";
    }
  }
}

TEST_F(ImplicitBranch, TheEndWithoutAToken) {
  struct row {
    std::string end;
    errc code;
    std::string text;
  };
  const std::vector<row> rows{
      {"", errc::malformed_answer, "neither a token nor an error"},
      {"#expires_in=0", errc::malformed_answer, "neither a token nor an error"},
      {"#access_token=&user_id=5", errc::malformed_answer, "neither a token nor an error"},
      {"#access_token=a&access_token=b", errc::malformed_answer, "twice"},
      {"?error=access_denied&error_description=Of+the+query", errc::authorization_failed,
       "Of the query"},
      {"#error=access_denied&error_reason=user_denied", errc::authorization_failed,
       "access_denied"},
      {"#fail=1", errc::authorization_failed, "OAuth authorization failed"},
      {"#access_token=t&state=other", errc::authorization_failed, "state"},
  };
  for (const auto& row : rows) {
    restart();
    site_->on(form_target, redirect(last_page + row.end));
    expect_failure(row.code, row.text);
  }
}

TEST_F(ImplicitBranch, ACaptchaThatOnlyTheFormShows) {
  site_->on(form_target,
            html("<form action='/second'><input name=email><input name=pass><input type=hidden "
                 "name=captcha_sid value=77><img src='/captcha.php?sid=77'></form>"));
  let_in_from("https://login.vk.ru/second");
  expect_call();
  EXPECT_EQ(captchas_, 1);
  EXPECT_THAT(site_->lines(),
              Contains(AllOf(HasSubstr("/second"), HasSubstr("captcha_sid=77"),
                             HasSubstr("captcha_key=abc"), HasSubstr("pass=pass-word"))));
}

TEST_F(ImplicitBranch, CaptchasInTheMiddleOfACodeHaveAnEnd) {
  site_->on(form_target, redirect("https://m.vk.ru/login?act=authcheck&api_hash=1"));
  site_->on("https://m.vk.ru/login?act=authcheck&api_hash=1", html(the_code_form));
  site_->on("https://m.vk.ru/code", redirect("https://m.vk.ru/login?act=authcheck_code&hash=2"));
  site_->on("https://m.vk.ru/login?act=authcheck_code&hash=2",
            html("<form action='/code'><input type=hidden name=captcha_sid value=77>"
                 "<img class=captcha_img src='/captcha.php?sid=77'></form>"));
  expect_failure(errc::authorization_failed, "captchas");
  EXPECT_EQ(captchas_, 3);
  EXPECT_EQ(codes_, 1);
}

// `vk-io` loops here.
TEST_F(ImplicitBranch, APageAfterTheCodeThatHasNoCaptcha) {
  site_->on(form_target, redirect("https://m.vk.ru/login?act=authcheck_code&hash=1"));
  site_->on("https://m.vk.ru/login?act=authcheck_code&hash=1", html(the_code_form));
  let_in_from("https://m.vk.ru/code");
  expect_call();
  EXPECT_THAT(site_->lines(), Contains("POST https://m.vk.ru/code code=c1&h=1"));
}

TEST_F(ImplicitBranch, ThePhoneCheckByItsKey) {
  flow_.phone("+79001234512");
  site_->on(form_target, redirect("https://m.vk.ru/login?security_check=1"));
  site_->on("https://m.vk.ru/login?security_check=1",
            html("<form action=/check><b class=field_prefix>+7</b><input name=code>"
                 "<b class=field_prefix>12</b></form>"));
  let_in_from("https://m.vk.ru/check");
  expect_call();
}

TEST_F(ImplicitBranch, APageThatSaysWhatIsWrong) {
  for (const auto* name : {"box_error", "service_msg_warning"}) {
    restart();
    site_->on(form_target, html("<div class=" + std::string{name} + ">Try <b>later</b></div>"));
    expect_failure(errc::authorization_failed, "Try later");
  }
}

TEST_F(ImplicitBranch, APageThatNobodyKnows) {
  site_->on(form_target, redirect("https://m.vk.ru/login?act=brand_new&hash=secret-hash"));
  site_->on("https://m.vk.ru/login?act=brand_new&hash=secret-hash", html("<p>nothing"));
  expect_failure(errc::malformed_answer, "unsupported page");
  const auto token = vkxx::auth::log_in(flow_.make(), settings());
  EXPECT_THAT(token.error().to_string(), Not(HasSubstr("secret-hash")));
  restart();
  site_->on(form_target, with_cookie(html("<p>nothing"), "remixsid=1"));
  site_->on(dialog, html("<p>nothing"));
  expect_failure(errc::malformed_answer, "unknown page");
}

TEST_F(ImplicitBranch, PagesThatLackTheirFormOrTheirPicture) {
  struct row {
    std::string url;
    std::string page;
    std::string text;
  };
  const std::vector<row> rows{
      {"https://m.vk.ru/login?act=authcheck", "<p>", "No form on page https://m.vk.ru/login"},
      {"https://m.vk.ru/login?act=security_check", "<p>", "No form on page"},
      {"https://m.vk.ru/login?act=validate", "<p>", "No link to go on"},
      {"https://login.vk.ru/again",
       "<form action=/x><input name=pass><input name=captcha_sid value=77></form>",
       "No CAPTCHA on page"},
  };
  for (const auto& row : rows) {
    restart();
    site_->on(form_target, redirect(row.url));
    site_->on(row.url, html(row.page));
    expect_failure(errc::malformed_answer, row.text);
  }
  site_ = std::make_shared<scripted_site>();
  site_->on(dialog, html("<p>nothing"));
  expect_failure(errc::malformed_answer, "No form to log in");
}

// A browser that VK knows sees the question for the rights at once; with `display=page` as a
// script.
TEST_F(ImplicitBranch, AGrantWithoutALoginAndWithoutAForm) {
  site_ = std::make_shared<scripted_site>();
  site_->on(dialog,
            with_cookie(html("<script>no = () => location.href = "
                             "\"https://login.vk.ru/?act=grant_access&hash=1&cancel=1\";"
                             "yes = (addr) => location.href = "
                             "\"https://login.vk.ru/?act=grant_access&hash=1\"+addr;</script>"),
                        "remixsid=1; domain=.vk.ru; path=/"));
  let_in_from("https://login.vk.ru/?act=grant_access&hash=1");
  site_->on("https://api.vk.ru/method/users.get", html(R"({"response":[{"id":5}]})"));
  expect_call();
  EXPECT_THAT(site_->lines(), Contains("POST https://login.vk.ru/?act=grant_access&hash=1"));
  for (const auto& line : site_->lines()) EXPECT_THAT(line, Not(HasSubstr("pass=")));
}

TEST_F(ImplicitBranch, ACommunityWhoseTokenIsMissing) {
  vkxx::auth::communities groups;
  groups.login("a").password(std::string{"b"}).group_ids(1, 2);
  site_->on(form_target, redirect(last_page + "#access_token_1=t&expires_in=0&state={state}"));
  const auto token = vkxx::auth::log_in(groups.make(), settings());
  ASSERT_FALSE(token);
  EXPECT_EQ(token.error(), errc::authorization_failed);
  EXPECT_THAT(token.error().message(), HasSubstr("community 2"));
}

// The limits mean the same everywhere: so many answers may be wrong, and the last may be right.
TEST_F(ImplicitBranch, TheLastTryThatIsAllowedCounts) {
  const auto to_the_captcha = redirect(dialog + "?sid=77");
  site_->on(dialog + "?sid=77",
            html("<form action='https://login.vk.ru/in'><input name=pass><input type=hidden "
                 "name=captcha_sid value=77><img src=/captcha.php?sid=77></form>"));
  for (int i = 0; i != 3; ++i) site_->on(form_target, to_the_captcha);
  const auto to_the_code = redirect("https://m.vk.ru/login?act=authcheck");
  site_->on(form_target, to_the_code);
  site_->on("https://m.vk.ru/login?act=authcheck", html(the_code_form));
  for (int i = 0; i != 2; ++i) site_->on("https://m.vk.ru/code", to_the_code);
  let_in_from("https://m.vk.ru/code");
  expect_call();
  EXPECT_EQ(captchas_, 3);
  EXPECT_EQ(codes_, 3);
}

}  // namespace
