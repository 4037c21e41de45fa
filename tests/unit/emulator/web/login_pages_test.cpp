// What surrounds the pages of a login: accounts, faults on pages, validations, consent, lifetimes.
#include <algorithm>

#include "core/encoding/base64url.hpp"
#include "unit/emulator/web/page_visitor.hpp"

namespace vkxx::emulation {
namespace {

using namespace vkxx::emulation::detail;

class LoginPages : public page_visitor {
 protected:
  using page_visitor::page_visitor;

  static std::string vk_id(const std::string& more = {}) {
    return "http://emulator/authorize?response_type=code&client_id=777&state=s1"
           "&redirect_uri=http%3A%2F%2Femulator%2Fblank.html&code_challenge_method=s256"
           "&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM" +
           more;
  }

  static std::string implicit(const std::string& more = {}) {
    return "http://emulator/authorize?client_id=6121396&display=mobile&response_type=token" + more;
  }

  static std::string password_form(const std::string& name, const std::string& more = {}) {
    return "grant_type=password&client_id=2274003&client_secret=hHbZxrka2uZ6jB1inYsH&username=" +
           name + "%40emulator.test&password=emulator-password" + more;
  }

  boost::json::object by_password(const std::string& name, const std::string& more = {}) {
    const auto reply = send("POST", "/token", password_form(name, more));
    return boost::json::parse(reply.body).as_object();
  }

  boost::json::object exchange(const std::string& form) {
    return boost::json::parse(send("POST", "/oauth2/auth", form).body).as_object();
  }

  // Where the page in between leads.
  void follow_script() { url = find(R"x(location\.href = "([^"]*)")x"); }

  [[nodiscard]] std::string in_query(const std::string& name) const {
    std::smatch found;
    const std::regex pattern{"[?&]" + name + "=([^&#]*)"};
    return std::regex_search(url, found, pattern) ? found[1].str() : std::string{};
  }
};

TEST_F(LoginPages, ListsAndAddsAccounts) {
  const auto listed = boost::json::parse(send("GET", "/_emulator/accounts").body);
  EXPECT_EQ(listed.at(0).at("login"), "plain@emulator.test");
  EXPECT_EQ(listed.at(0).at("password"), "emulator-password");
  for (const auto& entry : listed.as_array()) EXPECT_FALSE(entry.at("about").as_string().empty());
  const auto added = send("POST", "/_emulator/accounts",
                          R"({"login":"+79990001122","password":"p","branch":"phone","user":3,
                              "phone":"+79990001122"})");
  EXPECT_EQ(added.status, 200U) << added.body;
  visit(implicit());
  submit({{"email", "+79990001122"}, {"pass", "p"}});
  submit({{"code", "99900011"}});
  EXPECT_NE(html.find("Boris Orlov"), std::string::npos) << html;
  vk.add_account(account{"plain@emulator.test"}.password("other"));
  EXPECT_EQ(by_password("plain").at("error_type"), "username_or_password_is_incorrect");
  EXPECT_THROW(vk.add_account(account{"x"}.user(99)), std::invalid_argument);
  EXPECT_THROW(account{"x"}.phone("+7"), std::invalid_argument);
}

TEST_F(LoginPages, ReportsAnInvalidAccount) {
  for (const auto* body : {"x", "[1]", "{}", R"({"login":""})", R"({"login":"a","branch":"none"})",
                           R"({"login":"a","user":99})", R"({"login":"a","user":"1"})",
                           R"({"login":"a","phone":"1"})", R"({"login":"a","colour":"red"})"}) {
    const auto reply = send("POST", "/_emulator/accounts", body);
    EXPECT_EQ(reply.status, 400U) << body;
    EXPECT_NE(reply.body.find("account"), std::string::npos) << reply.body;
  }
}

TEST_F(LoginPages, DistinguishesRefusalsOfTheTokenEndpoint) {
  EXPECT_EQ(by_password("tries").at("error_type"), "too_much_tries");
  EXPECT_EQ(by_password("flood").at("error"), "9;Flood control");
  EXPECT_TRUE(by_password("banned").contains("ban_info"));
  EXPECT_FALSE(by_password("nowhere").contains("redirect_uri"));
  EXPECT_EQ(by_password("nowhere").at("error"), "need_validation");
  EXPECT_EQ(by_password("app", "&code=000000").at("error_type"), "wrong_otp");
  EXPECT_EQ(by_password("app", "&code=1").at("error_type"), "otp_format_is_incorrect");
  EXPECT_EQ(send("POST", "/token", password_form("tries")).status, 401U);
}

TEST_F(LoginPages, AsksForACodeInTwoFormatsWithTheSameFields) {
  auto by_page = by_password("app");
  auto by_code = by_password("app", "&2fa_supported=1");
  EXPECT_EQ(by_page.at("error_description"),
            "open redirect_uri in browser [5]. Also you can use 2fa_supported param");
  EXPECT_EQ(by_code.at("error_description"), "use app code");
  for (auto* entry : {&by_page, &by_code}) {
    entry->erase("error_description");
    EXPECT_NE(string_at(*entry, "redirect_uri").find("act=authcheck"), std::string::npos);
    entry->erase("redirect_uri");
  }
  EXPECT_EQ(by_page, by_code);
  EXPECT_EQ(by_page.at("validation_type"), "2fa_app");
  EXPECT_EQ(by_password("sms", "&2fa_supported=1").at("error_description"),
            "sms sent, use code param");
}

TEST_F(LoginPages, SendsNoCodeWithoutALogin) {
  const auto reply = send("POST", "/method/auth.validatePhone", "sid=2fa_none&v=5.199");
  const auto refusal = boost::json::parse(reply.body).at("error");
  EXPECT_EQ(refusal.at("error_code"), 100);
  EXPECT_TRUE(string_at(refusal.as_object(), "error_msg").ends_with("sid is wrong"));
}

TEST_F(LoginPages, TokenEndpointLeadsToPagesThatEndWithAToken) {
  visit(string_at(by_password("app"), "redirect_uri"));
  submit({{"code", "1"}});
  submit({{"code", "246810"}});
  EXPECT_EQ(in_fragment("success"), "1");
  EXPECT_EQ(in_fragment("user_id"), "4");
  EXPECT_EQ(call("users.get", "", in_fragment("access_token")).at(0).at("id"), 4);
  visit(string_at(by_password("page"), "redirect_uri"));
  submit({{"code", "99912345"}});
  EXPECT_EQ(in_fragment("user_id"), "8");
  visit(string_at(by_password("unconfirmed"), "redirect_uri"));
  visit(find(R"x(<div id="activation_wrap"><a href="([^"]*)")x"));
  EXPECT_EQ(in_fragment("user_id"), "2");
  visit(string_at(by_password("code-captcha"), "redirect_uri"));
  submit({{"code", "246810"}});
  submit({{"captcha_key", captcha_key()}});
  EXPECT_EQ(in_fragment("user_id"), "7");
}

TEST_F(LoginPages, ShowsTheValidationThatAFaultNames) {
  const auto page_of = [&](const std::string& kind) {
    vk.clear_faults();
    vk.add_fault(fault{fault_kind::validation}.page(kind));
    visit(string_at(error("users.get"), "redirect_uri"));
  };
  page_of("captcha");
  EXPECT_NE(url.find("act=captcha"), std::string::npos);
  submit({{"captcha_key", "wrong"}});
  submit({{"captcha_key", captcha_key()}});
  EXPECT_EQ(in_fragment("success"), "1");
  EXPECT_FALSE(in_fragment("access_token").empty());
  EXPECT_EQ(call("users.get").at(0).at("id"), 1);
  page_of("no_token");
  submit({{"code", "99912345"}});
  EXPECT_TRUE(url.ends_with("/blank.html#success=1")) << url;
  page_of("code");
  follow("cancel");
  EXPECT_TRUE(url.ends_with("/blank.html#fail=1")) << url;
  EXPECT_EQ(error("users.get").at("error_code"), 17);
  page_of("phone");
  for (int i = 0; i < 6; ++i) submit({{"code", "0"}});
  EXPECT_TRUE(url.ends_with("/blank.html#fail=1")) << url;
  EXPECT_THROW(static_cast<void>(parse_fault("validation,page=none")), fault_syntax_error);
}

TEST_F(LoginPages, InjectsFaultsIntoPages) {
  vk.add_fault(parse_fault("http_status=502:/?act=login"));
  vk.add_fault(parse_fault("redirect:/error"));
  vk.add_fault(parse_fault("http_status=503"));
  visit(implicit());
  EXPECT_EQ(status, 200U);
  log_in("plain");
  EXPECT_EQ(status, 502U);
  EXPECT_EQ(vk.requests().back().fault, "http_status=502:/?act=login");
  const auto loop = send("GET", "/error?error=x");
  ASSERT_EQ(loop.headers.front().first, "Location");
  EXPECT_EQ(loop.headers.front().second, "/error?error=x");
  EXPECT_EQ(send("GET", "/error").status, 401U);
  EXPECT_EQ(send("POST", "/method/users.get").status, 503U);
  vk.add_fault(parse_fault("huge=100000:/authorize**2"));
  for (int i = 0; i < 2; ++i) {
    visit(implicit());
    EXPECT_GT(html.size(), 100'000U);
  }
  visit(implicit());
  EXPECT_LT(html.size(), 100'000U);
}

TEST_F(LoginPages, RefusesInvalidDialogs) {
  const auto refusal_of = [&](const std::string& address) {
    const auto reply = send("GET", address.substr(std::string{"http://emulator"}.size()));
    EXPECT_EQ(reply.status, 401U) << address;
    return string_at(boost::json::parse(reply.body).as_object(), "error_description");
  };
  EXPECT_EQ(refusal_of("http://emulator/authorize?response_type=token"), "client_id is incorrect");
  EXPECT_NE(
      refusal_of(implicit("&redirect_uri=https%3A%2F%2Fevil.example%2F")).find("redirect_uri"),
      std::string::npos);
  // Another host behind a trusted one, and an address that would begin another header.
  for (const auto* odd :
       {"http%3A%2F%2F127.0.0.1%3A1%40evil.example%2F",
        "https%3A%2F%2Fapp.example%2F%0D%0AX-Other%3A1",
        "http%3A%2F%2Flocalhost%3A1%5C%40evil.example", "https%3A%2F%2Fapp.example%2Fa%20b"})
    EXPECT_NE(refusal_of(implicit(std::string{"&redirect_uri="} + odd)).find("redirect_uri"),
              std::string::npos)
        << odd;
  EXPECT_NE(refusal_of("http://emulator/authorize?client_id=777").find("response_type"),
            std::string::npos);
  EXPECT_EQ(refusal_of(vk_id("&code_challenge=short")), "Invalid code_challenge");
  EXPECT_EQ(refusal_of(vk_id("&state=")), "state is missing or invalid");
  EXPECT_NE(refusal_of(vk_id("&code_verifier=x")).find("code_verifier"), std::string::npos);
}

TEST_F(LoginPages, RefusesAFormWithoutItsHiddenFields) {
  visit("http://emulator/?act=login", "POST", "email=plain%40emulator.test&pass=x");
  EXPECT_EQ(status, 401U);
  EXPECT_EQ(boost::json::parse(html).at("error"), "invalid_request");
}

TEST_F(LoginPages, IssuesTokensOfCommunities) {
  visit(implicit("&group_ids=1,2"));
  log_in("plain");
  for (int i = 0; i < 2; ++i) {  // Asked each time.
    submit({});
    follow_script();
    EXPECT_EQ(call("groups.getById", "", in_fragment("access_token_2")).at("groups").at(0).at("id"),
              2);
    EXPECT_FALSE(in_fragment("access_token_1").empty());
    EXPECT_TRUE(in_fragment("user_id").empty());
    visit(implicit("&group_ids=1,2"));
  }
}

TEST_F(LoginPages, RefusesCommunitiesThatDoNotExist) {
  for (const auto* kind : {"token", "code"}) {
    for (const auto* ids : {"5", "1,5", "1,x", "-1", "1,,2", "0", "1,99999999999999999999"}) {
      visit("http://emulator/authorize?client_id=777&response_type=" + std::string{kind} +
            "&group_ids=" + ids);
      EXPECT_EQ(status, 401U) << kind << ids;
      EXPECT_EQ(boost::json::parse(html).at("error"), "invalid_request");
      EXPECT_EQ(boost::json::parse(html).at("error_description"), "group_ids is incorrect");
    }
  }
}

TEST_F(LoginPages, RefusesCommunitiesOfOthers) {
  const auto refusal = "The%20user%20does%20not%20administer%20the%20community%204";
  visit(implicit("&group_ids=1,4&state=s1"));
  log_in("plain");
  follow_script();
  EXPECT_EQ(in_fragment("error"), "access_denied");
  EXPECT_EQ(in_fragment("error_description"), refusal);
  EXPECT_EQ(in_fragment("state"), "s1");
  EXPECT_EQ(in_fragment("access_token_1"), "");
  EXPECT_EQ(in_fragment("error_reason"), "");
  // The one who administers it gets its token.
  cookies.clear();
  visit(implicit("&group_ids=4"));
  log_in("unconfirmed");
  visit(find(R"x(<div id="activation_wrap"><a href="([^"]*)")x"));
  submit({});
  follow_script();
  EXPECT_FALSE(in_fragment("access_token_4").empty()) << url;
}

TEST_F(LoginPages, GivesNoCodeForCommunitiesOfOthers) {
  visit("http://emulator/authorize?client_id=777&response_type=code&state=s1&group_ids=2,4");
  EXPECT_EQ(in_query("error"), "access_denied");
  EXPECT_EQ(in_query("error_description"),
            "The%20user%20does%20not%20administer%20the%20community%204");
  EXPECT_EQ(in_query("state"), "s1");
  EXPECT_EQ(in_query("code"), "");
  visit("http://emulator/authorize?client_id=777&response_type=code&group_ids=2,3");
  EXPECT_NE(html.find("Let the app in?"), std::string::npos);
}

TEST_F(LoginPages, RemembersConsent) {
  visit(implicit("&scope=wall"));
  log_in("plain");
  submit({});
  visit(implicit("&scope=wall"));
  EXPECT_NE(url.find("/auth_redirect?"), std::string::npos);
  follow_script();
  EXPECT_EQ(in_fragment("expires_in"), "86400");
  visit(implicit("&scope=wall&revoke=1"));
  EXPECT_NE(html.find("Let the app in?"), std::string::npos);
  visit(implicit("&scope=email"));
  submit({});
  follow_script();
  EXPECT_EQ(in_fragment("email"), "plain%40emulator.test");
}

TEST_F(LoginPages, GrantsOnceAndOnlyToTheBrowserOfTheDialog) {
  visit(implicit());
  log_in("plain");
  const auto action = find(R"x(<form method="post" action="([^"]*)")x");
  const auto jar = cookies;
  cookies.clear();
  visit(action, "POST");
  EXPECT_EQ(status, 401U);
  cookies = jar;
  visit(action, "POST");
  EXPECT_NE(url.find("/auth_redirect?"), std::string::npos);
  visit(action, "POST");
  EXPECT_EQ(status, 401U);
}

TEST_F(LoginPages, ShowsTheVkIdLoginOnRequest) {
  visit(vk_id("&prompt=login"));
  log_in("sms", "wrong");
  EXPECT_NE(html.find("Incorrect login or password"), std::string::npos) << html;
  log_in("sms");
  follow("cancel");
  log_in("sms");
  submit({{"code", "135790"}});
  EXPECT_NE(html.find("Gleb"), std::string::npos) << html;
  submit({{"consent", "allow"}});
  EXPECT_EQ(in_query("state"), "s1");
  const auto form =
      "grant_type=authorization_code&client_id=777&redirect_uri="
      "http%3A%2F%2Femulator%2Fblank.html&state=s2&code_verifier="
      "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk&code=" +
      in_query("code") + "&device_id=" + in_query("device_id");
  const auto pair = exchange(form);
  EXPECT_EQ(pair.at("user_id"), 5);
  EXPECT_EQ(exchange(form).at("error"), "invalid_grant");
  const auto id_token = string_at(pair, "id_token");
  const auto first = id_token.find('.') + 1;
  const auto claims = boost::json::parse(
      vkxx::detail::from_base64url(id_token.substr(first, id_token.find('.', first) - first))
          .value());
  EXPECT_EQ(claims.at("sub"), 5);
  EXPECT_EQ(claims.at("app"), 777);
  const auto who = boost::json::parse(send("POST", "/oauth2/user_info?client_id=777",
                                           "access_token=" + string_at(pair, "access_token"))
                                          .body);
  EXPECT_EQ(who.at("user").at("avatar"), "http://emulator/sample/user5_200.png");
}

TEST_F(LoginPages, GiveTheAddressOfWhoAgreesToThat) {
  visit(
      "http://emulator/authorize?response_type=code&client_id=777&scope=email&redirect_uri="
      "http%3A%2F%2Femulator%2Fblank.html");
  submit({{"consent", "allow"}});
  const auto given =
      boost::json::parse(send("POST", "/access_token",
                              "client_id=777&client_secret=emulator-test-secret&redirect_uri="
                              "http%3A%2F%2Femulator%2Fblank.html&code=" +
                                  in_query("code"))
                             .body);
  EXPECT_EQ(given.at("email"), "user@emulator.test");
}

// VK ID's web SDK reads the answers as JSON, and sends cookies.
TEST_F(LoginPages, AnswerWhatTheWebSdkReports) {
  for (const auto* path : {"/stat_events_vkid_sdk?app_id=777", "/vkid_sdk_get_config?app_id=777"}) {
    const auto reply = send("POST", path, "v=5.207", {{"Origin", "https://app.example"}});
    EXPECT_TRUE(boost::json::parse(reply.body).as_object().contains("response")) << path;
    const auto has = [&](const std::string& name, const std::string& value) {
      return std::ranges::find(reply.headers, name_value{name, value}) != reply.headers.end();
    };
    EXPECT_TRUE(has("Access-Control-Allow-Origin", "https://app.example")) << path;
    EXPECT_TRUE(has("Access-Control-Allow-Credentials", "true")) << path;
  }
}

TEST_F(LoginPages, SilentVkIdLoginReportsTheMissingStep) {
  visit(vk_id("&prompt=none"));
  EXPECT_EQ(in_query("error"), "login_required");
  visit(implicit());
  log_in("plain");
  visit(vk_id("&prompt=none"));
  EXPECT_EQ(in_query("error"), "interaction_required");
}

TEST_F(LoginPages, ExpiresRefreshTokens) {
  visit(vk_id());
  submit({{"consent", "allow"}});
  const std::string device = "&client_id=777&device_id=" + in_query("device_id");
  auto pair = exchange(
      "grant_type=authorization_code&redirect_uri=http%3A%2F%2Femulator%2F"
      "blank.html&code_verifier=dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk&code=" +
      in_query("code") + device);
  time->advance(std::chrono::hours{24 * 179});
  pair = exchange("grant_type=refresh_token&refresh_token=" + string_at(pair, "refresh_token") +
                  device);
  ASSERT_TRUE(pair.contains("refresh_token")) << text(pair);
  time->advance(std::chrono::hours{24 * 180});
  pair = exchange("grant_type=refresh_token&refresh_token=" + string_at(pair, "refresh_token") +
                  device);
  EXPECT_EQ(pair.at("error_description"), "refresh_token is missing or invalid");
}

class ShortLife : public LoginPages {
 protected:
  ShortLife()
      : LoginPages{emulator_options{}.token_lifetime(std::chrono::seconds{5}).auto_consent(true)} {}
};

TEST_F(ShortLife, ExpiresTokensAsTheOptionsSay) {
  visit(implicit("&scope=wall"));
  log_in("plain");
  follow_script();
  EXPECT_EQ(in_fragment("expires_in"), "5");
  const auto token = in_fragment("access_token");
  EXPECT_EQ(call("users.get", "", token).at(0).at("id"), 1);
  EXPECT_EQ(by_password("plain").at("expires_in"), 5);
  EXPECT_EQ(by_password("plain", "&scope=offline").at("expires_in"), 0);
  time->advance(std::chrono::seconds{5});
  EXPECT_EQ(error("users.get", "", token).at("error_msg"),
            "User authorization failed: access_token has expired.");
}

TEST_F(ShortLife, ConsentsAutomatically) {
  visit(vk_id());
  EXPECT_FALSE(in_query("code").empty()) << html;
}

}  // namespace
}  // namespace vkxx::emulation
