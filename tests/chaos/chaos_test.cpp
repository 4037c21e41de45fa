// Whatever the network does: a named error or the right answer; never a hang, never a crash.
#include <atomic>
#include <boost/json.hpp>
#include <chrono>
#include <functional>
#include <thread>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vkxx/blocking_client.hpp>
#include <vkxx/testing/emulator_fixture.hpp>
#include "chaos/chaos_gate.hpp"
#include "support/secrets.hpp"

namespace vkxx::test {
namespace {

using namespace std::chrono_literals;

// What was printed about an outcome, kept for the search for secrets.
result<reply> kept(result<reply> outcome) {
  if (!outcome) keep_for_secret_search(outcome.error().to_string());
  return outcome;
}

class Chaos : public ::testing::Test {
 protected:
  result<reply> call_through(chaos plan) {
    gate.play(plan);
    emulator->clear_requests();
    auto settings = settings_through_the_gate();
    settings.timeout(timeout);
    blocking_client vk{settings};
    return kept(vk.try_call(request{"users.get"}.set("user_ids", 1)));
  }

  // Its log lines are kept for the search for secrets.
  config settings_through_the_gate() {
    config settings;
    // What becomes of one request is looked at; retries have tests of their own.
    settings.limits(limits{}.off()).retries(retries{}.off());
    settings.emulator(gate.url())
        .access_token(emulator.token())
        .lang("en")
        .log([](const log_line& line) { keep_for_secret_search(line.text); }, log_level::debug);
    return settings;
  }

  testing::emulator_fixture emulator;
  chaos_gate gate{emulator->port()};
  duration timeout = 10s;
};

TEST_F(Chaos, WithoutItAllIsWell) {
  const auto outcome = call_through({chaos_kind::none});
  ASSERT_TRUE(outcome) << outcome.error();
  EXPECT_EQ(outcome->json().at(0).at("id"), 1);
}

// How many bytes the answer has, with its head: cutting after all of them does no harm.
std::size_t size_of_answer(const std::function<bool(std::size_t)>& is_whole) {
  std::size_t most = 4096;
  std::size_t least = 0;
  while (least + 1 < most) {
    const auto middle = (least + most) / 2;
    (is_whole(middle) ? most : least) = middle;
  }
  return most;
}

TEST_F(Chaos, ACutAtEveryByte) {
  const auto size = size_of_answer([&](std::size_t bytes) {
    return call_through({chaos_kind::cut, bytes}).has_value();
  });
  ASSERT_GT(size, 100U);
  for (std::size_t at = 0; at != size; ++at) {
    const auto outcome = call_through({chaos_kind::cut, at});
    ASSERT_FALSE(outcome) << at;
    EXPECT_TRUE(outcome.error() == errc::connection_lost ||
                outcome.error() == errc::truncated_answer)
        << at << ": " << outcome.error();
    EXPECT_EQ(outcome.error().effect(), request_effect::unknown) << at;
    EXPECT_EQ(emulator->requests().size(), 1U) << at << ": sent once";
  }
}

TEST_F(Chaos, AResetAtManyBytes) {
  for (std::size_t at = 0; at < 200; at += 7) {
    const auto outcome = call_through({chaos_kind::reset, at});
    ASSERT_FALSE(outcome) << at;
    EXPECT_TRUE(outcome.error() == errc::connection_lost ||
                outcome.error() == errc::truncated_answer)
        << at << ": " << outcome.error();
    EXPECT_EQ(outcome.error().effect(), request_effect::unknown) << at;
  }
}

TEST_F(Chaos, SilenceAtManyBytes) {
  timeout = 300ms;
  for (std::size_t at = 0; at < 200; at += 20) {
    const auto outcome = call_through({chaos_kind::silence, at});
    ASSERT_FALSE(outcome) << at;
    EXPECT_EQ(outcome.error(), errc::timeout) << at;
    EXPECT_EQ(outcome.error().effect(), request_effect::unknown) << at;
  }
}

TEST_F(Chaos, OneByteAtATime) {
  const auto outcome = call_through({chaos_kind::one_byte});
  ASSERT_TRUE(outcome) << outcome.error();
  EXPECT_EQ(outcome->json().at(0).at("id"), 1);
}

TEST_F(Chaos, ADelayWithinTheLimitAndBeyondIt) {
  EXPECT_TRUE(call_through({chaos_kind::delay, 30}));
  timeout = 50ms;
  const auto outcome = call_through({chaos_kind::delay, 5000});
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error(), errc::timeout);
}

TEST_F(Chaos, ARequestThatIsRefusedOnItsWay) {
  for (const auto kind : {chaos_kind::refuse_request, chaos_kind::swallow}) {
    const auto outcome = call_through({kind});
    ASSERT_FALSE(outcome);
    EXPECT_EQ(outcome.error(), errc::connection_lost) << outcome.error();
    EXPECT_EQ(outcome.error().effect(), request_effect::unknown);
    EXPECT_TRUE(emulator->requests().empty());
  }
}

TEST_F(Chaos, ManyCallsThroughATroubledGate) {
  gate.play({chaos_kind::one_byte});
  blocking_client vk{settings_through_the_gate()};
  std::atomic<int> settled = 0;
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t != 8; ++t) {
      threads.emplace_back([&, t] {
        for (int i = 0; i != 5; ++i) {
          if (t == 0) gate.play({static_cast<chaos_kind>(i % 3), 40});
          const auto outcome = kept(vk.try_call(request{"users.get"}.set("user_ids", 1)));
          EXPECT_TRUE(outcome || outcome.error() == errc::connection_lost ||
                      outcome.error() == errc::truncated_answer)
              << outcome.error();
          ++settled;
        }
      });
    }
  }
  EXPECT_EQ(settled, 40);

  // Each of the threads may have left one troubled connection that is still in use.
  gate.play({chaos_kind::none});
  int well = 0;
  for (int i = 0; i != 9; ++i) {
    if (kept(vk.try_call(request{"users.get"}.set("user_ids", 1)))) ++well;
  }
  EXPECT_GT(well, 0) << "the client does not recover";
}

}  // namespace
}  // namespace vkxx::test
