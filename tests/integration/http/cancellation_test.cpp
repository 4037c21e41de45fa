// Cancellation at every stage, destruction in the midst, and what is left behind.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <optional>

#include "integration/http/servers/exchange.hpp"
#include "integration/http/servers/raw_server.hpp"
#include "integration/http/servers/slow_resolver.hpp"

namespace vkxx::http::test {
namespace {

using namespace std::chrono_literals;

constexpr auto not_sent = request_effect::not_sent;
constexpr auto unknown = request_effect::unknown;

std::ptrdiff_t open_descriptors() {
  std::ptrdiff_t open = 0;
  for (int descriptor = 0; descriptor < 4096; ++descriptor) {
    if (::fcntl(descriptor, F_GETFD) != -1) ++open;
  }
  return open;
}

raw_server::script silent() {
  return [](raw_connection& peer, raw_server& server) -> asio::awaitable<void> {
    const auto request = co_await peer.read_request();
    if (!request.empty()) server.count_request();
    co_await peer.wait_for_close();
  };
}

// An exchange that runs until the test cancels it.
class cancellable {
 public:
  cancellable(asio::any_io_executor executor, const std::shared_ptr<transport>& through,
              request message) {
    asio::co_spawn(executor, through->send(std::move(message)),
                   asio::bind_cancellation_slot(
                       signal_.slot(), [this](std::exception_ptr, result<response> outcome) {
                         outcome_.emplace(std::move(outcome));
                       }));
  }
  void cancel() { signal_.emit(asio::cancellation_type::terminal); }
  [[nodiscard]] bool done() const { return outcome_.has_value(); }
  [[nodiscard]] const result<response>& outcome() const { return outcome_.value(); }

 private:
  asio::cancellation_signal signal_;
  std::optional<result<response>> outcome_;
};

void expect_cancelled(const cancellable& exchange, request_effect effect) {
  ASSERT_TRUE(exchange.done());
  ASSERT_FALSE(exchange.outcome());
  EXPECT_EQ(exchange.outcome().error().code(), errc::cancelled) << exchange.outcome().error();
  EXPECT_EQ(exchange.outcome().error().effect(), effect);
}

// Runs the loop in small steps until the condition holds; false after 20 s.
bool run_until(asio::io_context& context, const std::function<bool()>& condition) {
  context.restart();
  const auto end = std::chrono::steady_clock::now() + 20s;
  while (!condition() && std::chrono::steady_clock::now() < end) context.run_for(1ms);
  return condition();
}

void run_dry(asio::io_context& context) {
  context.restart();
  context.run();
}

TEST(Cancellation, BeforeAnythingBegan) {
  raw_server server{always("{}")};
  transport_under_test transport;
  cancellable exchange{transport.context().get_executor(), transport.get(), post_to(server.url())};
  exchange.cancel();
  run_dry(transport.context());
  expect_cancelled(exchange, not_sent);
  EXPECT_EQ(server.requests(), 0);
}

TEST(Cancellation, WhileItQueuesForAConnection) {
  raw_server server{silent()};
  transport_options options;
  options.max_connections(1);
  transport_under_test transport{options};
  auto& context = transport.context();
  cancellable first{context.get_executor(), transport.get(), post_to(server.url())};
  ASSERT_TRUE(run_until(context, [&] { return server.requests() == 1; }));
  cancellable second{context.get_executor(), transport.get(), post_to(server.url())};
  context.restart();
  context.poll();
  second.cancel();
  ASSERT_TRUE(run_until(context, [&] { return second.done(); }));
  expect_cancelled(second, not_sent);
  EXPECT_FALSE(first.done());
  first.cancel();
  run_dry(context);
  expect_cancelled(first, unknown);
}

TEST(Cancellation, WhileTheNameIsResolved) {
  const slow_resolver resolver{"slow.test"};
  transport_under_test transport;
  auto& context = transport.context();
  cancellable exchange{context.get_executor(), transport.get(), post_to("http://slow.test:1/")};
  ASSERT_TRUE(run_until(context, [&] { return resolver.asked(); }));
  exchange.cancel();
  // Returns although the resolver is still at it.
  run_dry(context);
  expect_cancelled(exchange, not_sent);
}

TEST(Cancellation, WhileItConnects) {
  // A listening socket whose queue is full lets nobody in.
  asio::io_context server_context;
  tcp::acceptor acceptor{server_context};
  acceptor.open(tcp::v4());
  acceptor.bind(tcp::endpoint{asio::ip::address_v4::loopback(), 0});
  acceptor.listen(0);
  std::vector<tcp::socket> fillers;
  for (int i = 0; i < 3; ++i) {
    fillers.emplace_back(server_context);
    fillers.back().async_connect(acceptor.local_endpoint(), [](boost::system::error_code) {});
  }
  transport_under_test transport;
  auto& context = transport.context();
  const auto before = open_descriptors();
  const auto url = "http://127.0.0.1:" + std::to_string(acceptor.local_endpoint().port());
  cancellable exchange{context.get_executor(), transport.get(), post_to(url)};
  ASSERT_TRUE(run_until(context, [&] { return open_descriptors() > before; }));
  exchange.cancel();
  run_dry(context);
  expect_cancelled(exchange, not_sent);
  // Fewer, if the resolver of an earlier test has only now come to its end.
  EXPECT_LE(open_descriptors(), before);
}

TEST(Cancellation, WhileTlsIsSetUp) {
  // Accepts, but never answers the greeting.
  raw_server server{[](raw_connection& peer, raw_server& counted) -> asio::awaitable<void> {
    counted.count_request();
    co_await peer.wait_for_close();
  }};
  transport_under_test transport;
  auto& context = transport.context();
  cancellable exchange{context.get_executor(), transport.get(),
                       post_to("https://127.0.0.1:" + std::to_string(server.port()))};
  ASSERT_TRUE(run_until(context, [&] { return server.requests() == 1; }));
  exchange.cancel();
  run_dry(context);
  expect_cancelled(exchange, not_sent);
  EXPECT_TRUE(server.wait_until([&] { return server.open() == 0; }));
}

TEST(Cancellation, WhileItSends) {
  // Sees that something comes but never reads it, so that a large body gets stuck on its way.
  raw_server server{[](raw_connection& peer, raw_server& counted) -> asio::awaitable<void> {
    co_await peer.socket().async_wait(tcp::socket::wait_read, asio::use_awaitable);
    counted.count_request();
    co_await peer.socket().async_wait(tcp::socket::wait_error, asio::use_awaitable);
  }};
  transport_under_test transport;
  auto& context = transport.context();
  const auto large = std::string(std::size_t{32} << 20U, 'x');
  cancellable exchange{context.get_executor(), transport.get(), post_to(server.url(), large)};
  ASSERT_TRUE(run_until(context, [&] { return server.requests() == 1; }));
  exchange.cancel();
  run_dry(context);
  expect_cancelled(exchange, unknown);
}

TEST(Cancellation, WhileItWaitsForTheAnswer) {
  raw_server server{silent()};
  transport_under_test transport;
  auto& context = transport.context();
  cancellable exchange{context.get_executor(), transport.get(), post_to(server.url())};
  ASSERT_TRUE(run_until(context, [&] { return server.requests() == 1; }));
  exchange.cancel();
  run_dry(context);
  expect_cancelled(exchange, unknown);
  EXPECT_TRUE(server.wait_until([&] { return server.open() == 0; }));
}

TEST(Cancellation, WhileItReceives) {
  raw_server server{[](raw_connection& peer, raw_server& counted) -> asio::awaitable<void> {
    co_await peer.read_request();
    co_await peer.write("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{");
    counted.count_request();
    co_await peer.wait_for_close();
  }};
  transport_under_test transport;
  auto& context = transport.context();
  cancellable exchange{context.get_executor(), transport.get(), post_to(server.url())};
  ASSERT_TRUE(run_until(context, [&] { return server.requests() == 1; }));
  exchange.cancel();
  run_dry(context);
  expect_cancelled(exchange, unknown);
}

TEST(Cancellation, AfterTheEndIsHarmless) {
  raw_server server{always("{}")};
  transport_under_test transport;
  auto& context = transport.context();
  cancellable exchange{context.get_executor(), transport.get(), post_to(server.url())};
  run_dry(context);
  exchange.cancel();
  run_dry(context);
  EXPECT_TRUE(exchange.outcome());
  EXPECT_TRUE(transport.send(post_to(server.url())));
  EXPECT_EQ(server.accepted(), 1);
}

TEST(Cancellation, OfAThousandLeavesTheTransportFitForUse) {
  raw_server server{[](raw_connection& peer, raw_server& counted) -> asio::awaitable<void> {
    for (;;) {
      const auto request = co_await peer.read_request();
      if (request.empty()) co_return;
      counted.count_request();
      if (request.find("answer=1") != std::string::npos) co_await peer.reply("{}");
    }
  }};
  transport_options options;
  options.max_in_flight(0);
  transport_under_test transport{options};
  auto& context = transport.context();
  std::vector<std::unique_ptr<cancellable>> exchanges;
  for (int i = 0; i < 1000; ++i) {
    exchanges.push_back(std::make_unique<cancellable>(context.get_executor(), transport.get(),
                                                      post_to(server.url(), "answer=0")));
  }
  ASSERT_TRUE(run_until(context, [&] { return server.requests() == 1000; }));
  for (const auto& exchange : exchanges) exchange->cancel();
  run_dry(context);
  for (const auto& exchange : exchanges) expect_cancelled(*exchange, unknown);
  EXPECT_TRUE(server.wait_until([&] { return server.open() == 0; }));
  const auto after = transport.send(post_to(server.url(), "answer=1"));
  EXPECT_TRUE(after) << after.error();
}

TEST(Destruction, CancelsWhatIsUnderWay) {
  raw_server server{silent()};
  const auto before = open_descriptors();
  {
    transport_options options;
    options.max_connections(100);
    transport_under_test transport{options};
    auto& context = transport.context();
    std::vector<std::unique_ptr<cancellable>> exchanges;
    // Most of them wait for a connection.
    for (int i = 0; i < 3000; ++i) {
      exchanges.push_back(std::make_unique<cancellable>(context.get_executor(), transport.get(),
                                                        post_to(server.url())));
    }
    ASSERT_TRUE(run_until(context, [&] { return server.requests() == 100; }));
    transport.destroy();
    int unsent = 0;
    for (const auto& exchange : exchanges) {
      ASSERT_TRUE(exchange->done());
      unsent += exchange->outcome().error().effect() == not_sent ? 1 : 0;
      EXPECT_EQ(exchange->outcome().error().code(), errc::cancelled);
    }
    EXPECT_EQ(unsent, 2900);
    EXPECT_TRUE(server.wait_until([&] { return server.open() == 0; }));
  }
  EXPECT_EQ(open_descriptors(), before);
}

TEST(Destruction, OfTheEventLoopFirstIsClean) {
  raw_server server{silent()};
  auto context = std::make_unique<asio::io_context>();
  auto transport = make_curl_transport(context->get_executor(), {});
  asio::co_spawn(*context, transport->send(post_to(server.url())),
                 [](std::exception_ptr, const result<response>&) { FAIL(); });
  ASSERT_TRUE(run_until(*context, [&] { return server.requests() == 1; }));
  transport.reset();
  context.reset();
  EXPECT_TRUE(server.wait_until([&] { return server.open() == 0; }));
}

TEST(Destruction, LeavesNoDescriptorBehind) {
  raw_server server{always("{}")};
  const auto before = open_descriptors();
  for (int round = 0; round < 3; ++round) {
    transport_under_test transport;
    std::vector<request> messages;
    for (int i = 0; i < 50; ++i) messages.push_back(post_to(server.url()));
    for (const auto& outcome : transport.send_all(std::move(messages))) EXPECT_TRUE(outcome);
    transport.destroy();
    EXPECT_TRUE(server.wait_until([&] { return server.open() == 0; }));
  }
  EXPECT_EQ(open_descriptors(), before);
}

// An idle transport holds open connections, but nothing that keeps the loop from ending.
TEST(Many, AThousandAtOnce) {
  raw_server server{always("{}")};
  transport_under_test transport;
  for (int round = 0; round < 2; ++round) {
    std::vector<request> messages;
    for (int i = 0; i < 1000; ++i) messages.push_back(post_to(server.url()));
    for (const auto& outcome : transport.send_all(std::move(messages))) {
      ASSERT_TRUE(outcome) << outcome.error();
      EXPECT_EQ(outcome->body, "{}");
    }
  }
  EXPECT_EQ(server.requests(), 2000);
  EXPECT_LE(server.accepted(), 1000);
}

TEST(Many, ThreadsShareATransportAndCancelAtWill) {
  raw_server server{always("{}")};
  asio::thread_pool pool{4};
  std::atomic<int> answered = 0;
  std::atomic<int> cancelled = 0;
  {
    const auto transport = make_curl_transport(pool.get_executor(), {});
    std::vector<std::unique_ptr<asio::cancellation_signal>> signals;
    for (int i = 0; i < 400; ++i) {
      auto strand = asio::make_strand(pool);
      signals.push_back(std::make_unique<asio::cancellation_signal>());
      auto& signal = *signals.back();
      asio::co_spawn(
          strand, transport->send(post_to(server.url())),
          asio::bind_cancellation_slot(
              signal.slot(), [&, strand](std::exception_ptr, const result<response>& outcome) {
                EXPECT_TRUE(strand.running_in_this_thread());
                if (outcome) {
                  ++answered;
                } else {
                  EXPECT_EQ(outcome.error().code(), errc::cancelled) << outcome.error();
                  ++cancelled;
                }
              }));
      if (i % 4 == 0) {
        asio::post(strand, [&signal] { signal.emit(asio::cancellation_type::terminal); });
      }
    }
    pool.wait();
  }
  EXPECT_EQ(answered + cancelled, 400);
  EXPECT_GE(answered, 300);
}

}  // namespace
}  // namespace vkxx::http::test
