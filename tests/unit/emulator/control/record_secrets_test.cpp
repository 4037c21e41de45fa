// Neither the record of requests nor the log shows a password, a code, a token or a cookie, in any
// authentication flow.
#include "unit/emulator/web/page_visitor.hpp"

namespace vkxx::emulation {
namespace {

using namespace vkxx::emulation::detail;

class RecordSecrets : public page_visitor {
 protected:
  // The log is a static, for the options are read before any member is there.
  RecordSecrets() : page_visitor{options()} {
    logged().clear();
    for (const auto branch : {login_branch::plain, login_branch::captcha, login_branch::phone,
                              login_branch::code_and_captcha, login_branch::code_by_sms}) {
      account who{std::string{to_string(branch)} + "@emulator.test"};
      vk.add_account(who.password(password).branch(branch).user(2));
    }
    secrets = {{"password", password},
               {"code", std::string{code_of_app}},
               {"code", std::string{code_of_sms}},
               {"phone digits", "99912345"}};
  }

  void TearDown() override {
    const auto shown = send("GET", "/_emulator/requests").body + logged();
    ASSERT_GT(shown.size(), 100U);
    for (const auto& [name, value] : cookies) secrets.emplace_back("cookie " + name, value);
    for (const auto& [name, value] : secrets) {
      ASSERT_GE(value.size(), 5U) << name;
      EXPECT_EQ(shown.find(value), std::string::npos) << name << " in " << shown;
      EXPECT_EQ(shown.find(encoded(value)), std::string::npos) << name << ", encoded";
    }
  }

  void keep(const std::string& name, const std::string& value) {
    secrets.emplace_back(name, value);
  }

  void log_in_as(login_branch branch) {
    submit({{"email", std::string{to_string(branch)} + "@emulator.test"}, {"pass", password}});
  }

  void answer_captcha(std::map<std::string, std::string> more = {}) {
    more["captcha_key"] = captcha_key();
    keep("captcha key", captcha_key());
    submit(more);
  }

  void visit_dialog() {
    visit(
        "http://emulator/authorize?client_id=6121396&display=mobile&response_type=token"
        "&scope=offline,email");
  }

  // The token of the blank page, or of the one before it.
  void keep_token() {
    if (in_fragment("access_token").empty()) url = find(R"x(location\.href = "([^"]*)")x");
    visit(url);
    keep("token", in_fragment("access_token"));
    send("GET", "/method/users.get?v=5.199&access_token=" + in_fragment("access_token"));
  }

  boost::json::object post(const std::string& path, const std::string& form) {
    return boost::json::parse(send("POST", path, form).body).as_object();
  }

  std::string password = "a secret & a half";
  std::vector<name_value> secrets;

 private:
  static std::string& logged() {
    static std::string lines;
    return lines;
  }
  static emulator_options options() {
    return emulator_options{}.log([](const log_line& line) { logged() += line.text + "\n"; },
                                  log_level::debug);
  }
};

TEST_F(RecordSecrets, OnTheWeb) {
  visit_dialog();
  log_in_as(login_branch::captcha);
  answer_captcha({{"email", "captcha@emulator.test"}, {"pass", password}});
  submit({});
  keep_token();
  for (const auto& [name, value] : cookies) keep(name, value);
  cookies.clear();
  visit_dialog();
  log_in_as(login_branch::code_and_captcha);
  submit({{"code", std::string{code_of_app}}});
  answer_captcha();  // The same user has let the app in before.
  keep_token();
}

TEST_F(RecordSecrets, OnThePhonePage) {
  visit_dialog();
  log_in_as(login_branch::phone);
  submit({{"code", "99912345"}});
  submit({});
  keep_token();
}

TEST_F(RecordSecrets, ByTheTokenEndpoint) {
  const auto form =
      "grant_type=password&client_id=777&client_secret=emulator-test-secret&username="
      "code_by_sms%40emulator.test&password=" +
      encoded(password);
  keep("client secret", "emulator-test-secret");
  const auto refusal = post("/token", form);
  const auto given = post("/token", form + "&code=" + std::string{code_of_sms});
  keep("token", string_at(given, "access_token"));
  // By the query, too, as some clients do.
  send("GET", "/token?" + form + "&code=" + std::string{code_of_sms});
  visit(string_at(refusal, "redirect_uri"));
  submit({{"code", std::string{code_of_sms}}});
  keep_token();
}

TEST_F(RecordSecrets, ByVkId) {
  const std::string verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
  keep("verifier", verifier);
  visit(
      "http://emulator/authorize?response_type=code&client_id=777&state=s1&redirect_uri=http%3A%2F"
      "%2Femulator%2Fblank.html&code_challenge_method=s256&code_challenge="
      "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
  submit({{"consent", "allow"}});
  std::smatch found;
  ASSERT_TRUE(std::regex_search(url, found, std::regex{"code=([^&]*).*device_id=([^&]*)"}));
  const auto code = found[1].str();
  const auto of_app = "&client_id=777&device_id=" + found[2].str();
  keep("code", code);
  auto pair = post("/oauth2/auth",
                   "grant_type=authorization_code&redirect_uri=http%3A%2F%2Femulator"
                   "%2Fblank.html&code_verifier=" +
                       verifier + "&code=" + code + of_app);
  const auto keep_pair = [&] {
    for (const auto* name : {"access_token", "refresh_token", "id_token"})
      keep(name, string_at(pair, name));
  };
  keep_pair();
  pair =
      post("/oauth2/auth",
           "grant_type=refresh_token&refresh_token=" + string_at(pair, "refresh_token") + of_app);
  keep_pair();
  send("POST", "/oauth2/user_info", "client_id=777",
       {{"Authorization", "Bearer " + string_at(pair, "access_token")}});
  post("/oauth2/public_info", "client_id=777&id_token=" + string_at(pair, "id_token"));
  post("/oauth2/logout", "client_id=777&access_token=" + string_at(pair, "access_token"));
}

TEST_F(RecordSecrets, ByACaptchaPageAndAValidation) {
  vk.add_fault(parse_fault("captcha_page:users.get"));
  const auto refusal = error("users.get");
  visit(string_at(refusal, "redirect_uri"));
  const auto session = find(R"x(name="session_token" value="([^"]*)")x");
  keep("session token", session);
  const auto passed = send("POST", "/not_robot_captcha", "session_token=" + session).headers;
  keep("success token", passed.back().second);
  call("users.get", "success_token=" + passed.back().second);
  vk.add_fault(parse_fault("validation:users.get,page=code"));
  visit(string_at(error("users.get"), "redirect_uri"));
  submit({{"code", std::string{code_of_app}}});
  keep_token();
}

class LongValue : public service_fixture {};

TEST_F(LongValue, IsTruncatedWithoutHalfASecret) {
  const std::string before(65'500, ' ');
  const auto failure = error("wall.get", "filter=" + before + tokens.user + "tail");
  const auto& shown = failure.at("request_params").as_array().back();
  EXPECT_LE(shown.at("value").as_string().size(), 65'536U);
  EXPECT_EQ(text(shown).find("vk1.a."), std::string::npos);
  const auto recorded = vk.requests();
  for (const auto& [name, value] : recorded.back().parameters) {
    EXPECT_LE(value.size(), 65'600U);
    EXPECT_EQ(value.find("vk1.a."), std::string::npos) << name;
  }
}

}  // namespace
}  // namespace vkxx::emulation
