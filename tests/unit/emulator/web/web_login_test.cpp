// The way of a person through the pages of the web login, account by account.
#include <algorithm>

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

using detail::answer;
using detail::name_value;

class SiteLogin : public service_fixture {
 protected:
  answer at(std::string host, std::string target, std::string form = {}, std::string cookie = {}) {
    std::vector<name_value> headers{{"Host", std::move(host)}, {"Cookie", std::move(cookie)}};
    const std::string method = form.empty() ? "GET" : "POST";
    return send(method, std::move(target), std::move(form), std::move(headers));
  }
  static std::string field(const answer& shown, const std::string& name) {
    const auto mark = "name=\"" + name + "\" value=\"";
    const auto begin = shown.body.find(mark) + mark.size();
    return shown.body.substr(begin, shown.body.find('"', begin) - begin);
  }
  answer log_in(const std::string& login, const std::string& more = {}) {
    const auto front = at("vk.ru", "/");
    return at("login.vk.ru", "/?act=login",
              "role=al_frame&ip_h=" + field(front, "ip_h") +
                  "&lg_domain_h=" + field(front, "lg_domain_h") + "&email=" + login +
                  "@emulator.test&pass=emulator-password" + more);
  }
  static std::string cookies(const answer& reply) {
    std::string all;
    for (const auto& [name, value] : reply.headers)
      if (name == "Set-Cookie") all += value.substr(0, value.find(';')) + "; ";
    return all;
  }
  static bool has_cookie(const answer& reply, const std::string& begin, const std::string& part) {
    return std::ranges::any_of(reply.headers, [&](const name_value& header) {
      return header.first == "Set-Cookie" && header.second.starts_with(begin) &&
             header.second.find(part) != std::string::npos;
    });
  }
};

TEST_F(SiteLogin, IsTheFrontPageUnderNamesOfVkOnly) {
  EXPECT_NE(at("m.vk.com", "/").body.find("http://login.vk.com/?act=login"), std::string::npos);
  EXPECT_NE(at("127.0.0.1:80", "/").body.find("vkxx emulator"), std::string::npos);
  EXPECT_NE(at("notvk.ru", "/").body.find("vkxx emulator"), std::string::npos);
  EXPECT_EQ(at("vk.ru", "/feed.php").status, 302U);
}

TEST_F(SiteLogin, LogsInWithinAFrame) {
  const auto done = log_in("plain");
  EXPECT_NE(done.body.find("onLoginDone('/feed')"), std::string::npos) << done.body;
  EXPECT_TRUE(has_cookie(done, "remixsid=", "Domain=.vk.ru"));
  EXPECT_TRUE(has_cookie(done, "p=", "Domain=.login.vk.ru"));
  EXPECT_EQ(at("vk.ru", "/feed.php", {}, cookies(done)).status, 200U);
  const auto dialog = at("oauth.vk.ru", "/authorize?client_id=6222115&scope=1&response_type=token",
                         {}, cookies(done));
  EXPECT_NE(dialog.body.find("grant_access"), std::string::npos) << dialog.body;
}

TEST_F(SiteLogin, ReportsWrongPasswordsAndCaptchas) {
  EXPECT_NE(log_in("nobody").body.find("onLoginFailed(4,"), std::string::npos);
  const auto refused = log_in("captcha");
  const std::string mark = "onLoginCaptcha('";
  const auto begin = refused.body.find(mark) + mark.size();
  const auto sid = refused.body.substr(begin, refused.body.find('\'', begin) - begin);
  const auto key = vk.captcha_answer(sid);
  ASSERT_FALSE(key.empty());
  EXPECT_NE(
      log_in("captcha", "&captcha_sid=" + sid + "&captcha_key=" + key).body.find("onLoginDone"),
      std::string::npos);
}

TEST_F(SiteLogin, TakesTheCodeFromTheScriptOfTheSite) {
  const auto refused = log_in("app");
  EXPECT_NE(refused.body.find("act=authcheck"), std::string::npos);
  const auto shown = at("vk.ru", "/login?act=authcheck", {}, cookies(refused));
  const std::string mark = "Authcheck.init('";
  const auto begin = shown.body.find(mark) + mark.size();
  const auto hash = shown.body.substr(begin, shown.body.find('\'', begin) - begin);
  const auto code = [&](const std::string& digits) {
    return at("vk.ru", "/al_login.php?act=a_authcheck_code",
              "al=1&remember=0&hash=" + hash + "&code=" + digits, cookies(refused));
  };
  EXPECT_EQ(code("000000").body, R"(<!--{"payload":["8",["\"The code is wrong\""]]})");
  const auto done = code("246810");
  EXPECT_EQ(done.body, R"(<!--{"payload":["4",["\"http://vk.ru/feed\""]]})");
  EXPECT_EQ(at("vk.ru", "/feed", {}, cookies(done)).status, 200U);
}

}  // namespace
}  // namespace vkxx::emulation
