// Mistakes that other clients make in OAuth, one test each: by code, as an app, and by VK ID.
#include <atomic>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <vkxx/auth.hpp>
#include <vkxx/blocking_client.hpp>

#include "auth/html/form_fields.hpp"
#include "support/scripted_site.hpp"

namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using vkxx::errc;
using vkxx::auth::code;
using vkxx::auth::vk_id;
using vkxx::auth::detail::find_field;
using vkxx::auth::detail::read_form;
using vkxx::test::html;
using vkxx::test::scripted_site;

const std::string app_page = "https://app.example/Callback";

std::string field_of(const std::string& form, const std::string& name) {
  return std::string{find_field(*read_form(form), name).value_or("(none)")};
}

// Comes back from the page with the state it was given, and what else is said here.
vkxx::auth::page_hook coming_back_with(const std::string& more) {
  return [more](const std::string& page) {
    return app_page + "?state=" + field_of(page.substr(page.find('?') + 1), "state") + more;
  };
}

class OauthMistake : public testing::Test {
 protected:
  [[nodiscard]] vkxx::config settings() { return vkxx::config{}.transport(site_); }
  vkxx::result<vkxx::auth::access_token> by_code() {
    code flow{"1", vkxx::secret{"s"}, app_page};
    flow.on_page(coming_back_with("&code=c"));
    return vkxx::auth::log_in(flow.make(), settings());
  }
  // VK ID's answer to a request, with the state of it.
  void vk_id_answers(const std::string& fields, int status = 200) {
    site_->on(
        "https://id.vk.ru/oauth2/auth",
        [fields, status](const vkxx::http::request& message) -> vkxx::result<vkxx::http::response> {
          return html("{" + fields + R"(,"state":")" + field_of(message.body(), "state") + R"("})",
                      status);
        });
  }
  vkxx::result<vkxx::auth::access_token> by_vk_id() {
    vk_id flow{"1", app_page};
    flow.on_page(coming_back_with("&code=c&device_id=d"));
    return vkxx::auth::log_in(flow.make(), settings());
  }

  std::shared_ptr<scripted_site> site_ = std::make_shared<scripted_site>();
};

// `vksdk` sends an empty one when it used the default.
TEST_F(OauthMistake, AnotherRedirectUriAtTheExchange) {
  site_->on("https://oauth.vk.ru/access_token", html(R"({"access_token":"t","user_id":1})"));
  ASSERT_TRUE(by_code());
  EXPECT_EQ(field_of(site_->requests().front().body(), "redirect_uri"), app_page);
}

// The PHP SDK throws away what comes with another status than 200.
TEST_F(OauthMistake, TheReasonThrownAwayWithAStatus) {
  site_->on("https://oauth.vk.ru/access_token",
            html(R"({"error":"invalid_grant","error_description":"Code is expired."})", 401));
  EXPECT_THAT(by_code().error().message(), HasSubstr("Code is expired."));
  vk_id_answers(R"("error":"invalid_request","error_description":"Invalid code_challenge")", 400);
  EXPECT_THAT(by_vk_id().error().message(), HasSubstr("Invalid code_challenge"));
}

// Some SDKs know one shape of the answer for communities.
TEST_F(OauthMistake, OneShapeOfTheTokensOfCommunities) {
  for (const auto* body :
       {R"({"groups":[{"group_id":1,"access_token":"a"},{"group_id":2,"access_token":"b"}]})",
        R"({"access_token_1":"a","access_token_2":"b","expires_in":0})"}) {
    site_ = std::make_shared<scripted_site>();
    site_->on("https://oauth.vk.ru/access_token", html(body));
    code flow{"1", vkxx::secret{"s"}, app_page};
    flow.group_ids({2, 1}).on_page(coming_back_with("&code=c"));
    const auto token = vkxx::auth::log_in(flow.make(), settings());
    ASSERT_TRUE(token) << token.error();
    EXPECT_EQ(token->communities.at(2).expose(), "b");
    EXPECT_EQ(token->first_community, 2);
  }
}

// An answer can be a question, too: the exchange says which.
TEST_F(OauthMistake, AValidationAtTheExchangeNotUnderstood) {
  site_->on("https://oauth.vk.ru/access_token",
            html(R"({"error":"need_validation","redirect_uri":"https://m.vk.ru/x"})", 401));
  const auto failed = by_code();
  EXPECT_EQ(failed.error(), errc::challenge_refused);
  EXPECT_THAT(failed.error().message(), HasSubstr("validation"));
}

// The documentation forbids both in one request; secrets do not belong into addresses.
TEST_F(OauthMistake, VerifierAndChallengeTogetherOrInAnAddress) {
  vk_id_answers(R"("access_token":"t","refresh_token":"r","expires_in":3600,"user_id":"7")");
  const auto token = by_vk_id();
  ASSERT_TRUE(token) << token.error();
  // Numbers come as texts at times.
  EXPECT_EQ(token->user_id, 7);
  const auto body = site_->requests().front().body();
  EXPECT_THAT(body, AllOf(HasSubstr("code_verifier="), Not(HasSubstr("code_challenge")),
                          Not(HasSubstr("client_secret")), HasSubstr("device_id=d")));
  EXPECT_THAT(site_->requests().front().url(), Not(HasSubstr("?")));
}

TEST_F(OauthMistake, AnAnswerWithAnotherStateStored) {
  site_->on("https://id.vk.ru/oauth2/auth",
            html(R"({"access_token":"t","refresh_token":"r","state":"other"})"));
  EXPECT_THAT(by_vk_id().error().message(), HasSubstr("state"));
}

TEST_F(OauthMistake, NoExpiryTakenForAnExpiredToken) {
  for (const auto* lifetime : {"0", "-1", "\"0\"", "null"}) {
    site_ = std::make_shared<scripted_site>();
    vk_id_answers(R"("access_token":"t","refresh_token":"r","expires_in":)" +
                  std::string{lifetime});
    EXPECT_EQ(by_vk_id()->expires_at, std::nullopt) << lifetime;
  }
}

// No SDK has a lock: two refreshes at once end the session. And a life of half a minute is no
// reason to refresh at every call.
TEST_F(OauthMistake, RefreshesSideBySideAndAtEveryCall) {
  vk_id_answers(R"("access_token":"t2","refresh_token":"r2","expires_in":30)");
  site_->on("https://api.vk.ru/method/users.get", html(R"({"response":[]})"));
  vkxx::auth::access_token old{vkxx::secret{"t1"}};
  old.refresh_token = vkxx::secret{"r1"};
  old.device_id = "d";
  old.expires_at = std::chrono::system_clock::now();
  vkxx::auth::source_options options;
  options.token(old);
  vkxx::blocking_client client{
      settings()
          .limits(vkxx::limits{}.off())
          .tokens(make_token_source(vk_id{"1", app_page}.make(), options))};
  {
    std::vector<std::jthread> callers;
    for (int i = 0; i != 10; ++i) {
      callers.emplace_back([&] { EXPECT_TRUE(client.try_call(vkxx::request{"users.get"})); });
    }
  }
  for (int i = 0; i != 5; ++i) EXPECT_TRUE(client.try_call(vkxx::request{"users.get"}));
  std::size_t refreshes = 0;
  for (const auto& received : site_->requests())
    refreshes += received.url().ends_with("/oauth2/auth");
  EXPECT_EQ(refreshes, 1U);
}

// A refresh that does not repeat everything must not lose it.
TEST_F(OauthMistake, WhatARefreshDoesNotRepeatIsLost) {
  vk_id_answers(R"("access_token":"t2","expires_in":30)");
  vkxx::auth::access_token old{vkxx::secret{"t1"}};
  old.refresh_token = vkxx::secret{"r1"};
  old.id_token = vkxx::secret{"i1"};
  old.device_id = "d";
  old.user_id = 5;
  const auto fresh = site_->run<vkxx::result<vkxx::auth::access_token>>([&] {
    return vk_id{"1", app_page}.refresh(old, site_->environment());
  });
  ASSERT_TRUE(fresh) << fresh.error();
  EXPECT_EQ(fresh->refresh_token.expose(), "r1");
  EXPECT_EQ(fresh->id_token.expose(), "i1");
  EXPECT_EQ(fresh->device_id, "d");
  EXPECT_EQ(fresh->user_id, 5);
}

}  // namespace
