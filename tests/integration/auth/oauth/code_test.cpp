// The older OAuth: codes of users and communities, and the app's own token.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <boost/json.hpp>
#include <vkxx/auth.hpp>
#include <vkxx/blocking_client.hpp>
#include <vkxx/testing/emulator_fixture.hpp>

#include "integration/auth/implicit/browser.hpp"

namespace {

using testing::HasSubstr;
using testing::Not;
using vkxx::auth::code;
using vkxx::testing::pass_consent_page;

class CodeFlow : public testing::Test {
 protected:
  [[nodiscard]] static code app(const std::string& secret = "emulator-test-secret") {
    code flow{"777", vkxx::secret{secret}, "https://app.example/callback"};
    flow.on_page([](const std::string& url) { return pass_consent_page(url, "allow"); });
    return flow;
  }

  [[nodiscard]] vkxx::config settings() const { return vkxx::config{}.emulator(vk_.url()); }

  std::string failure_of(const code& flow) {
    const auto token = log_in(flow.make(), settings());
    EXPECT_FALSE(token);
    return token ? "" : token.error().to_string();
  }

  std::string token_of_last_call() {
    const auto requests = vk_->requests();
    return requests.back().token;
  }

  vkxx::testing::emulator_fixture vk_;
};

TEST_F(CodeFlow, OfAUser) {
  const auto token = log_in(app().make(), settings());
  ASSERT_TRUE(token) << token.error();
  EXPECT_EQ(token->user_id, 1);
  EXPECT_TRUE(token->expires_at.has_value());
  vkxx::blocking_client client{settings().access_token(token->text)};
  EXPECT_TRUE(client.try_call(vkxx::request{"users.get"}));
  for (const auto& received : vk_->requests()) {
    EXPECT_THAT(received.target, Not(HasSubstr("client_secret")));
    EXPECT_THAT(received.target, Not(HasSubstr("code=")));
  }
}

// VK may want a page to be passed before it gives the token for the code.
TEST_F(CodeFlow, PassesTheValidationAtTheExchange) {
  vk_->add_fault(vkxx::emulation::parse_fault("validation:/access_token,page=code"));
  auto flow = app();
  EXPECT_THAT(failure_of(flow), HasSubstr("set on_validation"));
  vkxx::auth::validation pages;
  pages.on_second_factor([](vkxx::challenge) { return vkxx::challenge_answer::code("246810"); });
  flow.on_validation(pages);
  const auto token = log_in(flow.make(), settings());
  ASSERT_TRUE(token) << token.error();
  EXPECT_EQ(token->client_id, "777");
  vkxx::blocking_client client{settings().access_token(token->text)};
  const auto me = client.call(vkxx::request{"users.get"});
  EXPECT_EQ(me.json().at(0).at("id"), 1);
  // It is passed for good: the next code is exchanged as ever.
  EXPECT_TRUE(log_in(app().make(), settings()));
}

TEST_F(CodeFlow, AValidationThatGivesNoTokenOrIsNotAnswered) {
  vk_->add_fault(vkxx::emulation::parse_fault("validation:/access_token,page=no_token"));
  auto flow = app();
  vkxx::auth::validation pages;
  pages.on_phone([](vkxx::challenge) { return vkxx::challenge_answer::phone_digits("99912345"); });
  flow.on_validation(pages);
  EXPECT_THAT(failure_of(flow), HasSubstr("gave no token"));
  vk_->clear_faults();
  vk_->add_fault(vkxx::emulation::parse_fault("validation:/access_token,page=code"));
  EXPECT_THAT(failure_of(flow), HasSubstr("on_second_factor"));
}

// Two communities come in today's shape, one and three in that of the older documentation.
TEST_F(CodeFlow, OfCommunitiesInBothShapes) {
  for (const auto& ids : {std::vector<std::int64_t>{1}, {1, 2}, {1, 2, 3}}) {
    auto flow = app();
    flow.group_ids(ids);
    const auto token = log_in(flow.make(), settings());
    ASSERT_TRUE(token) << token.error();
    EXPECT_EQ(token->communities.size(), ids.size());
    EXPECT_TRUE(token->text.empty());
  }
}

TEST_F(CodeFlow, OfCommunitiesPicksTheTokenByGroupId) {
  auto flow = app();
  flow.group_ids({1, 2});
  const auto token = log_in(flow.make(), settings());
  ASSERT_TRUE(token) << token.error();
  auto options = vkxx::auth::source_options{}.token(*token);
  vkxx::blocking_client client{settings().tokens(make_token_source(flow.make(), options))};
  const auto calls_with = [&](const vkxx::request& request, std::int64_t community) {
    static_cast<void>(client.try_call(request));
    EXPECT_EQ(token_of_last_call(), token->communities.at(community).redacted());
    EXPECT_EQ(vk_->requests().back().api_method, "groups.getById");
  };
  calls_with(vkxx::request{"groups.getById"}, 1);
  calls_with(vkxx::request{"groups.getById"}.set("group_id", 1), 1);
  calls_with(vkxx::request{"groups.getById"}.set("group_id", 2), 2);
  calls_with(vkxx::request{"groups.getById"}.set("group_id", "2"), 2);

  const auto before = vk_->requests().size();
  for (const auto* unknown : {"3", "x", ""}) {
    const auto refused = client.try_call(vkxx::request{"groups.getById"}.set("group_id", unknown));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error(), vkxx::errc::invalid_argument);
    EXPECT_THAT(refused.error().message(), HasSubstr("group_id"));
  }
  EXPECT_EQ(vk_->requests().size(), before);
  // A token of the call's own needs none of the set.
  auto own = vkxx::request{"groups.getById"}.set("group_id", 3).access_token(vk_.token());
  static_cast<void>(client.try_call(own));
  EXPECT_EQ(vk_->requests().size(), before + 1);
}

TEST_F(CodeFlow, OfCommunitiesOfOthers) {
  auto flow = app();
  flow.group_ids({1, 4});
  // The page sends the browser back at once.
  flow.on_page([](const std::string& url) { return vkxx::testing::led_to(url); });
  const auto refused = log_in(flow.make(), settings());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error(), vkxx::errc::authorization_failed);
  EXPECT_THAT(refused.error().message(), HasSubstr("does not administer the community 4"));
  // One that VK does not know: no way back, but a page that says why.
  flow.group_ids({1, 99});
  EXPECT_THAT(vkxx::testing::get(flow.begin(settings().endpoints()).authorize_url),
              HasSubstr("group_ids is incorrect"));
  EXPECT_THAT(failure_of(flow), HasSubstr("the page says why"));
}

TEST_F(CodeFlow, SaysWhyItFails) {
  EXPECT_THAT(failure_of(app("wrong-secret")), HasSubstr("client_secret is incorrect"));
  auto refused = app();
  refused.on_page([](const std::string& url) { return pass_consent_page(url, "cancel"); });
  EXPECT_THAT(failure_of(refused), HasSubstr("User denied"));
  auto forged = app();
  forged.on_page([](const std::string&) {
    return std::string{"https://app.example/callback?code=abc&state=forged"};
  });
  EXPECT_THAT(failure_of(forged), HasSubstr("state"));
}

TEST_F(CodeFlow, ACodeIsGoodOnce) {
  auto flow = app();
  std::string last;
  flow.on_page([&](const std::string& url) {
    last = pass_consent_page(url, "allow");
    return last;
  });
  ASSERT_TRUE(log_in(flow.make(), settings()));
  const auto from = last.find("code=") + 5;
  const auto used = last.substr(from, last.find('&', from) - from);
  EXPECT_THAT(vkxx::testing::post(vk_.url() + "/access_token",
                                  "client_id=777&client_secret=emulator-test-secret&code=" + used +
                                      "&redirect_uri=https%3A%2F%2Fapp.example%2Fcallback"),
              HasSubstr("Code is invalid or expired."));
}

TEST_F(CodeFlow, TheAppHasATokenOfItsOwn) {
  const auto flow = vkxx::auth::client_credentials("777", vkxx::secret{"emulator-test-secret"});
  const auto token = log_in(flow, settings());
  ASSERT_TRUE(token) << token.error();
  EXPECT_EQ(token->expires_at, std::nullopt);
  vkxx::blocking_client client{settings().access_token(token->text)};
  const auto reply = client.try_call(vkxx::request{"utils.getServerTime"});
  EXPECT_TRUE(reply) << reply.error();
  const auto refused = log_in(vkxx::auth::client_credentials("1", vkxx::secret{"x"}), settings());
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message(), HasSubstr("client_id is incorrect"));
}

}  // namespace
