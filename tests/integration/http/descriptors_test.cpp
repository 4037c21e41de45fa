// Descriptors that cannot be had cost the exchange that needed one, and no other.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <optional>
#include <vector>

#include "integration/http/servers/exchange.hpp"
#include "integration/http/servers/raw_server.hpp"
#include "integration/http/servers/scarce_descriptors.hpp"

namespace vkxx::http::test {
namespace {

using namespace std::chrono_literals;
using testing::AnyOf;
using testing::HasSubstr;

// Answers a request for /held only after one for /release was read.
class holding_server {
 public:
  holding_server()
      : server_{
            [this](raw_connection& peer, raw_server& counted) { return serve(peer, counted); }} {}
  [[nodiscard]] raw_server& get() { return server_; }
  void release() { released_ = true; }

 private:
  asio::awaitable<void> serve(raw_connection& peer, raw_server& counted) {
    for (;;) {
      const auto request = co_await peer.read_request();
      if (request.empty()) co_return;
      counted.count_request();
      const bool held = request.find(" /held ") != std::string::npos;
      while (held && !released_) {
        asio::steady_timer pause{peer.socket().get_executor(), 1ms};
        co_await pause.async_wait(asio::use_awaitable);
      }
      co_await peer.reply("{}");
    }
  }

  std::atomic<bool> released_ = false;
  raw_server server_;
};

// Exchanges that are under way while others are tried.
class in_flight {
 public:
  in_flight(transport_under_test& through, const std::string& url, int count) {
    for (int i = 0; i < count; ++i) {
      asio::co_spawn(through.context(), through.get()->send(post_to(url)),
                     [this](std::exception_ptr, result<response> outcome) {
                       outcomes_.push_back(std::move(outcome));
                     });
    }
  }
  [[nodiscard]] const std::vector<result<response>>& outcomes() const { return outcomes_; }

 private:
  std::vector<result<response>> outcomes_;
};

void run_until(transport_under_test& through, const std::function<bool()>& condition) {
  through.context().restart();
  const auto end = std::chrono::steady_clock::now() + 20s;
  while (!condition() && std::chrono::steady_clock::now() < end) through.context().run_for(1ms);
  ASSERT_TRUE(condition());
}

void expect_no_socket(const result<response>& outcome) {
  ASSERT_FALSE(outcome) << outcome->body;
  const auto failure = outcome.error();
  EXPECT_EQ(failure.code(), errc::connection_failed) << failure;
  EXPECT_EQ(failure.effect(), request_effect::not_sent) << failure;
  EXPECT_THAT(failure.message(), AnyOf(HasSubstr("Too many open files"), HasSubstr("No space")));
}

// Every call that makes or watches a descriptor fails once, with others under way.
TEST(Descriptors, EachThatCannotBeHadCostsOneExchange) {
  int points = 0;
  for (int point = 0; point < 50; ++point) {
    SCOPED_TRACE("the call that fails: " + std::to_string(point));
    holding_server server;
    transport_under_test transport;
    in_flight held{transport, server.get().url("/held"), 3};
    run_until(transport, [&server] { return server.get().requests() == 3; });

    std::optional<result<response>> tried;
    int refused = 0;
    {
      const scarce_descriptors scarce{point, 1};
      asio::co_spawn(transport.context(), transport.get()->send(post_to(server.get().url("/"))),
                     [&tried](std::exception_ptr, result<response> outcome) {
                       tried.emplace(std::move(outcome));
                     });
      run_until(transport, [&tried] { return tried.has_value(); });
      refused = scarce.refused();
    }
    if (refused > 0 && !*tried) expect_no_socket(*tried);
    if (refused == 0) {
      EXPECT_TRUE(*tried) << tried->error();
    }
    server.release();
    run_until(transport, [&held] { return held.outcomes().size() == 3; });
    for (const auto& outcome : held.outcomes()) EXPECT_TRUE(outcome) << outcome.error();
    EXPECT_TRUE(transport.send(post_to(server.get().url("/"))));
    if (refused == 0) break;
    ++points;
  }
  EXPECT_GE(points, 3) << "socket, its duplicate, their registration";
  EXPECT_LT(points, 50);
}

// As long as there are none, each new connection fails; those that are open are used.
TEST(Descriptors, OpenConnectionsAreUsedWhileNoOtherCanBeHad) {
  raw_server server{always("{}")};
  transport_under_test transport;
  ASSERT_TRUE(transport.send(post_to(server.url())));
  {
    const scarce_descriptors scarce{0, 1'000'000};
    std::vector<request> messages;
    for (int i = 0; i < 20; ++i) messages.push_back(post_to(server.url()));
    const auto outcomes = transport.send_all(std::move(messages));
    int answered = 0;
    for (const auto& outcome : outcomes) {
      if (outcome)
        ++answered;
      else
        expect_no_socket(outcome);
    }
    EXPECT_GE(answered, 1);
  }
  std::vector<request> messages;
  for (int i = 0; i < 20; ++i) messages.push_back(post_to(server.url()));
  for (const auto& outcome : transport.send_all(std::move(messages))) {
    EXPECT_TRUE(outcome) << outcome.error();
  }
}

// The same with the real limit at every value: names and sockets need some.
TEST(Descriptors, AnyLimitOfTheSystemCostsNewConnectionsOnly) {
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
  const auto lowest_free = [] {
    const auto descriptor = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
    ::close(descriptor);
    return static_cast<rlim_t>(descriptor);
  };
  for (int spare = 0; spare < 12; ++spare) {
    SCOPED_TRACE("free descriptors: " + std::to_string(spare));
    // The server's descriptors count as well; it accepts when one is free again.
    raw_server server{always("{}")};
    transport_under_test transport;
    std::vector<request> messages;
    for (int i = 0; i < 4; ++i) {
      messages.push_back(std::move(post_to(server.url()).timeout(300ms)));
      messages.push_back(std::move(
          post_to("http://localhost:" + std::to_string(server.port()) + "/").timeout(300ms)));
    }
    auto limited = before;
    limited.rlim_cur = lowest_free() + static_cast<rlim_t>(spare);
    ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &limited), 0);
    const auto outcomes = transport.send_all(std::move(messages));
    ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &before), 0);
    for (const auto& outcome : outcomes) {
      if (outcome || outcome.error() == errc::timeout) continue;
      EXPECT_EQ(outcome.error().effect(), request_effect::not_sent) << outcome.error();
      EXPECT_EQ(outcome.error().code(), errc::connection_failed) << outcome.error();
    }
    const auto afterwards = transport.send(post_to(server.url()));
    EXPECT_TRUE(afterwards) << afterwards.error();
  }
}

TEST(Descriptors, NumbersAboveThoseOfSelect) {
  rlimit limit{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &limit), 0);
  if (limit.rlim_cur < 2000) {
    limit.rlim_cur = std::min<rlim_t>(limit.rlim_max, 2000);
    ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &limit), 0);
  }
  ASSERT_GE(limit.rlim_cur, 2000U) << "the hard limit of open files (ulimit -Hn) is too low";
  std::vector<int> taken;
  while (taken.empty() || taken.back() < 1100) {
    taken.push_back(::open("/dev/null", O_RDONLY | O_CLOEXEC));
    ASSERT_NE(taken.back(), -1);
  }
  raw_server server{always("{}")};
  transport_under_test transport;
  std::vector<request> messages;
  for (int i = 0; i < 20; ++i) messages.push_back(post_to(server.url()));
  for (const auto& outcome : transport.send_all(std::move(messages))) {
    EXPECT_TRUE(outcome) << outcome.error();
  }
  for (const auto descriptor : taken) ::close(descriptor);
}

}  // namespace
}  // namespace vkxx::http::test
