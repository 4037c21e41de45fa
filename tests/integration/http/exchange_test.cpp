#include "integration/http/exchange.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "integration/http/raw_server.hpp"

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

}  // namespace
}  // namespace vkxx::http::test
