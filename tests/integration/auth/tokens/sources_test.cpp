// What every flow gives: a source of tokens that logs in at once, or at the first call.
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>

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

#include "auth/stores/file_store.hpp"
#include "integration/auth/implicit/browser.hpp"

namespace {

using testing::HasSubstr;
using vkxx::errc;
using vkxx::auth::vk_id;
using vkxx::auth::detail::file_step;

const std::string return_page = "https://app.example/callback";

vkxx::auth::direct plain() {
  vkxx::auth::direct flow;
  flow.login("plain@emulator.test").password(std::string{"emulator-password"});
  return flow;
}

vkxx::auth::implicit web() {
  vkxx::auth::implicit flow;
  flow.login("plain@emulator.test").password(std::string{"emulator-password"});
  return flow;
}

TEST(TokenSource, LogsInAtOnceOrAtTheFirstCall) {
  vkxx::testing::emulator_fixture vk;
  const auto settings = vkxx::config{}.emulator(vk.url());
  for (const auto& flow : {plain().make(), web().make()}) {
    vk->clear_requests();
    const auto late = make_token_source(flow, {});
    EXPECT_TRUE(vk->requests().empty());
    const auto early = vkxx::auth::make_logged_in_source(flow, {}, settings);
    const auto requests_of_a_call = [&](const std::shared_ptr<vkxx::token_source>& source) {
      const auto before = vk->requests().size();
      vkxx::blocking_client client{vkxx::config{settings}.tokens(source)};
      EXPECT_TRUE(client.try_call(vkxx::request{"users.get"}));
      return vk->requests().size() - before;
    };
    EXPECT_GT(vk->requests().size(), 0U);
    EXPECT_EQ(requests_of_a_call(early), 1U);
    EXPECT_GT(requests_of_a_call(late), 1U);
  }
}

TEST(TokenSource, LogsInAtOnceForCoroutinesAndNotAtAllWithAStoredToken) {
  vkxx::testing::emulator_fixture vk;
  vkxx::asio::io_context loop;
  const vkxx::client client{loop.get_executor(), vkxx::config{}.emulator(vk.url())};
  const auto options = vkxx::auth::source_options{}.store(vkxx::auth::make_memory_store(), "anna");
  std::size_t before = 0;
  for (int run = 0; run != 2; ++run) {
    auto outcome = vkxx::asio::co_spawn(
        loop, vkxx::auth::make_logged_in_source(plain().make(), options, client),
        vkxx::asio::use_future);
    loop.restart();
    loop.run();
    ASSERT_TRUE(outcome.get());
    if (run == 0) before = vk->requests().size();
  }
  EXPECT_EQ(vk->requests().size(), before);
}

TEST(TokenSource, OfNoFlowIsRefused) {
  EXPECT_THROW(static_cast<void>(vkxx::auth::make_token_source(nullptr, {})),
               vkxx::usage_exception);
  const auto token = vkxx::auth::log_in(nullptr, vkxx::config{});
  ASSERT_FALSE(token);
  EXPECT_EQ(token.error(), vkxx::errc::invalid_argument);
}

TEST(TokenSource, ThatCannotLogInAtOnceThrowsWhy) {
  vkxx::testing::emulator_fixture vk;
  auto flow = plain();
  flow.password(std::string{"another"});
  try {
    static_cast<void>(
        vkxx::auth::make_logged_in_source(flow.make(), {}, vkxx::config{}.emulator(vk.url())));
    FAIL();
  } catch (const vkxx::auth_exception& failure) {
    EXPECT_EQ(failure.error(), errc::wrong_credentials);
  }
}

TEST(TokenSource, OfAFlowIsWhatAClientIsMadeOf) {
  vkxx::testing::emulator_fixture vk;
  vkxx::blocking_client user{vkxx::config{web()}.emulator(vk.url())};
  EXPECT_TRUE(user.try_call(vkxx::request{"users.get"}));
  vkxx::auth::communities flow;
  flow.login("plain@emulator.test").password(std::string{"emulator-password"}).group_ids(1, 2);
  vkxx::blocking_client groups{vkxx::config{flow}.emulator(vk.url())};
  EXPECT_TRUE(groups.try_call(vkxx::request{"groups.getById"}.set("group_id", 2)));
}

// Processes that are killed while they refresh. VK spends a refresh token by its use, so that
// nobody can help a process that dies with the only copy of the next one; at every other moment the
// profile works.
class KilledRefresh : public testing::Test {
 protected:
  enum class moment { before, received, created, written, synced, renamed };

  KilledRefresh() {
    std::string name = testing::TempDir() + "vkxx-killed-XXXXXX";
    folder_ = mkdtemp(name.data());
    id_.on_page(
        [](const std::string& url) { return vkxx::testing::pass_consent_page(url, "allow"); });
    first_ = vkxx::auth::log_in(id_.make(), settings()).value();
    first_.expires_at = std::chrono::system_clock::now();
  }
  ~KilledRefresh() override { std::filesystem::remove_all(folder_); }

  [[nodiscard]] vkxx::config settings() const { return vkxx::config{}.emulator(vk_.url()); }
  [[nodiscard]] std::shared_ptr<vkxx::auth::token_store> store(
      std::function<void(file_step)> after = {}) const {
    return vkxx::auth::detail::make_file_store(
        folder_ + "/tokens", vkxx::auth::store_key::raw(vkxx::secret{std::string(64, 'a')}),
        std::move(after));
  }
  [[nodiscard]] vkxx::result<vkxx::reply> call(
      const std::shared_ptr<vkxx::auth::token_store>& kept) const {
    auto options = vkxx::auth::source_options{}.store(kept, "anna");
    vkxx::blocking_client client{settings().tokens(make_token_source(id_.make(), options))};
    return client.try_call(vkxx::request{"users.get"});
  }
  static void die() { ::kill(::getpid(), SIGKILL); }

  // A process that is killed at this moment of its refresh.
  void run_and_kill(moment when) {
    const auto child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      const auto kept = store([when](file_step done) {
        const auto at = done == file_step::created   ? moment::created
                        : done == file_step::written ? moment::written
                        : done == file_step::synced  ? moment::synced
                                                     : moment::renamed;
        if (at == when) die();
      });
      static_cast<void>(call(std::make_shared<mortal_store>(kept, when)));
      ::_exit(1);
    }
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFSIGNALED(status)) << "the child was not killed";
  }

  // Dies before the refresh, or when the new pair has come and is not stored yet.
  class mortal_store final : public vkxx::auth::token_store {
   public:
    mortal_store(std::shared_ptr<vkxx::auth::token_store> inner, moment when)
        : inner_{std::move(inner)}, when_{when} {}
    vkxx::result<std::optional<vkxx::auth::access_token>> load(const std::string& name) override {
      return inner_->load(name);
    }
    vkxx::result<void> save(const std::string& name,
                            const vkxx::auth::access_token& token) override {
      if (when_ == moment::received) die();
      return inner_->save(name, token);
    }
    vkxx::result<void> remove(const std::string& name) override { return inner_->remove(name); }
    vkxx::result<std::vector<std::string>> profiles() override { return inner_->profiles(); }
    vkxx::result<std::unique_ptr<vkxx::auth::store_lock>> try_lock(
        const std::string& name) override {
      auto lock = inner_->try_lock(name);
      if (when_ == moment::before) die();
      return lock;
    }

   private:
    std::shared_ptr<vkxx::auth::token_store> inner_;
    moment when_;
  };

  vkxx::testing::emulator_fixture vk_;
  vk_id id_{"777", return_page};
  vkxx::auth::access_token first_;
  std::string folder_;
};

TEST_F(KilledRefresh, LeavesAProfileThatWorks) {
  for (const auto when : {moment::before, moment::renamed}) {
    ASSERT_TRUE(store()->save("anna", first_));
    run_and_kill(when);
    const auto reply = call(store());
    ASSERT_TRUE(reply) << static_cast<int>(when) << reply.error();
    // The next round begins with a session of its own.
    first_ = vkxx::auth::log_in(id_.make(), settings()).value();
    first_.expires_at = std::chrono::system_clock::now();
  }
}

TEST_F(KilledRefresh, WithTheOnlyCopyInItsHandsLeavesAProfileThatSaysSo) {
  for (const auto when : {moment::received, moment::created, moment::written, moment::synced}) {
    ASSERT_TRUE(store()->save("anna", first_));
    run_and_kill(when);
    // The old pair is whole, no lock is left, and VK's refusal of it says what to do.
    EXPECT_EQ((*store()->load("anna"))->refresh_token, first_.refresh_token);
    const auto reply = call(store());
    ASSERT_FALSE(reply) << static_cast<int>(when);
    EXPECT_EQ(reply.error(), errc::authorization_failed);
    EXPECT_THAT(reply.error().message(), HasSubstr("log in again"));
    // Which helps.
    first_ = vkxx::auth::log_in(id_.make(), settings()).value();
    first_.expires_at = std::chrono::system_clock::now();
    ASSERT_TRUE(store()->save("anna", first_));
    EXPECT_TRUE(call(store()));
    first_ = vkxx::auth::log_in(id_.make(), settings()).value();
    first_.expires_at = std::chrono::system_clock::now();
  }
}

}  // namespace
