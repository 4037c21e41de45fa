#include "integration/http/servers/exchange.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>

#include "integration/http/servers/raw_server.hpp"

namespace vkxx::http::test {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(Exchange, PostsAndGetsTheAnswer) {
  std::string seen;
  raw_server server{[&seen](raw_connection& peer, raw_server&) -> asio::awaitable<void> {
    seen = co_await peer.read_request();
    co_await peer.write(
        "HTTP/1.1 418 I'm a teapot\r\nX-One: 1\r\nx-empty:\r\nContent-Length: 5\r\n\r\nhello");
  }};
  transport_under_test transport;
  auto message = post_to(server.url("/method/users.get"), "user_ids=1&v=5.199");
  message.add_header("Accept", "application/json").add_header("X-Nothing", "");
  message.bearer_token(secret{"vk1.a.token"});
  const auto outcome = transport.send(std::move(message));

  ASSERT_TRUE(outcome) << outcome.error();
  EXPECT_EQ(outcome->status, 418);
  EXPECT_EQ(outcome->body, "hello");
  EXPECT_EQ(find_header(outcome->headers, "x-one"), "1");
  EXPECT_EQ(find_header(outcome->headers, "X-Empty"), "");
  EXPECT_THAT(seen, testing::StartsWith("POST /method/users.get HTTP/1.1\r\n"));
  EXPECT_THAT(seen, testing::EndsWith("\r\n\r\nuser_ids=1&v=5.199"));
  EXPECT_THAT(seen, HasSubstr("\r\nAuthorization: Bearer vk1.a.token\r\n"));
  EXPECT_THAT(seen, HasSubstr("\r\nAccept: application/json\r\n"));
  EXPECT_THAT(seen, HasSubstr("\r\nX-Nothing:\r\n"));
  EXPECT_THAT(seen, HasSubstr("\r\nContent-Type: application/x-www-form-urlencoded\r\n"));
  EXPECT_THAT(seen, HasSubstr("\r\nUser-Agent: vkxx/"));
  EXPECT_THAT(seen, testing::ContainsRegex("Accept-Encoding: .*gzip"));
  EXPECT_THAT(seen, Not(HasSubstr("Expect")));
}

TEST(Exchange, SendsALargeBodyWithoutAskingForLeave) {
  std::string seen;
  raw_server server{[&seen](raw_connection& peer, raw_server&) -> asio::awaitable<void> {
    seen = co_await peer.read_request();
    co_await peer.reply("{}");
  }};
  transport_under_test transport;
  const auto large = std::string(std::size_t{5} << 20U, 'x');
  const auto outcome = transport.send(post_to(server.url(), large));
  ASSERT_TRUE(outcome) << outcome.error();
  EXPECT_EQ(seen.find("Expect"), std::string::npos);
  EXPECT_TRUE(seen.ends_with("\r\n\r\n" + large));
}

TEST(Exchange, KeepsTheConnection) {
  raw_server server{always("{}")};
  transport_under_test transport;
  for (int i = 0; i < 20; ++i) {
    const auto outcome = transport.send(post_to(server.url()));
    ASSERT_TRUE(outcome) << outcome.error();
    EXPECT_EQ(outcome->body, "{}");
  }
  EXPECT_EQ(server.accepted(), 1);
  EXPECT_EQ(server.requests(), 20);
}

// One after another by the same handle of libcurl, which keeps what it can of the address.
TEST(Exchange, GoesToItsOwnAddress) {
  const auto first_line = [](raw_connection& peer, raw_server&) -> asio::awaitable<void> {
    for (;;) {
      const auto seen = co_await peer.read_request();
      if (seen.empty()) co_return;
      co_await peer.reply(seen.substr(0, seen.find('\r')));
    }
  };
  raw_server raw{first_line};
  raw_server other{first_line};
  transport_under_test transport;
  for (const auto* const path :
       {"/a", "/method/users.get", "/method/users.get", "/a?b=c", "/a", "/a%20b", "/a/../d", "/"}) {
    for (const auto* const server : {&raw, &other, &raw}) {
      const auto outcome = transport.send(post_to(server->url(path)));
      ASSERT_TRUE(outcome) << outcome.error();
      const auto* const target = path == std::string_view{"/a/../d"} ? "/d" : path;
      EXPECT_EQ(outcome->body, std::string{"POST "} + target + " HTTP/1.1");
    }
  }
  EXPECT_EQ(raw.accepted(), 1);
  EXPECT_EQ(other.accepted(), 1);
}

// Two hundred at once, of which no more than the limit has a connection; the others wait for one.
TEST(Exchange, OpensNoMoreConnectionsThanAllowed) {
  std::atomic<int> most_open = 0;
  raw_server server{
      [&most_open](raw_connection& peer, raw_server& counted) -> asio::awaitable<void> {
        while (!(co_await peer.read_request()).empty()) {
          counted.count_request();
          most_open = std::max(most_open.load(), counted.open());
          co_await peer.reply("{}");
        }
      }};
  transport_options options;
  options.max_connections(4);
  transport_under_test transport{options};
  for (int round = 1; round <= 2; ++round) {
    std::vector<request> messages;
    for (int i = 0; i < 200; ++i) messages.push_back(post_to(server.url()));
    for (const auto& outcome : transport.send_all(std::move(messages))) {
      ASSERT_TRUE(outcome) << outcome.error();
    }
    EXPECT_EQ(server.requests(), 200 * round);
    EXPECT_EQ(server.accepted(), 4) << "the second round finds them open";
    EXPECT_EQ(most_open, 4);
  }
}

TEST(Exchange, WithoutALimitEachOfManyHasItsOwnConnectionAndKeepsIt) {
  // Answers nobody before all have asked.
  constexpr int many = 50;
  raw_server server{[](raw_connection& peer, raw_server& counted) -> asio::awaitable<void> {
    asio::steady_timer wait{co_await asio::this_coro::executor};
    for (int round = 1;; ++round) {
      if ((co_await peer.read_request()).empty()) co_return;
      counted.count_request();
      while (counted.requests() < many * round) {
        wait.expires_after(std::chrono::milliseconds{1});
        co_await wait.async_wait(asio::use_awaitable);
      }
      co_await peer.reply("{}");
    }
  }};
  transport_under_test transport;
  for (int round = 1; round <= 2; ++round) {
    std::vector<request> messages;
    for (int i = 0; i < many; ++i) messages.push_back(post_to(server.url()));
    for (const auto& outcome : transport.send_all(std::move(messages))) {
      ASSERT_TRUE(outcome) << outcome.error();
    }
    EXPECT_EQ(server.accepted(), many);
  }
}

}  // namespace
}  // namespace vkxx::http::test
