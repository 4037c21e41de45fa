// Tokens in a real keyring: to be run in a D-Bus session of its own with an unlocked one.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include <vkxx/auth/keyring_store.hpp>

namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

vkxx::auth::access_token token_of(std::int64_t user) {
  vkxx::auth::access_token token{vkxx::secret{"vk1.a.token-of-" + std::to_string(user)}};
  token.user_id = user;
  token.refresh_token = vkxx::secret{"vk2.a.refresh"};
  return token;
}

class Keyring : public testing::Test {
 protected:
  void SetUp() override {
    // Never empty the developer's own keyring.
    ASSERT_NE(std::getenv("VKXX_TEST_KEYRING"), nullptr) << "start this by `with_keyring`";
    for (const auto& name : store->profiles().value()) ASSERT_TRUE(store->remove(name));
  }

  std::shared_ptr<vkxx::auth::token_store> store = vkxx::auth::make_keyring_store();
};

TEST_F(Keyring, KeepsATokenForAnotherStore) {
  EXPECT_EQ(store->load("work").value(), std::nullopt);
  ASSERT_TRUE(store->save("work", token_of(1)));
  EXPECT_EQ(vkxx::auth::make_keyring_store()->load("work").value(), token_of(1));
}

TEST_F(Keyring, PutsTheNewOneInThePlaceOfTheOld) {
  ASSERT_TRUE(store->save("work", token_of(1)));
  ASSERT_TRUE(store->save("work", token_of(2)));
  EXPECT_EQ(store->load("work").value(), token_of(2));
  EXPECT_THAT(store->profiles().value(), ElementsAre("work"));
}

TEST_F(Keyring, ListsAndForgets) {
  ASSERT_TRUE(store->save("b", token_of(1)));
  ASSERT_TRUE(store->save("a", token_of(2)));
  EXPECT_THAT(store->profiles().value(), ElementsAre("a", "b"));
  ASSERT_TRUE(store->remove("a"));
  ASSERT_TRUE(store->remove("unknown"));
  EXPECT_EQ(store->load("a").value(), std::nullopt);
  EXPECT_THAT(store->profiles().value(), ElementsAre("b"));
}

TEST_F(Keyring, LetsOneRefreshAtATime) {
  auto first = store->try_lock("work").value();
  EXPECT_NE(first, nullptr);
  EXPECT_EQ(vkxx::auth::make_keyring_store()->try_lock("work").value(), nullptr);
  EXPECT_NE(store->try_lock("other").value(), nullptr);
  first.reset();
  EXPECT_NE(store->try_lock("work").value(), nullptr);
}

TEST_F(Keyring, RefusesNamesThatAreNone) {
  EXPECT_EQ(store->save(".profiles", token_of(1)).error(), vkxx::errc::invalid_argument);
  EXPECT_EQ(store->load("a/b").error(), vkxx::errc::invalid_argument);
}

// Without a session bus; in a process of its own, since GLib remembers.
TEST(NoKeyring, IsSaid) {
  ::setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent", 1);
  const auto refused = vkxx::auth::make_keyring_store()->load("work");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error(), vkxx::errc::invalid_argument);
  EXPECT_THAT(refused.error().to_string(), HasSubstr("keep tokens in a file"));
}

}  // namespace
