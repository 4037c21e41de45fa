// At VK's limits, by the coroutine and the blocking client, against the emulator that counts
// strictly.
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <chrono>
#include <set>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vkxx/testing/manual_clock.hpp>

#include "integration/client/each_client.hpp"

namespace vkxx::test {
namespace {

using namespace std::chrono_literals;
using emulation::fault;
using emulation::fault_kind;

emulator_options strict() {
  emulator_options options;
  options.strict_limits(true);
  return options;
}

config paced(const testing::emulator_fixture& vk) {
  auto settings = settings_for(vk);
  settings.limits(limits{}).retries(
      retries{}.first_pause(1ms).longest_pause(20ms).max_tries(30).budget(1000));
  return settings;
}

int refused(testing::emulator_fixture& vk) {
  int count = 0;
  for (const auto& received : vk->requests()) count += received.error_code == 6;
  return count;
}

// Makes all calls at once on one loop; what they came to, in their order.
std::vector<result<reply>> all_of(const config& settings, const std::vector<request>& calls) {
  asio::io_context io{1};
  const client vk{io.get_executor(), settings};
  std::vector<std::optional<result<reply>>> outcomes(calls.size());
  for (std::size_t i = 0; i < calls.size(); ++i) {
    asio::co_spawn(
        io,
        [&, i]() -> asio::awaitable<void> {
          auto work = vk.try_call(calls[i]);
          outcomes[i].emplace(co_await std::move(work));
        },
        asio::detached);
  }
  io.run_for(50s);
  std::vector<result<reply>> settled;
  for (auto& outcome : outcomes) {
    if (!outcome)
      outcome.emplace(error{errc::handler_failed, request_effect::unknown, "the call hangs"});
    settled.push_back(kept(std::move(*outcome)));
  }
  return settled;
}

// Client and emulator share a clock that stands while calls are under way: a busy machine that
// delays a request does not move it into the next second.
TEST(Limits, ACommunityUsesUpItsTwentyCallsAndNoMore) {
  const auto time = std::make_shared<testing::manual_clock>();
  testing::emulator_fixture emulator{strict().time(time)};
  auto settings = paced(emulator);
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
  blocking_client vk{paced(emulator)};
  for (int i = 0; i < 4; ++i) EXPECT_TRUE(kept(vk.try_call(request{"users.get"})));
  EXPECT_EQ(refused(emulator), 0);
}

// Somebody else uses the token, too: refused calls are retried, and none is lost.
TEST(Limits, BacksOffWhenVkRefusesAllTheSame) {
  testing::emulator_fixture emulator{strict()};
  auto settings = paced(emulator);
  settings.limits(limits{}.per_second(30));
  settings.access_token(emulator->tokens().community);
  const std::vector<request> calls(60, request{"groups.getById"}.set("group_id", 1));
  for (const auto& outcome : all_of(settings, calls)) EXPECT_TRUE(outcome) << outcome.error();
  EXPECT_GT(refused(emulator), 0);
}

TEST(Batches, MakeManyCallsInOneRequest) {
  testing::emulator_fixture emulator{strict()};
  auto settings = paced(emulator);
  settings.batching(batching{});
  std::vector<request> calls;
  for (int i = 0; i < 60; ++i) {
    calls.push_back(request{"utils.resolveScreenName"}
                        .set("screen_name", i % 2 ? "durov" : "nobody")
                        .set("tag", i));
  }
  calls.push_back(request{"users.get"}.set("user_ids", "no such user \"; } '\n"));
  calls.push_back(request{"wall.post"}.set("message", "Ж\"'\\\n\u2028{}"));
  calls.push_back(request{"photos.save"}.set("album_id", 1));
  const auto outcomes = all_of(settings, calls);
  for (std::size_t i = 0; i < 60; ++i) {
    ASSERT_TRUE(outcomes[i]) << outcomes[i].error();
    EXPECT_EQ(outcomes[i]->json().is_object() && outcomes[i]->json().as_object().contains("type"),
              i % 2 == 1)
        << i;
  }
  EXPECT_TRUE(outcomes[61]) << outcomes[61].error();
  EXPECT_TRUE(outcomes[62]) << outcomes[62].error();
  std::size_t batches = 0;
  for (const auto& received : emulator->requests()) batches += received.api_method == "execute";
  EXPECT_LE(batches, 5U);
  // `photos.save` may not be batched.
  EXPECT_EQ(emulator->requests().size(), batches + 1);
  const auto journal = emulator->journal();
  ASSERT_EQ(journal.size(), 2U);
  const auto& post = journal[journal[0].method == "wall.post" ? 0 : 1];
  EXPECT_EQ(post.parameters[0].second, "Ж\"'\\\n\u2028{}");
}

TEST(Batches, GiveEachCallItsOwnError) {
  testing::emulator_fixture emulator;
  auto settings = paced(emulator);
  settings.batching(batching{});
  std::vector<request> calls;
  for (int i = 0; i < 20; ++i) {
    calls.push_back(i % 3 == 0 ? request{"wall.get"}.set("owner_id", 999'000 + i)
                               : request{"users.get"}.set("user_ids", 1 + i % 2));
  }
  emulator->add_fault(fault{fault_kind::error, 15}.method("wall.get").count(0));
  const auto outcomes = all_of(settings, calls);
  for (std::size_t i = 0; i < calls.size(); ++i) {
    if (i % 3 == 0) {
      ASSERT_FALSE(outcomes[i]) << i;
      EXPECT_EQ(outcomes[i].error(), api_errc::access_denied);
      EXPECT_EQ(outcomes[i].error().method(), "wall.get");
    } else {
      ASSERT_TRUE(outcomes[i]) << outcomes[i].error();
      EXPECT_EQ(outcomes[i]->json().at(0).at("id"), static_cast<int>(1 + i % 2));
    }
  }
}

TEST(Batches, GiveWayToSingleCallsWhereExecuteIsForbidden) {
  testing::emulator_fixture emulator;
  emulator->add_fault(fault{fault_kind::error, 28}.method("execute").count(0));
  auto settings = paced(emulator);
  settings.batching(batching{});
  const std::vector<request> calls(1, request{"users.get"}.set("user_ids", 1));
  asio::io_context io{1};
  for (const auto& outcome : all_of(settings, {calls[0], request{"status.get"}})) {
    EXPECT_TRUE(outcome) << outcome.error();
  }
  std::multiset<std::string> methods;
  for (const auto& received : emulator->requests()) methods.insert(received.api_method);
  EXPECT_EQ(methods, (std::multiset<std::string>{"execute", "status.get", "users.get"}));
}

TEST(Batches, AskForACaptchaOfACallInside) {
  testing::emulator_fixture emulator;
  emulator->add_fault(fault{fault_kind::captcha}.method("wall.post"));
  auto settings = paced(emulator);
  settings.batching(batching{});
  int times_asked = 0;
  settings.on_captcha([&](challenge) {
    ++times_asked;
    return challenge_answer::refused();
  });
  const auto outcomes =
      all_of(settings, {request{"wall.post"}.set("message", "a"), request{"users.get"}});
  EXPECT_TRUE(outcomes[0]) << "sent by itself, it meets no captcha";
  EXPECT_TRUE(outcomes[1]);
  EXPECT_EQ(times_asked, 0);
  EXPECT_EQ(emulator->journal().size(), 1U);
}

}  // namespace
}  // namespace vkxx::test
