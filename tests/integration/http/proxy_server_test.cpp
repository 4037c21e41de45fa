// Real proxy servers between the transport and the server.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <filesystem>

#include "integration/http/servers/exchange.hpp"
#include "integration/http/servers/https_server.hpp"
#include "integration/http/servers/proxy_servers.hpp"
#include "integration/http/servers/raw_server.hpp"

namespace vkxx::http::test {
namespace {

using testing::HasSubstr;
using testing::Not;

class Proxies : public testing::Test {
 protected:
  static void TearDownTestSuite() { https_.reset(); }
  void SetUp() override {
    ASSERT_TRUE(std::filesystem::is_directory("/dev/shm")) << "squid needs /dev/shm";
    if (!https_) https_ = std::make_unique<https_server>();
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
  static std::unique_ptr<squid> start_squid(bool with_password) {
    return std::make_unique<squid>(https_->certificate_file(), https_->key_file(), with_password);
  }
  // Of a proxy that says so by its status, with a tunnel and without.
  static void expect_password_asked_for(const std::string& scheme, const std::string& host) {
    const raw_server plain{always("{}")};
    for (const std::string user : {"user:wrong-passw0rd@", ""}) {
      const auto address = scheme + "://" + user + host;
      const auto tunnelled = send_through(address, https_->http2_url());
      expect_refusal(tunnelled, request_effect::not_sent);
      EXPECT_THAT(tunnelled.error().message(), HasSubstr("does not accept the user and password"));
      expect_refusal(send_through(address, plain.url()), request_effect::rejected);
    }
    EXPECT_EQ(plain.accepted(), 0);
  }

  static std::unique_ptr<https_server> https_;
};

std::unique_ptr<https_server> Proxies::https_;

TEST_F(Proxies, Http) {
  const tinyproxy through{false};
  expect_both_reached("http://127.0.0.1:" + std::to_string(through.port));
}

TEST_F(Proxies, HttpWithPassword) {
  const tinyproxy through{true};
  const auto host = "127.0.0.1:" + std::to_string(through.port);
  expect_both_reached(std::string{"http://user:"} + tinyproxy::plain_password + '@' + host);
  const raw_server plain{always("{}")};
  for (const auto& wrong : {"http://user:wrong-passw0rd@" + host, "http://" + host}) {
    expect_refusal(send_through(wrong, https_->http2_url()), request_effect::not_sent);
  }
  // Without a tunnel only the status tells the proxy's answer apart. (tinyproxy gives 401 for a
  // wrong password, which could be the server's as well.)
  expect_refusal(send_through("http://" + host, plain.url()), request_effect::rejected);
  EXPECT_EQ(plain.accepted(), 0);
}

TEST_F(Proxies, HttpOfSquid) {
  const auto through = start_squid(false);
  expect_both_reached("http://127.0.0.1:" + std::to_string(through->http_port));
}

// Each of them asks for the password by status 407.
TEST_F(Proxies, HttpOfSquidWithPassword) {
  const auto through = start_squid(true);
  const auto host = "127.0.0.1:" + std::to_string(through->http_port);
  expect_both_reached(std::string{"http://user:"} + encoded_proxy_password + '@' + host);
  expect_password_asked_for("http", host);
}

TEST_F(Proxies, Https) {
  const auto through = start_squid(false);
  const auto host = "127.0.0.1:" + std::to_string(through->https_port);
  expect_both_reached("https://" + host);
  // Spoken to without TLS it gives no answer that makes sense.
  const raw_server plain{always("{}")};
  EXPECT_FALSE(send_through("http://" + host, plain.url()));
  EXPECT_EQ(plain.accepted(), 0);
}

TEST_F(Proxies, HttpsWithPassword) {
  const auto through = start_squid(true);
  const auto host = "127.0.0.1:" + std::to_string(through->https_port);
  expect_both_reached(std::string{"https://user:"} + encoded_proxy_password + '@' + host);
  expect_password_asked_for("https", host);
}

TEST_F(Proxies, HttpsWithACertificateOfAnUnknownAuthority) {
  const auto through = start_squid(false);
  const raw_server plain{always("{}")};
  transport_options options;
  options.proxy(proxy::parse("https://127.0.0.1:" + std::to_string(through->https_port)).value());
  transport_under_test transport{options};
  const auto outcome = transport.send(post_to(plain.url()));
  expect_refusal(outcome, request_effect::not_sent);
  EXPECT_THAT(outcome.error().message(), HasSubstr("certificate of the proxy"));
  EXPECT_EQ(plain.accepted(), 0);
}

TEST_F(Proxies, Socks) {
  const microsocks through{false};
  for (const auto* const scheme : {"socks5", "socks5h"}) {
    expect_both_reached(std::string{scheme} + "://127.0.0.1:" + std::to_string(through.port));
  }
}

TEST_F(Proxies, SocksWithPassword) {
  const microsocks through{true};
  const auto host = "127.0.0.1:" + std::to_string(through.port);
  expect_both_reached(std::string{"socks5://user:"} + encoded_proxy_password + '@' + host);
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
  const microsocks socks{false};
  const tinyproxy http{false};
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
