// What is shared through a Redis that sentinels watch, when another server takes over.
#include <chrono>
#include <fstream>
#include <future>
#include <iterator>
#include <memory>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "integration/redis/fake_sentinel.hpp"
#include "integration/redis/sentinel_group.hpp"
#include "integration/redis/shared_bots.hpp"
#include "integration/redis/shared_member.hpp"

namespace vkxx::testing {
namespace {

using namespace std::chrono_literals;
using test::fake_sentinel;
using test::redis_pair;
using test::sentinel_group;
using ::testing::HasSubstr;
using ::testing::Not;

class SharedFailover : public BotProcesses {
 protected:
  // All updates were handled, and what their handlers wrote counts once.
  void expect_all() {
    ASSERT_TRUE(until([this] { return all_is_done(); }));
    expect_counts(messages);
    EXPECT_EQ(written.most_at_once, 1);
    stop_all();
  }
};

TEST_F(SharedFailover, UpdatesFlowWhileTheSentinelMovesThePrimaryServer) {
  sentinel_group group{60s};
  written.handler_time = 3ms;
  add(group.options());
  add(group.options());
  ASSERT_TRUE(until([&] { return written.handled >= 60; }));
  const auto before = group.primary();
  group.fail_over();
  ASSERT_NE(group.primary(), before);
  expect_all();
}

TEST_F(SharedFailover, UpdatesFlowAfterThePrimaryServerWasKilled) {
  sentinel_group group{1s};
  written.handler_time = 3ms;
  add(group.options());
  add(group.options());
  ASSERT_TRUE(until([&] { return written.handled >= 60; }));
  const auto before = group.primary();
  group.servers[before].kill();
  group.wait_for_other_than(before);
  expect_all();
}

// Two servers, and a sentinel that is told what to say.
class ToldFailover : public SharedFailover {
 protected:
  ToldFailover() { sentinel.name(redis_pair::host(0), 1); }

  [[nodiscard]] redis::options options() const {
    return redis::options{"redis://:" + std::string{redis_pair::password} + "@mymaster"}
        .timeout(900ms)
        .sentinels(redis::sentinel_list{}.add(sentinel.url()));
  }
  void promote(std::size_t server) {
    ASSERT_EQ(servers.command(server, {"REPLICAOF", "NO", "ONE"}), "OK\n");
  }
  // Ends when it has the data of the other.
  void demote(std::size_t server) {
    const auto& other = redis_pair::host(1 - server);
    ASSERT_EQ(servers.command(server, {"REPLICAOF", other, "6379"}), "OK\n");
    ASSERT_TRUE(until([&] {
      const auto info = servers.command(server, {"INFO", "replication"});
      return info.find("master_link_status:up") != std::string::npos;
    }));
  }
  void fail_over_to(std::size_t server, std::uint64_t epoch) {
    promote(server);
    sentinel.name(redis_pair::host(server), epoch);
    demote(1 - server);
  }
  // Whether that is why the store cannot be opened. A busy machine may be too slow for an answer.
  [[nodiscard]] bool is_refused_with(const std::string& why) {
    return until([&] {
      const auto store = redis::shared_state::open(options().timeout(50ms), quick_sharing());
      const auto text = store ? std::string{} : store.error().message();
      EXPECT_THAT(text, Not(HasSubstr("inside")));
      return text.find(why) != std::string::npos;
    });
  }

  redis_pair servers;
  fake_sentinel sentinel;
};

TEST_F(ToldFailover, UpdatesFlowWhileThePrimaryServerMovesThereAndBack) {
  written.handler_time = 3ms;
  add(options());
  add(options());
  ASSERT_TRUE(until([&] { return written.handled >= 60; }));
  fail_over_to(1, 2);
  ASSERT_TRUE(until([&] { return written.handled >= 160; }));
  fail_over_to(0, 3);
  expect_all();
}

// All that a process sees is the same server. What that had acknowledged before is lost, since the
// other one had not received it.
TEST_F(ToldFailover, AServerThatWasAReplicaMeanwhileCountsAsAnother) {
  written.handler_time = 1ms;
  add(options(), 9s);
  ASSERT_TRUE(until([&] { return written.handled >= 60; }));
  promote(1);
  const auto before = written.handled;
  ASSERT_TRUE(until([&] { return written.handled >= before + 100; }));
  demote(0);
  promote(0);
  expect_all();
}

// It still answers as a primary server, but what it acknowledges will be lost.
TEST_F(ToldFailover, AServerThatWasCutOffIsLeftForTheOneThatASentinelNames) {
  const auto store = redis::shared_state::open(options(), quick_sharing(8, 3s)).value();
  store->join({"source"});
  ASSERT_TRUE(outcome_of(store->commit(state_unit{}.write("key", "1"))));
  promote(1);
  sentinel.name(redis_pair::host(1), 2);
  EXPECT_TRUE(until([&] {
    static_cast<void>(outcome_of(store->commit(state_unit{}.write("other", "2"))));
    return servers.command(1, {"EXISTS", "vkxx:state:value:other"}) == "1\n";
  }));
}

TEST_F(ToldFailover, SaysWhatIsWrongWithTheAnswersOfSentinels) {
  sentinel.name(redis_pair::host(1), 1);
  EXPECT_TRUE(is_refused_with("it is a replica, although the sentinels name it"));
  sentinel.say("-ERR No such master with that name\r\n");
  EXPECT_TRUE(is_refused_with("it knows no primary server \"mymaster\""));
  sentinel.say("-NOAUTH Authentication required.\r\n");
  EXPECT_TRUE(is_refused_with("refused with NOAUTH"));
  sentinel.say("*2\r\n$2\r\nip\r\n$4\r\nhost\r\n");
  EXPECT_TRUE(is_refused_with("an answer that is not a sentinel's"));
  sentinel.say("");
  EXPECT_TRUE(is_refused_with("no answer in time"));
}

TEST_F(ToldFailover, ALimitIsSharedThroughTheNewPrimaryServer) {
  const auto shared = redis::make_shared_limit(options());
  const auto bucket = shared->bucket_of(secret{"token"}, "ordinary");
  const auto is_granted = [&] {
    permit_request request;
    request.count = 1;
    request.capacity = 1000;
    request.lease = 1ms;
    const auto answer = std::make_shared<std::promise<bool>>();
    auto granted = answer->get_future();
    bucket->acquire(request, [answer](const auto& grant) { answer->set_value(grant.has_value()); });
    return granted.get();
  };
  const auto commands = [&] {
    const auto info = servers.command(1, {"INFO", "commandstats"});
    return info.find("cmdstat_evalsha") != std::string::npos;
  };
  ASSERT_TRUE(until(is_granted));
  fail_over_to(1, 2);
  // The old one refuses at once, as a replica.
  ASSERT_TRUE(until([&] { return is_granted() && commands(); }));
}

#ifdef VKXX_PROGRAM

TEST_F(ToldFailover, TheCommandLineFindsThePrimaryServer) {
  const auto store = redis::shared_state::open(options(), quick_sharing()).value();
  ASSERT_TRUE(outcome_of(store->commit(state_unit{}.put_row(row_in("1/a")))));
  const http::test::temporary_folder printed;
  http::test::child_process program{
      {VKXX_PROGRAM, "inbox", "redis://:" + std::string{redis_pair::password} + "@mymaster", "list",
       "--sentinel", "redis://127.0.0.1:1", "--sentinel", sentinel.url()},
      printed.path("text")};
  EXPECT_EQ(program.wait(), 0);
  std::ifstream text{printed.path("text")};
  const std::string rows{std::istreambuf_iterator<char>{text}, {}};
  EXPECT_THAT(rows, HasSubstr("1/a"));
}

#endif

}  // namespace
}  // namespace vkxx::testing
