// Many exchanges that wait for their answers at the same time, end and begin again.
#include <gtest/gtest.h>

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <string>
#include <vector>

#include "integration/http/servers/exchange.hpp"
#include "integration/http/servers/raw_server.hpp"
#include "integration/http/servers/streams.hpp"

namespace vkxx::http::test {
namespace {

using namespace std::chrono_literals;

// Answers when so many requests wait at the same time.
raw_server::script all_together(int polls) {
  return [polls](raw_connection& peer, raw_server& server) -> asio::awaitable<void> {
    asio::steady_timer look{co_await asio::this_coro::executor};
    for (int round = 1;; ++round) {
      const auto request = co_await peer.read_request();
      if (request.empty()) co_return;
      server.count_request();
      while (server.requests() < round * polls) {
        look.expires_after(1ms);
        co_await look.async_wait(asio::use_awaitable);
      }
      co_await peer.reply("{\"updates\":[]}");
    }
  };
}

class Polls : public ::testing::TestWithParam<bool> {};

TEST_P(Polls, KeepTheirConnections) {
  const bool of_many_addresses = GetParam();
  constexpr int polls = 50;
  raw_server server{all_together(polls)};
  transport_under_test transport;
  for (int round = 0; round < 5; ++round) {
    std::vector<request> messages;
    for (int i = 0; i < polls; ++i) {
      auto message = post_to(server.url() + (of_many_addresses ? std::to_string(i) : ""));
      message.receive_buffer(1024).timeout(60s).waits_for_events(of_many_addresses);
      messages.push_back(std::move(message));
    }
    for (const auto& outcome : transport.send_all(std::move(messages))) {
      ASSERT_TRUE(outcome) << outcome.error();
    }
  }
  EXPECT_EQ(server.requests(), 5 * polls);
  EXPECT_EQ(server.accepted(), polls);
}

INSTANTIATE_TEST_SUITE_P(OneAddressOrMany, Polls, ::testing::Bool());

TEST(PollBuffers, OfAnySizeTakeAnyAnswer) {
  const auto body = pattern(0, 1'000'000);
  raw_server server{always(body)};
  transport_under_test transport;
  for (const std::size_t buffer : {1024UL, 0UL, 1UL << 20U, 5000UL, 1024UL}) {
    auto message = post_to(server.url());
    message.receive_buffer(buffer);
    const auto outcome = transport.send(std::move(message));
    ASSERT_TRUE(outcome) << outcome.error();
    EXPECT_EQ(outcome->body, body);
  }
  EXPECT_EQ(server.accepted(), 1);
}

}  // namespace
}  // namespace vkxx::http::test
