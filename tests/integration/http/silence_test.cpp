// The limit of silence.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "integration/http/servers/exchange.hpp"
#include "integration/http/servers/raw_server.hpp"
#include "integration/http/servers/streams.hpp"

namespace vkxx::http::test {
namespace {

using namespace std::chrono_literals;

constexpr auto partial_answer = "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf";

asio::awaitable<void> wait_for(std::chrono::milliseconds time) {
  asio::steady_timer timer{co_await asio::this_coro::executor, time};
  co_await timer.async_wait(asio::use_awaitable);
}

// Reads the head, writes `answer` and says nothing more.
raw_server::script stalled(std::string answer, bool reads) {
  return [answer, reads](raw_connection& peer, raw_server& server) -> asio::awaitable<void> {
    co_await peer.read_head();
    server.count_request();
    co_await peer.write(answer);
    if (reads) co_await peer.wait_for_close();
    if (!reads) co_await peer.socket().async_wait(tcp::socket::wait_error, asio::use_awaitable);
  };
}

void expect_silence(const result<response>& outcome, const char* activity) {
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().code(), errc::timeout) << outcome.error();
  EXPECT_EQ(outcome.error().effect(), request_effect::unknown);
  EXPECT_THAT(outcome.error().message(),
              testing::HasSubstr("no byte was sent or received for 150 ms"));
  EXPECT_THAT(outcome.error().message(), testing::HasSubstr(activity));
}

TEST(Silence, OfAServerThatStallsEndsTheExchange) {
  const auto began = std::chrono::steady_clock::now();
  {
    raw_server server{stalled("", true)};
    auto message = post_to(server.url());
    message.timeout(60s).silence_limit(150ms);
    expect_silence(transport_under_test{}.send(std::move(message)), "waiting for the answer");
  }
  {
    raw_server server{stalled(partial_answer, true)};
    auto message = post_to(server.url());
    message.timeout(60s).silence_limit(150ms);
    expect_silence(transport_under_test{}.send(std::move(message)), "reading the answer");
  }
  {
    raw_server server{stalled("", false)};
    request message{"POST", server.url()};
    message.body(std::make_shared<generated_source>(too_much_for_sockets), "image/png");
    message.timeout(60s).silence_limit(150ms);
    expect_silence(transport_under_test{}.send(std::move(message)), "waiting for the answer");
  }
  const auto took = std::chrono::steady_clock::now() - began;
  EXPECT_GE(took, 450ms);
  EXPECT_LT(took, 30s);
}

TEST(Silence, IsNoneWhileBytesMove) {
  // 16 times 50 ms: much longer than the limit in all.
  raw_server server{[](raw_connection& peer, raw_server&) -> asio::awaitable<void> {
    co_await peer.read_head();
    for (int i = 0; i < 8; ++i) {
      co_await wait_for(50ms);
      co_await peer.skip(too_much_for_sockets / 8);
    }
    co_await peer.write("HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\n");
    for (int i = 0; i < 8; ++i) {
      co_await wait_for(50ms);
      co_await peer.write("x");
    }
  }};
  request message{"POST", server.url()};
  message.body(std::make_shared<generated_source>(too_much_for_sockets), "image/png");
  message.timeout(60s).silence_limit(500ms);
  const auto began = std::chrono::steady_clock::now();
  const auto outcome = transport_under_test{}.send(std::move(message));
  ASSERT_TRUE(outcome) << outcome.error();
  EXPECT_EQ(outcome->body, "xxxxxxxx");
  EXPECT_GE(std::chrono::steady_clock::now() - began, 800ms);
}

// More than the event loop hears of at a time.
TEST(Silence, OfAnEventLoopThatIsBusyDoesNotCount) {
  constexpr int count = 300;
  // Much longer than it takes to send the requests, also on a slow machine.
  constexpr auto limit = 3s;
  std::atomic<int> answered = 0;
  raw_server server{[&](raw_connection& peer, raw_server& counted) -> asio::awaitable<void> {
    co_await peer.read_request();
    counted.count_request();
    while (counted.requests() < count) co_await wait_for(1ms);
    co_await peer.reply("{}");
    ++answered;
    co_await peer.wait_for_close();
  }};
  transport_options options;
  options.max_in_flight(0);
  transport_under_test transport{options};
  auto& context = transport.context();
  std::vector<std::unique_ptr<pending_exchange>> exchanges;
  for (int i = 0; i < count; ++i) {
    auto message = post_to(server.url());
    message.silence_limit(limit);
    exchanges.push_back(std::make_unique<pending_exchange>(context.get_executor(), transport.get(),
                                                           std::move(message)));
  }
  // Nobody runs the loop from the moment at which the last request is sent.
  context.restart();
  while (server.requests() < count) context.poll_one();
  const auto sent_by = std::chrono::steady_clock::now();
  while (answered < count || std::chrono::steady_clock::now() < sent_by + limit + 100ms) continue;
  const auto all_done = [&] {
    return std::ranges::all_of(exchanges, [](const auto& each) { return each->done(); });
  };
  ASSERT_TRUE(run_until(context, all_done));
  for (const auto& each : exchanges) ASSERT_TRUE(each->outcome()) << each->outcome().error();
}

// The loop finds the first answer and the end of the second one's silence at the same time. While
// it handles the first, the second answer comes: its socket is not looked at before the verdict.
TEST(Silence, OfAnAnswerThatWaitsInItsSocketIsNone) {
  constexpr auto limit = 2s;
  std::atomic<bool> first_may_come = false;
  std::atomic<bool> second_may_come = false;
  std::atomic<int> answered = 0;
  raw_server server{[&](raw_connection& peer, raw_server& counted) -> asio::awaitable<void> {
    const auto request = co_await peer.read_request();
    auto& may_come = request.starts_with("POST /first") ? first_may_come : second_may_come;
    counted.count_request();
    while (!may_come) co_await wait_for(1ms);
    co_await peer.reply("{}");
    ++answered;
    co_await peer.wait_for_close();
  }};
  const auto come = [&answered](int count) {
    const auto latest = std::chrono::steady_clock::now() + 20s;
    while (answered < count && std::chrono::steady_clock::now() < latest) continue;
  };
  transport_under_test transport;
  auto& context = transport.context();
  auto message = post_to(server.url("/first"));
  message.on_progress([&](const transfer_progress& now) {
    if (now.received == 0 || second_may_come.exchange(true)) return;
    come(2);
    const auto later = std::chrono::steady_clock::now() + 20ms;
    while (std::chrono::steady_clock::now() < later) continue;
  });
  pending_exchange first{context.get_executor(), transport.get(), std::move(message)};
  message = post_to(server.url("/second"));
  message.silence_limit(limit);
  pending_exchange second{context.get_executor(), transport.get(), std::move(message)};
  context.restart();
  while (server.requests() < 2) context.poll_one();
  context.poll();
  const auto sent_by = std::chrono::steady_clock::now();
  first_may_come = true;
  come(1);
  while (std::chrono::steady_clock::now() < sent_by + limit + 1ms) continue;
  ASSERT_TRUE(run_until(context, [&] { return first.done() && second.done(); }));
  EXPECT_TRUE(first.outcome());
  EXPECT_TRUE(second.outcome()) << second.outcome().error();
}

TEST(Silence, BeginsWhenTheRequestIsSent) {
  raw_server server{[](raw_connection& peer, raw_server& counted) -> asio::awaitable<void> {
    co_await peer.read_request();
    counted.count_request();
    if (counted.requests() == 2) co_await peer.reply("{}");
    co_await peer.wait_for_close();
  }};
  transport_options options;
  options.max_connections(1);
  transport_under_test transport{options};
  auto first = post_to(server.url());
  first.silence_limit(400ms);
  auto queued = post_to(server.url());
  queued.silence_limit(150ms);
  const auto outcomes = transport.send_all({first, queued});
  ASSERT_FALSE(outcomes.front());
  EXPECT_EQ(outcomes.front().error().code(), errc::timeout);
  EXPECT_TRUE(outcomes.back()) << outcomes.back().error();
}

TEST(Silence, LimitOfOneExchangeIsNotThatOfTheNext) {
  raw_server server{[](raw_connection& peer, raw_server&) -> asio::awaitable<void> {
    co_await peer.read_request();
    co_await peer.reply("{}");
    co_await peer.read_request();
    co_await wait_for(300ms);
    co_await peer.reply("{}");
  }};
  transport_under_test transport;
  auto limited = post_to(server.url());
  limited.silence_limit(100ms);
  ASSERT_TRUE(transport.send(limited));
  const auto outcome = transport.send(post_to(server.url()));
  EXPECT_TRUE(outcome) << outcome.error();
}

}  // namespace
}  // namespace vkxx::http::test
