// A refresh token is spent by its use: what becomes of the session when the call, the client, the
// store or VK ID fails in the middle of a refresh.
#include <atomic>
#include <future>
#include <mutex>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <vkxx/auth.hpp>
#include <vkxx/blocking_client.hpp>
#include <vkxx/testing/emulator_fixture.hpp>

#include "integration/auth/implicit/browser.hpp"

namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;
using vkxx::errc;
using vkxx::request_effect;
using vkxx::auth::access_token;
using vkxx::emulation::fault;
using vkxx::emulation::fault_kind;

access_token pair_of(const std::string& text, std::chrono::seconds left) {
  access_token token{vkxx::secret{text}};
  token.refresh_token = vkxx::secret{"refresh of " + text};
  token.expires_at = std::chrono::system_clock::now() + left;
  return token;
}

// Its refresh begins, says so, and ends when it is let.
class gated_flow final : public vkxx::auth::flow {
 public:
  explicit gated_flow(std::string fresh) : fresh_{std::move(fresh)} {}
  vkxx::asio::awaitable<vkxx::result<access_token>> log_in(vkxx::token_environment) const override {
    co_return vkxx::error{errc::authorization_failed, request_effect::not_sent, "no login here"};
  }
  bool refreshable(const access_token&) const override { return true; }
  vkxx::asio::awaitable<vkxx::result<access_token>> refresh(
      access_token, vkxx::token_environment) const override {
    ++refreshes;
    begun.set_value();
    go_on.get_future().wait();
    co_return pair_of(fresh_, 1h);
  }

  mutable std::atomic<int> refreshes = 0;
  mutable std::promise<void> begun;
  mutable std::promise<void> go_on;

 private:
  std::string fresh_;
};

vkxx::asio::awaitable<void> call(vkxx::client client) {
  auto calling = client.try_call(vkxx::request{"users.get"});
  static_cast<void>(co_await std::move(calling));
}

class RefreshOfAPair : public testing::Test {
 protected:
  RefreshOfAPair() { EXPECT_TRUE(store_->save("anna", pair_of("old", -1s))); }

  [[nodiscard]] std::shared_ptr<vkxx::token_source> source() const {
    return make_token_source(flow_, vkxx::auth::source_options{}.store(store_, "anna"));
  }
  [[nodiscard]] vkxx::config settings() const { return vkxx::config{}.emulator(vk_.url()); }
  [[nodiscard]] std::string stored() const {
    return std::string{(*store_->load("anna"))->text.expose()};
  }

  vkxx::testing::emulator_fixture vk_;
  std::shared_ptr<gated_flow> flow_ = std::make_shared<gated_flow>(vk_.token());
  std::shared_ptr<vkxx::auth::token_store> store_ = vkxx::auth::make_memory_store();
};

TEST_F(RefreshOfAPair, OutlivesTheCallThatIsCancelled) {
  vkxx::blocking_client client{settings().tokens(source())};
  std::stop_source stop;
  auto call = std::async(std::launch::async, [&] {
    return client.try_call(vkxx::request{"users.get"},
                           vkxx::call_options{}.stop_token(stop.get_token()));
  });
  flow_->begun.get_future().wait();
  stop.request_stop();
  const auto outcome = call.get();
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error(), errc::cancelled);
  EXPECT_EQ(outcome.error().effect(), request_effect::not_sent);
  flow_->go_on.set_value();
  // The next call waits for the same refresh.
  EXPECT_TRUE(client.try_call(vkxx::request{"users.get"}));
  EXPECT_EQ(flow_->refreshes, 1);
  EXPECT_EQ(stored(), vk_.token());
}

TEST_F(RefreshOfAPair, OutlivesTheDeadlineOfTheCall) {
  vkxx::blocking_client client{settings().tokens(source())};
  const auto outcome =
      client.try_call(vkxx::request{"users.get"}, vkxx::call_options{}.total_timeout(50ms));
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error(), errc::deadline_exceeded);
  EXPECT_EQ(outcome.error().effect(), request_effect::not_sent);
  flow_->go_on.set_value();
  EXPECT_TRUE(client.try_call(vkxx::request{"users.get"}));
  EXPECT_EQ(flow_->refreshes, 1);
  EXPECT_EQ(stored(), vk_.token());
}

TEST_F(RefreshOfAPair, OutlivesTheClientAndItsEventLoop) {
  std::jthread later;
  {
    vkxx::asio::io_context loop;
    vkxx::client client{loop.get_executor(), settings().tokens(source())};
    vkxx::asio::co_spawn(loop, call(client), vkxx::asio::detached);
    auto begun = flow_->begun.get_future();
    while (begun.wait_for(0s) != std::future_status::ready) loop.run_for(5ms);
    later = std::jthread{[this] { flow_->go_on.set_value(); }};
    // The call, the client, the source and the loop go, as at the end of a program.
  }
  EXPECT_EQ(stored(), vk_.token());
}

TEST_F(RefreshOfAPair, OutlivesTheClientThatBeganItForAnotherThatSharesTheSource) {
  const auto shared = source();
  vkxx::blocking_client second{settings().tokens(shared)};
  std::future<vkxx::result<vkxx::reply>> waiting;
  {
    vkxx::asio::io_context loop;
    vkxx::client first{loop.get_executor(), settings().tokens(shared)};
    vkxx::asio::co_spawn(loop, call(first), vkxx::asio::detached);
    auto begun = flow_->begun.get_future();
    while (begun.wait_for(0s) != std::future_status::ready) loop.run_for(5ms);
    waiting =
        std::async(std::launch::async, [&] { return second.try_call(vkxx::request{"users.get"}); });
  }
  flow_->go_on.set_value();
  const auto outcome = waiting.get();
  EXPECT_TRUE(outcome) << outcome.error();
  EXPECT_EQ(flow_->refreshes, 1);
  EXPECT_EQ(stored(), vk_.token());
}

// Does not take a token for a while.
class failing_store final : public vkxx::auth::token_store {
 public:
  explicit failing_store(int failures, bool throws = false)
      : failures_{failures}, throws_{throws} {}
  vkxx::result<std::optional<access_token>> load(const std::string&) override {
    const std::lock_guard lock{mutex_};
    return kept_;
  }
  vkxx::result<void> save(const std::string&, const access_token& token) override {
    const std::lock_guard lock{mutex_};
    if (failures_ != 0) {
      --failures_;
      if (throws_) throw 1;
      return vkxx::error{errc::invalid_argument, request_effect::not_sent, "the disk is full"};
    }
    kept_ = token;
    saved.set_value(std::string{token.text.expose()});
    return {};
  }
  vkxx::result<void> remove(const std::string&) override { return {}; }
  vkxx::result<std::vector<std::string>> profiles() override { return std::vector<std::string>{}; }
  vkxx::result<std::unique_ptr<vkxx::auth::store_lock>> try_lock(const std::string&) override {
    return std::unique_ptr<vkxx::auth::store_lock>{std::make_unique<vkxx::auth::store_lock>()};
  }

  void recover() {
    const std::lock_guard lock{mutex_};
    failures_ = 0;
  }

  std::promise<std::string> saved;

 private:
  std::mutex mutex_;
  // Negative: for ever.
  int failures_;
  bool throws_;
  std::optional<access_token> kept_ = pair_of("old", -1s);
};

TEST_F(RefreshOfAPair, IsStoredLaterWithoutAnotherCall) {
  // A store that throws, whatever it throws, is one that fails.
  for (const bool throws : {false, true}) {
    SCOPED_TRACE(throws);
    const auto store = std::make_shared<failing_store>(throws ? 1 : 3, throws);
    store_ = store;
    flow_ = std::make_shared<gated_flow>(vk_.token());
    auto saved = store->saved.get_future();
    flow_->go_on.set_value();
    vkxx::blocking_client client{settings().tokens(source())};
    const auto called = client.try_call(vkxx::request{"users.get"});
    ASSERT_TRUE(called) << called.error();
    ASSERT_EQ(saved.wait_for(60s), std::future_status::ready);
    EXPECT_EQ(saved.get(), vk_.token());
  }
}

// The pair belongs to the source, not to a client.
TEST_F(RefreshOfAPair, IsUsedAndStoredLaterWhenTheClientHasGone) {
  const auto store = std::make_shared<failing_store>(6);
  store_ = store;
  auto saved = store->saved.get_future();
  flow_->go_on.set_value();
  const auto shared = source();
  {
    vkxx::blocking_client first{settings().tokens(shared)};
    ASSERT_TRUE(first.try_call(vkxx::request{"users.get"}));
  }
  {
    vkxx::blocking_client second{settings().tokens(shared)};
    ASSERT_TRUE(second.try_call(vkxx::request{"users.get"}));
  }
  EXPECT_EQ(flow_->refreshes, 1);
  ASSERT_EQ(saved.wait_for(30s), std::future_status::ready);
  EXPECT_EQ(saved.get(), vk_.token());
}

TEST_F(RefreshOfAPair, ThatWasNotStoredIsUsedByTheNextSourceOfTheStore) {
  // The calls, the timer and the end of the first source ask in vain; how often the timer does is
  // left to it.
  const auto store = std::make_shared<failing_store>(-1);
  store_ = store;
  flow_->go_on.set_value();
  {
    vkxx::blocking_client first{settings().tokens(source())};
    ASSERT_TRUE(first.try_call(vkxx::request{"users.get"}));
  }
  auto saved = store->saved.get_future();
  store->recover();
  vkxx::blocking_client second{settings().tokens(source())};
  EXPECT_TRUE(second.try_call(vkxx::request{"users.get"}));
  EXPECT_EQ(flow_->refreshes, 1);
  ASSERT_EQ(saved.wait_for(30s), std::future_status::ready);
  EXPECT_EQ(saved.get(), vk_.token());
}

TEST_F(RefreshOfAPair, ThatWasNotStoredGivesWayToALaterLogin) {
  const auto store = std::make_shared<failing_store>(-1);
  store_ = store;
  flow_->go_on.set_value();
  {
    vkxx::blocking_client first{settings().tokens(source())};
    ASSERT_TRUE(first.try_call(vkxx::request{"users.get"}));
  }
  store->recover();
  ASSERT_TRUE(store->save("anna", pair_of("of a login", 1h)));
  const auto second = source();
  vkxx::blocking_client client{settings().tokens(second)};
  static_cast<void>(client.try_call(vkxx::request{"users.get"}));
  EXPECT_EQ(stored(), "of a login");
  EXPECT_EQ(second->ready(vkxx::request{"users.get"})->expose(), "of a login");
  EXPECT_EQ(flow_->refreshes, 1);
}

TEST_F(RefreshOfAPair, ThatIsNotStoredAtTheEndOfItsSourceIsReported) {
  store_ = std::make_shared<failing_store>(-1);
  flow_->go_on.set_value();
  std::mutex mutex;
  std::vector<std::string> errors;
  {
    auto lines = [&](const vkxx::log_line& line) {
      const std::lock_guard lock{mutex};
      if (line.level == vkxx::log_level::error) errors.push_back(line.text);
    };
    vkxx::blocking_client client{settings().tokens(source()).log(lines)};
    ASSERT_TRUE(client.try_call(vkxx::request{"users.get"}));
    const std::lock_guard lock{mutex};
    EXPECT_TRUE(errors.empty());
  }
  ASSERT_EQ(errors.size(), 1U);
  EXPECT_THAT(errors.front(), HasSubstr("`anna` could not be stored, and what the store holds is"));
  EXPECT_THAT(errors.front(), HasSubstr("log in again"));
}

// A whole session at the emulator, in a file.
class VkIdSession : public testing::Test {
 protected:
  VkIdSession() {
    id_.on_page(
        [](const std::string& url) { return vkxx::testing::pass_consent_page(url, "allow"); });
    token_ = log_in(id_.make(), settings()).value();
  }

  [[nodiscard]] vkxx::config settings() const { return vkxx::config{}.emulator(vk_.url()); }
  [[nodiscard]] vkxx::blocking_client client_with(std::chrono::seconds left) {
    token_.expires_at = std::chrono::system_clock::now() + left;
    token_.obtained_at.reset();
    auto options = vkxx::auth::source_options{}.token(token_);
    if (store_) options.store(store_, "anna");
    return vkxx::blocking_client{settings().tokens(make_token_source(id_.make(), options))};
  }
  [[nodiscard]] std::size_t requests_to(const std::string& path) {
    std::size_t count = 0;
    for (const auto& received : vk_->requests()) count += received.target == path ? 1 : 0;
    return count;
  }
  void fail_refreshes(std::uint64_t count, int status = 502) {
    vk_->add_fault(fault{fault_kind::http_status, status}.method("/oauth2/auth").count(count));
  }

  vkxx::testing::emulator_fixture vk_;
  vkxx::auth::vk_id id_{"777", "https://app.example/callback"};
  access_token token_;
  std::shared_ptr<vkxx::auth::token_store> store_;
};

TEST_F(VkIdSession, UsesATokenThatIsStillGoodWhenItsRefreshFails) {
  fail_refreshes(0);
  auto client = client_with(30s);
  for (int i = 0; i != 3; ++i) {
    const auto reply = client.try_call(vkxx::request{"users.get"});
    ASSERT_TRUE(reply) << reply.error();
  }
  // The login, and one attempt to refresh: not one for each call.
  EXPECT_EQ(requests_to("/oauth2/auth"), 2U);
}

TEST_F(VkIdSession, SaysThatTheRefreshFailedAndThatTheWriteWasNotSent) {
  fail_refreshes(0);
  auto client = client_with(-1s);
  const auto outcome = client.try_call(vkxx::request{"wall.post"}.set("message", "x"));
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error(), errc::http_status);
  EXPECT_EQ(outcome.error().http_status(), 502);
  EXPECT_EQ(outcome.error().effect(), request_effect::not_sent);
  EXPECT_THAT(outcome.error().message(), HasSubstr("refresh of the access token by VK ID"));
  EXPECT_THAT(outcome.error().message(), HasSubstr(vk_.url()));
  EXPECT_EQ(requests_to("/method/wall.post"), 0U);
}

TEST_F(VkIdSession, RetriesTheWriteWhoseTokenCouldNotBeRefreshedAtFirst) {
  fail_refreshes(1);
  auto client = client_with(-1s);
  const auto outcome = client.try_call(vkxx::request{"wall.post"}.set("message", "x"));
  ASSERT_TRUE(outcome) << outcome.error();
  EXPECT_EQ(requests_to("/method/wall.post"), 1U);
}

TEST_F(VkIdSession, RetriesTheRenewalOfATokenThatVkRefused) {
  fail_refreshes(1);
  token_.text = vkxx::secret{"forgotten"};
  auto client = client_with(1h);
  const auto outcome = client.try_call(vkxx::request{"wall.post"}.set("message", "x"));
  ASSERT_TRUE(outcome) << outcome.error();
}

TEST_F(VkIdSession, ReadsAnErrorOfTheShapeOfTheApi) {
  vk_->add_fault(fault{fault_kind::http_status, 400}
                     .method("/oauth2/auth")
                     .count(0)
                     .body(R"({"error":{"error_code":9,"error_msg":"Flood control"}})"));
  auto client = client_with(-1s);
  const auto outcome = client.try_call(vkxx::request{"users.get"});
  ASSERT_FALSE(outcome);
  EXPECT_THAT(outcome.error().message(), HasSubstr("Flood control"));
  EXPECT_THAT(outcome.error().message(), Not(HasSubstr("log in again")));
}

TEST_F(VkIdSession, SpendsNothingWhenTheStoreCannotBeWritten) {
  class full_store final : public vkxx::auth::token_store {
   public:
    vkxx::result<std::optional<access_token>> load(const std::string&) override {
      return std::optional<access_token>{};
    }
    vkxx::result<void> save(const std::string&, const access_token&) override { return {}; }
    vkxx::result<void> can_save(const std::string&, const access_token&) override {
      if (!full) return {};
      return vkxx::error{errc::invalid_argument, request_effect::not_sent, "the disk is full"};
    }
    vkxx::result<void> remove(const std::string&) override { return {}; }
    vkxx::result<std::vector<std::string>> profiles() override {
      return std::vector<std::string>{};
    }
    vkxx::result<std::unique_ptr<vkxx::auth::store_lock>> try_lock(const std::string&) override {
      return std::unique_ptr<vkxx::auth::store_lock>{std::make_unique<vkxx::auth::store_lock>()};
    }
    std::atomic<bool> full = true;
  };
  const auto store = std::make_shared<full_store>();
  store_ = store;
  auto client = client_with(-1s);
  const auto outcome = client.try_call(vkxx::request{"users.get"});
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error(), errc::authorization_failed);
  EXPECT_EQ(outcome.error().effect(), request_effect::not_sent);
  EXPECT_THAT(outcome.error().message(), HasSubstr("the disk is full"));
  EXPECT_EQ(requests_to("/oauth2/auth"), 1U);
  store->full = false;
  EXPECT_TRUE(client.try_call(vkxx::request{"users.get"}));
}

TEST_F(VkIdSession, IsStoredWhenTheClientGoesDuringASlowRefresh) {
  store_ = vkxx::auth::make_memory_store();
  vk_->add_fault(fault{fault_kind::slow, 300}.method("/oauth2/auth"));
  {
    auto client = client_with(-1s);
    EXPECT_FALSE(
        client.try_call(vkxx::request{"users.get"}, vkxx::call_options{}.total_timeout(100ms)));
  }
  const auto kept = *store_->load("anna");
  ASSERT_TRUE(kept);
  EXPECT_NE(kept->refresh_token, token_.refresh_token);
  token_ = *kept;
  auto next = client_with(1h);
  EXPECT_TRUE(next.try_call(vkxx::request{"users.get"}));
}

}  // namespace
