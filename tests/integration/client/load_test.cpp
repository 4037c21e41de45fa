// Many calls at once, threads, and the end of a client in the middle of it.
#include <atomic>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <latch>
#include <stop_token>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "integration/client/each_client.hpp"

namespace vkxx::test {
namespace {

using namespace std::chrono_literals;
using emulation::fault;
using emulation::fault_kind;

TEST(Load, AThousandCallsInFlightOnOneLoop) {
  testing::emulator_fixture emulator;
  auto settings = settings_for(emulator);
  settings.timeout(50s);
  asio::io_context io{1};
  const client vk{io.get_executor(), settings};
  int open = 0;
  int most = 0;
  int good = 0;
  for (int i = 0; i != 1000; ++i) {
    asio::co_spawn(
        io,
        [&, i]() -> asio::awaitable<void> {
          most = std::max(most, ++open);
          request request{"utils.resolveScreenName"};
          request.set("screen_name", "durov").set("tag", i);
          auto work = vk.try_call(std::move(request));
          const auto outcome = co_await std::move(work);
          --open;
          if (outcome) ++good;
          EXPECT_TRUE(outcome) << outcome.error();
          if (open == 0) io.stop();
        },
        asio::detached);
  }
  io.run_for(55s);
  EXPECT_EQ(good, 1000);
  EXPECT_EQ(most, 1000);
  EXPECT_EQ(emulator->requests().size(), 1000U);
}

TEST(Load, SixteenThreadsOnOneBlockingClient) {
  testing::emulator_fixture emulator;
  blocking_client vk{settings_for(emulator)};
  std::atomic<int> good = 0;
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t != 16; ++t) {
      threads.emplace_back([&vk, &good, t] {
        for (int i = 0; i != 25; ++i) {
          const auto key = "key" + std::to_string(t);
          const auto value = std::to_string(t * 1000 + i);
          const auto set = vk.try_call(request{"storage.set"}.set("key", key).set("value", value));
          const auto got = vk.try_call(request{"storage.get"}.set("key", key));
          if (!set || !got) continue;
          const auto& entries = got->json().as_array();
          if (entries.size() == 1 && entries[0].at("value").as_string() == value) ++good;
        }
      });
    }
  }
  EXPECT_EQ(good, 16 * 25) << "each thread gets its own answers";
}

TEST(Load, SixteenThreadsMeetOneCaptcha) {
  testing::emulator_fixture emulator;
  emulator->add_fault(fault{fault_kind::captcha});
  auto settings = settings_for(emulator);
  std::atomic<int> times_asked = 0;
  settings.on_captcha([&](challenge met) {
    ++times_asked;
    return challenge_answer::captcha_key(emulator->captcha_answer(met.captcha().sid));
  });
  blocking_client vk{settings};
  std::atomic<int> good = 0;
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t != 16; ++t) {
      threads.emplace_back([&] {
        if (vk.try_call(request{"users.get"}.set("user_ids", 1))) ++good;
      });
    }
  }
  EXPECT_EQ(good, 16);
  EXPECT_EQ(times_asked, 1);
}

TEST(Load, ABlockingHookDoesNotStopTheOthers) {
  testing::emulator_fixture emulator;
  emulator->add_fault(fault{fault_kind::captcha}.method("status.get"));
  auto settings = settings_for(emulator);
  std::latch hook_entered{1};
  std::latch answer{1};
  std::thread::id asked_on;
  settings.on_captcha([&](challenge met) {
    asked_on = std::this_thread::get_id();
    hook_entered.count_down();
    answer.wait();
    return challenge_answer::captcha_key(emulator->captcha_answer(met.captcha().sid));
  });
  blocking_client vk{settings};
  std::thread::id called_on;
  bool good = false;
  std::jthread person{[&] {
    called_on = std::this_thread::get_id();
    good = vk.try_call(request{"status.get"}).has_value();
  }};
  hook_entered.wait();
  EXPECT_TRUE(vk.try_call(request{"users.get"}.set("user_ids", 1))) << "while a person thinks";
  answer.count_down();
  person.join();
  EXPECT_TRUE(good);
  EXPECT_EQ(asked_on, called_on) << "the prompt is on the thread of its call";
}

TEST(Load, AHookMayCallTheClientAgain) {
  testing::emulator_fixture emulator;
  emulator->add_fault(fault{fault_kind::error, 9}.method("status.get"));
  blocking_client vk{settings_for(emulator)};
  vk.on_error(api_errc{9}, [&](request call_request, error) {
    EXPECT_TRUE(vk.try_call(request{"users.get"}.set("user_ids", 1)));
    return handler_action::send(std::move(call_request));
  });
  EXPECT_TRUE(vk.try_call(request{"status.get"}));
}

TEST(Load, AStopEndsABlockingCall) {
  testing::emulator_fixture emulator;
  emulator->add_fault(fault{fault_kind::silent}.count(0));
  blocking_client vk{settings_for(emulator)};
  std::stop_source stop;
  std::jthread stopper{[&] {
    while (emulator->requests().empty()) std::this_thread::yield();
    stop.request_stop();
  }};
  const auto outcome =
      kept(vk.try_call(request{"users.get"}, call_options{}.stop_token(stop.get_token())));
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error(), errc::cancelled);
  EXPECT_EQ(outcome.error().effect(), request_effect::unknown);
  const auto late =
      kept(vk.try_call(request{"users.get"}, call_options{}.stop_token(stop.get_token())));
  EXPECT_EQ(late.error(), errc::cancelled) << "a stop that was requested before";
}

// The outcome wakes the caller while the loop's thread is still at the end of the call.
TEST(Load, AStopThatNeverComesHarmsNoBlockingCall) {
  testing::emulator_fixture emulator;
  blocking_client vk{settings_for(emulator)};
  const std::stop_source stop;
  for (int i = 0; i < 200; ++i) {
    const auto options = call_options{}.stop_token(stop.get_token());
    EXPECT_TRUE(vk.try_call(request{"users.get"}, options));
    EXPECT_EQ(
        vk.try_call(request{"users.get"}.set("user_ids", std::string{"\xff"}), options).error(),
        errc::invalid_argument);
  }
}

// Calls wait in the network, at the gate and in a hook when their client goes.
TEST(Load, ABlockingClientThatGoesEndsItsCalls) {
  testing::emulator_fixture emulator;
  emulator->add_fault(fault{fault_kind::silent}.method("users.get").count(0));
  emulator->add_fault(fault{fault_kind::captcha}.method("status.get"));
  std::latch hook_entered{1};
  std::latch gone{1};
  auto settings = settings_for(emulator);
  settings.on_captcha([&](challenge) {
    hook_entered.count_down();
    gone.wait();
    return challenge_answer::refused();
  });
  auto vk = std::make_unique<blocking_client>(settings);
  std::atomic<int> cancelled = 0;
  // By a pointer of their own: `reset` writes that of `vk` while they are at it.
  const auto calls = [&cancelled, client = vk.get()](const char* method) {
    return [&cancelled, client, method] {
      const auto outcome = kept(client->try_call(request{method}));
      if (!outcome && outcome.error() == errc::cancelled) ++cancelled;
    };
  };
  std::jthread in_hook{calls("status.get")};
  hook_entered.wait();
  std::jthread at_gate{calls("status.get")};
  std::jthread in_network{calls("users.get")};
  while (emulator->requests().size() < 3) std::this_thread::yield();
  vk.reset();
  gone.count_down();
  in_hook.join();
  at_gate.join();
  in_network.join();
  EXPECT_EQ(cancelled, 3);
}

TEST(Load, CancellationGivesTheConnectionBack) {
  testing::emulator_fixture emulator;
  emulator->add_fault(fault{fault_kind::silent}.method("status.get").count(20));
  asio::io_context io{1};
  const client vk{io.get_executor(), settings_for(emulator)};
  int cancelled = 0;
  bool good = false;
  asio::co_spawn(
      io,
      [&]() -> asio::awaitable<void> {
        for (int i = 0; i != 20; ++i) {
          asio::cancellation_signal signal;
          auto work = vk.try_call(request{"status.get"}, call_options{}.total_timeout(50ms));
          const auto outcome = co_await std::move(work);
          if (!outcome && outcome.error() == errc::deadline_exceeded) ++cancelled;
        }
        auto work = vk.try_call(request{"users.get"});
        good = (co_await std::move(work)).has_value();
        io.stop();
      },
      asio::detached);
  io.run_for(50s);
  EXPECT_EQ(cancelled, 20);
  EXPECT_TRUE(good);
}

}  // namespace
}  // namespace vkxx::test
