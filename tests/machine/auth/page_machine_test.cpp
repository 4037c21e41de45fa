// The login by web pages, page by page: every kind of page in every state that it can come in.
#include "auth/web_login/page_machine.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vkxx::auth {
namespace {

using namespace vkxx::auth::detail;

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using answer = challenge_answer;

const std::string blank = "https://oauth.vk.ru/blank.html";
const std::string authorize = "https://oauth.vk.ru/authorize?client_id=1";
const std::string code_url = "https://m.vk.ru/login?act=authcheck&api_hash=1";
const std::string login_form =
    R"(<form action="https://login.vk.ru/?act=login&amp;soft=1"><input type=hidden name=ip_h value=1>
       <input name=email><input type=password name=pass></form>)";
const std::string captcha_form =
    R"(<form action="/in"><input name=email><input type=password name=pass><input type=hidden
       name=captcha_sid value=77><img src="/captcha.php?sid=77"><input name=captcha_key></form>)";
const std::string code_form = R"(<form action="/login?act=authcheck_code&hash=1_a"><input name=code>
       <input type=checkbox name=remember value=1></form>)";
const std::string grant_form =
    R"(<form action="https://login.vk.ru/?act=grant_access&hash=1"></form>)";
const wall_time now{std::chrono::seconds{1000}};

page_task user_task() {
  page_task task;
  task.url = "https://oauth.vk.ru/authorize";
  task.authorize = {{"client_id", "1"}, {"state", "st"}};
  task.redirect_uri = blank;
  task.state = "st";
  task.login = "anna@example.org";
  task.password = secret{"pa ss"};
  return task;
}

page_task validation_task() {
  page_task task;
  task.url = code_url;
  task.redirect_uri = blank;
  return task;
}

// A machine and what it was shown.
class walk {
 public:
  explicit walk(page_task task = user_task()) : machine{std::move(task)} {
    EXPECT_EQ(machine.start(), page_action::get);
  }
  page_action page(const std::string& url, const std::string& body = "", bool signed_in = false,
                   int status = 200) {
    web_page shown;
    shown.status = status;
    shown.url = url;
    shown.body = body;
    return machine.on_page(shown, signed_in, now);
  }
  // The value of a field that is to be posted.
  [[nodiscard]] std::string field(const std::string& name) const {
    return std::string{find_field(machine.fields(), name).value_or("(none)")};
  }
  void expect_failure(page_action got, errc code, const std::string& text) {
    ASSERT_EQ(got, page_action::fail);
    EXPECT_EQ(machine.failure(), code) << machine.failure();
    EXPECT_THAT(machine.failure().message(), HasSubstr(text));
  }

  page_machine machine;
};

TEST(PageMachine, GoesFromTheFormByTheGrantPageToTheToken) {
  walk run;
  EXPECT_EQ(run.machine.url(), authorize + "&state=st");
  ASSERT_EQ(run.page(authorize, login_form), page_action::post);
  EXPECT_EQ(run.machine.url(), "https://login.vk.ru/?act=login&soft=1");
  EXPECT_THAT(run.machine.fields(),
              ElementsAre(form_field{"ip_h", "1"}, form_field{"email", "anna@example.org"},
                          form_field{"pass", "pa ss"}));
  ASSERT_EQ(run.page(authorize, grant_form, true), page_action::post);
  EXPECT_EQ(run.machine.url(), "https://login.vk.ru/?act=grant_access&hash=1");
  ASSERT_EQ(run.page(blank + "#access_token=t&expires_in=86400&user_id=5&state=st&email=a%40b"),
            page_action::done);
  EXPECT_EQ(run.machine.token().text.expose(), "t");
  EXPECT_EQ(run.machine.token().user_id, 5);
  EXPECT_EQ(run.machine.token().email, "a@b");
  EXPECT_EQ(run.machine.token().expires_at, now + std::chrono::hours{24});
}

TEST(PageMachine, AsksForTheApplicationAgainWhenItLandedElsewhere) {
  walk run;
  ASSERT_EQ(run.page(authorize, login_form), page_action::post);
  ASSERT_EQ(run.page("https://m.vk.ru/feed", "<form action=/search><input name=q></form>", true),
            page_action::post);
  EXPECT_EQ(run.machine.url(), "https://oauth.vk.ru/authorize");
  EXPECT_THAT(run.machine.fields(), Contains(form_field{"client_id", "1"}));
  run.expect_failure(run.page("https://m.vk.ru/feed", "", true), errc::malformed_answer,
                     "unknown page");
}

TEST(PageMachine, GrantsByAScriptToo) {
  walk run;
  ASSERT_EQ(
      run.page(
          authorize,
          R"(<script>function no() { location.href = "https://login.vk.ru/?act=grant_access&a=1&cancel=1"; }
                        function yes(addr) { location.href = "https://login.vk.ru/?act=grant_access&a=2"+addr; }</script>)",
          true),
      page_action::post);
  EXPECT_EQ(run.machine.url(), "https://login.vk.ru/?act=grant_access&a=1");
  EXPECT_THAT(run.machine.fields(), IsEmpty());
}

TEST(PageMachine, DoesNotGrantForEver) {
  walk run;
  for (int i = 0; i != page_machine::max_grants; ++i) {
    ASSERT_EQ(run.page(authorize, grant_form, true), page_action::post);
  }
  run.expect_failure(run.page(authorize, grant_form, true), errc::authorization_failed,
                     "asks again");
}

TEST(PageMachine, TakesTheTokenOfAuthorizeUrlDecodedAsOftenAsItIsEncoded) {
  const std::string target =
      "https%3A%2F%2Foauth.vk.ru%2Fblank.html%23access_token%3Da%252Bb%2525c%26state%3Dst";
  for (const auto& url :
       {"https://oauth.vk.ru/auth_redirect?app_id=1&authorize_url=" + target + "&redirect_hash=x",
        "https://oauth.vk.ru/auth_redirect?authorize_url=" +
            std::string{"https%253A%252F%252Foauth.vk.ru%252Fblank.html%2523access_token%253Da%"
                        "25252Bb%252525c%2526state%253Dst"},
        "https://oauth.vk.ru/auth_redirect?app_id=1#authorize_url=" + target}) {
    walk run;
    ASSERT_EQ(run.page(url, "<script>location.href='x'</script>"), page_action::done) << url;
    EXPECT_EQ(run.machine.token().text.expose(), "a+b%c") << url;
  }
}

TEST(PageMachine, TakesNoTokenFromAnotherAddressOrForAnotherState) {
  walk run;
  run.expect_failure(run.page("https://oauth.vk.ru/auth_redirect?authorize_url=https%3A%2F%2Fevil."
                              "example%2F%23access_token%3Dt"),
                     errc::authorization_failed, "another address");
  walk two;
  two.expect_failure(two.page(blank + "#access_token=t&state=other"), errc::authorization_failed,
                     "state");
}

TEST(PageMachine, ReadsWhatStandsAtTheEnd) {
  struct row {
    std::string fragment;
    errc code;
    std::string text;
  };
  std::string thousand;
  for (int i = 0; i != 1000; ++i) thousand += "&a" + std::to_string(i) + "=1";
  const std::vector<row> rows{
      {"#error=access_denied&error_reason=user_denied&error_description=User%20denied%20it",
       errc::authorization_failed, "User denied it"},
      {"?error=access_denied", errc::authorization_failed, "access_denied"},
      {"#fail=1", errc::authorization_failed, "OAuth authorization failed"},
      {"#cancel=1", errc::challenge_refused, "did not pass"},
      {"#success=1", errc::malformed_answer, "neither"},
      {"", errc::malformed_answer, "neither"},
      {"#access_token=", errc::malformed_answer, "neither"},
      {"#access_token=a&access_token=b", errc::malformed_answer, "twice"},
      {"#access_token_1=a&state=st", errc::malformed_answer, "without a token of the user"},
      {"#access_token=a" + thousand, errc::malformed_answer, "too many fields"},
      {"#access_token=t&state=other", errc::authorization_failed, "state"},
  };
  for (const auto& row : rows) {
    walk run;
    run.expect_failure(run.page(blank + row.fragment), row.code, row.text);
  }
}

TEST(PageMachine, WantsTheTokensOfAllCommunities) {
  auto task = user_task();
  task.group_ids = {2, -1};
  walk good{task};
  ASSERT_EQ(good.page(blank + "#access_token_1=a&access_token_2=b&expires_in=0&state=st"),
            page_action::done);
  EXPECT_EQ(good.machine.token().communities.at(2).expose(), "b");
  walk bad{task};
  bad.expect_failure(bad.page(blank + "#access_token_1=a&expires_in=0&state=st"),
                     errc::authorization_failed, "community 2");
}

TEST(PageMachine, TellsRefusalsOfTheApplication) {
  walk run;
  run.expect_failure(
      run.page(authorize,
               R"({"error":"invalid_client","error_description":"client_id is incorrect"})", false,
               401),
      errc::authorization_failed, "client_id is incorrect");
  EXPECT_EQ(run.machine.failure().http_status(), 401);
  walk two;
  two.expect_failure(
      two.page("https://oauth.vk.ru/error?err=2",
               R"({"error":"invalid_request","error_description":"Security Error"})"),
      errc::authorization_failed, "Security Error");
  walk three;
  three.expect_failure(
      three.page("https://oauth.vk.ru/error?error=e&error_description=from+the+query", "<html>"),
      errc::authorization_failed, "from the query");
  walk four;
  four.expect_failure(four.page(authorize, "<html>", false, 401), errc::authorization_failed,
                      "no reason");
  walk five;
  five.expect_failure(five.page(authorize, "[]", false, 401), errc::authorization_failed,
                      "no reason");
}

TEST(PageMachine, ReportsBadStatusesAtEveryStep) {
  for (const auto status : {400, 403, 404, 500, 503}) {
    walk run;
    run.expect_failure(run.page(authorize, login_form, false, status), errc::http_status,
                       std::to_string(status));
    walk two;
    ASSERT_EQ(two.page(authorize, login_form), page_action::post);
    two.expect_failure(two.page(authorize + "&m=4", captcha_form, true, status), errc::http_status,
                       "authorize");
    EXPECT_THAT(two.machine.failure().message(), Not(HasSubstr("m=4")));
  }
}

TEST(PageMachine, TakesTheFormAgainForAWrongPassword) {
  walk run;
  ASSERT_EQ(run.page(authorize, login_form), page_action::post);
  run.expect_failure(run.page(authorize + "&m=4&email=a", login_form), errc::wrong_credentials,
                     "Login error (e.g. incorrect password)");
  walk two;
  ASSERT_EQ(two.page(authorize, login_form), page_action::post);
  // No cookie, no login, whatever else is on the page.
  two.expect_failure(two.page(authorize, grant_form, false), errc::wrong_credentials,
                     "Login error (e.g. incorrect password)");
}

TEST(PageMachine, AnswersCaptchasByFieldAndByAddress) {
  for (const auto& [url, form] :
       {std::pair{authorize, captcha_form},
        std::pair{authorize + "&sid=77&dif=1",
                  login_form + "<img class=captcha_img src=/captcha.php?sid=77>"}}) {
    walk run;
    ASSERT_EQ(run.page(authorize, login_form), page_action::post);
    for (int i = 0; i != page_machine::max_captchas; ++i) {
      ASSERT_EQ(run.page(url, form), page_action::ask_captcha);
      EXPECT_EQ(run.machine.asked().captcha().sid, "77");
      EXPECT_EQ(run.machine.asked().captcha().img, "https://oauth.vk.ru/captcha.php?sid=77");
      EXPECT_EQ(run.machine.asked().wrong_answers(), i);
      ASSERT_EQ(run.machine.on_challenge(answer::captcha_key("abc")), page_action::post);
      EXPECT_EQ(run.field("captcha_sid"), "77");
      EXPECT_EQ(run.field("captcha_key"), "abc");
      EXPECT_EQ(run.field("email"), "anna@example.org");
      EXPECT_EQ(run.field("pass"), "pa ss");
    }
    run.expect_failure(run.page(url, form), errc::authorization_failed, "captchas");
  }
}

TEST(PageMachine, AsksForCodesAndSendsThemWhereThePresentPageSays) {
  walk run;
  for (int i = 0; i != page_machine::max_codes; ++i) {
    const auto hash = std::to_string(i);
    ASSERT_EQ(
        run.page(code_url, "<form action='/login?act=authcheck_code&hash=" + hash +
                               "'><input name=code><input type=hidden name=x value=y></form>"),
        page_action::ask_code);
    EXPECT_EQ(run.machine.asked().wrong_answers(), i);
    ASSERT_EQ(run.machine.on_challenge(answer::code("c" + hash)), page_action::post);
    EXPECT_EQ(run.machine.url(), "https://m.vk.ru/login?act=authcheck_code&hash=" + hash);
    EXPECT_EQ(run.field("code"), "c" + hash);
    EXPECT_EQ(run.field("x"), "y");
  }
  run.expect_failure(run.page(code_url + "&m=442", code_form), errc::wrong_code, "3 codes");
}

TEST(PageMachine, KeepsTheCodeWhenACaptchaInterrupts) {
  for (const auto& code_field :
       {"<input type=hidden name=code value=12>", "<input name=code>", ""}) {
    walk run;
    ASSERT_EQ(run.page(code_url, code_form), page_action::ask_code);
    ASSERT_EQ(run.machine.on_challenge(answer::code("12")), page_action::post);
    const auto page = "<form action=/second><input type=hidden name=captcha_sid value=5>" +
                      std::string{code_field} +
                      "<img class=captcha_img src='/captcha.php?sid=5'></form>";
    ASSERT_EQ(run.page("https://m.vk.ru/login?act=authcheck_code&hash=1", page),
              page_action::ask_captcha);
    ASSERT_EQ(run.machine.on_challenge(answer::captcha_key("k")), page_action::post);
    EXPECT_EQ(run.machine.url(), "https://m.vk.ru/second");
    EXPECT_EQ(run.field("code"), "12");
    EXPECT_EQ(run.field("captcha_sid"), "5");
    EXPECT_EQ(run.field("captcha_key"), "k");
  }
}

TEST(PageMachine, TakesACodePageWithoutACaptchaForWhatItIs) {
  walk run;
  EXPECT_EQ(run.page("https://m.vk.ru/login?act=authcheck_code", code_form), page_action::ask_code);
}

TEST(PageMachine, HasTheCodeSentWhereThePageOffersIt) {
  walk run;
  ASSERT_EQ(run.page(code_url, code_form + "<a href='/login?act=authcheck_sms&hash=1'>SMS</a>"),
            page_action::ask_code);
  ASSERT_EQ(run.machine.on_challenge(answer::send_sms()), page_action::get);
  EXPECT_EQ(run.machine.url(), "https://m.vk.ru/login?act=authcheck_sms&hash=1");
  walk two;
  ASSERT_EQ(two.page(code_url, code_form), page_action::ask_code);
  two.expect_failure(two.machine.on_challenge(answer::send_sms()), errc::challenge_refused, "SMS");
}

TEST(PageMachine, RecognisesThePhoneCheckByValueAndByKey) {
  const std::string page = R"(<form action="/login?act=security_check&hash=1"><span
      class=field_prefix>+7</span><input name=code><span class=field_prefix>12</span></form>)";
  for (const auto& url :
       {"https://m.vk.ru/login?act=security_check&api_hash=1", "https://m.vk.ru/login?act=security",
        "https://m.vk.ru/login?security_check=1", "https://m.vk.ru/login?security_check"}) {
    walk run;
    ASSERT_EQ(run.page(url, page), page_action::ask_phone) << url;
    EXPECT_EQ(run.machine.asked().phone().prefix, "+7");
    ASSERT_EQ(run.machine.on_challenge(answer::phone_digits("345")), page_action::post);
    EXPECT_EQ(run.field("code"), "345");
    run.expect_failure(run.page(url, page), errc::wrong_code, "phone");
  }
  auto task = user_task();
  task.login = "+7 900 123 45 12";
  walk known{task};
  ASSERT_EQ(known.page("https://m.vk.ru/login?act=security_check", page), page_action::post);
  EXPECT_EQ(known.field("code"), "90012345");
}

TEST(PageMachine, FailsByNameOnPagesThatLackSomething) {
  struct row {
    std::string url;
    std::string body;
    std::string text;
  };
  const std::vector<row> rows{
      {authorize + "&secret=1", "<html>",
       "No form to log in on page https://oauth.vk.ru/authorize"},
      {authorize, "<form><input name=email><input name=pass></form>", "No form with an action"},
      {authorize, "<form action=/x><input name=pass><input name=captcha_sid value=1></form>",
       "No CAPTCHA on page"},
      {code_url, "<p>nothing", "No form on page https://m.vk.ru/login"},
      {"https://m.vk.ru/login?act=security_check", "<p>nothing", "No form on page"},
      {"https://m.vk.ru/login?act=validate", "<p>nothing", "No link to go on"},
      {"https://m.vk.ru/login?act=captcha", "<p>nothing", "No form on page"},
      {"https://m.vk.ru/login?act=brand_new&hash=1", "<p>nothing", "unsupported page"},
      {"nonsense", "", "cannot be read"},
  };
  for (const auto& row : rows) {
    walk run;
    run.expect_failure(run.page(row.url, row.body), errc::malformed_answer, row.text);
    EXPECT_THAT(run.machine.failure().message(), Not(HasSubstr("secret=1")));
    EXPECT_THAT(run.machine.failure().message(), Not(HasSubstr("hash=1")));
  }
  walk box;
  box.expect_failure(box.page(authorize, "<div class=box_error>Try <b>later</b></div>"),
                     errc::authorization_failed, "Try later");
  walk blocked;
  blocked.expect_failure(blocked.page("https://m.vk.ru/login?act=blocked"), errc::account_blocked,
                         "blocked");
  walk huge;
  huge.expect_failure(huge.page(authorize, std::string(largest_page + 1, ' ')),
                      errc::answer_too_large, "1 MiB");
}

TEST(PageMachine, GoesInCirclesForThirtyPagesOnly) {
  walk run;
  for (int i = 0; i != page_machine::max_pages; ++i) {
    ASSERT_EQ(run.page("https://m.vk.ru/login?act=validate",
                       "<div id=activation_wrap><a href=/login?act=validate>on</a></div>"),
              page_action::get);
  }
  run.expect_failure(run.page("https://m.vk.ru/login?act=validate"), errc::authorization_failed,
                     "circles");
}

TEST(PageMachine, FailsWhenNobodyAnswersOrTheAnswerDoesNotFit) {
  for (const auto& [reply, code] :
       {std::pair{std::optional<challenge_answer>{}, errc::challenge_refused},
        std::pair{std::optional{answer::refused()}, errc::challenge_refused},
        std::pair{std::optional{answer::captcha_key("x")}, errc::invalid_argument}}) {
    walk run;
    ASSERT_EQ(run.page(code_url, code_form), page_action::ask_code);
    run.expect_failure(run.machine.on_challenge(reply), code, "");
  }
}

TEST(PageMachine, PassesThePagesOfAValidation) {
  walk run{validation_task()};
  EXPECT_EQ(run.machine.url(), code_url);
  ASSERT_EQ(run.page(code_url, code_form), page_action::ask_code);
  ASSERT_EQ(run.machine.on_challenge(answer::code("1")), page_action::post);
  ASSERT_EQ(run.page(blank + "#success=1&access_token=t&user_id=5&secret=s"), page_action::done);
  EXPECT_EQ(run.machine.token().text.expose(), "t");
  EXPECT_EQ(run.machine.token().signing_secret.expose(), "s");
  // The present token stays good.
  walk two{validation_task()};
  ASSERT_EQ(two.page(blank + "#success=1"), page_action::done);
  EXPECT_TRUE(two.machine.token().text.empty());
}

TEST(PageMachine, PassesACaptchaALinkAndAButtonOfAValidation) {
  walk run{validation_task()};
  ASSERT_EQ(run.page("https://m.vk.ru/login?act=captcha",
                     "<form action='/login?act=captcha&hash=1'><input name=captcha_key>"
                     "<img class=captcha_img src='/captcha.php?sid=9'></form>"),
            page_action::ask_captcha);
  EXPECT_EQ(run.machine.asked().captcha().sid, "9");
  ASSERT_EQ(run.machine.on_challenge(answer::captcha_key("k")), page_action::post);
  EXPECT_EQ(run.machine.url(), "https://m.vk.ru/login?act=captcha&hash=1&utf8=1");
  ASSERT_EQ(run.page("https://m.vk.ru/login?act=validate",
                     "<div id=activation_wrap><a href=/login?act=activate>on</a></div>"),
            page_action::get);
  EXPECT_EQ(run.machine.url(), "https://m.vk.ru/login?act=activate");
  ASSERT_EQ(run.page("https://m.vk.ru/login?act=security_check",
                     "<form action=/me><input type=hidden name=h value=1></form>"),
            page_action::post);
  EXPECT_EQ(run.field("h"), "1");
}

TEST(PageMachine, FailsByNameWhereAValidationCannotBePassed) {
  walk run{validation_task()};
  run.expect_failure(run.page("https://m.vk.ru/feed", "<p>"), errc::malformed_answer,
                     "unknown page");
  walk two{validation_task()};
  two.expect_failure(two.page("https://m.vk.ru/login", login_form), errc::authorization_failed,
                     "log in");
  walk three{validation_task()};
  three.expect_failure(three.page(blank + "#fail=1"), errc::authorization_failed,
                       "OAuth authorization failed");
  walk four{validation_task()};
  four.expect_failure(four.page(blank), errc::malformed_answer, "neither");
  walk five{validation_task()};
  five.expect_failure(five.page("https://m.vk.ru/x", "<div class=box_error>No</div>"),
                      errc::authorization_failed, "No");
}

TEST(PageMachine, SendsThePasswordToNoOtherHost) {
  for (const auto* action : {"https://evil.example/login", "http://login.vk.ru/?act=login",
                             "https://login.vk.ru.evil.example/", "https://login.vk.ru:444/"}) {
    walk run;
    run.expect_failure(run.page(authorize, std::string{"<form action=\""} + action +
                                               "\"><input name=email><input name=pass></form>"),
                       errc::insecure_redirect, "nothing was sent");
    EXPECT_THAT(run.machine.failure().message(), Not(HasSubstr("pa ss")));
  }
}

TEST(PageMachine, SendsACodeToNoOtherHost) {
  walk run{validation_task()};
  ASSERT_EQ(run.page(code_url,
                     "<form action=\"https://evil.example/?act=authcheck_code\"><input name=code>"
                     "</form>"),
            page_action::ask_code);
  run.expect_failure(run.machine.on_challenge(answer::code("123456")), errc::insecure_redirect,
                     "evil.example");
}

TEST(PageMachine, TakesATokenOnlyFromTheRedirectThatWasAskedFor) {
  walk elsewhere;
  elsewhere.expect_failure(
      elsewhere.page("https://evil.example/blank.html#access_token=t&user_id=1&state=st"),
      errc::authorization_failed, "not the redirect_uri");
  walk stateless;
  stateless.expect_failure(stateless.page(blank + "#access_token=t&user_id=1"),
                           errc::authorization_failed, "without the `state`");
  walk other;
  other.expect_failure(other.page(blank + "#access_token=t&user_id=1&state=another"),
                       errc::authorization_failed, "another `state`");
}

TEST(PageMachine, SaysThatAPageIsAScriptAndWhatToDo) {
  walk run;
  run.expect_failure(run.page(authorize,
                              "<html><body><div id=root></div><script src=/a.js>"
                              "</script></body></html>"),
                     errc::authorization_failed, "vkxx login vkid");
}

}  // namespace
}  // namespace vkxx::auth
