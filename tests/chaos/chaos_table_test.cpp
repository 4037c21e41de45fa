// Reads and writes while a part of all requests meets every kind of trouble: all are done, and
// every write with a key exactly once. The lean form of what `bench/chaos` does with 10,000 of
// each.
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <map>
#include <string>

#include <gtest/gtest.h>

#include <vkxx/client.hpp>
#include <vkxx/testing/emulator_fixture.hpp>

#include "chaos/chaos_table.hpp"

namespace vkxx::test {
namespace {

using namespace std::chrono_literals;

class ChaosTable : public ::testing::TestWithParam<bool> {};

TEST_P(ChaosTable, EveryReadAndEveryKeyedWriteIsDoneOnce) {
  vkxx::chaos::table table;
  table.reads = 300;
  table.keyed_writes = 300;
  table.batched = GetParam();
  const auto seen = vkxx::chaos::run(table);
  EXPECT_EQ(seen.good_reads, 300) << seen.last_error;
  EXPECT_EQ(seen.good_writes, 300) << seen.last_error;
  EXPECT_EQ(seen.executed_once, 300);
  EXPECT_EQ(seen.executed_more, 0);
  // A batch is one request, and how many there are depends on the machine.
  EXPECT_GT(seen.faults_played, GetParam() ? 0 : 100);
}

TEST_P(ChaosTable, NoWriteWithoutAKeyIsDoneTwiceAndEachUnknownOneIsReported) {
  vkxx::chaos::table table;
  table.plain_writes = 300;
  table.batched = GetParam();
  const auto seen = vkxx::chaos::run(table);
  EXPECT_EQ(seen.executed_more, 0);
  EXPECT_EQ(seen.wrongly_reported, 0);
  EXPECT_GT(seen.good_writes, 100);
  EXPECT_GT(seen.unknown_writes, 0);
}

INSTANTIATE_TEST_SUITE_P(Both, ChaosTable, ::testing::Bool(),
                         [](const auto& variant) { return variant.param ? "batched" : "single"; });

}  // namespace
}  // namespace vkxx::test
