#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <thread>
#include <vkxx/auth/token_store.hpp>

#include "auth/stores/private_file.hpp"
#include "auth/stores/sealed_text.hpp"

namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using vkxx::secret;
using vkxx::auth::access_token;
using vkxx::auth::store_key;

const std::string key_text(64, 'a');

store_key raw_key() {
  return store_key::raw(secret{key_text});
}

access_token full_token() {
  access_token token{secret{"vk2.a.the-access-token"}};
  token.user_id = 1;
  token.expires_at = vkxx::auth::wall_time{std::chrono::seconds{1700003600}};
  token.scope = "email phone";
  token.email = "a@example.org";
  token.signing_secret = secret{"signing"};
  token.refresh_token = secret{"vk2.a.the-refresh-token"};
  token.id_token = secret{"header.body.signature"};
  token.device_id = "device";
  token.client_id = "777";
  return token;
}

access_token communities_token() {
  access_token token;
  token.communities.emplace(1, secret{"first"});
  token.communities.emplace(2, secret{"second"});
  return token;
}

// A folder of its own, removed at the end.
class FileStore : public ::testing::Test {
 protected:
  FileStore() {
    std::string name = ::testing::TempDir() + "vkxx-store-XXXXXX";
    folder_ = mkdtemp(name.data());
    path_ = folder_ + "/tokens";
  }
  ~FileStore() override { std::filesystem::remove_all(folder_); }

  [[nodiscard]] std::string content() const {
    std::ifstream file{path_};
    return {std::istreambuf_iterator<char>{file}, {}};
  }
  [[nodiscard]] std::shared_ptr<vkxx::auth::token_store> open() const {
    return make_file_store(path_, raw_key());
  }

  std::string folder_;
  std::string path_;
};

TEST(AccessToken, SurvivesJson) {
  for (const auto& token : {full_token(), communities_token()}) {
    const auto back = access_token::from_json(token.to_json());
    ASSERT_TRUE(back) << back.error();
    EXPECT_EQ(*back, token);
  }
}

TEST(AccessToken, IsNotReadFromNonsense) {
  for (const auto* json :
       {"", "[]", "{}", "{\"access_token\":{}}", "{\"communities\":{\"x\":\"t\"}}",
        "{\"access_token\":\"t\",\"communities\":{\"1\":[]}}"}) {
    EXPECT_FALSE(access_token::from_json(json)) << json;
  }
}

TEST(AccessToken, ExpiresAtItsMoment) {
  auto token = full_token();
  EXPECT_TRUE(token.expired(*token.expires_at));
  EXPECT_FALSE(token.expired(*token.expires_at - std::chrono::seconds{1}));
  token.expires_at.reset();
  EXPECT_FALSE(token.expired(vkxx::auth::wall_time::max()));
}

void keeps_profiles(vkxx::auth::token_store& store) {
  EXPECT_FALSE(store.load("anna")->has_value());
  ASSERT_TRUE(store.save("boris", communities_token()));
  ASSERT_TRUE(store.save("anna", full_token()));
  EXPECT_EQ(**store.load("anna"), full_token());
  EXPECT_EQ(**store.load("boris"), communities_token());
  EXPECT_THAT(*store.profiles(), ElementsAre("anna", "boris"));
  ASSERT_TRUE(store.remove("anna"));
  ASSERT_TRUE(store.remove("nobody"));
  EXPECT_THAT(*store.profiles(), ElementsAre("boris"));
  for (const auto* name : {"", "../x", "a b", ".hidden", "a/b"}) {
    EXPECT_FALSE(store.save(name, full_token())) << name;
    EXPECT_FALSE(store.load(name)) << name;
    EXPECT_FALSE(store.try_lock(name)) << name;
  }
}

void locks_profiles(vkxx::auth::token_store& store, vkxx::auth::token_store& other) {
  auto held = *store.try_lock("anna");
  ASSERT_NE(held, nullptr);
  EXPECT_EQ(*other.try_lock("anna"), nullptr);
  EXPECT_NE(*other.try_lock("boris"), nullptr);
  EXPECT_TRUE(other.save("anna", full_token()));
  held.reset();
  EXPECT_NE(*other.try_lock("anna"), nullptr);
}

TEST(MemoryStore, KeepsAndLocksProfiles) {
  const auto store = vkxx::auth::make_memory_store();
  keeps_profiles(*store);
  locks_profiles(*store, *store);
}

TEST_F(FileStore, KeepsAndLocksProfiles) {
  keeps_profiles(*open());
  locks_profiles(*open(), *open());
}

TEST_F(FileStore, IsReadableByItsOwnerOnlyAndHoldsNoSecretInClear) {
  ASSERT_TRUE(open()->save("anna", full_token()));
  struct stat facts {};
  ASSERT_EQ(stat(path_.c_str(), &facts), 0);
  EXPECT_EQ(facts.st_mode & 0777U, 0600U);
  for (const auto* hidden : {"the-access-token", "the-refresh-token", "signing", "example.org",
                             "anna", "access_token"}) {
    EXPECT_THAT(content(), Not(HasSubstr(hidden)));
  }
}

TEST_F(FileStore, IsRefusedWhenOthersCanReadIt) {
  ASSERT_TRUE(open()->save("anna", full_token()));
  for (const auto mode : {0640U, 0604U, 0620U, 0602U, 0644U}) {
    ASSERT_EQ(chmod(path_.c_str(), mode), 0);
    const auto refused = open()->load("anna");
    ASSERT_FALSE(refused) << std::oct << mode;
    EXPECT_THAT(refused.error().message(), HasSubstr("chmod 600"));
    EXPECT_FALSE(open()->save("anna", full_token()));
  }
  ASSERT_EQ(chmod(path_.c_str(), 0600), 0);
  EXPECT_TRUE(open()->load("anna"));
}

TEST_F(FileStore, OpensWithItsKeyOnly) {
  ASSERT_TRUE(open()->save("anna", full_token()));
  const auto other = make_file_store(path_, store_key::raw(secret{std::string(64, 'b')}));
  EXPECT_FALSE(other->load("anna"));
  EXPECT_FALSE(other->save("anna", full_token()));
  const auto phrase = make_file_store(path_, store_key::passphrase(secret{"phrase"}));
  EXPECT_FALSE(phrase->load("anna"));
  EXPECT_EQ(**open()->load("anna"), full_token());
}

TEST_F(FileStore, TakesAPassphrase) {
  const auto store = make_file_store(path_, store_key::passphrase(secret{"correct horse"}));
  ASSERT_TRUE(store->save("anna", full_token()));
  EXPECT_EQ(**store->load("anna"), full_token());
  EXPECT_FALSE(make_file_store(path_, store_key::passphrase(secret{"wrong"}))->load("anna"));
}

TEST_F(FileStore, NoticesEveryChangedByte) {
  const auto sealed = vkxx::auth::detail::seal("text", raw_key());
  ASSERT_EQ(*vkxx::auth::detail::unseal(sealed, raw_key()), "text");
  for (std::size_t i = 0; i + 1 < sealed.size(); ++i) {
    auto changed = sealed;
    changed[i] = changed[i] == '0' ? '1' : '0';
    EXPECT_FALSE(vkxx::auth::detail::unseal(changed, raw_key())) << i;
    EXPECT_FALSE(vkxx::auth::detail::unseal(std::string_view{sealed}.substr(0, i), raw_key())) << i;
  }
}

TEST(StoreKey, IsRefusedWhenItIsNone) {
  EXPECT_THROW(static_cast<void>(store_key::raw(secret{"abc"})), vkxx::usage_exception);
  EXPECT_THROW(static_cast<void>(store_key::raw(secret{std::string(64, 'z')})),
               vkxx::usage_exception);
  EXPECT_THROW(static_cast<void>(store_key::passphrase(secret{})), vkxx::usage_exception);
}

// A process that dies after any step leaves the old file or the new one, and the next one works.
TEST_F(FileStore, SurvivesACrashAtEveryStep) {
  using vkxx::auth::detail::file_step;
  for (const auto step :
       {file_step::created, file_step::written, file_step::synced, file_step::renamed}) {
    ASSERT_TRUE(vkxx::auth::detail::replace_private_file(path_, "old"));
    const auto child = fork();
    if (child == 0) {
      static_cast<void>(vkxx::auth::detail::replace_private_file(path_, "new", [&](file_step done) {
        if (done == step) _exit(0);
      }));
      _exit(1);
    }
    int status = -1;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    ASSERT_EQ(status, 0);
    EXPECT_EQ(**vkxx::auth::detail::read_private_file(path_),
              step == file_step::renamed ? "new" : "old");
    ASSERT_TRUE(vkxx::auth::detail::replace_private_file(path_, "next"));
    EXPECT_EQ(**vkxx::auth::detail::read_private_file(path_), "next");
  }
}

TEST_F(FileStore, LosesNothingWhenManyWriteAtOnce) {
  std::vector<pid_t> children;
  for (int process = 0; process != 4; ++process) {
    const auto child = fork();
    if (child == 0) {
      bool good = true;
      for (int i = 0; i != 5; ++i) {
        const auto name = "p" + std::to_string(process) + "-" + std::to_string(i);
        good = good && static_cast<bool>(open()->save(name, full_token()));
      }
      _exit(good ? 0 : 1);
    }
    children.push_back(child);
  }
  for (const auto child : children) {
    int status = -1;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    EXPECT_EQ(status, 0);
  }
  EXPECT_EQ(open()->profiles()->size(), 20U);
}

TEST_F(FileStore, SaysWhatIsWrongWithThePath) {
  const auto store = vkxx::auth::make_file_store(folder_ + "/no/such/folder", raw_key());
  const auto refused = store->save("anna", full_token());
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message(), HasSubstr("no/such/folder"));
  EXPECT_FALSE(make_file_store(folder_, raw_key())->load("anna"));
  const auto nowhere = vkxx::auth::make_file_store("", raw_key());
  EXPECT_FALSE(nowhere->save("anna", full_token()));
  EXPECT_FALSE(nowhere->can_save("anna", full_token()));
  EXPECT_FALSE(nowhere->try_lock("anna"));
}

// Two sessions that do not know of each other would spend the same refresh token.
TEST_F(FileStore, IsTheSameFileBehindSymbolicLinks) {
  const auto store = open();
  ASSERT_TRUE(store->save("boris", communities_token()));
  const auto link = folder_ + "/link";
  std::filesystem::create_directory(folder_ + "/sub");
  std::filesystem::create_symlink("sub/second", link);
  std::filesystem::create_symlink(std::filesystem::absolute(path_), folder_ + "/sub/second");
  const auto by_link = vkxx::auth::make_file_store(link, raw_key());
  ASSERT_TRUE(by_link->save("anna", full_token()));
  EXPECT_TRUE(std::filesystem::is_symlink(link));
  EXPECT_THAT(*store->profiles(), ElementsAre("anna", "boris"));
  locks_profiles(*store, *by_link);
}

TEST_F(FileStore, KeepsWhatItHasRatherThanWhatItCouldNotRead) {
  const auto store = open();
  ASSERT_TRUE(store->save("boris", communities_token()));
  auto huge = full_token();
  huge.scope = std::string(std::size_t{2} << 20U, 'a');
  EXPECT_FALSE(store->can_save("anna", huge));
  const auto refused = store->save("anna", huge);
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message(), HasSubstr("1 MiB"));
  EXPECT_EQ(**store->load("boris"), communities_token());
}

}  // namespace
