#include "redis/address.hpp"

#include <string_view>
#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vkxx/redis.hpp>

namespace vkxx::redis {
namespace {

using namespace vkxx::redis::detail;

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::Not;

TEST(RedisAddress, ReadsAllParts) {
  const auto read = read_address(secret{"redis://someone:pass%40word@example.org:7000/3"});
  ASSERT_TRUE(read);
  EXPECT_EQ(read->host, "example.org");
  EXPECT_EQ(read->port, 7000);
  EXPECT_EQ(read->user, "someone");
  EXPECT_EQ(read->password.expose(), "pass@word");
  EXPECT_EQ(read->database, "3");
  EXPECT_EQ(read->shown(), "example.org:7000");
}

TEST(RedisAddress, NeedsTheHostOnly) {
  const auto read = read_address(secret{"redis://[::1]"});
  ASSERT_TRUE(read);
  EXPECT_EQ(read->shown(), "[::1]:6379");
  EXPECT_TRUE(read->password.empty());
  EXPECT_EQ(read->database, "");
  EXPECT_EQ(read_address(secret{"redis://:only@localhost/"})->password.expose(), "only");
}

TEST(RedisAddress, MayBeASocket) {
  const auto read = read_address(secret{"unix:///run/redis/server.sock"});
  ASSERT_TRUE(read);
  EXPECT_EQ(read->socket, "/run/redis/server.sock");
  EXPECT_EQ(read->shown(), "/run/redis/server.sock");
  const auto locked = read_address(secret{"unix://:word@/run/redis/server.sock"});
  ASSERT_TRUE(locked);
  EXPECT_EQ(locked->password.expose(), "word");
  EXPECT_EQ(locked->shown(), "/run/redis/server.sock");
}

TEST(RedisAddress, MayAskForTls) {
  const auto read = read_address(secret{"rediss://bot:word@example.org:7000/3"});
  ASSERT_TRUE(read);
  EXPECT_TRUE(read->tls);
  EXPECT_EQ(read->host, "example.org");
  EXPECT_EQ(read->user, "bot");
  EXPECT_EQ(read->database, "3");
  EXPECT_FALSE(read_address(secret{"redis://example.org"})->tls);
}

TEST(RedisAddress, SaysWhatIsWrongWithoutRepeatingIt) {
  for (const auto* url :
       {"", "redis", "http://:hidden@host", "redis://:hidden@", "redis://:hidden@host:0",
        "redis://:hidden@host:70000", "redis://:hidden@host:99999", "redis://:hidden@host/one",
        "redis://hidden@host", "redis://:hidden@host?a", "unix://", "redis://:hid den@host"}) {
    const auto read = read_address(secret{url});
    ASSERT_FALSE(read) << url;
    EXPECT_EQ(read.error(), errc::invalid_argument);
    EXPECT_THAT(read.error().message(), HasSubstr("expected redis://"));
    EXPECT_THAT(read.error().message(), Not(HasSubstr("hid")));
  }
}

TEST(RedisAddress, WithSentinelsNamesThePrimaryServerAndNoPort) {
  const auto read = read_primary_address(secret{"redis://bot:word@my_master.1/3"});
  ASSERT_TRUE(read);
  EXPECT_EQ(read->host, "my_master.1");
  EXPECT_EQ(read->database, "3");
  EXPECT_EQ(read->shown(), "my_master.1");
  EXPECT_THAT(read_primary_address(secret{"redis://:hidden@mymaster:6379"}).error().message(),
              HasSubstr("names a port"));
  EXPECT_FALSE(read_primary_address(secret{"unix://:hidden@/run/redis.sock"}));
}

TEST(RedisAddress, OfASentinelHasAPortOfItsOwn) {
  EXPECT_EQ(read_sentinel_address(secret{"redis://10.0.0.1"})->port, 26379);
  EXPECT_EQ(read_sentinel_address(secret{"rediss://bot:word@[::1]:7000"})->port, 7000);
  for (const auto* url :
       {"redis://:hidden@10.0.0.1/1", "unix://:hidden@/run/sentinel.sock", "10.0.0.1:26379"}) {
    const auto read = read_sentinel_address(secret{url});
    ASSERT_FALSE(read) << url;
    EXPECT_THAT(read.error().message(), HasSubstr("the URL of a sentinel"));
    EXPECT_THAT(read.error().message(), Not(HasSubstr("hid")));
  }
}

TEST(RedisOptions, AreChecked) {
  EXPECT_THROW(static_cast<void>(make_shared_limit(options{"nonsense"})), usage_exception);
  EXPECT_THROW(static_cast<void>(make_shared_limit(options{"redis://host"}.timeout(0ms))),
               usage_exception);
  EXPECT_THROW(static_cast<void>(make_shared_limit(options{"redis://host"}.timeout(2s))),
               usage_exception);
  // Certificates without TLS would promise what is not done.
  EXPECT_THROW(static_cast<void>(make_shared_limit(options{"redis://host"}.ca_file("ca.pem"))),
               usage_exception);
  EXPECT_THROW(
      static_cast<void>(make_shared_limit(options{"rediss://host"}.ca_file("/nowhere/ca.pem"))),
      usage_exception);
  EXPECT_THROW(static_cast<void>(make_shared_limit(options{"redis://host"}.certificate_name("a"))),
               usage_exception);
  const auto share_by = [](sentinel_list list) {
    static_cast<void>(make_shared_limit(options{"redis://mymaster"}.sentinels(std::move(list))));
  };
  EXPECT_THROW(share_by(sentinel_list{}.add("nonsense")), usage_exception);
  EXPECT_THROW(share_by(sentinel_list{}.add("redis://host").ca_file("ca.pem")), usage_exception);
  EXPECT_THROW(share_by(sentinel_list{}.add("rediss://host").ca_file("/nowhere/ca.pem")),
               usage_exception);
}

}  // namespace
}  // namespace vkxx::redis
