// A person at a terminal gets in: asked for what is missing, and for nothing else.
#include <deque>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <vkxx/auth.hpp>
#include <vkxx/blocking_client.hpp>
#include <vkxx/testing/emulator_fixture.hpp>

namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using vkxx::auth::direct;
using vkxx::auth::implicit;
using vkxx::auth::interactive;

const std::string login_question = "VK user login: ";
const std::string password_question = "(secretly) VK user password: ";
const std::string captcha_question = "Enter CAPTCHA key: ";

// Answers from a list, reads captchas off their pictures, and notes what it was asked.
class person final : public vkxx::auth::prompter {
 public:
  person(vkxx::testing::emulator_fixture& vk, std::deque<std::string> answers)
      : vk_{vk}, answers_{std::move(answers)} {}

  void tell(std::string_view line) override { told.emplace_back(line); }

  std::optional<std::string> ask(std::string_view question) override {
    questions.emplace_back(question);
    return question == captcha_question ? read_picture() : next();
  }

  std::optional<std::string> ask_secretly(std::string_view question) override {
    questions.push_back("(secretly) " + std::string{question});
    return next();
  }

  std::vector<std::string> questions;
  std::vector<std::string> told;

 private:
  std::optional<std::string> next() {
    if (answers_.empty()) return std::nullopt;
    auto answer = std::move(answers_.front());
    answers_.pop_front();
    return answer;
  }

  std::string read_picture() {
    const auto& address = told.back();
    const auto sid = address.substr(address.find("sid=") + 4);
    return vk_->captcha_answer(sid.substr(0, sid.find('&')));
  }

  vkxx::testing::emulator_fixture& vk_;
  std::deque<std::string> answers_;
};

class InteractiveLogin : public testing::Test {
 protected:
  std::shared_ptr<person> who(std::deque<std::string> answers) {
    return std::make_shared<person>(vk_, std::move(answers));
  }

  [[nodiscard]] vkxx::config settings() const { return vkxx::config{}.emulator(vk_.url()); }

  std::int64_t who_calls(const interactive& flow) {
    auto source = make_token_source(flow.make(), {});
    vkxx::blocking_client client{settings().tokens(std::move(source))};
    return client.call(vkxx::request{"users.get"}).json().at(0).at("id").as_int64();
  }

  vkxx::testing::emulator_fixture vk_;
};

TEST_F(InteractiveLogin, AsksForWhatIsMissingAndHidesThePassword) {
  for (const auto& flow : {interactive{direct{}}, interactive{implicit{}}}) {
    const auto asks = who({" plain@emulator.test ", "emulator-password"});
    EXPECT_EQ(who_calls(interactive{flow}.prompts(asks)), 1);
    EXPECT_THAT(asks->questions, ElementsAre(login_question, password_question));
  }
}

TEST_F(InteractiveLogin, AsksForNothingThatIsThere) {
  const auto asks = who({});
  auto flow = direct{}.login("plain@emulator.test").password("emulator-password");
  EXPECT_EQ(who_calls(interactive{flow}.prompts(asks)), 1);
  EXPECT_TRUE(asks->questions.empty());
}

TEST_F(InteractiveLogin, AsksWhenACallNeedsTheTokenAndNotBefore) {
  const auto asks = who({"plain@emulator.test", "emulator-password"});
  vkxx::config settings = interactive{direct{}}.prompts(asks);
  vkxx::blocking_client client{settings.emulator(vk_.url())};
  EXPECT_TRUE(asks->questions.empty());
  static_cast<void>(client.call(vkxx::request{"users.get"}));
  static_cast<void>(client.call(vkxx::request{"users.get"}));
  EXPECT_THAT(asks->questions, ElementsAre(login_question, password_question));
}

TEST_F(InteractiveLogin, AsksForCaptchasOfTheLoginAndOfCalls) {
  const auto asks = who({"captcha@emulator.test", "emulator-password"});
  vkxx::config settings = interactive{direct{}}.prompts(asks);
  vkxx::blocking_client client{settings.emulator(vk_.url())};
  vk_->add_fault(vkxx::emulation::parse_fault("captcha:users.get"));
  EXPECT_EQ(client.call(vkxx::request{"users.get"}).json().at(0).at("id"), 2);
  EXPECT_THAT(asks->questions,
              ElementsAre(login_question, password_question, captcha_question, captcha_question));
}

TEST_F(InteractiveLogin, AsksForTheCodeOutOfSight) {
  const auto asks = who({"app@emulator.test", "emulator-password", ""});
  const auto token = log_in(interactive{direct{}}.prompts(asks).make(), settings());
  ASSERT_FALSE(token);
  EXPECT_EQ(token.error(), vkxx::errc::challenge_refused);
  EXPECT_THAT(asks->questions,
              ElementsAre(login_question, password_question, "(secretly) Auth check code: "));
  EXPECT_THAT(asks->told.back(), HasSubstr("of your authenticator"));
}

TEST_F(InteractiveLogin, AsksAgainAfterAWrongPasswordAndNotAfterARightOne) {
  const auto asks =
      who({"plain@emulator.test", "mistyped", "plain@emulator.test", "emulator-password"});
  const auto flow = interactive{direct{}}.prompts(asks).make();
  EXPECT_EQ(log_in(flow, settings()).error(), vkxx::errc::wrong_credentials);
  EXPECT_TRUE(log_in(flow, settings()));
  EXPECT_TRUE(log_in(flow, settings()));
  EXPECT_EQ(asks->questions.size(), 4U);
}

TEST_F(InteractiveLogin, FailsWhenNothingIsTyped) {
  const auto nobody = who({});
  const auto nothing = log_in(interactive{direct{}}.prompts(nobody).make(), settings());
  EXPECT_EQ(nothing.error(), vkxx::errc::challenge_refused);
  EXPECT_THAT(nothing.error().to_string(), HasSubstr("needs a login"));
  const auto hesitant = who({"plain@emulator.test", ""});
  const auto half = log_in(interactive{direct{}}.prompts(hesitant).make(), settings());
  EXPECT_THAT(half.error().to_string(), HasSubstr("needs a password"));
  EXPECT_TRUE(vk_->requests().empty());
}

TEST_F(InteractiveLogin, AsksForAToken) {
  const auto asks = who({" vk1.a.typed \r"});
  EXPECT_EQ(vkxx::auth::ask_access_token(*asks)->expose(), "vk1.a.typed");
  EXPECT_THAT(asks->questions, ElementsAre("(secretly) VK API access token: "));
  EXPECT_EQ(vkxx::auth::ask_access_token(*asks).error(), vkxx::errc::challenge_refused);
}

}  // namespace
