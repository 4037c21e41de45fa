// The store that processes share, against a real Redis: what every store promises, and who may
// commit what.
#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <cstddef>
#include <exception>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vkxx/redis.hpp>
#include "integration/redis/sentinel_group.hpp"
#include "integration/redis/shared_member.hpp"
#include "unit/state/store_promises.hpp"

namespace vkxx::testing {

using namespace std::chrono_literals;
using redis::shared_state;
using redis::shared_state_options;
using test::redis_server;
using test::redis_settings;
using ::testing::HasSubstr;

namespace {

tested_store in_redis() {
  const auto server = std::make_shared<redis_server>();
  return {"Redis", [server](const temporary_folder& folder) -> std::shared_ptr<state_store> {
            const auto where = redis::options{server->url()}
                                   .timeout(std::chrono::milliseconds{900})
                                   .prefix(folder.file("store"));
            return shared_state::open(where, quick_sharing()).value();
          }};
}

INSTANTIATE_TEST_SUITE_P(All, Store, ::testing::Values(in_redis()),
                         [](const auto& tested) { return tested.param.name; });

result<std::shared_ptr<shared_state>> opened(const std::string& url,
                                             const shared_state_options& options) {
  return shared_state::open(redis::options{url}.timeout(std::chrono::milliseconds{900}), options);
}

std::string refusal(const std::string& url, const shared_state_options& options) {
  const auto store = opened(url, options);
  EXPECT_FALSE(store);
  return store ? std::string{} : store.error().message();
}

TEST(SharedState, SaysWhyARedisDoesNotFit) {
  redis_server server;
  EXPECT_THAT(refusal(server.url(), shared_state_options{}), HasSubstr("appendonly"));
  static_cast<void>(opened(server.url(), quick_sharing(8)).value());
  EXPECT_THAT(refusal(server.url(), quick_sharing(9)), HasSubstr("has 8 parts"));
  EXPECT_EQ(server.command({"CONFIG", "SET", "maxmemory", "100mb"}), "OK\n");
  EXPECT_EQ(server.command({"CONFIG", "SET", "maxmemory-policy", "allkeys-lru"}), "OK\n");
  EXPECT_THAT(refusal(server.url(), quick_sharing(8)), HasSubstr("noeviction"));
  const auto nowhere = redis::options{"unix:///nowhere/redis.sock"}.timeout(20ms);
  EXPECT_THAT(shared_state::open(nowhere, quick_sharing()).error().message(),
              HasSubstr("/nowhere/redis.sock"));
  EXPECT_EQ(opened(server.url(), quick_sharing(0)).error(), errc::invalid_argument);
  EXPECT_EQ(opened(server.url(), quick_sharing(257)).error(), errc::invalid_argument);
  EXPECT_EQ(opened(server.url(), quick_sharing().lease_time(1ms)).error(), errc::invalid_argument);
}

TEST(SharedState, DividesPartsAndSourcesAmongProcesses) {
  redis_server server;
  // Chance decides who gets a part, so many that nobody gets none.
  constexpr std::size_t all = 64;
  member first{server, 30s, all};
  ASSERT_TRUE(first.until([&] { return first.parts.size() == all && first.sources.size() == 1; }));
  member second{server, 30s, all};
  // Both must turn: what moves is handed over by the first.
  ASSERT_TRUE(first.until([&] { return first.parts.size() < all; }));
  ASSERT_TRUE(second.until([&] { return first.parts.size() + second.parts.size() == all; }));
  for (const auto part : second.parts) EXPECT_FALSE(first.parts.contains(part));
  EXPECT_FALSE(second.parts.empty());
  EXPECT_EQ(first.lost + second.lost, 0U);
  // The rest comes without a wait for a lease.
  ASSERT_TRUE(outcome_of(first.store->leave()));
  ASSERT_TRUE(
      second.until([&] { return second.parts.size() == all && second.sources.size() == 1; }));
  EXPECT_EQ(outcome_of(first.store->next_changes()).error(), errc::cancelled);
}

TEST(SharedState, TakesWhatAProcessLeavesThatIsNotHeardOf) {
  redis_server server;
  auto first = std::make_unique<member>(server, 1s);
  ASSERT_TRUE(first->until([&] { return first->parts.size() == 8; }));
  // It comes for its changes no more, so its loop hangs.
  member second{server, 1s};
  ASSERT_TRUE(second.until([&] { return second.parts.size() == 8; }));
  ASSERT_TRUE(first->until([&] { return first->parts.empty(); }));
  EXPECT_GT(first->lost, 0U);
}

TEST(SharedState, RefusesACommitUnderALeaseOfAnother) {
  redis_server server;
  member first{server};
  ASSERT_TRUE(first.until([&] { return first.parts.size() == 8 && first.sources.size() == 1; }));
  auto put = state_unit{}.put_row(row_in("1/a")).put_row(row_in("1/a"));
  const auto seq = outcome_of(first.store->commit(put)).value().rows.at(0);
  EXPECT_TRUE(first.commit_to("1/a"));
  const auto part = std::to_string(seq % 8);
  const auto end = std::chrono::system_clock::now().time_since_epoch() + 5min;
  const auto others =
      "another 1 " +
      std::to_string(std::chrono::duration_cast<std::chrono::milliseconds>(end).count());
  server.command({"HSET", "vkxx:state:leases", "p:" + part, others});
  server.command({"HSET", "vkxx:state:leases", "s:source", others});
  inbox_query query;
  query.lane = "1/a";
  const auto row = outcome_of(first.store->take(query)).value().rows.at(0);
  auto unit = state_unit{}.write("key", "bytes").finish(row.seq, at(1));
  const auto refused = outcome_of(first.store->commit(unit));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error(), errc::state_failed);
  EXPECT_FALSE(outcome_of(first.store->read("key")).value());
  const auto moved = outcome_of(first.store->commit(state_unit{}.put_cursor("source", "9")));
  EXPECT_EQ(moved.error(), errc::state_failed);
  EXPECT_EQ(outcome_of(first.store->cursor("source")).value(), "");
  ASSERT_TRUE(first.until([&] { return first.lost == 1 && first.sources.empty(); }));
  EXPECT_EQ(first.parts.size(), 7U);
}

TEST(SharedState, KnowsByItsOwnClockThatALeaseHasEnded) {
  redis_server server;
  member first{server, 2s};
  ASSERT_TRUE(first.until([&] { return first.parts.size() == 8; }));
  const auto seq =
      outcome_of(first.store->commit(state_unit{}.put_row(row_in("1/a")))).value().rows.at(0);
  const auto part = static_cast<std::uint32_t>(seq % 8);
  const auto lease = first.store->lease_of(part);
  EXPECT_NE(lease, 0U);
  server.freeze();
  ASSERT_TRUE(first.until([&] { return first.parts.empty() && first.sources.empty(); }));
  EXPECT_EQ(first.store->lease_of(part), 0U);
  const auto late = outcome_of(first.store->commit(state_unit{}.finish(seq, at(1))));
  EXPECT_EQ(late.error(), errc::state_failed);
  server.thaw();
  ASSERT_TRUE(first.until([&] { return first.parts.size() == 8; }));
  EXPECT_TRUE(first.shares.contains("1"));
  EXPECT_NE(first.store->lease_of(part), 0U);
  EXPECT_NE(first.store->lease_of(part), lease);
  EXPECT_TRUE(outcome_of(first.store->commit(state_unit{}.finish(seq, at(1)))));
}

TEST(SharedState, BelievesNothingThatAnotherRedisDoesNotSay) {
  redis_server server{redis_settings{}.durable()};
  member first{server, 2s};
  ASSERT_TRUE(first.until([&] { return first.parts.size() == 8; }));
  const auto seq =
      outcome_of(first.store->commit(state_unit{}.put_row(row_in("1/a", "old")))).value().rows[0];
  server.kill();
  EXPECT_EQ(outcome_of(first.store->summary()).error(), errc::state_failed);
  server.start();
  ASSERT_TRUE(first.until([&] { return first.lost >= 8 && first.parts.size() == 8; }));
  // One that lost everything gives no number twice.
  server.command({"FLUSHALL"});
  ASSERT_TRUE(first.until([&] { return first.lost >= 16 && first.parts.size() == 8; }));
  const auto later =
      outcome_of(first.store->commit(state_unit{}.put_row(row_in("1/a", "new")))).value().rows[0];
  EXPECT_GT(later, seq);
  EXPECT_EQ(outcome_of(first.store->commit(state_unit{}.finish(seq, at(1)))).error(),
            errc::state_conflict);
}

TEST(SharedState, CountsRowsOfAnInterruptedProcess) {
  redis_server server;
  auto first = std::make_unique<member>(server);
  ASSERT_TRUE(first->until([&] { return first->parts.size() == 8; }));
  const auto seq =
      outcome_of(first->store->commit(state_unit{}.put_row(row_in("1/a")))).value().rows.at(0);
  ASSERT_TRUE(outcome_of(first->store->commit(state_unit{}.begin(seq, at(7000)))));
  first.reset();
  member second{server};
  ASSERT_TRUE(second.until([&] { return second.parts.size() == 8 && second.rows == 1; }));
  const auto rows = outcome_of(second.store->take(inbox_query{})).value().rows;
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(rows[0].state, inbox_state::waiting);
  EXPECT_EQ(rows[0].interruptions, 1);
  EXPECT_EQ(rows[0].first_run, at(7000));
  EXPECT_TRUE(second.shares.contains("1"));
}

TEST(SharedState, ReportsRowsThatAnotherProcessPuts) {
  redis_server server;
  member first{server};
  ASSERT_TRUE(first.until([&] { return first.parts.size() == 8; }));
  const auto other = opened(server.url(), quick_sharing()).value();
  ASSERT_TRUE(outcome_of(other->commit(state_unit{}.put_row(row_in("7/a")))));
  ASSERT_TRUE(first.until([&] { return first.shares.contains("7"); }));
  EXPECT_TRUE(first.commit_to("7/a"));
}

TEST(SharedState, FindsManyRowsInOrder) {
  redis_server server;
  member first{server};
  ASSERT_TRUE(first.until([&] { return first.parts.size() == 8; }));
  state_unit unit;
  for (int number = 0; number < 700; ++number) {
    unit.put_row(row_in("1/" + std::to_string(number % 50)));
  }
  const auto seqs = outcome_of(first.store->commit(std::move(unit))).value().rows;
  ASSERT_TRUE(std::is_sorted(seqs.begin(), seqs.end()));
  std::vector<std::uint64_t> found;
  inbox_query query;
  query.share = "1";
  query.limit = 64;
  for (bool complete = false; !complete;) {
    const auto page = outcome_of(first.store->take(query)).value();
    ASSERT_LE(page.rows.size(), 64U);
    for (const auto& row : page.rows) found.push_back(row.seq);
    if (!page.rows.empty()) query.after = page.rows.back().seq;
    complete = page.complete;
  }
  EXPECT_EQ(found, seqs);
}

// A primary server whose replica can be stopped.
class ReplicatedState : public ::testing::Test {
 protected:
  ReplicatedState() { servers.wait_for_replica(); }

  [[nodiscard]] redis::options options(std::size_t replicas) const {
    return redis::options{"redis://:" + std::string{test::redis_pair::password} + "@" +
                          test::redis_pair::host(0)}
        .timeout(900ms)
        .wait_for_replicas(replicas);
  }
  // A busy machine may be too slow for a replica. The unit can be committed several times.
  static bool commits_some_time(state_store& store, const state_unit& unit) {
    const auto end = std::chrono::steady_clock::now() + 30s;
    while (std::chrono::steady_clock::now() < end) {
      if (outcome_of(store.commit(unit))) return true;
    }
    return false;
  }
  // Why it is not done. A busy machine may be too slow for any answer of Redis.
  static std::string missing_replicas(state_store& store, const state_unit& unit) {
    const auto end = std::chrono::steady_clock::now() + 30s;
    std::string why;
    while (why.find(" replicas had it") == std::string::npos) {
      const auto outcome = outcome_of(store.commit(unit));
      if (outcome) return "none";
      EXPECT_EQ(outcome.error(), errc::state_failed);
      why = outcome.error().message();
      if (std::chrono::steady_clock::now() >= end) break;
    }
    return why;
  }
  [[nodiscard]] std::string replica_has(const std::string& key) const {
    return servers.command(1, {"EXISTS", "vkxx:state:" + key});
  }

  test::redis_pair servers;
};

TEST_F(ReplicatedState, ACommitIsDoneWhenAReplicaHasIt) {
  const auto store = shared_state::open(options(1), quick_sharing()).value();
  for (int i = 0; i < 20; ++i) {
    const auto key = std::to_string(i);
    ASSERT_TRUE(commits_some_time(*store, state_unit{}.write(key, "1")));
    EXPECT_EQ(replica_has("value:" + key), "1\n");
  }
  servers[1].freeze();
  const auto unit = state_unit{}.put_row(row_in("1/a"));
  // The second time nothing changes in the primary server.
  for (int i = 0; i < 2; ++i) {
    EXPECT_THAT(missing_replicas(*store, unit), HasSubstr("0 of 1 replicas"));
  }
  servers[1].thaw();
  EXPECT_TRUE(commits_some_time(*store, unit));
  EXPECT_EQ(replica_has("count"), "1\n");
}

TEST_F(ReplicatedState, CommitsThatWaitEndWithTheConnection) {
  const auto store = shared_state::open(options(1), quick_sharing()).value();
  servers[1].freeze();
  asio::io_context context;
  int ended = 0;
  for (int i = 0; i < 30; ++i) {
    asio::co_spawn(context, store->commit(state_unit{}.write(std::to_string(i), "1")),
                   [&](std::exception_ptr failure, const result<commit_receipt>& outcome) {
                     EXPECT_FALSE(failure);
                     EXPECT_FALSE(outcome);
                     if (++ended == 1) servers[0].kill();
                   });
  }
  context.run_for(60s);
  EXPECT_EQ(ended, 30);
}

TEST_F(ReplicatedState, ARedisWithoutReplicasAcknowledgesNothing) {
  const auto store = shared_state::open(options(2), quick_sharing()).value();
  EXPECT_THAT(missing_replicas(*store, state_unit{}.write("key", "1")),
              HasSubstr(" of 2 replicas"));
  EXPECT_EQ(shared_state::open(options(101), quick_sharing()).error(), errc::invalid_argument);
}

}  // namespace
}  // namespace vkxx::testing
