// The store that processes share, when Redis or those who run it are in the way.
#include <algorithm>
#include <chrono>
#include <functional>
#include <string>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vkxx/redis.hpp>
#include "integration/redis/shared_member.hpp"
#include "redis/state/unit_words.hpp"

namespace vkxx::testing {
namespace {

using namespace std::chrono_literals;
using redis::shared_state;
using test::redis_server;
using test::redis_settings;
using ::testing::HasSubstr;

// A condition at the server, or of the store's thread: it is asked for, for at most 20 s.
bool eventually(const std::function<bool()>& reached) {
  const auto end = std::chrono::steady_clock::now() + 20s;
  while (!reached() && std::chrono::steady_clock::now() < end) std::this_thread::sleep_for(10ms);
  return reached();
}

std::shared_ptr<shared_state> open_store(const redis_server& server, const std::string& user = "") {
  return shared_state::open(
             redis::options{server.url(user)}.timeout(std::chrono::milliseconds{900}),
             quick_sharing())
      .value();
}
std::string refusal_for(const redis_server& server, const std::string& user = "") {
  const auto store = shared_state::open(
      redis::options{server.url(user)}.timeout(std::chrono::milliseconds{900}), quick_sharing());
  return store ? std::string{} : store.error().message();
}

TEST(SharedFaults, APrimaryThatBecomesAReplicaIsLeftUntilItIsOneAgain) {
  redis_server server;
  const auto store = open_store(server);
  const auto put = [&] { return outcome_of(store->commit(state_unit{}.put_row(row_in("1/a")))); };
  ASSERT_TRUE(put());
  ASSERT_EQ(server.command({"REPLICAOF", "127.0.0.1", "1"}), "OK\n");
  ASSERT_TRUE(eventually([&] {
    const auto refused = put();
    return !refused && refused.error().message().find("it is a replica") != std::string::npos;
  }));
  ASSERT_EQ(server.command({"REPLICAOF", "NO", "ONE"}), "OK\n");
  EXPECT_TRUE(eventually([&] { return put().has_value(); }));
}

TEST(SharedFaults, ForgottenScriptsAreLoadedAgain) {
  redis_server server;
  const auto store = open_store(server);
  ASSERT_EQ(server.command({"SCRIPT", "FLUSH"}), "OK\n");
  EXPECT_TRUE(eventually(
      [&] { return outcome_of(store->commit(state_unit{}.put_row(row_in("1/a")))).has_value(); }));
}

TEST(SharedFaults, AClusterIsRefused) {
  // Its bus has a port; without this one it is always the same.
  const auto port = std::to_string(http::test::free_port());
  const redis_server server{
      redis_settings{}.with({"--cluster-enabled", "yes", "--cluster-port", port})};
  EXPECT_THAT(refusal_for(server), HasSubstr("Redis Cluster"));
}

// Found out by the heartbeats: whoever only waits for updates must know it, too.
TEST(SharedFaults, SettingsThatMayLoseUpdatesAreNoticedWhileItIsUsed) {
  redis_server server;
  member first{server, 6s};
  ASSERT_TRUE(first.until([&] { return first.parts.size() == 8; }));
  server.command({"CONFIG", "SET", "maxmemory", "100mb"});
  ASSERT_EQ(server.command({"CONFIG", "SET", "maxmemory-policy", "allkeys-lru"}), "OK\n");
  const auto is_reported = [&] {
    return std::any_of(first.failures.begin(), first.failures.end(), [](const auto& text) {
      return text.find("it may evict keys") != std::string::npos;
    });
  };
  ASSERT_TRUE(first.until(is_reported));
  const auto put = [&] {
    return outcome_of(first.store->commit(state_unit{}.put_row(row_in("1/a"))));
  };
  EXPECT_FALSE(put());
  ASSERT_EQ(server.command({"CONFIG", "SET", "maxmemory-policy", "noeviction"}), "OK\n");
  EXPECT_TRUE(eventually([&] { return put().has_value(); }));
}

// Rows that are there must be handled, or there will never be memory again.
TEST(SharedFaults, ARedisWithoutMemoryTakesNothingInAndFinishesWhatIsThere) {
  redis_server server;
  member first{server};
  ASSERT_TRUE(first.until([&] { return first.parts.size() == 8; }));
  const auto commit = [&](state_unit unit) {
    return outcome_of(first.store->commit(std::move(unit)));
  };
  auto two = state_unit{}.put_row(row_in("1/a")).put_row(row_in("1/b"));
  const auto rows = commit(std::move(two)).value().rows;
  ASSERT_EQ(server.command({"CONFIG", "SET", "maxmemory", "1"}), "OK\n");
  const auto refused = commit(state_unit{}.put_row(row_in("1/a")).put_cursor("source", "9"));
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message(), HasSubstr("OOM"));
  EXPECT_TRUE(commit(state_unit{}.begin(rows[0], at(1))));
  EXPECT_TRUE(commit(state_unit{}.write("key", "1").put_row_value(rows[0], "once", "done")));
  state_timer timer{"timer", "1", "1/a", "value", at(1000)};
  EXPECT_TRUE(commit(state_unit{}.write("key", "2").schedule(timer).finish(rows[0], at(1))));
  auto due = state_unit{}.take_timer("timer", at(1000));
  EXPECT_TRUE(commit(due.put_row(row_in("1/a", "timer"))));
  EXPECT_TRUE(commit(state_unit{}.bury(rows[1], "no")));
  const auto value = outcome_of(first.store->read("key")).value();
  ASSERT_TRUE(value);
  EXPECT_EQ(value->bytes, "2");
}

// A script that is refused a command in its middle would leave half of its work.
TEST(SharedFaults, AUserWithoutTheRightToChannelsIsRefused) {
  redis_server server;
  ASSERT_EQ(
      server.command({"ACL", "SETUSER", "bot", "on", ">word", "~vkxx:*", "resetchannels", "+@all"}),
      "OK\n");
  EXPECT_THAT(refusal_for(server, "bot:word@"), HasSubstr("the right to PUBLISH"));
  ASSERT_EQ(server.command({"ACL", "SETUSER", "bot", "&vkxx:*"}), "OK\n");
  EXPECT_EQ(refusal_for(server, "bot:word@"), "");
}

// Whether the lane has a row with this body. Of a slow Redis no answer counts as none.
bool has_row(shared_state& store, const std::string& name, const std::string& body) {
  inbox_query lane;
  lane.lane = name;
  const auto page = outcome_of(store.take(lane));
  return page && std::any_of(page->rows.begin(), page->rows.end(),
                             [&](const inbox_row& row) { return row.body == body; });
}

// Half of a commit would be a key that is known, of a row that is not there.
TEST(SharedFaults, ARightThatIsRemovedLeavesNoHalfOfACommit) {
  redis_server server;
  const auto store = open_store(server);
  for (const std::string command : {"decr",
                                    "del",
                                    "exists",
                                    "get",
                                    "hdel",
                                    "hget",
                                    "hincrby",
                                    "hmget",
                                    "hset",
                                    "hsetnx",
                                    "incr",
                                    "pexpire",
                                    "publish",
                                    "rename",
                                    "sadd",
                                    "set",
                                    "smembers",
                                    "srem",
                                    "zadd",
                                    "zcard",
                                    "zrange",
                                    "zrem",
                                    "zremrangebyscore"}) {
    SCOPED_TRACE(command);
    const auto put = [&] {
      return outcome_of(store->commit(state_unit{}.put_row(row_in("1/a", command, {command}))));
    };
    ASSERT_EQ(server.command({"ACL", "SETUSER", "default", "-" + command}), "OK\n");
    EXPECT_TRUE(eventually([&] {
      const auto refused = put();
      return !refused && refused.error().message().find("NOPERM") != std::string::npos;
    }));
    ASSERT_EQ(server.command({"ACL", "SETUSER", "default", "+@all"}), "OK\n");
    EXPECT_TRUE(eventually([&] { return put().has_value(); }));
    EXPECT_TRUE(eventually([&] { return has_row(*store, "1/a", command); }));
  }
}

TEST(SharedFaults, ARowThatWasPutInPartIsPutAgain) {
  redis_server server;
  const auto store = open_store(server);
  const auto part = std::to_string(redis::detail::part_of_lane("1/a", 8));
  for (const auto& key : {"live:" + part, std::string{"lane:1/a"}, "shares:" + part,
                          "share:" + part + ":1", std::string{"tops"}, std::string{"count"}}) {
    SCOPED_TRACE(key);
    const auto put = [&] {
      return outcome_of(store->commit(state_unit{}.put_row(row_in("1/a", key, {key}))));
    };
    // By another program.
    server.command({"SET", "vkxx:state:" + key, "x"});
    EXPECT_FALSE(put());
    server.command({"DEL", "vkxx:state:" + key});
    EXPECT_TRUE(eventually([&] { return put().has_value(); }));
    EXPECT_TRUE(eventually([&] { return has_row(*store, "1/a", key); }));
  }
}

TEST(SharedFaults, LeasesOfTheFutureHaveEnded) {
  redis_server server;
  static_cast<void>(open_store(server));
  // As if the clock of Redis had been set back while another process lived, which then died.
  server.command({"ZADD", "vkxx:state:members", "99999999999999", "ghost.x"});
  for (int part = 0; part < 8; ++part) {
    server.command(
        {"HSET", "vkxx:state:leases", "p:" + std::to_string(part), "ghost.x 1 99999999999999"});
  }
  member first{server, 2s};
  EXPECT_TRUE(first.until([&] { return first.parts.size() == 8; }));
}

TEST(SharedFaults, NothingIsCommittedAfterThatTheInboxWasLeft) {
  redis_server server;
  member first{server};
  ASSERT_TRUE(first.until([&] { return first.parts.size() == 8; }));
  const auto seq =
      outcome_of(first.store->commit(state_unit{}.put_row(row_in("1/a")))).value().rows.at(0);
  ASSERT_TRUE(outcome_of(first.store->leave()));
  EXPECT_EQ(first.store->lease_of(static_cast<std::uint32_t>(seq % 8)), 0U);
  const auto late = outcome_of(first.store->commit(state_unit{}.put_row_value(seq, "once", "x")));
  ASSERT_FALSE(late);
  EXPECT_THAT(late.error().message(), HasSubstr("has left the inbox"));
  EXPECT_TRUE(outcome_of(first.store->row_values(seq)).value().empty());
}

TEST(SharedFaults, RefusedHeartbeatsAreReported) {
  redis_server server;
  member first{server, 2s};
  ASSERT_TRUE(first.until([&] { return first.parts.size() == 8; }));
  ASSERT_EQ(server.command({"ACL", "SETUSER", "default", "-evalsha"}), "OK\n");
  ASSERT_TRUE(first.until([&] { return !first.failures.empty(); }));
  EXPECT_THAT(first.failures.front(), HasSubstr("NOPERM"));
  ASSERT_TRUE(first.until([&] { return first.parts.empty(); }));
  ASSERT_EQ(server.command({"ACL", "SETUSER", "default", "+evalsha"}), "OK\n");
  EXPECT_TRUE(first.until([&] { return first.parts.size() == 8; }));
}

// Nothing else would show that it is gone: it carries nothing while nothing happens.
TEST(SharedFaults, TheConnectionForMessagesIsTried) {
  redis_server server;
  member first{server, 2s};
  EXPECT_TRUE(first.until([&] {
    return server.command({"CLIENT", "LIST", "TYPE", "pubsub"}).find("cmd=ping") !=
           std::string::npos;
  }));
}

TEST(SharedFaults, ACommitWithoutAnAnswerIsOfUnknownEffect) {
  redis_server server;
  const auto store = open_store(server);
  const auto put = [&] { return outcome_of(store->commit(state_unit{}.put_row(row_in("1/a")))); };
  server.freeze();
  const auto unanswered = put();
  EXPECT_EQ(unanswered.error(), errc::state_failed);
  EXPECT_EQ(unanswered.error().effect(), request_effect::unknown);
  const auto not_sent = put();
  EXPECT_EQ(not_sent.error().effect(), request_effect::not_sent);
  server.thaw();
  EXPECT_TRUE(eventually([&] { return put().has_value(); }));
}

TEST(SharedFaults, TheOldestDeadLettersGoAboveTheLimit) {
  redis_server server;
  auto sharing = quick_sharing();
  const auto store =
      shared_state::open(redis::options{server.url()}.timeout(std::chrono::milliseconds{900}),
                         sharing.max_dead(2))
          .value();
  std::size_t removed = 0;
  for (const auto* lane : {"1/a", "1/b", "1/c"}) {
    auto put = state_unit{}.put_row(row_in(lane, lane, {lane}));
    const auto seq = outcome_of(store->commit(std::move(put))).value().rows.at(0);
    removed += outcome_of(store->commit(state_unit{}.bury(seq, "no"))).value().removed_dead;
  }
  EXPECT_EQ(removed, 1U);
  inbox_query query;
  query.dead = true;
  const auto dead = outcome_of(store->take(query)).value().rows;
  ASSERT_EQ(dead.size(), 2U);
  EXPECT_EQ(dead[0].body, "1/b");
  // Nothing stays of what was removed.
  EXPECT_EQ(outcome_of(store->seen({"1/a", "1/b"})).value(), (std::vector<bool>{false, true}));
}

// The clock of a process may be wrong; how long a key is recognized is not.
TEST(SharedFaults, KeysAreForgottenByTheClockOfRedis) {
  redis_server server;
  const auto store = open_store(server);
  const auto seq =
      outcome_of(store->commit(state_unit{}.put_row(row_in("1/a", "x", {"k"})))).value().rows.at(0);
  const auto until = std::chrono::system_clock::now() + 1h;
  ASSERT_TRUE(outcome_of(store->commit(state_unit{}.finish(seq, until))));
  const auto left = std::stoi(server.command({"TTL", "vkxx:state:seen:k"}));
  EXPECT_GT(left, 3000);
  EXPECT_LE(left, 3600);
  // What is sent is a span.
  const auto sent = redis::detail::words_of(state_unit{}.finish(seq, until), 8).words;
  ASSERT_EQ(sent.size(), 3U);
  EXPECT_LE(std::stoll(sent[2]), 3'600'000);
}

}  // namespace
}  // namespace vkxx::testing
