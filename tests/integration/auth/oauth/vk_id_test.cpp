// VK ID from the page to a call made with the token, and the life of the tokens after it.
#include <atomic>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <vkxx/auth.hpp>
#include <vkxx/blocking_client.hpp>
#include <vkxx/testing/emulator_fixture.hpp>
#include <vkxx/testing/manual_clock.hpp>

#include "integration/auth/implicit/browser.hpp"

namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;
using vkxx::auth::access_token;
using vkxx::auth::vk_id;
using vkxx::testing::pass_consent_page;

const std::string redirect_page = "https://app.example/callback";

// Calls that really go out at once: nobody waits for his turn at the token's limit.
vkxx::limits unlimited() {
  return vkxx::limits{}.off();
}

// A store that can be told to fail.
class brittle_store final : public vkxx::auth::token_store {
 public:
  vkxx::result<std::optional<access_token>> load(const std::string& name) override {
    return inner_->load(name);
  }
  vkxx::result<void> save(const std::string& name, const access_token& token) override {
    if (broken) {
      return vkxx::error{vkxx::errc::invalid_argument, vkxx::request_effect::not_sent,
                         "the disk is full"};
    }
    return inner_->save(name, token);
  }
  vkxx::result<void> remove(const std::string& name) override { return inner_->remove(name); }
  vkxx::result<std::vector<std::string>> profiles() override { return inner_->profiles(); }
  vkxx::result<std::unique_ptr<vkxx::auth::store_lock>> try_lock(const std::string& name) override {
    return inner_->try_lock(name);
  }

  std::atomic<bool> broken = false;

 private:
  std::shared_ptr<vkxx::auth::token_store> inner_ = vkxx::auth::make_memory_store();
};

class VkIdFlow : public testing::Test {
 protected:
  VkIdFlow() : vk_{vkxx::emulator_options{}.time(clock_)} { id_.scope("email"); }

  [[nodiscard]] vkxx::config settings() const { return vkxx::config{}.emulator(vk_.url()); }
  [[nodiscard]] vkxx::endpoints where() const { return settings().endpoints(); }

  template <class T>
  T run(std::function<vkxx::asio::awaitable<T>(vkxx::token_environment)> work) {
    vkxx::asio::io_context loop;
    const vkxx::client client{loop.get_executor(), settings()};
    auto outcome = vkxx::asio::co_spawn(loop, work(client.environment()), vkxx::asio::use_future);
    loop.run();
    return outcome.get();
  }

  vkxx::result<access_token> finish(const vkxx::auth::vk_id_login& login,
                                    const std::string& address) {
    return run<vkxx::result<access_token>>([&](vkxx::token_environment environment) {
      return id_.finish(login, address, environment);
    });
  }

  access_token logged_in() {
    const auto login = id_.begin(where());
    auto token = finish(login, pass_consent_page(login.authorize_url, "allow"));
    EXPECT_TRUE(token) << token.error();
    return token ? *token : access_token{};
  }

  vkxx::result<access_token> refreshed(const access_token& old) {
    return run<vkxx::result<access_token>>(
        [&](vkxx::token_environment environment) { return id_.refresh(old, environment); });
  }

  [[nodiscard]] std::shared_ptr<vkxx::token_source> source(
      const access_token& first, std::shared_ptr<vkxx::auth::token_store> store = {}) {
    vkxx::auth::source_options options;
    options.token(first).wall_clock([this] { return wall_.load(); });
    if (store) options.store(std::move(store), "anna");
    return make_token_source(id_.make(), options);
  }

  std::size_t requests_to(const std::string& path) {
    std::size_t count = 0;
    for (const auto& received : vk_->requests()) count += received.target == path ? 1 : 0;
    return count;
  }

  static bool can_call(vkxx::blocking_client& client) {
    const auto reply = client.try_call(vkxx::request{"users.get"});
    return reply && reply->json().at(0).at("id") == 1;
  }

  std::shared_ptr<vkxx::testing::manual_clock> clock_ =
      std::make_shared<vkxx::testing::manual_clock>();
  vkxx::testing::emulator_fixture vk_;
  vk_id id_{"777", redirect_page};
  std::atomic<vkxx::auth::wall_time> wall_ = std::chrono::system_clock::now();
};

TEST_F(VkIdFlow, PageCodeTokenCall) {
  id_.on_page([](const std::string& url) { return pass_consent_page(url, "allow"); });
  const auto token = log_in(id_.make(), settings());
  ASSERT_TRUE(token) << token.error();
  EXPECT_EQ(token->user_id, 1);
  EXPECT_EQ(token->scope, "email");
  EXPECT_EQ(token->client_id, "777");
  EXPECT_FALSE(token->device_id.empty());
  EXPECT_FALSE(token->id_token.empty());
  const auto left = *token->expires_at - std::chrono::system_clock::now();
  EXPECT_GT(left, 59min);
  EXPECT_LE(left, 60min);
  vkxx::blocking_client client{settings().tokens(source(*token))};
  EXPECT_TRUE(can_call(client));
  EXPECT_THAT(vk_->requests().back().target, Not(HasSubstr("access_token")));
}

TEST_F(VkIdFlow, SendsNoSecretToThePage) {
  const auto login = id_.begin(where());
  EXPECT_THAT(login.authorize_url, Not(HasSubstr(login.code_verifier.expose())));
  EXPECT_THAT(login.authorize_url, HasSubstr("code_challenge_method=s256"));
  EXPECT_THAT(login.authorize_url, Not(HasSubstr("client_secret")));
  EXPECT_NE(login.state, id_.begin(where()).state);
  EXPECT_NE(login.code_verifier, id_.begin(where()).code_verifier);
}

TEST_F(VkIdFlow, ThePersonMayRefuseOrGiveUp) {
  id_.on_page([](const std::string& url) { return pass_consent_page(url, "cancel"); });
  auto refused = log_in(id_.make(), settings());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error(), vkxx::errc::authorization_failed);
  EXPECT_THAT(refused.error().message(), HasSubstr("User denied"));
  id_.on_page([](const std::string&) { return std::string{}; });
  EXPECT_EQ(log_in(id_.make(), settings()).error(), vkxx::errc::challenge_refused);
  EXPECT_EQ(log_in(vk_id{"777", redirect_page}.make(), settings()).error(),
            vkxx::errc::challenge_refused);
  EXPECT_EQ(requests_to("/oauth2/auth"), 0U);
}

TEST_F(VkIdFlow, AnAnswerForAnotherLoginIsNotSentOn) {
  const auto mine = id_.begin(where());
  const auto other = id_.begin(where());
  const auto token = finish(mine, pass_consent_page(other.authorize_url, "allow"));
  ASSERT_FALSE(token);
  EXPECT_THAT(token.error().message(), HasSubstr("state"));
  EXPECT_EQ(requests_to("/oauth2/auth"), 0U);
}

TEST_F(VkIdFlow, ACodeIsGoodOnceAndForTenMinutes) {
  const auto login = id_.begin(where());
  const auto address = pass_consent_page(login.authorize_url, "allow");
  ASSERT_TRUE(finish(login, address));
  EXPECT_THAT(finish(login, address).error().message(), HasSubstr("code is invalid"));
  const auto late = id_.begin(where());
  const auto late_address = pass_consent_page(late.authorize_url, "allow");
  clock_->advance(10min);
  EXPECT_THAT(finish(late, late_address).error().message(), HasSubstr("code is invalid"));
}

TEST_F(VkIdFlow, ACodeIsBoundToItsVerifier) {
  auto login = id_.begin(where());
  const auto address = pass_consent_page(login.authorize_url, "allow");
  login.code_verifier = vkxx::secret{std::string(48, 'x')};
  EXPECT_THAT(finish(login, address).error().message(),
              HasSubstr("verifier is missing or invalid"));
}

TEST_F(VkIdFlow, TellsWhatTheUserGranted) {
  const auto token = logged_in();
  const auto user = run<vkxx::result<vkxx::auth::vk_id_user>>(
      [&](vkxx::token_environment environment) { return id_.user_info(token, environment); });
  ASSERT_TRUE(user) << user.error();
  EXPECT_EQ(user->user_id, 1);
  EXPECT_EQ(user->last_name, "Durov");
  EXPECT_EQ(user->email, "user@emulator.test");
  EXPECT_EQ(user->phone, "");
  const auto seen = run<vkxx::result<vkxx::auth::vk_id_user>>(
      [&](vkxx::token_environment environment) { return id_.public_info(token, environment); });
  ASSERT_TRUE(seen) << seen.error();
  EXPECT_EQ(seen->last_name, "D***");
  EXPECT_EQ(seen->email, "u***");
}

TEST_F(VkIdFlow, EndsSessions) {
  const auto token = logged_in();
  const auto out = [&] {
    return run<vkxx::result<void>>(
        [&](vkxx::token_environment environment) { return id_.log_out(token, environment); });
  };
  EXPECT_TRUE(out());
  // Over already is what was wanted.
  EXPECT_TRUE(out());
  EXPECT_FALSE(refreshed(token));
  vkxx::blocking_client client{settings().access_token(token.text)};
  EXPECT_FALSE(client.try_call(vkxx::request{"users.get"}));
  const auto other = logged_in();
  const auto revoke = [&] {
    return run<vkxx::result<void>>(
        [&](vkxx::token_environment environment) { return id_.revoke(other, environment); });
  };
  EXPECT_TRUE(revoke());
  EXPECT_FALSE(revoke());
}

TEST_F(VkIdFlow, ARefreshGivesAnotherPairAndSpendsTheOldOne) {
  const auto old = logged_in();
  const auto fresh = refreshed(old);
  ASSERT_TRUE(fresh) << fresh.error();
  EXPECT_NE(fresh->text, old.text);
  EXPECT_NE(fresh->refresh_token, old.refresh_token);
  EXPECT_EQ(fresh->device_id, old.device_id);
  EXPECT_EQ(fresh->user_id, old.user_id);
  const auto again = refreshed(old);
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error(), vkxx::errc::authorization_failed);
  EXPECT_THAT(again.error().message(), HasSubstr("log in again"));
  // Whoever used it twice has ended the session.
  EXPECT_FALSE(refreshed(*fresh));
}

TEST_F(VkIdFlow, ATokenIsRefreshedBeforeItsEnd) {
  auto first = logged_in();
  first.expires_at = wall_.load() + 90s;
  first.obtained_at.reset();
  vkxx::blocking_client client{settings().tokens(source(first))};
  EXPECT_TRUE(can_call(client));
  EXPECT_EQ(requests_to("/oauth2/auth"), 1U);
  wall_ = *first.expires_at - 30s;
  EXPECT_TRUE(can_call(client));
  EXPECT_EQ(requests_to("/oauth2/auth"), 2U);
}

TEST_F(VkIdFlow, ATokenOfAShortLifeIsNotRefreshedAtEveryCall) {
  auto first = logged_in();
  first.obtained_at = wall_.load();
  first.expires_at = wall_.load() + 50s;
  vkxx::blocking_client client{settings().tokens(source(first))};
  for (const auto age : {0s, 20s, 44s}) {
    wall_ = *first.obtained_at + age;
    EXPECT_TRUE(can_call(client));
    EXPECT_EQ(requests_to("/oauth2/auth"), 1U);
  }
  wall_ = *first.obtained_at + 46s;
  EXPECT_TRUE(can_call(client));
  EXPECT_EQ(requests_to("/oauth2/auth"), 2U);
}

TEST_F(VkIdFlow, ARefusedTokenIsRefreshedThoughTheStoreHasForgottenSomethingOfIt) {
  const auto store = vkxx::auth::make_memory_store();
  const auto first = logged_in();
  auto rounded = first;
  rounded.expires_at = *first.expires_at + 1ms;
  ASSERT_TRUE(store->save("anna", rounded));
  vkxx::blocking_client client{settings().tokens(source(first, store))};
  clock_->advance(61min);
  EXPECT_TRUE(can_call(client));
  EXPECT_EQ(requests_to("/oauth2/auth"), 2U);
}

TEST_F(VkIdFlow, ATokenThatVkRefusesIsRefreshedAndTheCallRepeatedOnce) {
  const auto first = logged_in();
  vkxx::blocking_client client{settings().tokens(source(first))};
  clock_->advance(61min);
  EXPECT_TRUE(can_call(client));
  EXPECT_EQ(requests_to("/oauth2/auth"), 2U);
  EXPECT_EQ(requests_to("/method/users.get"), 2U);
}

TEST_F(VkIdFlow, ADeadSessionSaysHowToLogInAgain) {
  const auto first = logged_in();
  static_cast<void>(refreshed(first));
  static_cast<void>(refreshed(first));
  vkxx::blocking_client client{settings().tokens(source(first))};
  const auto outcome = client.try_call(vkxx::request{"users.get"});
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error(), vkxx::errc::authorization_failed);
  EXPECT_THAT(outcome.error().message(), HasSubstr("log in again"));
}

TEST_F(VkIdFlow, FiftyWhoAskAtOnceCauseOneRefresh) {
  auto first = logged_in();
  first.expires_at = wall_.load();
  vkxx::blocking_client client{settings().limits(unlimited()).tokens(source(first))};
  std::atomic<int> good = 0;
  {
    std::vector<std::jthread> callers;
    for (int i = 0; i != 50; ++i) {
      callers.emplace_back([&] { good += can_call(client) ? 1 : 0; });
    }
  }
  EXPECT_EQ(good, 50);
  EXPECT_EQ(requests_to("/oauth2/auth"), 2U);
}

TEST_F(VkIdFlow, FiftyWhoseTokenVkRefusesAtOnceCauseOneRefresh) {
  const auto first = logged_in();
  clock_->advance(61min);
  vkxx::blocking_client client{settings().limits(unlimited()).tokens(source(first))};
  std::atomic<int> good = 0;
  {
    std::vector<std::jthread> callers;
    for (int i = 0; i != 50; ++i) {
      callers.emplace_back([&] { good += can_call(client) ? 1 : 0; });
    }
  }
  EXPECT_EQ(good, 50);
  EXPECT_EQ(requests_to("/oauth2/auth"), 2U);
}

TEST_F(VkIdFlow, SourcesOfOneStoreTakeTheTokenThatAnotherHasRefreshed) {
  const auto store = vkxx::auth::make_memory_store();
  const auto first = logged_in();
  ASSERT_TRUE(store->save("anna", first));
  vkxx::blocking_client first_client{settings().tokens(source(first, store))};
  vkxx::blocking_client two{settings().tokens(source(first, store))};
  clock_->advance(61min);
  {
    std::vector<std::jthread> callers;
    for (auto* client : {&first_client, &two}) {
      callers.emplace_back([client] { EXPECT_TRUE(can_call(*client)); });
    }
  }
  EXPECT_EQ(requests_to("/oauth2/auth"), 2U);
}

TEST_F(VkIdFlow, APairThatTheStoreDoesNotTakeIsUsedAndStoredLater) {
  const auto store = std::make_shared<brittle_store>();
  const auto first = logged_in();
  ASSERT_TRUE(store->save("anna", first));
  vkxx::blocking_client client{settings().tokens(source(first, store))};
  clock_->advance(61min);
  store->broken = true;
  EXPECT_TRUE(can_call(client));
  EXPECT_EQ((*store->load("anna"))->text, first.text);
  // Nobody else may refresh: the pair in the store is spent.
  EXPECT_EQ(store->try_lock("anna").value(), nullptr);
  store->broken = false;
  EXPECT_TRUE(can_call(client));
  EXPECT_EQ(requests_to("/oauth2/auth"), 2U);
  EXPECT_NE((*store->load("anna"))->text, first.text);
  EXPECT_NE(store->try_lock("anna").value(), nullptr);
}

TEST_F(VkIdFlow, APairThatWasNotStoredIsStoredAtTheLatestWhenTheSourceGoes) {
  const auto store = std::make_shared<brittle_store>();
  const auto first = logged_in();
  ASSERT_TRUE(store->save("anna", first));
  {
    vkxx::blocking_client client{settings().tokens(source(first, store))};
    clock_->advance(61min);
    store->broken = true;
    EXPECT_TRUE(can_call(client));
    store->broken = false;
  }
  EXPECT_NE((*store->load("anna"))->text, first.text);
}

}  // namespace
