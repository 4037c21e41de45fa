// Many more requests than may be in progress: the others wait in line.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <algorithm>
#include <atomic>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "http/line/exchange_line.hpp"
#include "integration/http/servers/exchange.hpp"
#include "integration/http/servers/raw_server.hpp"

namespace vkxx::http::test {
namespace {

using namespace std::chrono_literals;
using detail::exchange_line;
using testing::AnyOf;
using testing::HasSubstr;

class Line : public testing::Test {
 protected:
  // Exchanges that are under way or in line.
  struct sent {
    std::optional<result<response>> outcome;
    std::chrono::steady_clock::time_point ended;
  };

  static std::shared_ptr<sent> send(transport_under_test& through, request message) {
    auto exchange = std::make_shared<sent>();
    asio::co_spawn(through.context(), through.get()->send(std::move(message)),
                   [exchange](std::exception_ptr, result<response> outcome) {
                     exchange->ended = std::chrono::steady_clock::now();
                     exchange->outcome.emplace(std::move(outcome));
                   });
    return exchange;
  }

  static bool run_until(asio::io_context& context, const std::function<bool()>& condition) {
    context.restart();
    const auto end = std::chrono::steady_clock::now() + 60s;
    while (!condition() && std::chrono::steady_clock::now() < end) context.run_for(1ms);
    return condition();
  }

  static request held(const raw_server& server) { return post_to(server.url("/held")); }
  static request with_deadline(request message, duration left) {
    message.deadline(std::chrono::steady_clock::now() + left);
    return message;
  }

  // Answers nothing to /held until `release` is set.
  raw_server::script holding() {
    return [this](raw_connection& peer, raw_server& counted) -> asio::awaitable<void> {
      for (;;) {
        const auto request = co_await peer.read_request();
        if (request.empty()) co_return;
        counted.count_request();
        const bool waits = request.find(" /held ") != std::string::npos;
        while (waits && !release) {
          asio::steady_timer pause{peer.socket().get_executor(), 1ms};
          co_await pause.async_wait(asio::use_awaitable);
        }
        co_await peer.reply("{}");
      }
    };
  }

  std::atomic<bool> release = false;
};

TEST_F(Line, FiveThousandAtOnceAllSucceedOverAFewConnections) {
  raw_server server{holding()};
  transport_under_test transport;
  std::vector<request> messages;
  for (int i = 0; i < 5000; ++i) {
    messages.push_back(with_deadline(post_to(server.url()), 100s));
  }
  int answered = 0;
  for (const auto& outcome : transport.send_all(std::move(messages))) {
    ASSERT_TRUE(outcome) << outcome.error();
    ++answered;
  }
  EXPECT_EQ(answered, 5000);
  EXPECT_EQ(server.requests(), 5000);
  EXPECT_LE(server.accepted(), transport_options{}.max_in_flight());
}

// The kernel's line of new connections holds them.
TEST_F(Line, ASilentServerGetsNoMoreConnectionsThanAllowed) {
  asio::io_context context;
  tcp::acceptor acceptor{context, {asio::ip::address_v4::loopback(), 0}};
  acceptor.non_blocking(true);
  transport_options options;
  options.max_in_flight(8);
  transport_under_test transport{options};
  const auto url = "http://127.0.0.1:" + std::to_string(acceptor.local_endpoint().port()) + "/";
  std::vector<std::shared_ptr<sent>> all;
  for (int i = 0; i < 500; ++i) all.push_back(send(transport, post_to(url)));
  std::vector<tcp::socket> connections;
  const auto accepted = [&] {
    for (boost::system::error_code failure; !failure;) {
      tcp::socket taken{context};
      static_cast<void>(acceptor.accept(taken, failure));
      if (!failure) connections.push_back(std::move(taken));
    }
    return connections.size();
  };
  ASSERT_TRUE(run_until(transport.context(), [&] { return accepted() >= 8; }));
  // Whatever could go on does so.
  for (int turn = 0; turn < 1000; ++turn) transport.context().poll();
  EXPECT_EQ(accepted(), 8U);
  for (const auto& each : all) EXPECT_FALSE(each->outcome);
}

TEST_F(Line, ADeadlineEndsTheWaitAndNothingWasSent) {
  raw_server server{holding()};
  for (const bool by_connections : {false, true}) {
    SCOPED_TRACE(by_connections ? "max_connections" : "max_in_flight");
    const auto before = server.requests();
    release = false;
    transport_options options;
    if (by_connections) {
      options.max_connections(1);
    } else {
      options.max_in_flight(1);
    }
    transport_under_test transport{options};
    const auto first = send(transport, std::move(held(server).timeout(100s)));
    ASSERT_TRUE(run_until(transport.context(), [&] { return server.requests() == before + 1; }));
    const auto by_deadline = send(transport, with_deadline(held(server), 20ms));
    const auto by_timeout = send(transport, std::move(held(server).timeout(30ms)));
    ASSERT_TRUE(run_until(transport.context(), [&] {
      return by_deadline->outcome.has_value() && by_timeout->outcome.has_value();
    })) << "although the first is still in progress";
    EXPECT_FALSE(first->outcome.has_value());
    for (const auto& late : {by_deadline, by_timeout}) {
      ASSERT_FALSE(*late->outcome);
      EXPECT_EQ(late->outcome->error().effect(), request_effect::not_sent);
      EXPECT_THAT(late->outcome->error().message(),
                  AnyOf(HasSubstr("waited for earlier requests"), HasSubstr("had passed already")));
    }
    EXPECT_EQ(by_deadline->outcome->error().code(), errc::deadline_exceeded);
    EXPECT_EQ(by_timeout->outcome->error().code(), errc::timeout);
    release = true;
    ASSERT_TRUE(run_until(transport.context(), [&] { return first->outcome.has_value(); }));
    EXPECT_TRUE(*first->outcome);
    EXPECT_EQ(server.requests(), before + 1);
  }
}

TEST_F(Line, TheTimeoutOfARequestWithADeadlineBeginsBehindTheLine) {
  raw_server server{holding()};
  transport_options options;
  options.max_in_flight(1);
  transport_under_test transport{options};
  const auto first = send(transport, std::move(held(server).timeout(100s)));
  ASSERT_TRUE(run_until(transport.context(), [&] { return server.requests() == 1; }));
  const auto second =
      send(transport, with_deadline(std::move(post_to(server.url()).timeout(20s)), 200s));
  const auto begun = std::chrono::steady_clock::now();
  const auto third = send(transport, with_deadline(std::move(held(server).timeout(50ms)), 200s));
  ASSERT_TRUE(run_until(transport.context(),
                        [&] { return std::chrono::steady_clock::now() - begun > 100ms; }));
  EXPECT_FALSE(third->outcome) << "longer in line than its timeout";
  EXPECT_EQ(server.requests(), 1);
  release = true;
  ASSERT_TRUE(run_until(transport.context(), [&] { return third->outcome.has_value(); }));
  EXPECT_TRUE(*second->outcome);
  EXPECT_TRUE(*third->outcome || third->outcome->error() == errc::timeout);
}

TEST_F(Line, LongPollsDoNotStandInTheWayOfCalls) {
  raw_server server{holding()};
  transport_options options;
  options.max_in_flight(2);
  transport_under_test transport{options};
  std::vector<std::shared_ptr<sent>> polls;
  for (int i = 0; i < 10; ++i) {
    polls.push_back(send(transport, std::move(held(server).waits_for_events(true).timeout(100s))));
  }
  ASSERT_TRUE(run_until(transport.context(), [&] { return server.requests() == 10; }));
  const auto call = send(transport, post_to(server.url()));
  ASSERT_TRUE(run_until(transport.context(), [&] { return call->outcome.has_value(); }));
  EXPECT_TRUE(*call->outcome);
  release = true;
  ASSERT_TRUE(run_until(transport.context(), [&] {
    return std::ranges::all_of(polls, [](const auto& each) { return each->outcome.has_value(); });
  }));
}

TEST_F(Line, OneHostDoesNotStandInTheWayOfAnother) {
  raw_server slow{holding()};
  raw_server fast{always("{}")};
  transport_options options;
  options.max_in_flight(1);
  transport_under_test transport{options};
  std::vector<std::shared_ptr<sent>> slow_ones;
  for (int i = 0; i < 3; ++i)
    slow_ones.push_back(send(transport, std::move(held(slow).timeout(100s))));
  const auto other = send(transport, post_to(fast.url()));
  ASSERT_TRUE(run_until(transport.context(), [&] { return other->outcome.has_value(); }));
  EXPECT_TRUE(*other->outcome);
  EXPECT_FALSE(slow_ones.front()->outcome);
  release = true;
  ASSERT_TRUE(
      run_until(transport.context(), [&] { return slow_ones.back()->outcome.has_value(); }));
}

// Others follow what fails before it is sent: in a loop, not in a recursion.
TEST_F(Line, ThousandsThatCannotBeginEndOneAfterTheOther) {
  raw_server server{holding()};
  transport_options options;
  options.max_in_flight(1);
  transport_under_test transport{options};
  const auto first = send(transport, std::move(held(server).timeout(100s)));
  ASSERT_TRUE(run_until(transport.context(), [&] { return server.requests() == 1; }));
  std::vector<std::shared_ptr<sent>> all;
  struct failing final : body_source {
    [[nodiscard]] std::uint64_t size() const noexcept override { return 10; }
    [[nodiscard]] result<std::unique_ptr<body_reader>> open() const override {
      return error{errc::body_failed, request_effect::not_sent, "it is gone"};
    }
  };
  for (int i = 0; i < 5000; ++i) {
    auto message = with_deadline(post_to(server.url()), 100s);
    message.body(std::make_shared<failing>(), "text/plain");
    all.push_back(send(transport, std::move(message)));
  }
  const auto last = send(transport, with_deadline(post_to(server.url()), 100s));
  release = true;
  ASSERT_TRUE(run_until(transport.context(), [&] { return last->outcome.has_value(); }));
  EXPECT_TRUE(*last->outcome);
  for (const auto& each : all) {
    ASSERT_TRUE(each->outcome);
    ASSERT_FALSE(*each->outcome);
    EXPECT_EQ(each->outcome->error().code(), errc::body_failed);
  }
}

TEST_F(Line, TheEndOfTheTransportEndsThoseInLine) {
  raw_server server{holding()};
  transport_options options;
  options.max_in_flight(1);
  transport_under_test transport{options};
  const auto first = send(transport, std::move(held(server).timeout(100s)));
  ASSERT_TRUE(run_until(transport.context(), [&] { return server.requests() == 1; }));
  std::vector<std::shared_ptr<sent>> all;
  for (int i = 0; i < 100; ++i) all.push_back(send(transport, held(server)));
  transport.context().poll();
  transport.destroy();
  for (const auto& each : all) {
    ASSERT_TRUE(each->outcome);
    EXPECT_EQ(each->outcome->error().code(), errc::cancelled);
    EXPECT_EQ(each->outcome->error().effect(), request_effect::not_sent);
  }
  EXPECT_EQ(first->outcome->error().effect(), request_effect::unknown);
}

TEST_F(Line, TheEndOfTheEventLoopDropsThoseInLine) {
  raw_server server{holding()};
  auto context = std::make_unique<asio::io_context>();
  transport_options options;
  options.max_in_flight(1);
  auto transport = make_curl_transport(context->get_executor(), options);
  const auto witness = std::make_shared<int>();
  for (int i = 0; i < 10; ++i) {
    asio::co_spawn(*context, transport->send(held(server)),
                   [witness](std::exception_ptr, const result<response>&) { FAIL(); });
  }
  ASSERT_TRUE(run_until(*context, [&] { return server.requests() == 1; }));
  context.reset();
  EXPECT_EQ(witness.use_count(), 1);
  transport.reset();
}

// The server and the client have 64 descriptors together.
TEST_F(Line, FewDescriptorsSufficeWithABoundThatFits) {
  raw_server server{holding()};
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
  auto limited = before;
  limited.rlim_cur = 64;
  transport_options options;
  options.max_in_flight(12);
  transport_under_test transport{options};
  std::vector<request> messages;
  for (int i = 0; i < 1000; ++i) messages.push_back(with_deadline(post_to(server.url()), 100s));
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &limited), 0);
  const auto outcomes = transport.send_all(std::move(messages));
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &before), 0);
  for (const auto& outcome : outcomes) EXPECT_TRUE(outcome) << outcome.error();
}

TEST(ExchangeLine, ConnectionsOfAHostThatMultiplexesAreCounted) {
  exchange_line line{{.connections = 2, .per_host = 0}};
  std::vector<exchange_line::place> places(400);
  std::size_t entered = 0;
  const auto enter = [&](const std::string& host) {
    return line.enter(places[entered++], host, false);
  };
  EXPECT_TRUE(enter("https://a"));
  EXPECT_TRUE(enter("https://a"));
  EXPECT_FALSE(enter("https://a"));
  EXPECT_EQ(line.next(), std::nullopt);
  line.multiplexes(places[0], true);
  EXPECT_EQ(line.next(), places[2].number());
  line.run(places[2]);
  EXPECT_TRUE(enter("https://b")) << "the host `a` has one connection now";
  EXPECT_FALSE(enter("https://c"));
  while (line.enter(places[entered], "https://a", false)) ++entered;
  EXPECT_EQ(entered, 102U) << "100 share a connection";
  line.leave(places[3]);
  EXPECT_EQ(line.next(), places[4].number()) << "the longest waiting";
}

TEST(ExchangeLine, KnowsWhetherAnExchangeNeedsAConnectionOfItsOwn) {
  exchange_line line{{.connections = 0, .per_host = 0}};
  std::vector<exchange_line::place> places(3);
  EXPECT_FALSE(exchange_line::needs_own_connection(places[0]));
  EXPECT_TRUE(line.enter(places[0], "https://a", true));
  EXPECT_FALSE(exchange_line::needs_own_connection(places[0])) << "not known yet";
  line.multiplexes(places[0], false);
  EXPECT_TRUE(line.enter(places[1], "https://a", true));
  EXPECT_TRUE(exchange_line::needs_own_connection(places[1]));
  line.multiplexes(places[0], true);
  EXPECT_FALSE(exchange_line::needs_own_connection(places[1]));
  EXPECT_TRUE(line.enter(places[2], "https://b", true));
  EXPECT_FALSE(exchange_line::needs_own_connection(places[2]));
  for (auto& each : places) line.leave(each);
}

TEST(ExchangeLine, EveryPlaceIsGivenBackOnce) {
  exchange_line line{{.connections = 3, .per_host = 2}};
  std::vector<exchange_line::place> places(1000);
  const auto hosts = std::vector<std::string>{"http://a", "http://b", "http://c"};
  std::size_t running = 0;
  for (std::size_t round = 0; round < 50; ++round) {
    for (std::size_t i = 0; i < places.size(); ++i) {
      if (line.enter(places[i], hosts[i % 3], i % 7 == 0)) ++running;
    }
    EXPECT_LE(running, 3U);
    EXPECT_GE(running, 2U);
    for (auto& each : places) {
      line.leave(each);
      line.leave(each);
    }
    EXPECT_EQ(line.next(), std::nullopt);
    running = 0;
  }
}

}  // namespace
}  // namespace vkxx::http::test
