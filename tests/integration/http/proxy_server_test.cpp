// Real proxy servers between the transport and the server.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "integration/http/exchange.hpp"
#include "integration/http/https_server.hpp"
#include "integration/http/process.hpp"
#include "integration/http/raw_server.hpp"

namespace vkxx::http::test {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr auto password = "s3cr:et@passw0rd";
constexpr auto encoded_password = "s3cr%3Aet%40passw0rd";

/// tinyproxy, an HTTP proxy; asks for user and password if there are any.
class http_proxy {
 public:
  explicit http_proxy(bool with_password) {
    std::string settings = "Port " + std::to_string(port) +
                           "\nListen 127.0.0.1\nAllow 127.0.0.1\nTimeout 20\nMaxClients 100\n";
    if (with_password) settings += std::string{"BasicAuth user "} + plain_password + "\n";
    folder_.write("conf", settings);
    program_ = std::make_unique<child_process>(
        std::vector<std::string>{find_program("tinyproxy"), "-d", "-c", folder_.path("conf")},
        folder_.path("log"));
    wait_for_listener(port);
  }
  const std::uint16_t port = free_port();
  // tinyproxy's settings know no quotes.
  static constexpr auto plain_password = "s3cretpassw0rd";

 private:
  temporary_folder folder_;
  std::unique_ptr<child_process> program_;
};

/// microsocks, a SOCKS5 proxy.
class socks_proxy {
 public:
  explicit socks_proxy(bool with_password) {
    std::vector<std::string> command{find_program("microsocks"), "-i", "127.0.0.1", "-p",
                                     std::to_string(port)};
    if (with_password) command.insert(command.end(), {"-u", "user", "-P", password});
    program_ = std::make_unique<child_process>(command, folder_.path("log"));
    wait_for_listener(port);
  }
  const std::uint16_t port = free_port();

 private:
  temporary_folder folder_;
  std::unique_ptr<child_process> program_;
};

class Proxies : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    for (const auto* const name : {"nginx", "tinyproxy", "microsocks"}) {
      if (find_program(name).empty()) return;
    }
    https_ = std::make_unique<https_server>();
  }
  static void TearDownTestSuite() { https_.reset(); }
  void SetUp() override {
    if (!https_) GTEST_SKIP() << "nginx, tinyproxy or microsocks is not installed";
  }

  static result<response> send_through(const std::string& address, std::string url) {
    transport_options options;
    options.ca_file(https_->ca_file()).proxy(proxy::parse(address).value());
    transport_under_test transport{options};
    return transport.send(post_to(std::move(url)));
  }
  // Both a server with TLS (a tunnel) and one without.
  static void expect_both_reached(const std::string& address) {
    const raw_server plain{always("{}")};
    const auto first = send_through(address, plain.url());
    ASSERT_TRUE(first) << first.error();
    EXPECT_EQ(first->body, "{}");
    EXPECT_EQ(plain.requests(), 1);
    const auto second = send_through(address, https_->http2_url());
    ASSERT_TRUE(second) << second.error();
    EXPECT_EQ(second->body, R"({"protocol":"HTTP/2.0"})");
  }
  static void expect_refusal(const result<response>& outcome, request_effect effect) {
    ASSERT_FALSE(outcome) << outcome->body;
    const auto failure = outcome.error();
    EXPECT_EQ(failure.code(), errc::proxy_failure) << failure;
    EXPECT_EQ(failure.effect(), effect) << failure;
    EXPECT_THAT(failure.to_string(), HasSubstr("proxy"));
    EXPECT_THAT(failure.to_string(), Not(HasSubstr("passw0rd")));
  }

  static std::unique_ptr<https_server> https_;
};

std::unique_ptr<https_server> Proxies::https_;

TEST_F(Proxies, Http) {
  const http_proxy through{false};
  expect_both_reached("http://127.0.0.1:" + std::to_string(through.port));
}

TEST_F(Proxies, HttpWithPassword) {
  const http_proxy through{true};
  const auto host = "127.0.0.1:" + std::to_string(through.port);
  expect_both_reached(std::string{"http://user:"} + http_proxy::plain_password + '@' + host);
  const raw_server plain{always("{}")};
  for (const auto& wrong : {"http://user:wrong-passw0rd@" + host, "http://" + host}) {
    expect_refusal(send_through(wrong, https_->http2_url()), request_effect::not_sent);
  }
  // Without a tunnel the proxy's answer is told by its status. (tinyproxy gives 401 for a wrong
  // password, which could be the server's as well.)
  expect_refusal(send_through("http://" + host, plain.url()), request_effect::rejected);
  EXPECT_EQ(plain.accepted(), 0);
}

TEST_F(Proxies, Socks) {
  const socks_proxy through{false};
  for (const auto* const scheme : {"socks5", "socks5h"}) {
    expect_both_reached(std::string{scheme} + "://127.0.0.1:" + std::to_string(through.port));
  }
}

TEST_F(Proxies, SocksWithPassword) {
  const socks_proxy through{true};
  const auto host = "127.0.0.1:" + std::to_string(through.port);
  expect_both_reached(std::string{"socks5://user:"} + encoded_password + '@' + host);
  const raw_server plain{always("{}")};
  for (const auto& wrong : {"socks5://user:wrong-passw0rd@" + host, "socks5://" + host}) {
    expect_refusal(send_through(wrong, plain.url()), request_effect::not_sent);
    expect_refusal(send_through(wrong, https_->http2_url()), request_effect::not_sent);
  }
  EXPECT_EQ(plain.accepted(), 0);
}

TEST_F(Proxies, ThatDoNotRun) {
  const raw_server plain{always("{}")};
  for (const auto* const scheme : {"http", "https", "socks5", "socks5h"}) {
    const auto address = std::string{scheme} + "://127.0.0.1:" + std::to_string(closed_port());
    expect_refusal(send_through(address, plain.url()), request_effect::not_sent);
  }
  EXPECT_EQ(plain.accepted(), 0);
}

TEST_F(Proxies, WhoseNameIsUnknown) {
  expect_refusal(send_through("http://no-such-proxy.invalid:1", https_->http2_url()),
                 request_effect::not_sent);
}

TEST_F(Proxies, ThatCannotReachTheServer) {
  const socks_proxy socks{false};
  const http_proxy http{false};
  const auto nowhere = "https://127.0.0.1:" + std::to_string(closed_port()) + '/';
  expect_refusal(send_through("socks5://127.0.0.1:" + std::to_string(socks.port), nowhere),
                 request_effect::not_sent);
  expect_refusal(send_through("http://127.0.0.1:" + std::to_string(http.port), nowhere),
                 request_effect::not_sent);
}

TEST_F(Proxies, OfTheEnvironmentAreNotUsed) {
  const raw_server plain{always("{}")};
  const auto dead = "http://127.0.0.1:" + std::to_string(closed_port());
  for (const auto* const name : {"http_proxy", "HTTPS_PROXY", "ALL_PROXY"}) {
    ::setenv(name, dead.c_str(), 1);
  }
  transport_under_test transport;
  const auto outcome = transport.send(post_to(plain.url()));
  for (const auto* const name : {"http_proxy", "HTTPS_PROXY", "ALL_PROXY"}) ::unsetenv(name);
  EXPECT_TRUE(outcome) << outcome.error();
}

}  // namespace
}  // namespace vkxx::http::test
