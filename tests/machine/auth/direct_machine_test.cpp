// The login with a password, answer by answer: every answer of VK's in every state that it can come
// in.
#include "auth/flows/direct_machine.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vkxx::auth {
namespace {

using namespace vkxx::auth::detail;

using testing::HasSubstr;
using testing::UnorderedElementsAre;

oauth_answer vk_says(const std::string& body, int status = 401) {
  http::response answer;
  answer.status = status;
  answer.body = body;
  return read_oauth_answer(answer, wall_time{std::chrono::seconds{1000}});
}

const std::string captcha_text =
    R"({"error":"need_captcha","captcha_sid":"77","captcha_img":"http://x/c"})";
const std::string new_captcha_text =
    R"({"error":"need_captcha","redirect_uri":"http://x/not_robot","remixstlid":9069780796616521905})";
const std::string app_text =
    R"({"error":"need_validation","validation_type":"2fa_app","validation_sid":"2fa_1",
        "phone_mask":"+7 ** 12","redirect_uri":"http://x","error_description":"use app code"})";
const std::string wrong_code_text = R"({"error":"invalid_request","error_type":"wrong_otp"})";
const std::string token_text = R"({"access_token":"the-token","expires_in":0,"user_id":1})";

using answer = challenge_answer;

TEST(DirectMachine, EndsWithTheTokenAndAllThatCameWithIt) {
  direct_machine machine;
  EXPECT_EQ(machine.start(), direct_action::send);
  EXPECT_THAT(machine.extra(), UnorderedElementsAre(form_field{"2fa_supported", "1"}));
  ASSERT_EQ(
      machine.on_answer(vk_says(
          R"({"access_token":"t","expires_in":"3600","user_id":"12","email":"a@b","secret":"s"})",
          200)),
      direct_action::done);
  EXPECT_EQ(machine.token().text.expose(), "t");
  EXPECT_EQ(machine.token().user_id, 12);
  EXPECT_EQ(machine.token().expires_at, wall_time{std::chrono::seconds{4600}});
  EXPECT_EQ(machine.token().email, "a@b");
  EXPECT_EQ(machine.token().signing_secret.expose(), "s");
}

TEST(DirectMachine, ALifetimeOfZeroOrNoneIsForEver) {
  for (const auto& text :
       {token_text, std::string{R"({"access_token":"t"})"},
        std::string{R"({"access_token":"t","expires_in":-1})"},
        std::string{R"({"access_token":"t","expires_in":9223372036854775807})"}}) {
    const auto read = vk_says(text, 200);
    ASSERT_EQ(read.outcome, oauth_outcome::token) << text;
    EXPECT_EQ(read.token.expires_at, std::nullopt) << text;
  }
}

// `vk` sent the answer as captcha_img, so that no captcha could ever be passed.
TEST(DirectMachine, AnswersACaptchaAsCaptchaKey) {
  direct_machine machine;
  static_cast<void>(machine.start());
  ASSERT_EQ(machine.on_answer(vk_says(captcha_text)), direct_action::ask_captcha);
  EXPECT_EQ(machine.asked().captcha().sid, "77");
  EXPECT_EQ(machine.asked().captcha().img, "http://x/c");
  ASSERT_EQ(machine.on_challenge(answer::captcha_key("abc")), direct_action::send);
  EXPECT_THAT(machine.extra(), UnorderedElementsAre(form_field{"captcha_sid", "77"},
                                                    form_field{"captcha_key", "abc"},
                                                    form_field{"2fa_supported", "1"}));
  EXPECT_EQ(machine.on_answer(vk_says(token_text, 200)), direct_action::done);
}

TEST(DirectMachine, AnswersTheNewerCaptchaWithItsSuccessToken) {
  direct_machine machine;
  static_cast<void>(machine.start());
  ASSERT_EQ(machine.on_answer(vk_says(new_captcha_text)), direct_action::ask_captcha);
  EXPECT_TRUE(machine.asked().wants_success_token());
  ASSERT_EQ(machine.on_challenge(answer::success_token("st")), direct_action::send);
  EXPECT_THAT(machine.extra(), UnorderedElementsAre(form_field{"success_token", "st"},
                                                    form_field{"remixstlid", "9069780796616521905"},
                                                    form_field{"2fa_supported", "1"}));
}

TEST(DirectMachine, ACaptchaAnswerIsSentOnce) {
  direct_machine machine;
  static_cast<void>(machine.start());
  static_cast<void>(machine.on_answer(vk_says(captcha_text)));
  static_cast<void>(machine.on_challenge(answer::captcha_key("abc")));
  ASSERT_EQ(machine.on_answer(vk_says(app_text)), direct_action::ask_code);
  ASSERT_EQ(machine.on_challenge(answer::code("123")), direct_action::send);
  EXPECT_THAT(machine.extra(),
              UnorderedElementsAre(form_field{"2fa_supported", "1"}, form_field{"code", "123"}));
}

// `vk` asked without end.
TEST(DirectMachine, GivesUpAfterTooManyCaptchas) {
  direct_machine machine;
  static_cast<void>(machine.start());
  for (int i = 0; i != direct_machine::max_captchas; ++i) {
    ASSERT_EQ(machine.on_answer(vk_says(captcha_text)), direct_action::ask_captcha);
    EXPECT_EQ(machine.asked().wrong_answers(), i);
    ASSERT_EQ(machine.on_challenge(answer::captcha_key("no")), direct_action::send);
  }
  ASSERT_EQ(machine.on_answer(vk_says(captcha_text)), direct_action::fail);
  EXPECT_EQ(machine.failure(), errc::authorization_failed);
}

// After a captcha `vk` took every answer for a token.
TEST(DirectMachine, AfterACaptchaAnyAnswerMayCome) {
  for (const auto& [text, expected] : std::vector<std::pair<std::string, direct_action>>{
           {app_text, direct_action::ask_code},
           {R"({"error":"invalid_client","error_type":"username_or_password_is_incorrect"})",
            direct_action::fail},
           {R"({"error":"need_validation","redirect_uri":"http://x/p"})", direct_action::ask_page},
           {"{}", direct_action::fail}}) {
    direct_machine machine;
    static_cast<void>(machine.start());
    static_cast<void>(machine.on_answer(vk_says(captcha_text)));
    static_cast<void>(machine.on_challenge(answer::captcha_key("abc")));
    EXPECT_EQ(machine.on_answer(vk_says(text)), expected) << text;
  }
}

// The text differs with `2fa_supported`; the type is what counts.
TEST(DirectMachine, DecidesByTheValidationType) {
  direct_machine machine;
  static_cast<void>(machine.start());
  ASSERT_EQ(machine.on_answer(vk_says(
                R"({"error":"need_validation","validation_type":"2fa_sms","phone_mask":"+7 12",
                    "error_description":"open redirect_uri in browser [5]","redirect_uri":"http://x"})")),
            direct_action::ask_code);
  EXPECT_EQ(machine.asked().kind(), challenge_kind::second_factor);
  EXPECT_EQ(machine.asked().second_factor().type, "2fa_sms");
  EXPECT_EQ(machine.asked().second_factor().phone_mask, "+7 12");
}

TEST(DirectMachine, SendsAnSmsWhenAskedTo) {
  direct_machine machine;
  static_cast<void>(machine.start());
  static_cast<void>(machine.on_answer(vk_says(app_text)));
  ASSERT_EQ(machine.on_challenge(answer::send_sms()), direct_action::send);
  EXPECT_THAT(machine.extra(),
              UnorderedElementsAre(form_field{"2fa_supported", "1"}, form_field{"force_sms", "1"}));
  ASSERT_EQ(machine.on_answer(vk_says(app_text)), direct_action::ask_code);
  ASSERT_EQ(machine.on_challenge(answer::code("123")), direct_action::send);
  EXPECT_THAT(machine.extra(),
              UnorderedElementsAre(form_field{"2fa_supported", "1"}, form_field{"code", "123"}));
}

TEST(DirectMachine, HasTheCodeSentFirstWhenNoneWas) {
  direct_machine machine;
  static_cast<void>(machine.start());
  ASSERT_EQ(machine.on_answer(vk_says(
                R"({"error":"need_validation","validation_type":"2fa_sms","validation_resend":"sms",
                    "validation_sid":"2fa_9"})")),
            direct_action::request_code);
  EXPECT_EQ(machine.asked_for_code().second_factor().sid, "2fa_9");
  EXPECT_EQ(machine.on_code_requested(), direct_action::ask_code);
}

// vk-io ended the login at the first wrong code.
TEST(DirectMachine, AsksAgainAfterAWrongCodeButNotForEver) {
  for (const auto& refusal :
       {wrong_code_text,
        std::string{R"({"error":"invalid_request","error_type":"otp_format_is_incorrect"})"},
        app_text}) {
    direct_machine machine;
    static_cast<void>(machine.start());
    auto action = machine.on_answer(vk_says(app_text));
    for (int i = 0; i != direct_machine::max_codes; ++i) {
      ASSERT_EQ(action, direct_action::ask_code);
      EXPECT_EQ(machine.asked().wrong_answers(), i);
      ASSERT_EQ(machine.on_challenge(answer::code("1")), direct_action::send);
      action = machine.on_answer(vk_says(refusal));
    }
    EXPECT_EQ(action, direct_action::fail);
  }
}

// vk-io forgot the code when a captcha came in between.
TEST(DirectMachine, KeepsTheCodeThroughACaptcha) {
  direct_machine machine;
  static_cast<void>(machine.start());
  static_cast<void>(machine.on_answer(vk_says(app_text)));
  static_cast<void>(machine.on_challenge(answer::code("123")));
  ASSERT_EQ(machine.on_answer(vk_says(captcha_text)), direct_action::ask_captcha);
  ASSERT_EQ(machine.on_challenge(answer::captcha_key("abc")), direct_action::send);
  EXPECT_THAT(
      machine.extra(),
      UnorderedElementsAre(form_field{"captcha_sid", "77"}, form_field{"captcha_key", "abc"},
                           form_field{"2fa_supported", "1"}, form_field{"code", "123"}));
  // The captcha has not used up a code.
  EXPECT_EQ(machine.on_answer(vk_says(wrong_code_text)), direct_action::ask_code);
  EXPECT_EQ(machine.asked().wrong_answers(), 1);
}

TEST(DirectMachine, TakesTheTokenOfAPage) {
  direct_machine machine;
  static_cast<void>(machine.start());
  ASSERT_EQ(
      machine.on_answer(vk_says(
          R"({"error":"need_validation","redirect_uri":"https://m.vk.ru/p?act=security_check"})")),
      direct_action::ask_page);
  EXPECT_EQ(machine.asked().redirect_uri(), "https://m.vk.ru/p?act=security_check");
  ASSERT_EQ(machine.on_challenge(answer::access_token("fresh")), direct_action::done);
  EXPECT_EQ(machine.token().text.expose(), "fresh");
}

TEST(DirectMachine, APassedPageWithoutATokenIsAFailure) {
  direct_machine machine;
  static_cast<void>(machine.start());
  static_cast<void>(
      machine.on_answer(vk_says(R"({"error":"need_validation","redirect_uri":"http://x"})")));
  EXPECT_EQ(machine.on_challenge(answer::validated()), direct_action::fail);
}

TEST(DirectMachine, FailsWhenAHookRefusesIsMissingOrAnswersSomethingElse) {
  for (const auto& text : {captcha_text, app_text}) {
    for (const auto& said : {std::optional<answer>{}, std::optional{answer::refused()},
                             std::optional{answer::confirmed()}}) {
      direct_machine machine;
      static_cast<void>(machine.start());
      static_cast<void>(machine.on_answer(vk_says(text)));
      ASSERT_EQ(machine.on_challenge(said), direct_action::fail);
      const auto expected = said && said->what() == answer::kind::confirmed
                                ? errc::invalid_argument
                                : errc::challenge_refused;
      EXPECT_EQ(machine.failure(), expected);
    }
  }
}

TEST(DirectMachine, TellsFailuresApart) {
  struct row {
    std::string body;
    int status;
    errc code;
    std::string text;
  };
  const std::vector<row> rows{
      {R"({"error":"invalid_client","error_type":"username_or_password_is_incorrect","error_description":"Username or password is incorrect"})",
       401, errc::wrong_credentials, "Login error (e.g. incorrect password)"},
      {R"({"error":"invalid_client","error_description":"client_id is incorrect"})", 401,
       errc::authorization_failed, "client_id is incorrect"},
      {R"({"error":"invalid_request","error_type":"too_much_tries"})", 401, errc::too_many_attempts,
       "too many attempts"},
      {R"({"error":"9;Flood control","error_type":"password_bruteforce_attempt"})", 401,
       errc::too_many_attempts, "too many attempts"},
      {R"({"error":"9;Flood control"})", 401, errc::too_many_attempts, "too many attempts"},
      {R"({"error":"need_validation","error_description":"user has been banned","ban_info":{"member_name":"L"}})",
       401, errc::account_blocked, "blocked"},
      {R"({"error":"need_validation"})", 401, errc::authorization_failed, "no page"},
      {R"({"error":"need_captcha"})", 401, errc::malformed_answer, "captcha"},
      {R"({"error":"brand_new"})", 401, errc::authorization_failed, "brand_new"},
      {R"({"error":"invalid_request","error_type":"cancel_by_owner_needed","error_description":"Ask"})",
       401, errc::authorization_failed, "Ask"},
      {wrong_code_text, 401, errc::wrong_code, "wrong_otp"},
      {R"({})", 200, errc::malformed_answer, "neither"},
      {R"({"access_token":{}})", 200, errc::malformed_answer, "neither"},
      {R"({"access_token":""})", 200, errc::malformed_answer, "neither"},
      {R"({"access_token":"t"})", 500, errc::http_status, "500"},
      {"<html>", 200, errc::not_json, "JSON"},
      {"", 200, errc::not_json, "JSON"},
      {"[]", 200, errc::not_json, "JSON"},
      {"<html>", 502, errc::http_status, "502"},
  };
  for (const auto& row : rows) {
    direct_machine machine;
    static_cast<void>(machine.start());
    ASSERT_EQ(machine.on_answer(vk_says(row.body, row.status)), direct_action::fail) << row.body;
    EXPECT_EQ(machine.failure(), row.code) << row.body;
    EXPECT_THAT(machine.failure().message(), HasSubstr(row.text)) << row.body;
    EXPECT_EQ(machine.failure().http_status(), row.status);
  }
}

TEST(OauthAnswer, ShowsNoSecretOfTheServerInAnError) {
  const auto read = vk_says(
      R"({"error":"need_validation","error_description":"banned access_token=vk1.a.abcdefghijklmnop",
          "ban_info":{"access_token":"vk1.a.qrstuvwxyzqrstuvwxyz"}})");
  const auto text = read.failure->to_string();
  EXPECT_EQ(text.find("abcdefghijklmnop"), std::string::npos);
  EXPECT_EQ(text.find("qrstuvwxyz"), std::string::npos);
}

TEST(OauthAnswer, ReadsBothShapesOfCommunities) {
  for (const auto* body :
       {R"({"access_token_1":"a","access_token_-2":"b","expires_in":0})",
        R"({"groups":[{"group_id":1,"access_token":"a"},{"group_id":"2","access_token":"b"}]})"}) {
    const auto read = vk_says(body, 200);
    ASSERT_EQ(read.outcome, oauth_outcome::token) << body;
    ASSERT_EQ(read.token.communities.size(), 2U);
    EXPECT_EQ(read.token.communities.at(1).expose(), "a");
    EXPECT_EQ(read.token.communities.at(2).expose(), "b");
  }
  for (const auto* body : {R"({"access_token_x":"a"})", R"({"groups":[{"group_id":1}]})",
                           R"({"groups":{}})", R"({"access_token_1":""})"}) {
    EXPECT_EQ(vk_says(body, 200).outcome, oauth_outcome::unreadable) << body;
  }
}

}  // namespace
}  // namespace vkxx::auth
