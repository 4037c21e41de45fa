// Redis behind TLS, with users who may do little.
#include <chrono>
#include <memory>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vkxx/blocking_client.hpp>
#include <vkxx/redis.hpp>
#include <vkxx/testing/emulator_fixture.hpp>

#include "integration/dispatch/state_support.hpp"
#include "integration/redis/redis_server.hpp"

namespace vkxx::test {
namespace {

using namespace std::chrono_literals;
using redis::options;
using redis::shared_state;
using redis::shared_state_options;
using ::testing::HasSubstr;
using ::testing::Not;
using vkxx::testing::outcome_of;
using vkxx::testing::row_in;

// What docs/processes.md says that the user needs.
const std::vector<std::string> bot_user{
    "ACL",      "SETUSER",       "bot",     "on",     ">open-sesame", "resetkeys",
    "~vkxx:*",  "resetchannels", "&vkxx:*", "+@read", "+@write",      "+@scripting",
    "+@pubsub", "+@connection",  "+info",   "+time",  "-@dangerous",  "+info"};

class RedisTls : public ::testing::Test {
 protected:
  RedisTls() { EXPECT_EQ(server.command(bot_user), "OK\n"); }

  [[nodiscard]] options with_certificate(const std::string& user = "bot:open-sesame@") const {
    return options{server.tls_url(user)}
        .ca_file(server.file("ca.pem"))
        .client_certificate({server.file("client.pem"), server.file("client.key")})
        .timeout(900ms);
  }
  static result<std::shared_ptr<shared_state>> open(const options& where) {
    return shared_state::open(where, shared_state_options{}.allow_volatile(true));
  }

  redis_server server{redis_settings{}.tls()};
};

TEST_F(RedisTls, ServesTheStoreToAUserWithFewRights) {
  const auto store = open(with_certificate()).value();
  ASSERT_TRUE(outcome_of(store->commit(state_unit{}.put_row(row_in("1/a")).write("key", "1"))));
  EXPECT_EQ(outcome_of(store->summary()).value().rows, 1U);
  store->join({"source"});
  std::size_t parts = 0;
  while (parts < 64) {
    for (const auto& change : outcome_of(store->next_changes()).value()) {
      parts += change.kind == inbox_change_kind::part_won ? 1 : 0;
    }
  }
  inbox_query query;
  query.lane = "1/a";
  const auto rows = outcome_of(store->take(query)).value().rows;
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_TRUE(outcome_of(store->commit(state_unit{}.finish(rows[0].seq, vkxx::testing::at(1)))));
  EXPECT_TRUE(outcome_of(store->leave()));
}

TEST_F(RedisTls, RefusesACertificateThatItCannotCheck) {
  const auto stranger = open(options{server.tls_url("bot:open-sesame@")}.timeout(30ms));
  EXPECT_THAT(stranger.error().message(), HasSubstr("TLS: certificate verify failed"));
  // It is for another name.
  auto url = server.tls_url("bot:open-sesame@");
  url.replace(url.find("localhost"), 9, "127.0.0.1");
  const auto other = open(options{url}.ca_file(server.file("ca.pem")).timeout(30ms));
  EXPECT_THAT(other.error().message(), HasSubstr("TLS: certificate verify failed"));
  EXPECT_THAT(other.error().message(), Not(HasSubstr("open-sesame")));
}

TEST_F(RedisTls, SaysWhyAUserIsRefused) {
  const auto wrong = open(with_certificate("bot:close-sesame@").timeout(90ms));
  EXPECT_THAT(wrong.error().message(), HasSubstr("refused with WRONGPASS"));
  EXPECT_THAT(wrong.error().message(), Not(HasSubstr("close-sesame")));
  const auto elsewhere = open(with_certificate().prefix("other"));
  EXPECT_THAT(elsewhere.error().message(), HasSubstr("refused with NOPERM"));
}

TEST_F(RedisTls, SharesALimit) {
  testing::emulator_fixture vk;
  config settings;
  settings.emulator(vk->url()).access_token(vk->tokens().community);
  settings.limits(limits{}.share(redis::make_shared_limit(with_certificate())));
  blocking_client calls{settings};
  EXPECT_TRUE(calls.try_call(request{"groups.getById"}.set("group_id", 1)));
  EXPECT_THAT(server.command({"--scan"}), HasSubstr(":ordinary:places"));
}

}  // namespace
}  // namespace vkxx::test
