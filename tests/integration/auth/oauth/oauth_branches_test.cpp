// The turns that logins by code, as an app and by VK ID can take beside those of code_test and
// vk_id_test, each from the public face to a call made with the token, or to the error that names
// it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <vkxx/auth.hpp>
#include <vkxx/blocking_client.hpp>
#include <vkxx/testing/emulator_fixture.hpp>
#include <vkxx/testing/manual_clock.hpp>

#include "auth/html/form_fields.hpp"
#include "integration/auth/implicit/browser.hpp"
#include "support/scripted_site.hpp"

namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;
using vkxx::errc;
using vkxx::auth::access_token;
using vkxx::test::html;
using vkxx::test::scripted_site;
using vkxx::testing::pass_consent_page;

const std::string way_back = "https://app.example/callback";

std::string allowed(const std::string& url) {
  return pass_consent_page(url, "allow");
}

class OauthBranch : public testing::Test {
 protected:
  OauthBranch() : vk_{vkxx::emulator_options{}.time(clock_)} {}

  [[nodiscard]] vkxx::config settings() const { return vkxx::config{}.emulator(vk_.url()); }
  [[nodiscard]] static vkxx::auth::code by_code() {
    vkxx::auth::code flow{"777", vkxx::secret{"emulator-test-secret"}, way_back};
    flow.on_page(allowed);
    return flow;
  }
  [[nodiscard]] static vkxx::auth::vk_id by_vk_id() {
    vkxx::auth::vk_id flow{"777", way_back};
    flow.on_page(allowed);
    return flow;
  }
  template <class Flow>
  vkxx::error failure_of(const Flow& flow) {
    const auto token = log_in(flow.make(), settings());
    EXPECT_FALSE(token);
    return token ? vkxx::error{errc::cancelled, vkxx::request_effect::unknown, "no error"}
                 : token.error();
  }

  std::shared_ptr<vkxx::testing::manual_clock> clock_ =
      std::make_shared<vkxx::testing::manual_clock>();
  vkxx::testing::emulator_fixture vk_;
};

TEST_F(OauthBranch, ACodeForATokenThatNeverEnds) {
  auto flow = by_code();
  flow.scope("offline,email");
  vkxx::blocking_client client{settings().tokens(make_token_source(flow.make(), {}))};
  EXPECT_EQ(client.call(vkxx::request{"users.get"}).json().at(0).at("id"), 1);
  clock_->advance(48h);
  EXPECT_TRUE(client.try_call(vkxx::request{"users.get"}));
  EXPECT_EQ(log_in(flow.make(), settings())->expires_at, std::nullopt);
}

TEST_F(OauthBranch, ACodeLivesForAnHour) {
  auto flow = by_code();
  const auto after = [&](std::chrono::minutes wait) {
    flow.on_page([this, wait](const std::string& url) {
      auto address = allowed(url);
      clock_->advance(wait);
      return address;
    });
    return log_in(flow.make(), settings());
  };
  EXPECT_TRUE(after(59min));
  const auto late = after(60min);
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error(), errc::authorization_failed);
  EXPECT_THAT(late.error().message(), HasSubstr("Code is invalid or expired."));
}

// One community comes in the older shape of the answer, two in today's.
TEST_F(OauthBranch, CommunitiesCallWithTokensOfEitherShape) {
  for (const auto& ids : {std::vector<std::int64_t>{2}, {1, 2}}) {
    auto flow = by_code();
    flow.group_ids(ids);
    vkxx::blocking_client client{settings().tokens(make_token_source(flow.make(), {}))};
    for (const auto id : ids) {
      const auto reply = client.try_call(vkxx::request{"groups.getById"}.set("group_id", id));
      ASSERT_TRUE(reply) << reply.error();
      EXPECT_EQ(reply->json().at("groups").at(0).at("id"), id);
    }
  }
}

// What may be set of a page is in its address.
TEST_F(OauthBranch, PagesAreAskedForAsTheyWereSet) {
  auto server = by_code();
  server.scope("offline").display("popup").revoke(true).v("5.150");
  const auto where = settings().endpoints();
  const auto of_server = server.begin(where).authorize_url;
  for (const auto* part :
       {"response_type=code", "client_id=777", "scope=offline", "display=popup", "revoke=1",
        "v=5.150", "redirect_uri=https%3A%2F%2Fapp.example%2Fcall"}) {
    EXPECT_THAT(of_server, HasSubstr(part));
  }
  auto person = by_vk_id();
  person.scope("email phone").prompt("login consent").provider("ok_ru").lang_id(3);
  const auto of_person = person.begin(where).authorize_url;
  for (const auto* part : {"scope=email%20phone", "prompt=login%20consent", "provider=ok_ru",
                           "lang_id=3", "code_challenge_method=s256"}) {
    EXPECT_THAT(of_person, HasSubstr(part));
  }
}

TEST_F(OauthBranch, TheKeyOfTheAppsSettings) {
  vkxx::blocking_client client{settings().access_token(vk_->tokens().service)};
  EXPECT_TRUE(client.try_call(vkxx::request{"utils.getServerTime"}));
}

TEST_F(OauthBranch, VkIdThatMayAskNothing) {
  auto flow = by_vk_id();
  flow.prompt("none").on_page([](const std::string& url) { return vkxx::testing::led_to(url); });
  const auto told = failure_of(flow);
  EXPECT_EQ(told, errc::authorization_failed);
  EXPECT_THAT(told.message(), HasSubstr("login_required"));
}

TEST_F(OauthBranch, VkIdWithAnotherDeviceAddressOrNone) {
  const auto changed = [](const std::string& old, const std::string& replacement) {
    return [=](const std::string& url) {
      auto address = allowed(url);
      const auto at = address.find(old);
      return at == std::string::npos ? address : address.replace(at, old.size(), replacement);
    };
  };
  auto flow = by_vk_id();
  flow.on_page(changed("device_id=emulator", "device_id=other"));
  EXPECT_THAT(failure_of(flow).message(), HasSubstr("device_id is invalid"));
  flow.on_page(changed("&device_id=", "&device="));
  EXPECT_THAT(failure_of(flow).message(), HasSubstr("`device_id`"));
  flow.on_page(changed("code=vk2.a.", "code=vk2.b."));
  EXPECT_THAT(failure_of(flow).message(), HasSubstr("code is invalid"));
  // The page was opened for another address of the app than the one that the code is spent with.
  vkxx::auth::vk_id other{"777", way_back + "?second=1"};
  other.on_page([](const std::string& url) {
    const std::string more = "%3Fsecond%3D1";
    auto shorter = url;
    shorter.erase(shorter.find(more), more.size());
    return allowed(shorter);
  });
  EXPECT_THAT(failure_of(other).message(), HasSubstr("redirect_uri is missing or invalid"));
}

// Errors that say that a token is dead: one refresh, one repeat.
TEST_F(OauthBranch, VkIdRefreshesAfterEveryErrorOfADeadToken) {
  for (const int code : {5, 27, 28, 1114, 1116, 1117}) {
    vkxx::blocking_client client{settings().tokens(make_token_source(by_vk_id().make(), {}))};
    EXPECT_TRUE(client.try_call(vkxx::request{"users.get"}));
    vk_->clear_requests();
    vk_->add_fault(vkxx::emulation::parse_fault("error=" + std::to_string(code) + ":users.get*1"));
    const auto reply = client.try_call(vkxx::request{"users.get"});
    ASSERT_TRUE(reply) << code << reply.error();
    std::vector<std::string> targets;
    for (const auto& received : vk_->requests()) targets.push_back(received.target);
    EXPECT_THAT(targets,
                testing::ElementsAre("/method/users.get", "/oauth2/auth", "/method/users.get"))
        << code;
    EXPECT_NE(vk_->requests().front().token, vk_->requests().back().token);
  }
}

TEST_F(OauthBranch, VkIdWhoseRefreshTokenIsOver) {
  auto token = log_in(by_vk_id().make(), settings());
  ASSERT_TRUE(token) << token.error();
  clock_->advance(180 * 24h);
  auto options = vkxx::auth::source_options{}.token(*token);
  vkxx::blocking_client client{settings().tokens(make_token_source(by_vk_id().make(), options))};
  const auto told = client.try_call(vkxx::request{"users.get"});
  ASSERT_FALSE(told);
  EXPECT_EQ(told.error(), errc::authorization_failed);
  EXPECT_THAT(told.error().message(), HasSubstr("log in again"));
  EXPECT_THAT(told.error().message(), HasSubstr("refresh_token is missing or invalid"));
}

// A client of VK ID on a scripted site, with a pair that has to be refreshed.
class VkIdRenewal : public testing::Test {
 protected:
  VkIdRenewal() {
    access_token old{vkxx::secret{"t1"}};
    old.refresh_token = vkxx::secret{"r1"};
    old.device_id = "d";
    old.expires_at = std::chrono::system_clock::now();
    EXPECT_TRUE(store_->save("anna", old));
    site_->on("https://api.vk.ru/method/users.get", html(R"({"response":[]})"));
  }
  // `state`: nothing: that of the request.
  void refresh_gives(const std::string& fields, std::optional<std::string> state = {},
                     int status = 200) {
    site_->on("https://id.vk.ru/oauth2/auth",
              [=](const vkxx::http::request& message) -> vkxx::result<vkxx::http::response> {
                const auto form = *vkxx::auth::detail::read_form(message.body());
                const auto sent = vkxx::auth::detail::find_field(form, "state").value_or("");
                return html(
                    "{" + fields + R"(,"state":")" + state.value_or(std::string{sent}) + R"("})",
                    status);
              });
  }
  vkxx::result<vkxx::reply> call(const std::string& method = "users.get") {
    auto options = vkxx::auth::source_options{}.store(store_, "anna");
    auto settings = vkxx::config{}.transport(site_).tokens(
        make_token_source(vkxx::auth::vk_id{"1", way_back}.make(), options));
    settings.retries(vkxx::retries{}.max_tries(3).first_pause(1ms).longest_pause(2ms));
    vkxx::blocking_client client{settings};
    return client.try_call(vkxx::request{method});
  }
  // Those that VK ID was shown.
  [[nodiscard]] std::vector<std::string> refresh_tokens() const {
    std::vector<std::string> shown;
    for (const auto& message : site_->requests()) {
      const auto form = *vkxx::auth::detail::read_form(message.body());
      const auto token = vkxx::auth::detail::find_field(form, "refresh_token");
      if (token) shown.emplace_back(*token);
    }
    return shown;
  }

  std::shared_ptr<scripted_site> site_ = std::make_shared<scripted_site>();
  std::shared_ptr<vkxx::auth::token_store> store_ = vkxx::auth::make_memory_store();
};

TEST_F(VkIdRenewal, WithAnotherStateIsNotStored) {
  refresh_gives(R"("access_token":"t2","refresh_token":"r2")", "forged");
  const auto told = call();
  ASSERT_FALSE(told);
  EXPECT_THAT(told.error().message(), HasSubstr("state"));
  EXPECT_EQ((*store_->load("anna"))->refresh_token.expose(), "r1");
}

// VK says nothing of the pair then: it is asked again within the same refresh.
TEST_F(VkIdRenewal, ThatVkCannotDoJustNowIsRepeated) {
  // The status says nothing.
  refresh_gives(R"("error":"temporarily_unavailable","error_description":"Later")", {}, 200);
  refresh_gives(R"("error":"server_error","error_description":"Later")", {}, 400);
  refresh_gives(R"("access_token":"t2","refresh_token":"r2","expires_in":3600)");
  const auto told = call();
  ASSERT_TRUE(told) << told.error();
  EXPECT_EQ(site_->requests().back().bearer_token().expose(), "t2");
  EXPECT_EQ(refresh_tokens(), (std::vector<std::string>{"r1", "r1", "r1"}));
  EXPECT_EQ((*store_->load("anna"))->refresh_token.expose(), "r2");
}

// Then it is kept, nobody is sent to log in, and the next call tries again.
TEST_F(VkIdRenewal, ThatVkCannotDoForLongCanBeDoneLater) {
  for (const std::string name : {"slow_down", "temporarily_unavailable", "server_error"}) {
    refresh_gives(R"("error":")" + name + R"(","error_description":"Later")");
  }
  refresh_gives(R"("access_token":"t2","refresh_token":"r2","expires_in":3600)");
  const auto told = call("wall.post");
  ASSERT_FALSE(told);
  EXPECT_EQ(told.error(), errc::authorization_failed);
  EXPECT_EQ(told.error().effect(), vkxx::request_effect::not_sent);
  EXPECT_THAT(told.error().message(), HasSubstr("server_error"));
  EXPECT_THAT(told.error().message(), HasSubstr("try again later"));
  EXPECT_THAT(told.error().message(), Not(HasSubstr("log in again")));
  // Nothing of the call was tried.
  EXPECT_EQ(told.error().attempts(), 0);
  EXPECT_THAT(told.error().to_string(), Not(HasSubstr("Tried")));
  ASSERT_TRUE(call());
  EXPECT_EQ((*store_->load("anna"))->refresh_token.expose(), "r2");
}

// VK may have spent the refresh token.
TEST_F(VkIdRenewal, WhoseAnswerWasLostIsNotRepeatedByItself) {
  for (const auto code : {errc::connection_lost, errc::timeout, errc::truncated_answer}) {
    site_->on("https://id.vk.ru/oauth2/auth", [code](const vkxx::http::request&) {
      return vkxx::result<vkxx::http::response>{
          vkxx::error{code, vkxx::request_effect::unknown, "the answer did not come"}};
    });
  }
  site_->on("https://id.vk.ru/oauth2/auth", html("<html>welcome</html>"));
  for (std::size_t count = 1; count <= 4; ++count) {
    const auto told = call();
    ASSERT_FALSE(told);
    EXPECT_EQ(told.error(), errc::authorization_failed);
    EXPECT_EQ(told.error().effect(), vkxx::request_effect::not_sent);
    EXPECT_THAT(told.error().message(), HasSubstr("may have spent the refresh token"));
    EXPECT_EQ(refresh_tokens().size(), count);
  }
}

// What never left is repeated by the rules of the call, which counts none of it as its own.
TEST_F(VkIdRenewal, ThatWasNotSentIsRepeatedAndIsNoAttemptOfTheCall) {
  site_->on("https://id.vk.ru/oauth2/auth", [](const vkxx::http::request&) {
    return vkxx::result<vkxx::http::response>{
        vkxx::error{errc::connection_refused, vkxx::request_effect::not_sent, "nobody listens"}};
  });
  const auto told = call("wall.post");
  ASSERT_FALSE(told);
  EXPECT_EQ(told.error(), errc::connection_refused);
  EXPECT_EQ(refresh_tokens().size(), 3U);
  EXPECT_EQ(told.error().attempts(), 0);
  EXPECT_THAT(told.error().to_string(), Not(HasSubstr("Tried")));
}

// Every error that OAuth names comes to the caller by its name and with what VK says of it.
TEST(OauthErrors, ByCodeAndByVkIdKeepTheirNames) {
  for (const std::string name :
       {"invalid_request", "invalid_client", "invalid_grant", "unauthorized_client",
        "unsupported_response_type", "invalid_scope", "invalid_token", "access_denied",
        "server_error", "temporarily_unavailable", "slow_down", "brand_new"}) {
    const auto site = std::make_shared<scripted_site>();
    const auto body = R"({"error":")" + name + R"(","error_description":"Because","state":"s"})";
    // VK ID's status may be anything.
    site->on("https://oauth.vk.ru/access_token", html(body, 401));
    site->on("https://id.vk.ru/oauth2/auth", html(body, 200));
    const auto coming_back = [](const std::string& page) {
      const auto form = *vkxx::auth::detail::read_form(page.substr(page.find('?') + 1));
      return way_back + "?code=c&device_id=d&state=" +
             std::string{*vkxx::auth::detail::find_field(form, "state")};
    };
    vkxx::auth::code server{"1", vkxx::secret{"s"}, way_back};
    vkxx::auth::vk_id person{"1", way_back};
    for (const auto& flow : {server.on_page(coming_back).make(), person.on_page(coming_back).make(),
                             vkxx::auth::client_credentials("1", vkxx::secret{"s"})}) {
      const auto token = log_in(flow, vkxx::config{}.transport(site));
      ASSERT_FALSE(token);
      EXPECT_EQ(token.error(), errc::authorization_failed);
      EXPECT_THAT(token.error().message(), HasSubstr("Because"));
      EXPECT_THAT(token.error().message(), HasSubstr(name));
    }
  }
}

}  // namespace
