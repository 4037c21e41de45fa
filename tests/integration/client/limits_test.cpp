// At VK's limits, by the coroutine and the blocking client, against the emulator that counts
// strictly.
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <chrono>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vkxx/testing/manual_clock.hpp>

#include "integration/client/each_client.hpp"

namespace vkxx::test {
namespace {

using namespace std::chrono_literals;

emulator_options strict() {
  emulator_options options;
  options.strict_limits(true);
  return options;
}

int refused(testing::emulator_fixture& vk) {
  int count = 0;
  for (const auto& received : vk->requests()) count += received.error_code == 6;
  return count;
}

// Client and emulator share a clock that stands while calls are under way: a busy machine that
// delays a request does not move it into the next second.
TEST(Limits, ACommunityUsesUpItsTwentyCallsAndNoMore) {
  const auto time = std::make_shared<testing::manual_clock>();
  testing::emulator_fixture emulator{strict().time(time)};
  auto settings = paced_settings_for(emulator);
  settings.access_token(emulator->tokens().community)
      .token_kind(token_kind::community)
      .time_source(time);
  asio::io_context io{1};
  const client vk{io.get_executor(), settings};
  constexpr std::size_t calls = 60;
  std::size_t answered = 0;
  for (std::size_t i = 0; i < calls; ++i) {
    asio::co_spawn(
        io,
        [&]() -> asio::awaitable<void> {
          auto work = vk.try_call(request{"groups.getById"}.set("group_id", 1));
          const auto outcome = kept(co_await std::move(work));
          EXPECT_TRUE(outcome) << outcome.error();
          if (++answered % 20 != 0) co_return;
          EXPECT_EQ(emulator->requests().size(), answered);
          time->advance(1100ms);
        },
        asio::detached);
  }
  io.run_for(50s);
  EXPECT_EQ(answered, calls);
  EXPECT_EQ(refused(emulator), 0);
}

TEST(Limits, TheBlockingFaceKeepsThemToo) {
  testing::emulator_fixture emulator{strict()};
  blocking_client vk{paced_settings_for(emulator)};
  for (int i = 0; i < 4; ++i) EXPECT_TRUE(kept(vk.try_call(request{"users.get"})));
  EXPECT_EQ(refused(emulator), 0);
}

// Somebody else uses the token, too: refused calls are retried, and none is lost.
TEST(Limits, BacksOffWhenVkRefusesAllTheSame) {
  testing::emulator_fixture emulator{strict()};
  auto settings = paced_settings_for(emulator);
  settings.limits(limits{}.per_second(30));
  settings.access_token(emulator->tokens().community);
  const std::vector<request> calls(60, request{"groups.getById"}.set("group_id", 1));
  for (const auto& outcome : call_all(settings, calls)) EXPECT_TRUE(outcome) << outcome.error();
  EXPECT_GT(refused(emulator), 0);
}

}  // namespace
}  // namespace vkxx::test
