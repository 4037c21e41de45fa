// The progress of an exchange, and what its handler may do.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "integration/http/servers/exchange.hpp"
#include "integration/http/servers/raw_server.hpp"
#include "integration/http/servers/streams.hpp"

namespace vkxx::http::test {
namespace {

constexpr std::uint64_t sent_size = 5'000'000;
constexpr std::size_t answer_size = 3'000'000;

raw_server::script exchanging() {
  return [](raw_connection& peer, raw_server&) -> asio::awaitable<void> {
    co_await peer.read_head();
    co_await peer.skip(sent_size);
    co_await peer.reply(pattern(0, answer_size));
  };
}

request upload_to(std::string url) {
  request message{"POST", std::move(url)};
  message.body(std::make_shared<generated_source>(sent_size), "image/png");
  return message;
}

TEST(Progress, IsReportedInBothDirections) {
  raw_server server{exchanging()};
  std::vector<transfer_progress> seen;
  auto message = upload_to(server.url());
  message.on_progress([&](const transfer_progress& now) { seen.push_back(now); });
  transport_under_test transport;
  const auto outcome = transport.send(std::move(message));
  ASSERT_TRUE(outcome) << outcome.error();
  ASSERT_GT(seen.size(), 10U);
  transfer_progress before;
  for (const auto& now : seen) {
    EXPECT_EQ(now.to_send, sent_size);
    EXPECT_GE(now.sent, before.sent);
    EXPECT_GE(now.received, before.received);
    EXPECT_GT(now.sent + now.received, before.sent + before.received) << "nothing is new";
    EXPECT_EQ(now.to_receive.has_value(), now.received > 0);
    before = now;
  }
  EXPECT_EQ(before.sent, sent_size);
  EXPECT_EQ(before.received, answer_size);
  EXPECT_EQ(before.to_receive, answer_size);
}

TEST(Progress, OfAPlainBodyAsWell) {
  raw_server server{always("{}")};
  std::optional<transfer_progress> last;
  transport_under_test transport;
  for (int i = 0; i < 2; ++i) {
    auto message = post_to(server.url(), "v=5.199");
    if (i == 0) message.on_progress([&](const transfer_progress& now) { last = now; });
    if (i == 1) last.reset();
    ASSERT_TRUE(transport.send(std::move(message)));
    ASSERT_EQ(last.has_value(), i == 0) << "the second exchange has no handler";
    if (!last) continue;
    EXPECT_EQ(last->sent, 7U);
    EXPECT_EQ(last->to_send, 7U);
    EXPECT_EQ(last->received, 2U);
  }
}

TEST(Progress, ExceptionOfItsHandlerEndsTheExchange) {
  raw_server server{exchanging()};
  for (const bool at_the_end : {false, true}) {
    auto message = upload_to(server.url());
    message.on_progress([&](const transfer_progress& now) {
      if (!at_the_end || now.received == answer_size) throw std::runtime_error{"enough"};
    });
    const auto sink = std::make_shared<text_sink>();
    message.sink(sink);
    transport_under_test transport;
    const auto outcome = transport.send(std::move(message));
    ASSERT_FALSE(outcome);
    EXPECT_EQ(outcome.error().code(), errc::handler_failed) << outcome.error();
    EXPECT_EQ(outcome.error().effect(), request_effect::unknown);
    EXPECT_THAT(outcome.error().message(), testing::HasSubstr("enough"));
    EXPECT_EQ(sink->committed, 0);
    EXPECT_EQ(sink->begun, sink->discarded);
  }
}

TEST(Progress, HandlerMayStartExchangesAndGiveUpTheTransport) {
  raw_server server{exchanging()};
  raw_server other_server{always("{}")};
  asio::io_context context;
  auto through = make_curl_transport(context.get_executor(), {});
  std::vector<std::unique_ptr<pending_exchange>> others;
  auto message = upload_to(server.url());
  message.on_progress([&](const transfer_progress& now) {
    if (through && others.size() < 20) {
      others.push_back(std::make_unique<pending_exchange>(context.get_executor(), through,
                                                          post_to(other_server.url())));
    }
    if (now.received > 0) through.reset();
  });
  const pending_exchange exchange{context.get_executor(), through, std::move(message)};
  ASSERT_TRUE(run_until(context, [&] { return exchange.done() && !through; }));
  context.restart();
  context.run();
  EXPECT_FALSE(others.empty());
  for (const auto& other : others) {
    ASSERT_TRUE(other->done());
    EXPECT_TRUE(other->outcome()) << other->outcome().error();
  }
}

}  // namespace
}  // namespace vkxx::http::test
