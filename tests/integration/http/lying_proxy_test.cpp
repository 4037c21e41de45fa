// Proxies that answer something else than they should. Nothing gets through, and that is known.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>

#include "integration/http/servers/exchange.hpp"
#include "integration/http/servers/raw_server.hpp"

namespace vkxx::http::test {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

// A tunnel through a proxy that answers each request of a connection with these bytes.
error failure_through(const std::string& bytes, int& requests, bool close = false) {
  raw_server liar{
      [bytes, close](raw_connection& peer, raw_server& counted) -> asio::awaitable<void> {
        for (;;) {
          const auto request = co_await peer.read_request();
          if (request.empty()) co_return;
          counted.count_request();
          co_await peer.write(bytes);
          if (close) co_return;
        }
      }};
  transport_options options;
  options.proxy(
      proxy::parse("http://ann:passw0rd@127.0.0.1:" + std::to_string(liar.port())).value());
  transport_under_test transport{options};
  auto message = post_to("https://api.invalid/method/messages.send");
  message.timeout(std::chrono::seconds{5});
  const auto outcome = transport.send(std::move(message));
  requests = liar.requests();
  EXPECT_FALSE(outcome) << outcome->status;
  if (outcome) return error{errc::invalid_argument, request_effect::unknown, "none"};
  return outcome.error();
}

TEST(LyingProxy, IsAFailureOfTheProxyAndNothingWasSent) {
  const std::string page = "<html>Please sign in to the network</html>";
  const auto with_page = [&page](const std::string& first_lines) {
    return first_lines +
           "Content-Type: text/html\r\nContent-Length: " + std::to_string(page.size()) +
           "\r\n\r\n" + page;
  };
  const std::string asks = "HTTP/1.1 407 Proxy Authentication Required\r\n";
  const std::string answers[] = {
      with_page(asks + "Proxy-Authenticate: Basic realm=\"x\"\r\n"),
      with_page(asks + "Proxy-Authenticate: NTLM\r\nProxy-Authenticate: Negotiate\r\n"),
      with_page(asks),
      with_page("HTTP/1.1 200 OK\r\n"),
      "HTTP/1.1 200 OK\r\n\r\n" + page,
      with_page("HTTP/1.1 302 Found\r\nLocation: http://login.invalid/\r\n"),
      with_page("HTTP/1.1 403 Forbidden\r\n"),
      with_page("HTTP/1.1 500 Internal Server Error\r\n"),
      with_page("HTTP/1.1 502 Bad Gateway\r\n"),
      with_page("HTTP/1.1 503 Service Unavailable\r\n"),
      page + "\r\n\r\n",
      "",
  };
  for (const auto& answer : answers) {
    for (const bool close : {false, true}) {
      if (answer.empty() && !close) continue;
      SCOPED_TRACE(answer + (close ? " and closes" : ""));
      int requests = 0;
      const auto failure = failure_through(answer, requests, close);
      EXPECT_EQ(failure.code(), errc::proxy_failure) << failure;
      EXPECT_EQ(failure.effect(), request_effect::not_sent) << failure;
      EXPECT_THAT(failure.to_string(), Not(HasSubstr("passw0rd")));
      EXPECT_LE(requests, 2);
    }
  }
}

TEST(LyingProxy, ThatNeverAnswersEndsByTheTimeout) {
  raw_server liar{[](raw_connection& peer, raw_server&) -> asio::awaitable<void> {
    co_await peer.wait_for_close();
  }};
  transport_options options;
  options.proxy(proxy::parse("http://127.0.0.1:" + std::to_string(liar.port())).value());
  transport_under_test transport{options};
  auto message = post_to("https://api.invalid/");
  message.timeout(std::chrono::milliseconds{50});
  const auto outcome = transport.send(std::move(message));
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().code(), errc::timeout) << outcome.error();
  EXPECT_EQ(outcome.error().effect(), request_effect::not_sent);
}

}  // namespace
}  // namespace vkxx::http::test
