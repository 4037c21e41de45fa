// What becomes of each way in which libcurl fails.
#include "http/curl/curl_failure.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>
#include <chrono>
#include <vector>

namespace vkxx::http {
namespace {

using namespace vkxx::http::detail;

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

constexpr auto not_sent = request_effect::not_sent;
constexpr auto unknown = request_effect::unknown;

// How far an exchange came.
enum class stage { connecting, waiting, reading };

failure_facts at(stage reached, CURLcode code) {
  failure_facts facts;
  facts.code = code;
  facts.host = "api.test:1";
  facts.request_begun = reached != stage::connecting;
  facts.answer_begun = reached == stage::reading;
  return facts;
}

failure_facts through_proxy(failure_facts facts) {
  facts.proxy = "http://proxy.test:3128";
  return facts;
}

struct expectation {
  CURLcode code;
  stage reached;
  errc error_code;
  const char* words;
};

TEST(CurlFailure, EachCodeOfLibcurl) {
  using enum stage;
  const std::vector<expectation> all{
      {CURLE_COULDNT_RESOLVE_HOST, connecting, errc::host_not_found, "cannot be resolved"},
      {CURLE_COULDNT_RESOLVE_PROXY, connecting, errc::proxy_failure, "name of the proxy"},
      {CURLE_COULDNT_CONNECT, connecting, errc::connection_failed, "no connection came about"},
      {CURLE_PROXY, connecting, errc::proxy_failure, "proxy did not let the request through"},
      {CURLE_PEER_FAILED_VERIFICATION, connecting, errc::certificate_rejected, "certificate"},
      {CURLE_SSL_ISSUER_ERROR, connecting, errc::certificate_rejected, "certificate"},
      {CURLE_SSL_INVALIDCERTSTATUS, connecting, errc::certificate_rejected, "certificate"},
      {CURLE_SSL_CONNECT_ERROR, connecting, errc::tls_failure, "TLS could not be set up"},
      {CURLE_SSL_CERTPROBLEM, connecting, errc::tls_failure, "TLS could not be set up"},
      {CURLE_SSL_CIPHER, connecting, errc::tls_failure, "TLS could not be set up"},
      {CURLE_SSL_CACERT_BADFILE, connecting, errc::tls_failure, "TLS could not be set up"},
      {CURLE_SSL_ENGINE_NOTFOUND, connecting, errc::tls_failure, "TLS could not be set up"},
      {CURLE_SSL_ENGINE_SETFAILED, connecting, errc::tls_failure, "TLS could not be set up"},
      {CURLE_SSL_ENGINE_INITFAILED, connecting, errc::tls_failure, "TLS could not be set up"},
      {CURLE_USE_SSL_FAILED, connecting, errc::tls_failure, "TLS could not be set up"},
      {CURLE_PARTIAL_FILE, reading, errc::truncated_answer, "ended before its announced length"},
      {CURLE_BAD_CONTENT_ENCODING, reading, errc::malformed_answer, "cannot be unpacked"},
      {CURLE_URL_MALFORMAT, connecting, errc::invalid_argument, "the URL cannot be used"},
      {CURLE_UNSUPPORTED_PROTOCOL, connecting, errc::invalid_argument, "the URL cannot be used"},
      {CURLE_UNSUPPORTED_PROTOCOL, waiting, errc::malformed_answer, "not an HTTP answer"},
      {CURLE_WEIRD_SERVER_REPLY, waiting, errc::malformed_answer, "not an HTTP answer"},
      {CURLE_OUT_OF_MEMORY, connecting, errc::connection_failed, "out of memory"},
      {CURLE_OUT_OF_MEMORY, reading, errc::answer_too_large, "a line of its headers is too long"},
      // All others: a connection that broke, told by how far the exchange had come.
      {CURLE_GOT_NOTHING, waiting, errc::connection_lost, "the connection broke"},
      {CURLE_SEND_ERROR, waiting, errc::connection_lost, "the connection broke"},
      {CURLE_RECV_ERROR, waiting, errc::connection_lost, "the connection broke"},
      {CURLE_HTTP2, waiting, errc::connection_lost, "the connection broke"},
      {CURLE_HTTP2_STREAM, reading, errc::truncated_answer, "before the answer was whole"},
      {CURLE_RECV_ERROR, reading, errc::truncated_answer, "before the answer was whole"},
      {CURLE_RECV_ERROR, connecting, errc::connection_failed, "broke while it was set up"},
  };
  for (const auto& [code, reached, error_code, words] : all) {
    SCOPED_TRACE(curl_easy_strerror(code));
    const auto failure = to_error(at(reached, code));
    EXPECT_EQ(failure.code(), error_code) << failure;
    EXPECT_EQ(failure.effect(), reached == connecting ? not_sent : unknown);
    EXPECT_THAT(failure.message(), HasSubstr(words));
  }
}

TEST(CurlFailure, SaysWhatWasBeingDone) {
  const auto code = CURLE_RECV_ERROR;
  EXPECT_THAT(to_error(at(stage::connecting, code)).message(),
              StartsWith("connecting to api.test:1: "));
  EXPECT_THAT(to_error(at(stage::waiting, code)).message(),
              StartsWith("waiting for the answer of api.test:1: "));
  EXPECT_THAT(to_error(at(stage::reading, code)).message(),
              StartsWith("reading the answer of api.test:1: "));
  EXPECT_THAT(to_error(through_proxy(at(stage::reading, code))).message(),
              StartsWith("reading the answer of api.test:1 through the proxy "
                         "http://proxy.test:3128: "));
}

TEST(CurlFailure, AddsTheWordsOfLibcurlWithoutSecrets) {
  auto facts = at(stage::waiting, CURLE_RECV_ERROR);
  facts.detail = "Recv failure at /x?access_token=vk1.a.hidden-word";
  const auto text = to_error(facts).message();
  EXPECT_THAT(text, HasSubstr("(Recv failure at /x"));
  EXPECT_THAT(text, Not(HasSubstr("hidden-word")));
}

TEST(CurlFailure, WhichLimitEndedIt) {
  auto facts = at(stage::connecting, CURLE_OPERATION_TIMEDOUT);
  facts.detail = "Operation timed out after 9 milliseconds";
  auto failure = to_error(facts);
  EXPECT_EQ(failure.code(), errc::timeout);
  EXPECT_EQ(failure.effect(), not_sent);
  EXPECT_THAT(failure.message(), HasSubstr("connect_timeout"));
  EXPECT_THAT(failure.message(), Not(HasSubstr("9 milliseconds")));

  facts = at(stage::waiting, CURLE_OPERATION_TIMEDOUT);
  facts.time_is_up = true;
  failure = to_error(facts);
  EXPECT_EQ(failure.code(), errc::timeout);
  EXPECT_EQ(failure.effect(), unknown);
  EXPECT_THAT(failure.message(), HasSubstr("give it a longer timeout"));

  facts.limit = time_limit::deadline;
  failure = to_error(facts);
  EXPECT_EQ(failure.code(), errc::deadline_exceeded);
  EXPECT_EQ(failure.effect(), unknown);
}

TEST(CurlFailure, RefusedConnectionByTheNumberOfTheSystem) {
  auto facts = at(stage::connecting, CURLE_COULDNT_CONNECT);
  facts.os_error = ECONNREFUSED;
  EXPECT_EQ(to_error(facts).code(), errc::connection_refused);
  EXPECT_THAT(to_error(facts).message(), HasSubstr("nobody listens there"));
  for (const auto number : {EHOSTUNREACH, ENETUNREACH, EACCES, EPERM}) {
    facts.os_error = number;
    EXPECT_EQ(to_error(facts).code(), errc::connection_refused);
    EXPECT_THAT(to_error(facts).message(), HasSubstr("the way there is closed"));
  }
  facts.os_error = ETIMEDOUT;
  EXPECT_EQ(to_error(facts).code(), errc::connection_failed);
}

TEST(CurlFailure, OfAProxy) {
  auto facts = through_proxy(at(stage::connecting, CURLE_COULDNT_CONNECT));
  facts.os_error = ECONNREFUSED;
  EXPECT_EQ(to_error(facts).code(), errc::proxy_failure);
  EXPECT_THAT(to_error(facts).message(), HasSubstr("no connection to the proxy"));

  facts = through_proxy(at(stage::connecting, CURLE_SSL_CONNECT_ERROR));
  EXPECT_EQ(to_error(facts).code(), errc::tls_failure);
  facts.detail = "error:0A00010B:SSL routines::wrong version number";
  EXPECT_EQ(to_error(facts).code(), errc::proxy_failure);

  facts = through_proxy(at(stage::connecting, CURLE_COULDNT_CONNECT));
  facts.connect_status = 503;
  EXPECT_EQ(to_error(facts).code(), errc::proxy_failure);
  EXPECT_THAT(to_error(facts).message(), HasSubstr("with status 503"));

  facts = through_proxy(at(stage::connecting, CURLE_RECV_ERROR));
  facts.connect_status = 407;
  EXPECT_EQ(to_error(facts).code(), errc::proxy_failure);
  EXPECT_EQ(to_error(facts).effect(), not_sent);
  EXPECT_THAT(to_error(facts).message(), HasSubstr("does not accept the user and password"));

  facts = through_proxy(at(stage::waiting, CURLE_RECV_ERROR));
  EXPECT_EQ(to_error(facts).code(), errc::connection_lost) << "it had let the request through";
  EXPECT_EQ(to_error(facts).effect(), unknown);

  facts = through_proxy(at(stage::connecting, CURLE_PEER_FAILED_VERIFICATION));
  EXPECT_EQ(to_error(facts).code(), errc::certificate_rejected);
  facts.proxy_certificate_rejected = true;
  EXPECT_EQ(to_error(facts).code(), errc::proxy_failure);
  EXPECT_THAT(to_error(facts).message(), HasSubstr("the certificate of the proxy"));
}

TEST(CurlFailure, OurOwnLimitsComeBeforeTheCode) {
  auto facts = at(stage::reading, CURLE_WRITE_ERROR);
  facts.detail = "Failure writing output to destination";
  facts.passed_limit = "its body is larger than 9 bytes";
  auto failure = to_error(facts);
  EXPECT_EQ(failure.code(), errc::answer_too_large);
  EXPECT_EQ(failure.effect(), unknown);
  EXPECT_THAT(failure.message(), HasSubstr("its body is larger than 9 bytes; raise"));
  EXPECT_THAT(failure.message(), Not(HasSubstr("Failure writing")));

  facts = at(stage::waiting, CURLE_ABORTED_BY_CALLBACK);
  facts.resend_prevented = true;
  failure = to_error(facts);
  EXPECT_EQ(failure.code(), errc::connection_lost);
  EXPECT_EQ(failure.effect(), unknown);
  EXPECT_THAT(failure.message(), HasSubstr("not retried automatically"));
}

TEST(CurlFailure, UnprocessedIsNotSent) {
  for (const auto code : {CURLE_PARTIAL_FILE, CURLE_HTTP2, CURLE_HTTP2_STREAM, CURLE_SEND_ERROR,
                          CURLE_RECV_ERROR, CURLE_GOT_NOTHING}) {
    auto facts = at(stage::connecting, code);
    facts.unprocessed = true;
    const auto failure = to_error(facts);
    EXPECT_EQ(failure.code(), errc::connection_lost);
    EXPECT_EQ(failure.effect(), not_sent);
    EXPECT_THAT(failure.message(), HasSubstr("without processing the request"));
  }
}

TEST(CurlFailure, WithoutADescriptor) {
  auto facts = at(stage::connecting, CURLE_COULDNT_RESOLVE_HOST);
  for (const auto number : {EMFILE, ENFILE}) {
    facts.socket_error = number;
    EXPECT_EQ(to_error(facts).code(), errc::connection_failed);
    EXPECT_EQ(to_error(facts).effect(), not_sent);
    EXPECT_THAT(to_error(facts).message(), HasSubstr("raise the limit (ulimit -n)"));
  }
  facts.socket_error = ENOSPC;
  EXPECT_THAT(to_error(facts).message(), Not(HasSubstr("ulimit")));
}

TEST(CurlFailure, WithoutAnExchange) {
  EXPECT_EQ(cancelled_error("h", false).code(), errc::cancelled);
  EXPECT_EQ(cancelled_error("h", false).effect(), not_sent);
  EXPECT_EQ(cancelled_error("h", true).effect(), unknown);
  EXPECT_EQ(late_error("h", time_limit::timeout).code(), errc::timeout);
  EXPECT_EQ(late_error("h", time_limit::deadline).code(), errc::deadline_exceeded);
  EXPECT_EQ(late_error("h", time_limit::deadline).effect(), not_sent);
}

TEST(CurlFailure, SilenceIsATimeout) {
  for (const auto reached : {stage::waiting, stage::reading}) {
    auto facts = at(reached, CURLE_OPERATION_TIMEDOUT);
    facts.silence = std::chrono::milliseconds{250};
    const auto failure = to_error(facts);
    EXPECT_EQ(failure.code(), errc::timeout);
    EXPECT_EQ(failure.effect(), unknown);
    EXPECT_THAT(failure.message(), HasSubstr("no byte was sent or received for 250 ms"));
  }
}

TEST(CurlFailure, OwnFailureIsTold) {
  for (const auto reached : {stage::connecting, stage::waiting, stage::reading}) {
    auto facts = at(reached, CURLE_ABORTED_BY_CALLBACK);
    facts.detail = "operation aborted by callback";
    facts.own_failure = error{errc::body_failed, request_effect::executed, "cat.jpg: gone"};
    const auto failure = to_error(facts);
    EXPECT_EQ(failure.code(), errc::body_failed);
    EXPECT_EQ(failure.effect(), reached == stage::connecting ? not_sent : unknown);
    EXPECT_EQ(failure.message(), "the request to api.test:1: cat.jpg: gone");
  }
}

}  // namespace
}  // namespace vkxx::http
