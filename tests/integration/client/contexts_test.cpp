// Calls that are awaited elsewhere than in their client's execution context, or made by its hooks.
#include <atomic>
#include <chrono>
#include <memory>
#include <optional>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>

#include <vkxx/blocking_client.hpp>
#include <vkxx/client.hpp>
#include <vkxx/emulator.hpp>
#include <vkxx/http/curl_transport.hpp>
#include <vkxx/testing/manual_clock.hpp>

namespace vkxx::test {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using call_outcome = std::optional<result<reply>>;

config remote_settings(const emulator& vk) {
  config settings;
  settings.emulator(vk.url()).access_token(vk.tokens().user);
  return settings;
}

// Not a lambda: its parameters live in its frame.
asio::awaitable<void> call_into(client vk, request message, call_outcome* into) {
  auto calling = vk.try_call(std::move(message));
  into->emplace(co_await std::move(calling));
}

void expect_failure(const call_outcome& seen, errc code, request_effect effect) {
  ASSERT_TRUE(seen);
  ASSERT_FALSE(*seen);
  EXPECT_EQ(seen->error().code(), code) << seen->error();
  EXPECT_EQ(seen->error().effect(), effect) << seen->error();
}

// The transport knows nothing of the client's clock, which may be far from the machine's.
TEST(AnotherClock, ServesCallsOverAnyTransport) {
  emulator vk;
  for (const auto start : {1ms, std::chrono::milliseconds{std::chrono::years{50}}}) {
    asio::io_context io;
    auto settings = remote_settings(vk);
    settings.time_source(std::make_shared<testing::manual_clock>(time_point{} + start))
        .transport(http::make_curl_transport(io.get_executor(), {}));
    const client clocked{io.get_executor(), settings};
    call_outcome seen;
    asio::co_spawn(io, call_into(clocked, request{"users.get"}, &seen), asio::detached);
    io.run();
    ASSERT_TRUE(seen);
    EXPECT_TRUE(*seen) << seen->error();
  }
}

TEST(AnotherContext, GetsTheAnswer) {
  emulator vk;
  asio::io_context home;
  const auto work = asio::make_work_guard(home);
  std::jthread thread{[&] { home.run(); }};
  client remote{home.get_executor(), remote_settings(vk)};
  asio::io_context here;
  std::vector<call_outcome> seen(20);
  for (auto& each : seen) {
    asio::co_spawn(here, call_into(remote, request{"users.get"}, &each), asio::detached);
  }
  here.run();
  for (const auto& each : seen) {
    ASSERT_TRUE(each);
    EXPECT_TRUE(*each) << each->error();
  }
  home.stop();
}

TEST(AnotherContext, KeepsTheDeadlineThoughNobodyRunsTheClient) {
  emulator vk;
  asio::io_context idle;
  client remote{idle.get_executor(), remote_settings(vk).total_timeout(50ms)};
  asio::io_context here;
  call_outcome seen;
  asio::co_spawn(here, call_into(remote, request{"wall.post"}, &seen), asio::detached);
  here.run_for(20s);
  expect_failure(seen, errc::deadline_exceeded, request_effect::not_sent);
  EXPECT_THAT(seen->error().message(), HasSubstr("did not respond"));
  EXPECT_EQ(remote.metrics().deadlines_elsewhere, 1U);
  EXPECT_TRUE(vk.journal().empty());
}

TEST(AnotherContext, DoesNotCountTheTimeOfAPersonEither) {
  emulator vk;
  vk.add_fault(emulation::parse_fault("captcha:users.get*1"));
  const auto clock = std::make_shared<testing::manual_clock>();
  auto settings = remote_settings(vk).total_timeout(10s).limits(limits{}.off());
  settings.time_source(clock).on_captcha(
      [&](challenge challenge) -> asio::awaitable<challenge_answer> {
        clock->advance(1min);
        co_return challenge_answer::captcha_key(vk.captcha_answer(challenge.captcha().sid));
      });
  asio::io_context home;
  const auto work = asio::make_work_guard(home);
  std::jthread thread{[&] { home.run(); }};
  client remote{home.get_executor(), settings};
  asio::io_context here;
  call_outcome seen;
  asio::co_spawn(here, call_into(remote, request{"users.get"}, &seen), asio::detached);
  here.run_for(20s);
  home.stop();
  ASSERT_TRUE(seen);
  EXPECT_TRUE(*seen) << seen->error();
}

TEST(AnotherContext, CanCancelThoughNobodyRunsTheClient) {
  emulator vk;
  asio::io_context idle;
  client remote{idle.get_executor(), remote_settings(vk)};
  asio::io_context here;
  asio::cancellation_signal stop;
  call_outcome seen;
  asio::co_spawn(here, call_into(remote, request{"wall.post"}, &seen),
                 asio::bind_cancellation_slot(stop.slot(), asio::detached));
  asio::post(here, [&] { stop.emit(asio::cancellation_type::terminal); });
  here.run_for(20s);
  expect_failure(seen, errc::cancelled, request_effect::not_sent);
  // It is not sent later either.
  idle.run_for(100ms);
  EXPECT_TRUE(vk.journal().empty());
}

TEST(AnotherContext, KeepsTheDeadlineWhenTheClientStops) {
  emulator vk;
  vk.add_fault(emulation::parse_fault("silent:wall.post*0"));
  asio::io_context home;
  client remote{home.get_executor(), remote_settings(vk).total_timeout(300ms)};
  asio::io_context here;
  call_outcome seen;
  asio::co_spawn(here, call_into(remote, request{"wall.post"}.set("message", "a"), &seen),
                 asio::detached);
  const auto end = std::chrono::steady_clock::now() + 20s;
  while (vk.requests().empty() && !seen && std::chrono::steady_clock::now() < end) {
    here.poll();
    home.poll();
  }
  // From now on nobody runs `home`.
  here.run_for(20s);
  expect_failure(seen, errc::deadline_exceeded, request_effect::unknown);
}

TEST(AnotherContext, IsToldOfTheEndOfTheClients) {
  emulator vk;
  vk.add_fault(emulation::parse_fault("silent:users.get*0"));
  auto home = std::make_unique<asio::io_context>();
  client remote{home->get_executor(), remote_settings(vk).limits(limits{}.off())};
  asio::io_context here;
  std::vector<call_outcome> seen(100);
  for (auto& each : seen) {
    asio::co_spawn(here, call_into(remote, request{"users.get"}, &each), asio::detached);
  }
  const auto end = std::chrono::steady_clock::now() + 20s;
  while (vk.requests().size() < 10) {
    ASSERT_LT(std::chrono::steady_clock::now(), end);
    here.poll();
    home->poll();
  }
  home.reset();
  here.run_for(20s);
  for (const auto& each : seen) {
    ASSERT_TRUE(each);
    ASSERT_FALSE(*each);
    EXPECT_EQ(each->error().code(), errc::cancelled) << each->error();
  }
}

TEST(AClient, MayOutliveItsContext) {
  emulator vk;
  for (const bool limited : {false, true}) {
    auto settings = remote_settings(vk).batching(batching{});
    if (!limited) settings.limits(limits{}.off());
    auto home = std::make_unique<asio::io_context>();
    client left{home->get_executor(), settings};
    std::vector<call_outcome> seen(200);
    for (auto& each : seen) {
      asio::co_spawn(*home, call_into(left, request{"users.get"}, &each), asio::detached);
    }
    for (int i = 0; i < 20; ++i) home->poll();
    home.reset();
    asio::io_context here;
    call_outcome later;
    asio::co_spawn(here, call_into(left, request{"users.get"}, &later), asio::detached);
    here.run_for(20s);
    expect_failure(later, errc::cancelled, request_effect::not_sent);
    EXPECT_THAT(later->error().message(), HasSubstr("execution context of the client is gone"));
  }
}

TEST(ACoroutineHook, ThatCallsItsBlockingClientIsRefused) {
  emulator vk;
  vk.add_fault(emulation::parse_fault("error=15:users.get*1"));
  std::atomic<blocking_client*> self = nullptr;
  call_outcome inner;
  auto settings = remote_settings(vk);
  settings.on_any_error([&](request, error) -> asio::awaitable<handler_action> {
    inner.emplace(self.load()->try_call(request{"friends.get"}));
    co_return handler_action::fail();
  });
  blocking_client client{settings};
  self = &client;
  EXPECT_FALSE(client.try_call(request{"users.get"}));
  expect_failure(inner, errc::invalid_argument, request_effect::not_sent);
}

TEST(AMiddleware, ThatCallsItsBlockingClientIsRefused) {
  emulator vk;
  std::atomic<blocking_client*> self = nullptr;
  call_outcome inner;
  auto settings = remote_settings(vk);
  settings.around_call([&](request message, next_call next) -> asio::awaitable<result<reply>> {
    if (!inner) inner.emplace(self.load()->try_call(request{"friends.get"}));
    auto rest = next(std::move(message));
    co_return co_await std::move(rest);
  });
  blocking_client client{settings};
  self = &client;
  EXPECT_TRUE(client.try_call(request{"users.get"}));
  expect_failure(inner, errc::invalid_argument, request_effect::not_sent);
}

// The hook would wait for the call that waits for the hook.
TEST(ACaptchaHook, ThatMeetsACaptchaItselfDoesNotWaitForItself) {
  emulator vk;
  vk.add_fault(emulation::parse_fault("captcha:friends.get*0"));
  vk.add_fault(emulation::parse_fault("captcha:users.get*1"));
  asio::io_context io;
  std::optional<client> self;
  call_outcome inner;
  auto settings = remote_settings(vk);
  settings.on_captcha([&](challenge challenge) -> asio::awaitable<challenge_answer> {
    auto calling = self->try_call(request{"friends.get"});
    inner.emplace(co_await std::move(calling));
    co_return challenge_answer::captcha_key(vk.captcha_answer(challenge.captcha().sid));
  });
  for (const bool with_deadline : {true, false}) {
    inner.reset();
    if (!with_deadline) settings.total_timeout(duration::max());
    self.emplace(io.get_executor(), settings);
    call_outcome seen;
    asio::co_spawn(io, call_into(*self, request{"users.get"}, &seen), asio::detached);
    io.restart();
    io.run_for(20s);
    ASSERT_TRUE(inner) << "the hook waits for itself";
    ASSERT_FALSE(*inner);
    EXPECT_EQ(inner->error(), api_errc::captcha_needed) << inner->error();
    ASSERT_TRUE(seen);
    vk.add_fault(emulation::parse_fault("captcha:users.get*1"));
  }
}

TEST(ACaptchaHook, OfABlockingClientDoesNotWaitForItselfEither) {
  emulator vk;
  vk.add_fault(emulation::parse_fault("captcha:friends.get*0"));
  vk.add_fault(emulation::parse_fault("captcha:users.get*1"));
  std::atomic<blocking_client*> self = nullptr;
  call_outcome inner;
  auto settings = remote_settings(vk).total_timeout(10s);
  settings.on_captcha([&](challenge) {
    inner.emplace(self.load()->try_call(request{"friends.get"}));
    return challenge_answer::refused();
  });
  blocking_client client{settings};
  self = &client;
  EXPECT_FALSE(client.try_call(request{"users.get"}));
  ASSERT_TRUE(inner);
  ASSERT_FALSE(*inner);
  EXPECT_EQ(inner->error(), api_errc::captcha_needed) << inner->error();
}

}  // namespace
}  // namespace vkxx::test
