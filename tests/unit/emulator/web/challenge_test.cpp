#include "emulator/challenges/captcha_picture.hpp"
#include "unit/emulator/service_fixture.hpp"

namespace vkxx::emulation {
namespace {

using namespace vkxx::emulation::detail;

using namespace std::chrono_literals;

class Challenge : public service_fixture {
 protected:
  std::string page_answer(const std::string& redirect_uri) {
    const auto path = redirect_uri.substr(std::string{"http://emulator"}.size());
    EXPECT_EQ(send("GET", path).status, 200U);
    const auto reply = send("POST", path);
    for (const auto& [name, value] : reply.headers)
      if (name == "X-Success-Token") return value;
    return {};
  }
};

TEST_F(Challenge, APictureCaptchaRequiresTheCorrectAnswer) {
  vk.add_fault(fault{fault_kind::captcha}.method("users.get"));
  const auto refusal = error("users.get");
  EXPECT_EQ(refusal.at("error_code"), 14);
  EXPECT_EQ(string_at(refusal, "error_msg"), "Captcha needed");
  EXPECT_FALSE(refusal.contains("redirect_uri"));
  EXPECT_EQ(refusal.at("captcha_attempt"), 1);
  const auto sid = string_at(refusal, "captcha_sid");
  EXPECT_EQ(string_at(refusal, "captcha_img"),
            "http://emulator/captcha.php?sid=" + sid + "&source=api_users_get&s=1&resized=1");

  const auto again = error("users.get", "captcha_key=wrong&captcha_sid=" + sid);
  const auto second = string_at(again, "captcha_sid");
  EXPECT_NE(second, sid);
  EXPECT_EQ(again.at("captcha_attempt"), 2);
  EXPECT_EQ(error("users.get", "captcha_sid=" + sid + "&captcha_key=" + vk.captcha_answer(sid))
                .at("error_code"),
            14)
      << "a sid is over once it was answered wrongly";
  const auto right = "captcha_sid=" + second + "&captcha_key=" + vk.captcha_answer(second);
  EXPECT_EQ(call("users.get", right).at(0).at("id"), 1);
  EXPECT_EQ(call("users.get").at(0).at("id"), 1) << "one right answer ends the fault";
}

TEST_F(Challenge, ThePictureIsAPngOfTheAnswer) {
  vk.add_fault(fault{fault_kind::captcha});
  const auto sid = string_at(error("users.get"), "captcha_sid");
  const auto reply = send("GET", "/captcha.php?sid=" + sid);
  EXPECT_EQ(reply.content_type, "image/png");
  EXPECT_EQ(reply.body, captcha_png(vk.captcha_answer(sid)));
  EXPECT_EQ(reply.body.substr(0, 8), "\x89PNG\r\n\x1a\n");
  EXPECT_NE(captcha_png("12345"), captcha_png("12346"));
  EXPECT_EQ(send("GET", "/captcha.php?sid=1").status, 404U);
}

TEST_F(Challenge, APageCaptchaRequiresTheSuccessTokenOfItsPage) {
  vk.add_fault(fault{fault_kind::captcha_page});
  const auto refusal = error("users.get");
  EXPECT_FALSE(refusal.contains("captcha_sid"));
  EXPECT_GT(refusal.at("remixstlid").as_int64(), std::int64_t{1} << 53);
  EXPECT_NE(refusal.at("remixstlid").as_int64() % 2, 0) << "a double cannot hold it";
  EXPECT_EQ(error("users.get", "success_token=made-up").at("error_code"), 14);
  const auto token = page_answer(string_at(refusal, "redirect_uri"));
  EXPECT_FALSE(token.empty());
  EXPECT_EQ(call("users.get", "success_token=" + token).at(0).at("id"), 1);
}

TEST_F(Challenge, RemixstlidIsCheckedIfConfigured) {
  vk.add_fault(fault{fault_kind::captcha_page}.check_remixstlid(true));
  const auto refusal = error("users.get");
  auto token = "success_token=" + page_answer(string_at(refusal, "redirect_uri"));
  const auto mark = std::to_string(refusal.at("remixstlid").as_int64());
  EXPECT_EQ(error("users.get", token).at("error_code"), 14);
  EXPECT_EQ(error("users.get", token + "&remixstlid=1").at("error_code"), 14);
  EXPECT_NO_THROW(call("users.get", token + "&remixstlid=" + mark));
}

TEST_F(Challenge, RemixstlidMayComeAsTheCookie) {
  vk.add_fault(fault{fault_kind::captcha_page}.check_remixstlid(true));
  const auto refusal = error("users.get");
  const auto token = page_answer(string_at(refusal, "redirect_uri"));
  const auto mark = std::to_string(refusal.at("remixstlid").as_int64());
  const auto reply = send(
      "POST", "/method/users.get", "v=5.199&success_token=" + token,
      {{"Authorization", "Bearer " + tokens.user}, {"Cookie", "a=b; remixstlid=" + mark + "_abc"}});
  EXPECT_TRUE(boost::json::parse(reply.body).as_object().contains("response"));
}

TEST_F(Challenge, TheAnswerWithACaptchaPageSetsTheCookie) {
  vk.add_fault(fault{fault_kind::captcha_page});
  const auto reply = send("POST", "/method/users.get", "v=5.199&access_token=" + tokens.user);
  const auto refusal = boost::json::parse(reply.body).at("error");
  const auto mark = std::to_string(refusal.at("remixstlid").as_int64());
  const auto cookie = std::find_if(reply.headers.begin(), reply.headers.end(),
                                   [](const auto& line) { return line.first == "Set-Cookie"; });
  ASSERT_NE(cookie, reply.headers.end());
  EXPECT_TRUE(cookie->second.starts_with("remixstlid=" + mark + "_")) << cookie->second;
  EXPECT_TRUE(cookie->second.ends_with("; path=/; HttpOnly")) << cookie->second;
}

TEST_F(Challenge, ACaptchaPageExpiresAfterFiveMinutes) {
  vk.add_fault(fault{fault_kind::captcha_page});
  const auto uri = string_at(error("users.get"), "redirect_uri");
  time->advance(5min + 1s);
  EXPECT_EQ(vk.pass_captcha_page(uri), "");
}

TEST_F(Challenge, ACaptchaOfBothKindsAcceptsEitherAnswer) {
  vk.add_fault(fault{fault_kind::captcha_both});
  const auto refusal = error("users.get");
  const auto sid = string_at(refusal, "captcha_sid");
  EXPECT_TRUE(refusal.contains("redirect_uri"));
  EXPECT_NO_THROW(
      call("users.get", "captcha_sid=" + sid + "&captcha_key=" + vk.captcha_answer(sid)));
  vk.add_fault(fault{fault_kind::captcha_both});
  const auto uri = string_at(error("users.get"), "redirect_uri");
  EXPECT_NO_THROW(call("users.get", "success_token=" + vk.pass_captcha_page(uri)));
}

TEST_F(Challenge, AnAnswerIsValidForOneCall) {
  vk.add_fault(fault{fault_kind::captcha}.count(2));
  const auto sid = string_at(error("users.get"), "captcha_sid");
  const auto right = "captcha_sid=" + sid + "&captcha_key=" + vk.captcha_answer(sid);
  EXPECT_NO_THROW(call("users.get", right));
  EXPECT_EQ(error("users.get", right).at("error_code"), 14);
  EXPECT_NO_THROW(call("users.get"));
}

TEST_F(Challenge, CaptchaForceAlwaysAsks) {
  const auto sid = string_at(error("captcha.force"), "captcha_sid");
  EXPECT_EQ(call("captcha.force", "captcha_sid=" + sid + "&captcha_key=" + vk.captcha_answer(sid)),
            1);
  EXPECT_EQ(error("captcha.force").at("error_code"), 14);
  const auto reply = send("GET", "/method/captcha.force?v=5.199&kind=page");
  EXPECT_TRUE(boost::json::parse(reply.body).at("error").as_object().contains("redirect_uri"));
}

TEST_F(Challenge, ConfirmationRequiresConfirm) {
  vk.add_fault(fault{fault_kind::confirmation}.text("Sure?"));
  EXPECT_EQ(error("users.get").at("error_code"), 24);
  EXPECT_EQ(string_at(error("users.get", "confirm=0"), "confirmation_text"), "Sure?");
  EXPECT_NO_THROW(call("users.get", "confirm=1"));
  EXPECT_NO_THROW(call("users.get"));
}

TEST_F(Challenge, ValidationEndsWithANewTokenInTheFragment) {
  vk.add_fault(fault{fault_kind::validation});
  const auto uri = string_at(error("users.get"), "redirect_uri");
  EXPECT_EQ(error("users.get").at("error_code"), 17);
  const auto path = uri.substr(std::string{"http://emulator"}.size());
  const auto shown = send("GET", path).body;
  const std::string before = "action=\"";
  const auto at = shown.find(before) + before.size();
  const auto action = shown.substr(at, shown.find('"', at) - at);
  const auto reply = send("POST", action, "code=99912345");
  EXPECT_EQ(reply.status, 302U);
  ASSERT_EQ(reply.headers.front().first, "Location");
  const auto target = reply.headers.front().second;
  const std::string start = "http://emulator/blank.html#success=1&access_token=";
  ASSERT_EQ(target.substr(0, start.size()), start);
  EXPECT_TRUE(target.ends_with("&user_id=1"));
  const auto fresh = target.substr(start.size(), target.rfind('&') - start.size());
  EXPECT_EQ(call("users.get", "", fresh).at(0).at("id"), 1);
  for (const auto& sent : vk.requests())
    for (const auto& [name, value] : sent.parameters)
      EXPECT_EQ(value.find(fresh), std::string::npos);
  EXPECT_EQ(send("GET", path).status, 404U);
  EXPECT_EQ(send("POST", action, "code=99912345").status, 404U);
}

class FixedCaptcha : public service_fixture {
 protected:
  FixedCaptcha() : service_fixture{emulator_options{}.captcha_text("777")} {}
};

TEST_F(FixedCaptcha, ShowsTheConfiguredText) {
  EXPECT_EQ(vk.captcha_answer(string_at(error("captcha.force"), "captcha_sid")), "777");
}

}  // namespace
}  // namespace vkxx::emulation
