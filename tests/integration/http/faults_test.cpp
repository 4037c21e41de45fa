// What a server or network can do wrong, and what the transport makes of it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>

#include <vkxx/testing/manual_clock.hpp>
#include "integration/http/servers/exchange.hpp"
#include "integration/http/servers/raw_server.hpp"

namespace vkxx::http::test {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr auto not_sent = request_effect::not_sent;
constexpr auto unknown = request_effect::unknown;

// Reads a request, then leaves the client without an answer for as long as it likes to wait.
raw_server::script silent() {
  return [](raw_connection& peer, raw_server& server) -> asio::awaitable<void> {
    const auto request = co_await peer.read_request();
    if (!request.empty()) server.count_request();
    co_await peer.wait_for_close();
  };
}

void expect_error(const result<response>& outcome, errc code, request_effect effect) {
  ASSERT_FALSE(outcome) << "status " << outcome->status << ": " << outcome->body;
  const auto failure = outcome.error();
  EXPECT_EQ(failure.code(), code) << failure;
  EXPECT_EQ(failure.effect(), effect) << failure;
}

result<response> answered_with(std::string bytes, transport_options options = {}) {
  raw_server server{once(std::move(bytes))};
  transport_under_test transport{std::move(options)};
  return transport.send(post_to(server.url()));
}

TEST(Faults, RefusedConnection) {
  transport_under_test transport;
  const auto url = "http://127.0.0.1:" + std::to_string(closed_port()) + "/method/x?key=hidden";
  const auto outcome = transport.send(post_to(url));
  expect_error(outcome, errc::connection_refused, not_sent);
  EXPECT_THAT(outcome.error().message(), HasSubstr("connecting to 127.0.0.1:"));
  EXPECT_THAT(outcome.error().message(), Not(HasSubstr("hidden")));
}

TEST(Faults, UnknownHost) {
  transport_under_test transport;
  const auto outcome = transport.send(post_to("http://no-such-host.invalid/"));
  expect_error(outcome, errc::host_not_found, not_sent);
  EXPECT_THAT(outcome.error().message(), HasSubstr("no-such-host.invalid"));
}

TEST(Faults, SilentServerEndsByTheTimeout) {
  raw_server server{silent()};
  transport_under_test transport;
  auto message = post_to(server.url());
  message.timeout(50ms);
  const auto outcome = transport.send(std::move(message));
  expect_error(outcome, errc::timeout, unknown);
  EXPECT_THAT(outcome.error().message(), HasSubstr("waiting for the answer of 127.0.0.1"));
}

TEST(Faults, SilentServerEndsByTheDeadlineIfThatIsSooner) {
  raw_server server{silent()};
  transport_under_test transport;
  auto message = post_to(server.url());
  message.timeout(1h).deadline(std::chrono::steady_clock::now() + 50ms);
  expect_error(transport.send(std::move(message)), errc::deadline_exceeded, unknown);
}

// A clock that does not run with the machine's may be hours before it, or after it.
TEST(Faults, DeadlinesAreOfTheClockThatComesWithThem) {
  for (const auto lead : {-1h, 1h}) {
    const auto time =
        std::make_shared<vkxx::testing::manual_clock>(std::chrono::steady_clock::now() + lead);
    raw_server server{always("{}")};
    transport_under_test transport;
    auto message = post_to(server.url());
    message.timeout(1h).deadline(time->now() + 10s, time);
    const auto outcome = transport.send(std::move(message));
    EXPECT_TRUE(outcome) << outcome.error();

    auto late = post_to(server.url());
    late.timeout(1h).deadline(time->now(), time);
    expect_error(transport.send(std::move(late)), errc::deadline_exceeded, not_sent);
    auto unlimited = post_to(server.url());
    unlimited.deadline(no_deadline, time);
    EXPECT_TRUE(transport.send(std::move(unlimited)));
  }
}

TEST(Faults, PassedDeadlineSendsNothing) {
  raw_server server{always("{}")};
  transport_under_test transport;
  const auto passed = std::chrono::steady_clock::now() - 1ms;
  for (const auto moment : {passed, time_point{}, time_point::min()}) {
    for (const auto& time : {std::shared_ptr<clock>{}, system_clock()}) {
      auto message = post_to(server.url());
      message.deadline(moment, time);
      expect_error(transport.send(std::move(message)), errc::deadline_exceeded, not_sent);
    }
  }
  EXPECT_EQ(server.accepted(), 0);
}

TEST(Faults, WaitingForAConnectionEndsByTheTimeoutAndWasNotSent) {
  raw_server server{silent()};
  transport_options options;
  options.max_connections(1);
  transport_under_test transport{options};
  std::vector<request> messages;
  messages.push_back(std::move(post_to(server.url()).timeout(200ms)));
  messages.push_back(std::move(post_to(server.url()).timeout(50ms)));
  const auto outcomes = transport.send_all(std::move(messages));
  expect_error(outcomes[0], errc::timeout, unknown);
  expect_error(outcomes[1], errc::timeout, not_sent);
  EXPECT_EQ(server.requests(), 1);
}

TEST(Faults, ClosedBeforeAnyAnswer) {
  expect_error(answered_with(""), errc::connection_lost, unknown);
}

TEST(Faults, ResetBeforeAnyAnswer) {
  raw_server server{[](raw_connection& peer, raw_server&) -> asio::awaitable<void> {
    co_await peer.read_request();
    peer.reset();
  }};
  transport_under_test transport;
  expect_error(transport.send(post_to(server.url())), errc::connection_lost, unknown);
}

TEST(Faults, TruncatedBody) {
  const auto outcome = answered_with("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"resp");
  expect_error(outcome, errc::truncated_answer, unknown);
  EXPECT_THAT(outcome.error().message(), HasSubstr("reading the answer of 127.0.0.1"));
}

TEST(Faults, TruncatedChunkedBody) {
  expect_error(answered_with("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n10\r\n{\"resp"),
               errc::truncated_answer, unknown);
}

TEST(Faults, ChunkedBodyWithoutItsEnd) {
  expect_error(answered_with("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n"),
               errc::truncated_answer, unknown);
}

TEST(Faults, TruncatedHeaders) {
  expect_error(answered_with("HTTP/1.1 200 OK\r\nContent-Le"), errc::truncated_answer, unknown);
  expect_error(answered_with("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"),
               errc::truncated_answer, unknown);
}

TEST(Faults, ResetInTheBody) {
  raw_server server{[](raw_connection& peer, raw_server&) -> asio::awaitable<void> {
    co_await peer.read_request();
    co_await peer.write("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"resp");
    peer.reset();
  }};
  transport_under_test transport;
  // A reset may overtake the beginning of the answer.
  const auto outcome = transport.send(post_to(server.url()));
  ASSERT_FALSE(outcome);
  EXPECT_TRUE(outcome.error() == errc::truncated_answer || outcome.error() == errc::connection_lost)
      << outcome.error();
  EXPECT_EQ(outcome.error().effect(), unknown);
}

TEST(Faults, NotHttp) {
  expect_error(answered_with("SSH-2.0-OpenSSH_9.2\r\nand more\r\n\r\n"), errc::malformed_answer,
               unknown);
}

TEST(Faults, HugeBody) {
  transport_options options;
  options.max_answer_size(10'000);
  const auto exact = std::string(10'000, 'x');
  const auto head = [](std::size_t size) {
    return "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(size) + "\r\n\r\n";
  };
  const auto fits = answered_with(head(10'000) + exact, options);
  ASSERT_TRUE(fits) << fits.error();
  EXPECT_EQ(fits->body, exact);
  const auto outcome = answered_with(head(10'001) + exact + 'x', options);
  expect_error(outcome, errc::answer_too_large, unknown);
  EXPECT_THAT(outcome.error().message(), HasSubstr("10000 bytes"));
}

TEST(Faults, FloodOfHeaders) {
  std::string flood = "HTTP/1.1 200 OK\r\n";
  for (int i = 0; i < 1000; ++i) flood += "X-Header-" + std::to_string(i) + ": x\r\n";
  expect_error(answered_with(flood + "Content-Length: 0\r\n\r\n"), errc::answer_too_large, unknown);
}

TEST(Faults, FloodOfInterimAnswers) {
  std::string flood;
  for (int i = 0; i < 20'000; ++i) flood += "HTTP/1.1 103 Early Hints\r\n\r\n";
  expect_error(answered_with(flood + "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"),
               errc::answer_too_large, unknown);
}

// What has no end and is not counted as a header or body ends by the timeout.
TEST(Faults, EndlessAnswersEndInTime) {
  struct endless {
    std::string head;
    std::string part;
    errc code;
  };
  const std::string chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
  const endless answers[] = {
      {"", "HTTP/1.1 100 Continue\r\n\r\n", errc::answer_too_large},
      {"HTTP/1.1 200 OK\r\n", "X-A: b\r\n", errc::answer_too_large},
      {"HTTP/1.1 200 OK\r\nX-A: ", "bbbbbbbb", errc::answer_too_large},
      {chunked + "2;", "extension", errc::timeout},
      {chunked + "2\r\n{}\r\n0\r\n", "X-A: b\r\n", errc::answer_too_large},
      {chunked, "1\r\nx\r\n", errc::answer_too_large},
      {"HTTP/1.1 200 OK\r\n\r\n", "xxxxxxxx", errc::answer_too_large},
  };
  for (const auto& [head, part, code] : answers) {
    SCOPED_TRACE(head + " and then " + part);
    std::string block;
    while (block.size() < 8192) block += part;
    raw_server server{[head, block](raw_connection& peer, raw_server&) -> asio::awaitable<void> {
      try {
        co_await peer.read_request();
        co_await peer.write(head);
        for (;;) co_await peer.write(block);
      } catch (const boost::system::system_error&) {  // the client closed
      }
    }};
    transport_options options;
    options.max_answer_size(100'000);
    transport_under_test transport{options};
    auto message = post_to(server.url());
    message.timeout(300ms);
    const auto outcome = transport.send(std::move(message));
    ASSERT_FALSE(outcome);
    EXPECT_EQ(outcome.error().effect(), unknown);
    EXPECT_EQ(outcome.error().code(), code) << outcome.error();
  }
}

TEST(Faults, DripEndsByTheTimeout) {
  raw_server server{[](raw_connection& peer, raw_server&) -> asio::awaitable<void> {
    try {
      co_await peer.read_request();
      co_await peer.write("HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n");
      asio::steady_timer pause{peer.socket().get_executor()};
      for (;;) {
        co_await peer.write("x");
        pause.expires_after(5ms);
        co_await pause.async_wait(asio::use_awaitable);
      }
    } catch (const boost::system::system_error&) {  // the client closed
    }
  }};
  transport_under_test transport;
  auto message = post_to(server.url());
  message.timeout(100ms);
  expect_error(transport.send(std::move(message)), errc::timeout, unknown);
}

// The server answers and closes before it has read the body: the answer counts.
TEST(Faults, AnswerBeforeTheBodyWasRead) {
  raw_server server{[](raw_connection& peer, raw_server&) -> asio::awaitable<void> {
    co_await peer.write(
        "HTTP/1.1 413 Content Too Large\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}");
    co_await peer.wait_for_close();
  }};
  transport_under_test transport;
  const auto outcome =
      transport.send(post_to(server.url(), std::string(std::size_t{8} << 20U, 'x')));
  ASSERT_TRUE(outcome) << outcome.error();
  EXPECT_EQ(outcome->status, 413);
  EXPECT_EQ(outcome->body, "{}");
}

// What comes after the announced length is no part of the answer, nor of the next one.
TEST(Faults, MoreThanTheAnnouncedLength) {
  raw_server server{[](raw_connection& peer, raw_server&) -> asio::awaitable<void> {
    for (;;) {
      const auto request = co_await peer.read_request();
      if (request.empty()) co_return;
      co_await peer.write(
          "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"
          "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil");
    }
  }};
  transport_under_test transport;
  for (int i = 0; i < 3; ++i) {
    const auto outcome = transport.send(post_to(server.url()));
    ASSERT_TRUE(outcome) << outcome.error();
    EXPECT_EQ(outcome->body, "{}");
  }
}

TEST(Faults, SeveralLengthsThatContradictEachOther) {
  const auto outcome =
      answered_with("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 4\r\n\r\n{}{}");
  if (outcome) {
    EXPECT_THAT(outcome->body, ::testing::AnyOf("{}", "{}{}"));
  } else {
    EXPECT_EQ(outcome.error().effect(), unknown) << outcome.error();
  }
}

// The connection of an exchange that timed out is not used again: its answer may still come.
TEST(Faults, LateAnswerIsNotTakenForTheNext) {
  raw_server server{[](raw_connection& peer, raw_server& counted) -> asio::awaitable<void> {
    try {
      for (;;) {
        const auto request = co_await peer.read_request();
        if (request.empty()) co_return;
        counted.count_request();
        const bool late = request.find("held=1") != std::string::npos;
        if (late) {
          asio::steady_timer pause{peer.socket().get_executor(), 60ms};
          co_await pause.async_wait(asio::use_awaitable);
        }
        co_await peer.reply(late ? "late" : "{}");
      }
    } catch (const boost::system::system_error&) {  // the client closed
    }
  }};
  transport_under_test transport;
  for (int i = 0; i < 5; ++i) {
    auto message = post_to(server.url(), "held=1");
    message.timeout(30ms);
    expect_error(transport.send(std::move(message)), errc::timeout, unknown);
    const auto next = transport.send(post_to(server.url()));
    ASSERT_TRUE(next) << next.error();
    EXPECT_EQ(next->body, "{}");
  }
}

TEST(Faults, OneByteAtATime) {
  const std::string answer =
      "HTTP/1.1 200 OK\r\nX-A: b\r\nTransfer-Encoding: chunked\r\n\r\n3\r\n{\"a\r\n4\r\n\":1}\r\n"
      "0\r\n\r\n";
  raw_server server{[&answer](raw_connection& peer, raw_server&) -> asio::awaitable<void> {
    co_await peer.read_request();
    peer.socket().set_option(tcp::no_delay{true});
    for (const char byte : answer) co_await peer.write(std::string(1, byte));
    co_await peer.wait_for_close();
  }};
  transport_under_test transport;
  const auto outcome = transport.send(post_to(server.url()));
  ASSERT_TRUE(outcome) << outcome.error();
  EXPECT_EQ(outcome->body, "{\"a\":1}");
  EXPECT_EQ(find_header(outcome->headers, "X-A"), "b");
}

// A redirect is an answer, with its `Location`. Neither request nor token goes there.
TEST(Faults, RedirectsAreNotFollowed) {
  for (const auto status : {301, 302, 303, 307, 308}) {
    const raw_server elsewhere{always("{}")};
    raw_server server{once("HTTP/1.1 " + std::to_string(status) + " Moved\r\nLocation: " +
                           elsewhere.url("/there") + "\r\nContent-Length: 4\r\n\r\ngone")};
    transport_under_test transport;
    auto message = post_to(server.url());
    message.bearer_token(secret{"vk1.a.token"});
    const auto outcome = transport.send(std::move(message));
    ASSERT_TRUE(outcome) << outcome.error();
    EXPECT_EQ(outcome->status, status);
    EXPECT_EQ(find_header(outcome->headers, "location"), elsewhere.url("/there"));
    EXPECT_EQ(outcome->body, "gone");
    EXPECT_EQ(elsewhere.accepted(), 0);
  }
}

// The first request is answered, the second read and its connection closed without an answer: it
// may have been executed.
TEST(Faults, NothingIsSentTwiceWhenAReusedConnectionDies) {
  for (const bool reset : {false, true}) {
    for (const std::string body : {"text=hello", ""}) {
      raw_server server{
          [reset](raw_connection& peer, raw_server& counted) -> asio::awaitable<void> {
            const auto first = co_await peer.read_request();
            if (first.empty()) co_return;
            counted.count_request();
            co_await peer.reply("{}");
            const auto second = co_await peer.read_request();
            if (second.empty()) co_return;
            counted.count_request();
            if (reset) peer.reset();
          }};
      transport_under_test transport;
      const auto first = transport.send(post_to(server.url(), body));
      ASSERT_TRUE(first) << first.error();
      const auto second = transport.send(post_to(server.url(), body));
      expect_error(second, errc::connection_lost, unknown);
      EXPECT_EQ(server.requests(), 2);
      const auto third = transport.send(post_to(server.url(), body));
      EXPECT_TRUE(third) << third.error();
    }
  }
}

// A connection that the server closed while it was idle is noticed before anything is sent.
TEST(Faults, IdleConnectionClosedByTheServerIsReplaced) {
  raw_server server{[](raw_connection& peer, raw_server& counted) -> asio::awaitable<void> {
    co_await peer.read_request();
    counted.count_request();
    co_await peer.reply("{}");
  }};
  transport_under_test transport;
  for (int i = 1; i <= 5; ++i) {
    const auto outcome = transport.send(post_to(server.url()));
    ASSERT_TRUE(outcome) << outcome.error();
    ASSERT_TRUE(server.wait_until([&server] { return server.open() == 0; }));
    EXPECT_EQ(server.requests(), i);
  }
}

TEST(Faults, RequestsThatCannotBeSentAreRefusedByName) {
  const auto message_of = [](request message) {
    transport_under_test transport;
    const auto outcome = transport.send(std::move(message));
    EXPECT_FALSE(outcome);
    if (outcome) return std::string{};
    EXPECT_EQ(outcome.error().code(), errc::invalid_argument);
    EXPECT_EQ(outcome.error().effect(), not_sent);
    return outcome.error().message();
  };
  EXPECT_THAT(message_of(post_to("ftp://127.0.0.1/")), HasSubstr("url"));
  EXPECT_THAT(message_of(post_to("http://user:pass@127.0.0.1/")), HasSubstr("user or password"));
  auto split = post_to("http://127.0.0.1/");
  split.add_header("X-A", "b\r\nX-Evil: c");
  EXPECT_THAT(message_of(split), HasSubstr("X-A"));
  auto token = post_to("http://127.0.0.1/");
  token.bearer_token(secret{"abcdefghijkl\n"});
  EXPECT_THAT(message_of(token),
              ::testing::AllOf(HasSubstr("bearer_token"), Not(HasSubstr("abcdefghijkl"))));
}

}  // namespace
}  // namespace vkxx::http::test
