// Dispatchers of several processes on one inbox in a real Redis.
#include <algorithm>
#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "integration/redis/redis_server.hpp"
#include "integration/redis/shared_bots.hpp"

namespace vkxx::testing {
namespace {

using namespace std::chrono_literals;
using test::redis_server;
using test::redis_settings;

class SharedDispatch : public BotProcesses {
 protected:
  explicit SharedDispatch(redis_settings settings = {}) : server{std::move(settings)} {}

  bot_process& add(duration lease_time = 30s) {
    return BotProcesses::add(redis::options{server.url()}.timeout(900ms), lease_time);
  }

  redis_server server;
};

TEST_F(SharedDispatch, HandlesEachUpdateOnceInTheOrderOfItsLane) {
  written.handler_time = 2ms;
  for (int count = 0; count < 3; ++count) add();
  ASSERT_TRUE(until([this] { return all_is_done(); }));
  EXPECT_EQ(written.handled, peers * messages);
  EXPECT_EQ(written.most_at_once, 1);
  for (const auto& [lane, handled] : written.lanes) {
    std::vector<std::string> expected;
    const auto peer = lane.substr(lane.rfind('/') + 1);
    for (int number = 1; number <= messages; ++number) {
      expected.push_back(peer + "." + std::to_string(number));
    }
    EXPECT_EQ(handled, expected) << lane;
  }
  expect_counts(messages);
  int busy = 0;
  int readers = 0;
  for (const auto& process : processes) {
    busy += process.handled > 0 ? 1 : 0;
    readers += process.opened;
  }
  EXPECT_GT(busy, 1) << "one process does everything";
  EXPECT_GE(readers, 1);
  stop_all();
}

TEST_F(SharedDispatch, MovesPartsWithoutInterruptingHandlers) {
  written.handler_time = 20ms;
  add();
  ASSERT_TRUE(until([this] { return written.handled >= 20; }));
  auto& second = add();
  ASSERT_TRUE(until([&] { return second.handled >= 20; }));
  // One that stops gives everything to the other.
  processes.front().stop();
  ASSERT_TRUE(until([this] { return processes.front().report.has_value(); }));
  EXPECT_EQ(processes.front().report->value().cancelled, 0U);
  ASSERT_TRUE(until([this] { return all_is_done(); }));
  EXPECT_EQ(written.handled, peers * messages);
  EXPECT_EQ(written.most_at_once, 1);
  EXPECT_EQ(processes.front().cancelled + second.cancelled, 0);
  expect_counts(messages);
  stop_all();
}

TEST_F(SharedDispatch, WaitsForARedisThatIsGoneAndCancelsWhatItMayNoLongerCommit) {
  written.handler_time = 5s;
  auto& process = add(1s);
  ASSERT_TRUE(until([&] { return process.waiting == peers; }));
  server.freeze();
  // The leases end; what runs is of no use any more.
  ASSERT_TRUE(until([&] { return process.cancelled == peers; }));
  ASSERT_TRUE(until([&] { return process.metrics().running == 0; }));
  EXPECT_EQ(written.handled, 0);
  written.handler_time = 0ms;
  server.thaw();
  ASSERT_TRUE(until([this] { return all_is_done(); }));
  expect_counts(messages);
  stop_all();
}

// A source that never has anything, and whether it is read.
struct quiet_source {
  int opened = 0;
  std::weak_ptr<update_source> now;

  source_factory factory(const std::string& name) {
    return [this, name](const update_cursor& cursor) {
      ++opened;
      auto created =
          std::make_shared<pretend_source>(name, std::vector<std::vector<update>>{}, cursor, false);
      now = created;
      return created;
    };
  }
};

TEST_F(SharedDispatch, ReadsSourcesThatAreAddedLaterByOneProcess) {
  auto& first = add();
  auto& second = add();
  ASSERT_TRUE(until([this] { return all_is_done(); }));
  quiet_source of_first;
  quiet_source of_second;
  first.updates().add("later", of_first.factory("later"));
  ASSERT_TRUE(until([&] { return of_first.opened == 1; })) << "the other does not have it";
  second.updates().add("later", of_second.factory("later"));
  const auto readers = [&] { return of_first.opened + of_second.opened; };
  // It may move to the one that is to have it, once.
  EXPECT_LE(readers(), 2);
  // Whoever reads it: the other goes on when that one has it no more.
  first.updates().remove("later");
  ASSERT_TRUE(until([&] { return of_second.opened == 1; }));
  ASSERT_TRUE(until([&] { return of_first.now.expired(); }));
  second.updates().remove("later");
  ASSERT_TRUE(until([&] { return of_second.now.expired(); }));
  // A source of the name may come again, as may one in its place.
  first.updates().add("later", of_first.factory("later"));
  const auto before = of_first.opened;
  ASSERT_TRUE(until([&] { return of_first.opened > before || !of_first.now.expired(); }));
  EXPECT_THROW(first.updates().add("later", of_first.factory("later")), usage_exception);
  // Removed and added at once: it is opened again, and only one of them is left.
  const auto again = of_first.opened;
  first.updates().remove("later");
  first.updates().add("later", of_first.factory("later"));
  ASSERT_TRUE(until([&] { return of_first.opened > again && !of_first.now.expired(); }));
  stop_all();
}

TEST_F(SharedDispatch, GivesASourceUpThatIsRemovedBeforeItIsOpened) {
  auto& process = add();
  quiet_source quiet;
  process.updates().add("later", quiet.factory("later"));
  process.updates().remove("later");
  ASSERT_TRUE(until([this] { return all_is_done(); }));
  EXPECT_TRUE(quiet.now.expired()) << "it is read although it was removed";
  stop_all();
}

class DurableDispatch : public SharedDispatch {
 protected:
  DurableDispatch() : SharedDispatch{redis_settings{}.durable()} {}
};

TEST_F(DurableDispatch, GoesOnWithARedisThatWasKilled) {
  written.handler_time = 3ms;
  add();
  add();
  for (int times = 1; times <= 3; ++times) {
    ASSERT_TRUE(until([&] { return written.handled >= 60 * times; }));
    server.kill();
    server.start();
  }
  ASSERT_TRUE(until([this] { return all_is_done(); }));
  // A handler may have run twice; what it counted was committed once.
  expect_counts(messages);
  EXPECT_EQ(written.most_at_once, 1);
  stop_all();
}

TEST_F(DurableDispatch, HandlesAgainWhatARedisWithOlderDataHasLost) {
  add();
  ASSERT_TRUE(until([this] { return written.handled >= 100; }));
  // A copy of the data as it is now, and work after it.
  const auto data = server.file("appendonlydir");
  const auto copy = server.file("older");
  std::filesystem::copy(data, copy, std::filesystem::copy_options::recursive);
  ASSERT_TRUE(until([this] { return written.handled >= 300; }));
  server.kill();
  std::filesystem::remove_all(data);
  std::filesystem::rename(copy, data);
  server.start();
  ASSERT_TRUE(until([this] { return all_is_done(); }));
  // Every update counts in what is stored, although the source had gone on.
  expect_counts(messages);
  stop_all();
}

}  // namespace
}  // namespace vkxx::testing
