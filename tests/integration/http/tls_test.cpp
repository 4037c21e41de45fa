// TLS and HTTP/2 against nginx.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <memory>

#include <vkxx/core/exception.hpp>

#include "integration/http/servers/exchange.hpp"
#include "integration/http/servers/https_server.hpp"
#include "integration/http/servers/raw_server.hpp"
#include "integration/http/servers/streams.hpp"

namespace vkxx::http::test {
namespace {

using testing::HasSubstr;

class Tls : public testing::Test {
 protected:
  static void TearDownTestSuite() { server_.reset(); }
  void SetUp() override {
    if (!server_) server_ = std::make_unique<https_server>();
  }
  static transport_options trusting() {
    transport_options options;
    options.ca_file(server_->ca_file());
    return options;
  }
  // How many requests nginx has answered, once it has logged `expected` of them.
  static std::ptrdiff_t executed(std::ptrdiff_t expected) {
    const auto log = server_->access_log(expected);
    return std::count(log.begin(), log.end(), '\n');
  }
  static std::unique_ptr<https_server> server_;
};

std::unique_ptr<https_server> Tls::server_;

void expect_error(const result<response>& outcome, errc code) {
  ASSERT_FALSE(outcome) << outcome->body;
  EXPECT_EQ(outcome.error().code(), code) << outcome.error();
  EXPECT_EQ(outcome.error().effect(), request_effect::not_sent);
}

TEST_F(Tls, SpeaksHttp2WithTheAddedAuthority) {
  transport_under_test transport{trusting()};
  const auto outcome = transport.send(post_to(server_->http2_url()));
  ASSERT_TRUE(outcome) << outcome.error();
  EXPECT_EQ(outcome->body, R"({"protocol":"HTTP/2.0"})");
  EXPECT_EQ(find_header(outcome->headers, "Content-Type"), "application/json");
}

TEST_F(Tls, SpeaksHttp1WhereNoMoreIsOffered) {
  transport_under_test transport{trusting()};
  const auto outcome = transport.send(post_to(server_->http1_url()));
  ASSERT_TRUE(outcome) << outcome.error();
  EXPECT_EQ(outcome->body, R"({"protocol":"HTTP/1.1"})");
}

TEST_F(Tls, RefusesAnUnknownAuthority) {
  transport_under_test transport;
  expect_error(transport.send(post_to(server_->http2_url())), errc::certificate_rejected);
}

TEST_F(Tls, RefusesAnotherName) {
  transport_under_test transport{trusting()};
  expect_error(transport.send(post_to(server_->wrong_name_url())), errc::certificate_rejected);
}

TEST_F(Tls, RefusesAnExpiredCertificate) {
  transport_under_test transport{trusting()};
  const auto outcome = transport.send(post_to(server_->expired_url()));
  expect_error(outcome, errc::certificate_rejected);
  EXPECT_THAT(outcome.error().message(), HasSubstr("expired"));
}

TEST_F(Tls, ServerWithoutTls) {
  raw_server plain{[](raw_connection& peer, raw_server&) -> asio::awaitable<void> {
    co_await peer.write("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n");
    co_await peer.wait_for_close();
  }};
  transport_under_test transport;
  const auto url = "https://127.0.0.1:" + std::to_string(plain.port()) + '/';
  expect_error(transport.send(post_to(url)), errc::tls_failure);
}

// As a client does: what was surely not sent is retried. Nothing else may fail.
void send_until_executed(transport_under_test& transport, const std::string& url, int count) {
  for (int round = 0; count > 0; ++round) {
    ASSERT_LT(round, 5) << count << " of the requests meet a connection that ends each time";
    std::vector<request> messages;
    for (int i = 0; i < count; ++i) messages.push_back(post_to(url));
    count = 0;
    for (const auto& outcome : transport.send_all(std::move(messages))) {
      if (outcome) continue;
      EXPECT_EQ(outcome.error().effect(), request_effect::not_sent) << outcome.error();
      ++count;
    }
  }
}

// By HTTP/2 a request can cross nginx's word that it takes no more on this connection (GOAWAY). It
// was not executed then, and is retried.
TEST_F(Tls, NoneIsLostOrSentTwiceOverConnectionsThatEnd) {
  for (const auto requests : {1, 3, 100}) {
    for (const bool http2 : {false, true}) {
      SCOPED_TRACE(std::to_string(requests) + (http2 ? " by HTTP/2" : " by HTTP/1.1"));
      transport_under_test transport{trusting()};
      const auto url = server_->ending_url(requests, http2);
      const auto executed_before = executed(0);
      // Connections that are known to speak HTTP/2 take all at once.
      for (const auto count : {1, 3, 100, 300}) send_until_executed(transport, url, count);
      EXPECT_EQ(executed(executed_before + 404), executed_before + 404);
    }
  }
}

TEST_F(Tls, BadAuthorityFilesAreRefusedByName) {
  const temporary_folder folder;
  folder.write("empty.pem", "nothing here\n");
  folder.write("bad.pem", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
  for (const auto* const name : {"missing.pem", "empty.pem", "bad.pem"}) {
    transport_options options;
    options.ca_file(folder.path(name));
    try {
      const transport_under_test transport{options};
      ADD_FAILURE() << name << " was accepted";
    } catch (const usage_exception& refusal) {
      EXPECT_THAT(refusal.what(), HasSubstr(name));
    }
  }
}

TEST_F(Tls, UploadsAndDownloads) {
  constexpr std::size_t size = 10'000'000;
  const auto whole = pattern(0, size);
  transport_under_test transport{trusting()};
  for (const bool http2 : {true, false}) {
    const auto name = http2 ? "two" : "one";
    request upload{"PUT", server_->file_url(name, http2)};
    upload.body(std::make_shared<generated_source>(size), "image/png");
    upload.silence_limit(std::chrono::seconds{20});
    const auto stored = transport.send(std::move(upload));
    ASSERT_TRUE(stored) << stored.error();
    EXPECT_EQ(stored->status, 201);
    EXPECT_TRUE(server_->file(name) == whole);

    request download{"GET", server_->file_url(name, http2)};
    const auto sink = std::make_shared<text_sink>();
    download.sink(sink).receive_buffer(65536);
    const auto read = transport.send(std::move(download));
    ASSERT_TRUE(read) << read.error();
    EXPECT_TRUE(sink->text == whole);
    EXPECT_EQ(sink->committed, 1);
  }
}

// nginx answers as soon as it has read the length, and then reads on for a while.
TEST_F(Tls, UploadThatIsTooLargeIsAnswered) {
  transport_under_test transport{trusting()};
  for (const bool http2 : {true, false}) {
    const auto source = std::make_shared<generated_source>(too_much_for_sockets);
    request upload{"PUT", server_->file_url("large", http2)};
    upload.body(source, "image/png");
    const auto outcome = transport.send(std::move(upload));
    ASSERT_TRUE(outcome) << outcome.error();
    EXPECT_EQ(outcome->status, 413);
    EXPECT_THAT(outcome->body, HasSubstr("413 Request Entity Too Large"));
    EXPECT_EQ(source->opened(), 1);
  }
}

}  // namespace
}  // namespace vkxx::http::test
