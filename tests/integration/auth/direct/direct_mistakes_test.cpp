// Mistakes that other clients make in the login with a password and in validation pages, one test
// each.
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
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using vkxx::challenge;
using vkxx::challenge_answer;
using vkxx::errc;
using vkxx::auth::direct;
using vkxx::test::html;
using vkxx::test::redirect;
using vkxx::test::scripted_site;

const std::string token_url = "https://oauth.vk.ru/token";
const std::string page_url = "https://m.vk.ru/login?act=authcheck&api_hash=1";
const std::string blank = "https://oauth.vk.ru/blank.html";

vkxx::http::response refused(std::string body) {
  return html(std::move(body), 401);
}

class DirectMistake : public testing::Test {
 protected:
  DirectMistake() {
    flow_.login("anna").password(std::string{"pass-word"});
    flow_.on_captcha(vkxx::test::counted_captchas(captchas_));
    flow_.on_second_factor(vkxx::test::counted_codes(codes_));
  }

  vkxx::result<vkxx::auth::access_token> log_in() {
    return vkxx::auth::log_in(flow_.make(), vkxx::config{}.transport(site_));
  }
  // The bodies of what was posted to the token endpoint.
  [[nodiscard]] std::vector<std::string> posts() const {
    std::vector<std::string> bodies;
    for (const auto& received : site_->requests()) {
      if (received.url() == token_url) bodies.push_back(received.body());
    }
    return bodies;
  }

  std::shared_ptr<scripted_site> site_ = std::make_shared<scripted_site>();
  direct flow_;
  int captchas_ = 0;
  int codes_ = 0;
};

const std::string wants_captcha =
    R"({"error":"need_captcha","captcha_sid":"77","captcha_img":"https://x/c"})";
const std::string wants_page =
    R"({"error":"need_validation","redirect_uri":")" + page_url + R"("})";
const std::string wants_code =
    R"({"error":"need_validation","validation_type":"2fa_app","validation_sid":"2fa_1","redirect_uri":"https://x/"})";
const std::string good_answer = R"({"access_token":"t","expires_in":60,"user_id":5})";

// `vk`: the answer went out as captcha_img, and with the password in the address.
TEST_F(DirectMistake, CaptchaAnsweredAsCaptchaImgInTheQuery) {
  site_->on(token_url, refused(wants_captcha));
  site_->on(token_url, html(good_answer));
  ASSERT_TRUE(log_in());
  for (const auto& received : site_->requests()) EXPECT_EQ(received.url(), token_url);
  EXPECT_THAT(posts().back(), AllOf(HasSubstr("captcha_key=abc"), HasSubstr("captcha_sid=77"),
                                    Not(HasSubstr("captcha_img")), HasSubstr("password=pass-word"),
                                    HasSubstr("grant_type=password")));
}

// `vk`: any answer after a captcha was taken for a token.
TEST_F(DirectMistake, AfterACaptchaEveryAnswerIsAToken) {
  site_->on(token_url, refused(wants_captcha));
  site_->on(token_url, refused(wants_page));
  site_->on(page_url, redirect(blank + "#success=1&access_token=t2&user_id=5"));
  EXPECT_EQ(log_in()->text.expose(), "t2");
}

// `vk`: of the pages of a validation the first was read again and again.
TEST_F(DirectMistake, TheFirstPageReadAgainAndAgain) {
  const auto form = [](const std::string& hash) {
    return html("<form action='/login?act=authcheck_code&hash=" + hash +
                "'><input name=code></form>");
  };
  site_->on(token_url, refused(wants_page));
  site_->on(page_url, form("1"));
  site_->on("https://m.vk.ru/login?act=authcheck_code&hash=1",
            redirect("https://m.vk.ru/login?act=authcheck&m=442"));
  site_->on("https://m.vk.ru/login?act=authcheck&m=442", form("2"));
  site_->on("https://m.vk.ru/login?act=authcheck_code&hash=2",
            html("<form action='/login?act=authcheck_code&hash=3'><input name=captcha_sid value=9>"
                 "<input type=hidden name=code value=c2><img src='/captcha.php?sid=9'></form>"));
  site_->on("https://m.vk.ru/login?act=authcheck_code&hash=3",
            redirect(blank + "#success=1&access_token=t&user_id=5&expires_in=60"));
  const auto token = log_in();
  ASSERT_TRUE(token) << token.error();
  EXPECT_EQ(token->user_id, 5);
  EXPECT_TRUE(token->expires_at);
  EXPECT_THAT(site_->lines(), Contains("POST https://m.vk.ru/login?act=authcheck_code&hash=3 "
                                       "captcha_sid=9&code=c2&captcha_key=abc"));
}

// `vk`: on the plain way nothing but the token was kept.
TEST_F(DirectMistake, UserAndExpiryForgotten) {
  site_->on(token_url, html(good_answer));
  const auto token = log_in();
  ASSERT_TRUE(token);
  EXPECT_EQ(token->user_id, 5);
  EXPECT_TRUE(token->expires_at);
}

// `vk`: no v; a second factor always by its page.
TEST_F(DirectMistake, NoVersionAndNoSimpleCode) {
  site_->on(token_url, refused(wants_code));
  site_->on(token_url, html(good_answer));
  ASSERT_TRUE(log_in());
  EXPECT_THAT(posts().front(), HasSubstr("&v=5.199"));
  EXPECT_THAT(posts().back(), AllOf(HasSubstr("2fa_supported=1"), HasSubstr("code=c1")));
}

// `vk`: a KeyError at any other page, or without any.
TEST_F(DirectMistake, AnUnforeseenPageOrNoneEndsInNonsense) {
  site_->on(token_url, refused(wants_page));
  site_->on(page_url, redirect("https://m.vk.ru/feed"));
  site_->on("https://m.vk.ru/feed", html("<p>"));
  EXPECT_THAT(log_in().error().message(), HasSubstr("unknown page"));
  site_ = std::make_shared<scripted_site>();
  site_->on(token_url, refused(R"({"error":"need_validation","ban_info":{"message":"m"}})"));
  EXPECT_EQ(log_in().error(), errc::account_blocked);
  site_ = std::make_shared<scripted_site>();
  site_->on(token_url, refused(R"({"error":"need_validation"})"));
  EXPECT_EQ(log_in().error(), errc::authorization_failed);
}

// `vk`: no limits, and no look at the statuses of pages.
TEST_F(DirectMistake, CodesAndCaptchasWithoutEnd) {
  site_->on(token_url, refused(wants_page));
  site_->on(page_url, html("<form action='/login?act=authcheck'><input name=code></form>"));
  site_->on("https://m.vk.ru/login",
            html("<form action='/login?act=authcheck'><input name=code></form>"));
  EXPECT_EQ(log_in().error(), errc::wrong_code);
  EXPECT_EQ(codes_, 3);
  site_ = std::make_shared<scripted_site>();
  site_->on(token_url, refused(wants_page));
  site_->on(page_url, html("<form action='/login?act=authcheck'><input name=code></form>", 500));
  EXPECT_EQ(log_in().error(), errc::http_status);
}

// `vk-io`: the password in a query.
TEST_F(DirectMistake, ThePasswordInAnAddress) {
  site_->on(token_url, html(good_answer));
  ASSERT_TRUE(log_in());
  EXPECT_THAT(site_->lines(), ElementsAre(HasSubstr("POST " + token_url + " grant_type=")));
}

// `vk-io`: the address of the page was read as if it were the page.
TEST_F(DirectMistake, TheAddressTakenForThePage) {
  site_->on(token_url, refused(wants_page));
  site_->on(page_url, redirect(blank + "#success=1&access_token=t&user_id=5"));
  ASSERT_TRUE(log_in());
  EXPECT_THAT(site_->lines(), Contains("GET " + page_url));
}

// `vk-io`: the captcha forgot the code, the code forgot the captcha.
TEST_F(DirectMistake, CodeLostAtACaptcha) {
  site_->on(token_url, refused(wants_code));
  site_->on(token_url, refused(wants_captcha));
  site_->on(token_url, html(good_answer));
  ASSERT_TRUE(log_in());
  EXPECT_EQ(codes_, 1);
  EXPECT_THAT(posts().back(), AllOf(HasSubstr("code=c1"), HasSubstr("captcha_key=abc")));
}

// `vk-io`: a wrong code ended the login; limits differed by one between flows.
TEST_F(DirectMistake, AWrongCodeEndsTheLogin) {
  site_->on(token_url, refused(wants_code));
  site_->on(token_url, refused(R"({"error":"invalid_request","error_type":"wrong_otp"})"));
  site_->on(token_url, html(good_answer));
  ASSERT_TRUE(log_in());
  EXPECT_EQ(codes_, 2);
}

// `vk-io`: the description of an unknown error was lost. `vksdk`: error_type was not read.
TEST_F(DirectMistake, DescriptionsAndTypesOfErrorsLost) {
  site_->on(token_url,
            refused(R"({"error":"brand_new","error_type":"kind","error_description":"Why"})"));
  EXPECT_THAT(log_in().error().message(),
              AllOf(HasSubstr("Why"), HasSubstr("brand_new"), HasSubstr("kind")));
}

// API error 17, over sockets: the same pages, and the new token is the client's from then on.
TEST(ValidationOfACall, IsPassedAndItsTokenInstalled) {
  vkxx::testing::emulator_fixture vk;
  vk->add_fault(vkxx::emulation::fault{vkxx::emulation::fault_kind::validation}.token(vk.token()));
  vkxx::blocking_client client{vkxx::config{}.emulator(vk.url()).access_token(vk.token())};
  vkxx::auth::validation pages;
  int times_asked = 0;
  pages.on_phone([&](const challenge& wanted) {
    ++times_asked;
    EXPECT_EQ(wanted.phone().prefix, "+7");
    return challenge_answer::phone_digits("99912345");
  });
  pages.on_second_factor([&](const challenge&) {
    ++times_asked;
    return challenge_answer::code("246810");
  });
  pages.on_captcha([&](const challenge& wanted) {
    ++times_asked;
    return challenge_answer::captcha_key(vk->captcha_answer(wanted.captcha().sid));
  });
  client.on_validation(pages.hook(client.environment()));
  const auto first = client.try_call(vkxx::request{"users.get"});
  ASSERT_TRUE(first) << first.error();
  const auto fresh = vk->requests().back().token;
  EXPECT_NE(fresh, vk->requests().front().token);
  ASSERT_TRUE(client.try_call(vkxx::request{"users.get"}));
  EXPECT_EQ(vk->requests().back().token, fresh);
}

// What goes wrong on the page is what the call says.
TEST(ValidationOfACall, ThatFailsSaysWhy) {
  const auto site = std::make_shared<scripted_site>();
  site->on("https://api.vk.ru/method/users.get",
           html(R"({"error":{"error_code":17,"error_msg":"Validation required","redirect_uri":")" +
                page_url + R"("}})"));
  vkxx::blocking_client client{vkxx::config{}.transport(site).access_token("t")};
  client.on_validation(vkxx::auth::validation{}.hook(client.environment()));
  site->on(page_url, html("no", 500));
  EXPECT_EQ(client.try_call(vkxx::request{"users.get"}).error(), errc::http_status);
}

// A token that a validation gave is used although it could not be stored; the log says so.
TEST(ValidationOfACall, ReportsAFailedStore) {
  class full_store final : public vkxx::auth::token_store {
   public:
    vkxx::result<std::optional<vkxx::auth::access_token>> load(const std::string&) override {
      return std::optional<vkxx::auth::access_token>{};
    }
    vkxx::result<void> save(const std::string&, const vkxx::auth::access_token& token) override {
      if (token.text.expose() == "old") return {};
      return vkxx::error{errc::invalid_argument, vkxx::request_effect::not_sent,
                         "the disk is full"};
    }
    vkxx::result<void> remove(const std::string&) override { return {}; }
    vkxx::result<std::vector<std::string>> profiles() override {
      return std::vector<std::string>{};
    }
    vkxx::result<std::unique_ptr<vkxx::auth::store_lock>> try_lock(const std::string&) override {
      return std::unique_ptr<vkxx::auth::store_lock>{};
    }
  };
  const auto site = std::make_shared<scripted_site>();
  site->on(token_url, html(R"({"access_token":"old"})"));
  site->on(
      "https://api.vk.ru/method/users.get",
      html(
          R"({"error":{"error_code":17,"error_msg":"Validation required","redirect_uri":"https://x/"}})"));
  site->on("https://api.vk.ru/method/users.get", html(R"({"response":[]})"));
  direct flow;
  flow.login("anna").password(std::string{"p"});
  auto options = vkxx::auth::source_options{}.store(std::make_shared<full_store>(), "anna");
  std::vector<std::string> warnings;
  vkxx::blocking_client client{
      vkxx::config{}
          .transport(site)
          .tokens(make_token_source(flow.make(), options))
          .on_validation([](const challenge&) { return challenge_answer::access_token("new"); })
          .log([&](const vkxx::log_line& line) { warnings.push_back(line.text); },
               vkxx::log_level::warning)};
  ASSERT_TRUE(client.try_call(vkxx::request{"users.get"}));
  EXPECT_EQ(site->requests().back().bearer_token().expose(), "new");
  EXPECT_THAT(warnings, ElementsAre(HasSubstr("the disk is full")));
}

}  // namespace
