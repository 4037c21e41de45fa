// The way of a person through the pages of the web login, account by account.
#include "unit/emulator/web/page_visitor.hpp"

namespace vkxx::emulation {
namespace {

class WebLogin : public page_visitor {
 protected:
  static std::string dialog(const std::string& more = {}) {
    return "http://emulator/authorize?client_id=6121396&scope=offline&display=mobile"
           "&response_type=token" +
           more;
  }

  // Grants, and goes where the page in between leads.
  void grant() {
    submit({});
    const auto target = find(R"x(location\.href = "([^"]*)")x");
    ASSERT_FALSE(target.empty()) << url << html;
    url = target;
  }

  // The user whom the token at the end of the address is of.
  std::int64_t caller() {
    const auto token = in_fragment("access_token");
    EXPECT_FALSE(token.empty()) << url;
    return call("users.get", "", token).at(0).at("id").as_int64();
  }
};

TEST_F(WebLogin, LeadsFromTheDialogToTheToken) {
  visit(dialog("&state=s%26t"));
  EXPECT_EQ(status, 200U);
  EXPECT_TRUE(cookies.empty());
  log_in("plain");
  EXPECT_FALSE(cookies["remixsid"].empty());
  EXPECT_NE(html.find("Pavel Durov"), std::string::npos);
  grant();
  EXPECT_TRUE(url.starts_with("http://emulator/blank.html#access_token=")) << url;
  EXPECT_EQ(in_fragment("expires_in"), "0");
  EXPECT_EQ(in_fragment("user_id"), "1");
  EXPECT_EQ(in_fragment("state"), "s%26t");
  EXPECT_EQ(caller(), 1);
}

TEST_F(WebLogin, NamesTheNextAddressInAParameterEncodedTwice) {
  visit(dialog());
  log_in("plain");
  submit({});
  EXPECT_NE(url.find("/auth_redirect?app_id=6121396&authorize_url=http%253A%252F%252F"),
            std::string::npos)
      << url;
}

TEST_F(WebLogin, ReportsAWrongPassword) {
  visit(dialog());
  log_in("plain", "wrong");
  EXPECT_NE(url.find("&m=4&email=plain%40emulator.test"), std::string::npos) << url;
  EXPECT_TRUE(cookies.empty());
  log_in("nobody");
  EXPECT_NE(html.find("Incorrect login or password"), std::string::npos);
  log_in("plain");
  grant();
  EXPECT_EQ(caller(), 1);
}

TEST_F(WebLogin, AsksForCaptchasUntilOneIsCorrect) {
  visit(dialog());
  log_in("captcha");
  EXPECT_NE(url.find("&sid="), std::string::npos);
  EXPECT_NE(url.find("&dif=1&email="), std::string::npos);
  EXPECT_EQ(url.find("&m=5"), std::string::npos);
  const auto picture = find(R"x(<img [^>]*src="http://emulator([^"]*)")x");
  EXPECT_EQ(send("GET", picture).content_type, "image/png");
  submit({{"email", "captcha@emulator.test"}, {"pass", "emulator-password"}, {"captcha_key", "x"}});
  EXPECT_NE(url.find("&m=5"), std::string::npos);
  submit({{"email", "captcha@emulator.test"},
          {"pass", "emulator-password"},
          {"captcha_key", captcha_key()}});
  grant();
  EXPECT_EQ(caller(), 2);
}

TEST_F(WebLogin, AsksForTheCodeOfTheApp) {
  visit(dialog());
  log_in("app");
  EXPECT_NE(url.find("/login?act=authcheck&api_hash="), std::string::npos) << url;
  const auto form = find(R"x(action="([^"]*)")x");
  submit({{"code", "000000"}});
  EXPECT_TRUE(url.ends_with("/login?act=authcheck&m=442")) << url;
  EXPECT_NE(html.find("The code is wrong"), std::string::npos);
  EXPECT_NE(find(R"x(action="([^"]*)")x"), form);
  EXPECT_TRUE(cookies["remixsid"].empty());
  submit({{"code", "246810"}});
  grant();
  EXPECT_EQ(caller(), 4);
}

TEST_F(WebLogin, SendsTheCodeBySmsOnRequest) {
  visit(dialog());
  log_in("app");
  submit({{"code", "135790"}});
  EXPECT_NE(html.find("The code is wrong"), std::string::npos);
  follow("send_sms");
  submit({{"code", "135790"}});
  grant();
  EXPECT_EQ(caller(), 4);
}

TEST_F(WebLogin, RequiresTheCodeAndACaptchaTogether) {
  visit(dialog());
  log_in("code-captcha");
  submit({{"code", "246810"}});
  EXPECT_NE(url.find("/login?act=authcheck_code&hash="), std::string::npos) << url;
  EXPECT_FALSE(captcha_key().empty());
  submit({{"captcha_key", captcha_key()}});
  grant();
  EXPECT_EQ(caller(), 7);
}

TEST_F(WebLogin, AddsACaptchaAfterWrongCodesAndThenEnds) {
  visit(dialog());
  log_in("sms");
  for (int i = 0; i < 3; ++i) submit({{"code", "000000"}});
  submit({{"code", "135790"}});
  EXPECT_NE(url.find("act=authcheck_code"), std::string::npos);
  submit({{"captcha_key", captcha_key()}});
  grant();
  EXPECT_EQ(caller(), 5);
}

TEST_F(WebLogin, AsksForTheMissingDigits) {
  visit(dialog());
  log_in("page");
  EXPECT_NE(url.find("/login?act=security_check&api_hash="), std::string::npos) << url;
  EXPECT_EQ(find(R"x(class="field_prefix">([^<]*)<)x"), "+7");
  submit({{"code", "00000000"}});
  EXPECT_NE(url.find("act=security_check"), std::string::npos);
  submit({{"code", "99912345"}});
  grant();
  EXPECT_EQ(caller(), 8);
}

TEST_F(WebLogin, ShowsPagesForAccountsThatCannotLogIn) {
  const auto end_of = [&](const std::string& name) {
    visit(dialog());
    log_in(name);
    EXPECT_EQ(cookies.count("remixsid"), 0U) << name;
    return html;
  };
  EXPECT_NE(end_of("tries").find("Too many login attempts"), std::string::npos);
  EXPECT_NE(end_of("flood").find("Flood control"), std::string::npos);
  EXPECT_NE(end_of("banned").find("blocked"), std::string::npos);
  EXPECT_NE(url.find("act=blocked"), std::string::npos);
  end_of("html");
  EXPECT_EQ(status, 502U);
}

TEST_F(WebLogin, RedirectsWithARefusal) {
  visit(dialog("&state=abc"));
  log_in("plain");
  follow("cancel");
  url = find(R"x(location\.href = "([^"]*)")x");
  EXPECT_EQ(url,
            "http://emulator/blank.html#error=access_denied&error_reason=user_denied"
            "&error_description=User%20denied%20your%20request&state=abc");
}

}  // namespace
}  // namespace vkxx::emulation
