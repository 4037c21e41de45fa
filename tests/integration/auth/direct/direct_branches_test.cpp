// The turns that a login with a password and a validation can take beside those of direct_test,
// each from the public face to a call made with the token, or to the error that names it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <vkxx/auth.hpp>
#include <vkxx/blocking_client.hpp>
#include <vkxx/testing/emulator_fixture.hpp>

#include "support/counted_answers.hpp"
#include "support/scripted_site.hpp"

namespace {

using testing::HasSubstr;
using testing::Not;
using vkxx::challenge;
using vkxx::challenge_answer;
using vkxx::errc;
using vkxx::test::html;
using vkxx::test::redirect;
using vkxx::test::scripted_site;

const std::string token_endpoint = "https://oauth.vk.ru/token";
const std::string a_token = R"({"access_token":"t","expires_in":0,"user_id":5})";
const std::string a_code_question =
    R"({"error":"need_validation","validation_type":"2fa_callreset","validation_sid":"2fa_5_1",)"
    R"("phone_mask":"+7 *** 12","redirect_uri":"https://m.vk.ru/login?act=authcheck"})";
const std::string a_captcha_question =
    R"({"error":"need_captcha","captcha_sid":"77","captcha_img":"https://x/c"})";

class DirectBranch : public testing::Test {
 protected:
  DirectBranch() {
    flow_.login("anna").password(std::string{"pass-word"});
    flow_.on_captcha(vkxx::test::counted_captchas(captchas_));
    flow_.on_second_factor(vkxx::test::counted_codes(codes_));
    restart();
  }

  void restart() {
    site_ = std::make_shared<scripted_site>();
    site_->on("https://api.vk.ru/method/users.get", html(R"({"response":[{"id":5}]})"));
  }
  void answers(const std::vector<std::string>& bodies, int status = 401) {
    for (const auto& body : bodies) {
      site_->on(token_endpoint, html(body, body == a_token ? 200 : status));
    }
  }
  [[nodiscard]] vkxx::config settings() { return vkxx::config{}.transport(site_); }

  void expect_call() {
    vkxx::blocking_client client{settings().tokens(make_token_source(flow_.make(), {}))};
    const auto reply = client.try_call(vkxx::request{"users.get"});
    ASSERT_TRUE(reply) << reply.error();
    EXPECT_EQ(site_->requests().back().bearer_token().expose(), "t");
  }
  vkxx::error failure() {
    const auto token = vkxx::auth::log_in(flow_.make(), settings());
    EXPECT_FALSE(token);
    if (token) return {errc::cancelled, vkxx::request_effect::unknown, "no error"};
    EXPECT_THAT(token.error().to_string(), Not(HasSubstr("pass-word")));
    return token.error();
  }

  std::shared_ptr<scripted_site> site_;
  vkxx::auth::direct flow_;
  int captchas_ = 0;
  int codes_ = 0;
};

// `vksdk` reads no validation_sid.
TEST_F(DirectBranch, ASecondFactorOfAnyKindWithAllThatIsSaidOfIt) {
  answers({a_code_question, a_token});
  flow_.on_second_factor([](const challenge& challenge) {
    EXPECT_EQ(challenge.second_factor().type, "2fa_callreset");
    EXPECT_EQ(challenge.second_factor().sid, "2fa_5_1");
    EXPECT_EQ(challenge.second_factor().phone_mask, "+7 *** 12");
    return challenge_answer::code("1");
  });
  expect_call();
}

TEST_F(DirectBranch, TheQuestionAgainAfterACode) {
  answers({a_code_question, a_code_question, a_token});
  expect_call();
  EXPECT_EQ(codes_, 2);
}

TEST_F(DirectBranch, ACodeThatCannotBeSent) {
  answers({R"({"error":"need_validation","validation_type":"2fa_sms","validation_sid":"2fa_5_1",)"
           R"("validation_resend":"sms","redirect_uri":"https://m.vk.ru/x"})"});
  site_->on("https://api.vk.ru/method/auth.validatePhone",
            html(R"({"error":{"error_code":100,"error_msg":"sid is wrong"}})"));
  answers({a_token});
  // The person may have a code all the same; the log says that VK sent none.
  std::vector<std::string> warnings;
  const auto noted = settings().log(
      [&](const vkxx::log_line& line) { warnings.push_back(line.text); }, vkxx::log_level::warning);
  EXPECT_TRUE(vkxx::auth::log_in(flow_.make(), noted));
  EXPECT_EQ(codes_, 1);
  EXPECT_THAT(warnings, testing::ElementsAre(HasSubstr("sid is wrong")));
}

TEST_F(DirectBranch, ACodeOfABadShape) {
  answers({a_code_question, R"({"error":"invalid_request","error_type":"otp_format_is_incorrect"})",
           a_token});
  expect_call();
  EXPECT_EQ(codes_, 2);
}

// Limits mean the same in all flows: so many answers may be wrong, and the last may be right.
TEST_F(DirectBranch, TheLastTryThatIsAllowedCounts) {
  const std::string wrong = R"({"error":"invalid_request","error_type":"wrong_otp"})";
  answers({a_captcha_question, a_captcha_question, a_captcha_question, a_captcha_question,
           a_captcha_question, a_code_question, wrong, wrong, a_token});
  expect_call();
  EXPECT_EQ(captchas_, 5);
  EXPECT_EQ(codes_, 3);
}

TEST_F(DirectBranch, AWrongPasswordAfterACaptcha) {
  answers({a_captcha_question,
           R"({"error":"invalid_client","error_type":"username_or_password_is_incorrect"})"});
  EXPECT_EQ(failure(), errc::wrong_credentials);
  EXPECT_EQ(captchas_, 1);
}

TEST_F(DirectBranch, AHookThatRefusesOrIsNotThere) {
  answers({a_captcha_question});
  flow_.on_captcha([](const challenge&) { return challenge_answer::refused(); });
  EXPECT_EQ(failure(), errc::challenge_refused);
  flow_.on_captcha({});
  EXPECT_EQ(failure(), errc::challenge_refused);
  EXPECT_THAT(failure().message(), HasSubstr("on_captcha"));
  restart();
  answers({a_code_question});
  flow_.on_second_factor([](const challenge&) { return challenge_answer::refused(); });
  EXPECT_EQ(failure(), errc::challenge_refused);
}

TEST_F(DirectBranch, ATokenWithLittleOrOddlyWrittenBesideIt) {
  for (const auto* body :
       {R"({"access_token":"t"})", R"({"access_token":"t","expires_in":"0","user_id":"5"})",
        R"({"access_token":"t","https_required":1,"trusted_hash":"h"})"}) {
    restart();
    answers({body}, 200);
    expect_call();
    const auto token = vkxx::auth::log_in(flow_.make(), settings());
    ASSERT_TRUE(token) << body;
    EXPECT_EQ(token->expires_at, std::nullopt);
  }
}

TEST_F(DirectBranch, AnswersThatAreNone) {
  answers({"{}"}, 200);
  EXPECT_EQ(failure(), errc::malformed_answer);
  restart();
  answers({"<html>"}, 200);
  EXPECT_EQ(failure(), errc::not_json);
  restart();
  answers({""}, 502);
  EXPECT_EQ(failure(), errc::http_status);
  EXPECT_EQ(site_->requests().size(), 1U);
}

// A blocked account is told before anything else is looked at, and the token beside it is a secret.
TEST_F(DirectBranch, AnAccountThatIsBlocked) {
  answers({R"({"error":"need_validation","error_description":"user has been banned",)"
           R"("validation_type":"2fa_app","redirect_uri":"https://m.vk.ru/x",)"
           R"("ban_info":{"member_name":"Lev","message":"m","access_token":"ban-token"}})"});
  const auto told = failure();
  EXPECT_EQ(told, errc::account_blocked);
  EXPECT_THAT(told.to_string(), Not(HasSubstr("ban-token")));
  EXPECT_EQ(codes_, 0);
}

TEST_F(DirectBranch, ErrorsOfEveryOtherKind) {
  for (const auto* type : {"restore_wait_delayed_request", "cancel_by_owner_needed"}) {
    restart();
    answers({R"({"error":"invalid_request","error_description":"Why","error_type":")" +
             std::string{type} + R"("})"});
    const auto told = failure();
    EXPECT_EQ(told, errc::authorization_failed);
    EXPECT_THAT(told.message(), HasSubstr("Why"));
    EXPECT_THAT(told.message(), HasSubstr(type));
  }
}

// `vk` sends an origin and cookies, which say nothing here.
TEST_F(DirectBranch, SendsNoOriginAndNoCookies) {
  site_->on(token_endpoint, vkxx::test::with_cookie(html(a_captcha_question, 401), "remixlang=3"));
  answers({a_token});
  expect_call();
  for (const auto& received : site_->requests()) {
    EXPECT_FALSE(vkxx::http::find_header(received.headers(), "Origin"));
    EXPECT_FALSE(vkxx::http::find_header(received.headers(), "Cookie"));
  }
}

// Over sockets. A login that was cut counts as an attempt with VK: it is not made again.
TEST(DirectOverSockets, AnAnswerThatIsCutIsNotAskedForAgain) {
  for (const auto& [fault, code] : {std::pair{"truncated:/token*1", errc::truncated_answer},
                                    {"closed:/token*1", errc::connection_lost},
                                    {"lost:/token*1", errc::connection_lost}}) {
    vkxx::testing::emulator_fixture vk;
    vk->add_fault(vkxx::emulation::parse_fault(fault));
    vkxx::auth::direct flow;
    flow.login("plain@emulator.test").password(std::string{"emulator-password"});
    const auto token = vkxx::auth::log_in(flow.make(), vkxx::config{}.emulator(vk.url()));
    ASSERT_FALSE(token) << fault;
    EXPECT_EQ(token.error(), code) << fault << token.error();
    EXPECT_EQ(vk->requests().size(), 1U) << fault;
  }
}

TEST(DirectOverSockets, ACodeBySms) {
  vkxx::testing::emulator_fixture vk;
  vkxx::auth::direct flow;
  flow.login("sms@emulator.test").password(std::string{"emulator-password"});
  flow.on_second_factor([](const challenge& challenge) {
    EXPECT_EQ(challenge.second_factor().type, "2fa_sms");
    return challenge_answer::code(challenge.wrong_answers() == 0 ? "1" : "135790");
  });
  vkxx::blocking_client client{
      vkxx::config{}.emulator(vk.url()).tokens(make_token_source(flow.make(), {}))};
  EXPECT_EQ(client.call(vkxx::request{"users.get"}).json().at(0).at("id"), 5);
}

// Every page that a call's validation (error 17) can lead to.
class ValidationPageOfACall : public testing::TestWithParam<const char*> {};

INSTANTIATE_TEST_SUITE_P(pages, ValidationPageOfACall,
                         testing::Values("phone", "code", "captcha", "link", "no_token"));

TEST_P(ValidationPageOfACall, IsPassedAndTheCallIsMade) {
  vkxx::testing::emulator_fixture vk;
  vk->add_fault(vkxx::emulation::fault{vkxx::emulation::fault_kind::validation}.page(GetParam()));
  vkxx::blocking_client client{vkxx::config{}.emulator(vk.url()).access_token(vk.token())};
  vkxx::auth::validation pages;
  pages.on_phone([](const challenge&) { return challenge_answer::phone_digits("99912345"); });
  pages.on_second_factor([](const challenge& challenge) {
    return challenge_answer::code(challenge.wrong_answers() == 0 ? "000000" : "246810");
  });
  pages.on_captcha([&](const challenge& challenge) {
    return challenge_answer::captcha_key(
        challenge.wrong_answers() == 0 ? "0" : vk->captcha_answer(challenge.captcha().sid));
  });
  client.on_validation(pages.hook(client.environment()));
  EXPECT_EQ(client.call(vkxx::request{"users.get"}).json().at(0).at("id"), 1);
  const auto all = vk->requests();
  const bool same_token = all.front().token == all.back().token;
  EXPECT_EQ(same_token, GetParam() == std::string{"no_token"});
  EXPECT_TRUE(client.try_call(vkxx::request{"users.get"}));
  EXPECT_EQ(vk->requests().back().token, all.back().token);
}

TEST(ValidationPages, ThatLeadToNoToken) {
  const std::string page = "https://m.vk.ru/login?act=authcheck&api_hash=1";
  struct row {
    vkxx::http::response answer;
    errc code;
    std::string text;
  };
  const std::string end = "https://oauth.vk.ru/blank.html";
  const std::vector<row> rows{
      {redirect(end + "#fail=1"), errc::authorization_failed, "OAuth authorization failed"},
      {redirect(end + "#cancel=1"), errc::challenge_refused, ""},
      {redirect(end + "#error=access_denied&error_description=Why"), errc::authorization_failed,
       "Why"},
      {redirect(end), errc::malformed_answer, "neither"},
      {redirect("https://m.vk.ru/login?act=blocked"), errc::account_blocked, "blocked"},
      {redirect("https://m.vk.ru/login?act=new"), errc::malformed_answer, "unknown page"},
      {redirect("https://elsewhere.example/#access_token=t"), errc::malformed_answer,
       "unknown page"},
      {redirect("https://m.vk.ru/box"), errc::authorization_failed, "No"},
      {html("no", 502), errc::http_status, ""},
  };
  for (const auto& row : rows) {
    const auto site = std::make_shared<scripted_site>();
    for (const auto* other : {"https://m.vk.ru/login?act=blocked", "https://m.vk.ru/login?act=new",
                              "https://elsewhere.example/"}) {
      site->on(other, html("<p>"));
    }
    site->on("https://m.vk.ru/box", html("<div class=box_error>No</div>"));
    site->on(page, row.answer);
    site->on("https://api.vk.ru/method/users.get",
             html(R"({"error":{"error_code":17,"error_msg":"Validation required",)"
                  R"("redirect_uri":")" +
                  page + R"("}})"));
    vkxx::blocking_client client{vkxx::config{}.transport(site).access_token("old")};
    client.on_validation(vkxx::auth::validation{}.hook(client.environment()));
    const auto told = client.try_call(vkxx::request{"users.get"});
    ASSERT_FALSE(told);
    // A person who refuses leaves the call with VK's own error.
    if (row.code == errc::challenge_refused) {
      EXPECT_EQ(told.error(), vkxx::api_errc::validation_required) << told.error();
    } else {
      EXPECT_EQ(told.error(), row.code) << told.error();
    }
    EXPECT_THAT(told.error().to_string(), HasSubstr(row.text));
  }
}

}  // namespace
