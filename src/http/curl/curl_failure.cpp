#include "http/curl/curl_failure.hpp"

#include <array>
#include <cerrno>
#include <chrono>
#include <string_view>
#include <system_error>
#include <utility>

#include <vkxx/core/redaction.hpp>

namespace vkxx::http::detail {
namespace {

request_effect effect_of(const failure_facts& facts) noexcept {
  return facts.request_begun ? request_effect::unknown : request_effect::not_sent;
}

// The activity that failed, as the beginning of a sentence.
std::string activity_of(const failure_facts& facts) {
  const std::string route = facts.proxy.empty() ? "" : " through the proxy " + facts.proxy;
  if (!facts.request_begun) return "connecting to " + facts.host + route;
  if (!facts.answer_begun) return "waiting for the answer of " + facts.host + route;
  return "reading the answer of " + facts.host + route;
}

error make(errc code, const failure_facts& facts, std::string_view cause, std::string_view advice) {
  auto text = activity_of(facts) + ": ";
  text += cause;
  if (!facts.detail.empty()) text += " (" + redacted_text(facts.detail) + ')';
  if (!advice.empty()) {
    text += "; ";
    text += advice;
  }
  return {code, effect_of(facts), std::move(text)};
}

error time_is_up(const failure_facts& facts) {
  // Omits libcurl's message: its times count from another moment.
  auto plain = facts;
  plain.detail.clear();
  if (facts.time_is_up && facts.limit == time_limit::deadline) {
    return make(errc::deadline_exceeded, plain, "the deadline passed", "");
  }
  if (facts.time_is_up) {
    return make(errc::timeout, plain, "the time for this exchange is used up",
                "try again later or give it a longer timeout");
  }
  return make(errc::timeout, plain, "no connection within the time allowed for connecting",
              "check the network or give it a longer connect_timeout");
}

error not_connected(const failure_facts& facts) {
  if (!facts.proxy.empty()) {
    return make(errc::proxy_failure, facts, "no connection to the proxy",
                "check that it runs and that its address is right");
  }
  constexpr std::array closed{ECONNREFUSED, EHOSTUNREACH, ENETUNREACH, EACCES, EPERM};
  for (const auto number : closed) {
    if (facts.os_error == number) {
      return make(errc::connection_refused, facts,
                  number == ECONNREFUSED ? "nobody listens there" : "the way there is closed",
                  "check the address, the network and the firewall");
    }
  }
  return make(errc::connection_failed, facts, "no connection came about", "check the network");
}

error proxy_refused(const failure_facts& facts) {
  if (facts.connect_status == 407) {
    return make(errc::proxy_failure, facts, "the proxy does not accept the user and password",
                "correct them in the proxy's address");
  }
  if (facts.connect_status != 0) {
    return make(errc::proxy_failure, facts,
                "the proxy refused to connect, with status " + std::to_string(facts.connect_status),
                "check that it may connect to this host");
  }
  return make(errc::proxy_failure, facts, "the proxy did not let the request through",
              "check its user and password, and that it may connect to this host");
}

// Omits libcurl's message: it describes the refused stream or connection, and misleads.
error not_processed(const failure_facts& facts) {
  return {errc::connection_lost, request_effect::not_sent,
          "sending the request to " + facts.host +
              ": the server closed the connection without processing the request; try again"};
}

error broken(const failure_facts& facts) {
  if (facts.answer_begun) {
    return make(errc::truncated_answer, facts, "the connection ended before the answer was whole",
                "");
  }
  if (facts.request_begun) {
    return make(errc::connection_lost, facts, "the connection broke", "");
  }
  if (!facts.proxy.empty()) return proxy_refused(facts);
  return make(errc::connection_failed, facts, "the connection broke while it was set up",
              "try again later");
}

error without_descriptor(const failure_facts& facts) {
  auto plain = facts;
  plain.detail.clear();
  const bool used_up = facts.socket_error == EMFILE || facts.socket_error == ENFILE;
  return make(errc::connection_failed, plain,
              "the system gives no socket for it (" +
                  std::generic_category().message(facts.socket_error) + ')',
              used_up ? "close files, raise the limit (ulimit -n) or set max_connections"
                      : "try again later");
}

bool is_broken_connection(CURLcode code) noexcept {
  constexpr std::array codes{CURLE_PARTIAL_FILE, CURLE_HTTP2,      CURLE_HTTP2_STREAM,
                             CURLE_SEND_ERROR,   CURLE_RECV_ERROR, CURLE_GOT_NOTHING};
  for (const auto each : codes) {
    if (each == code) return true;
  }
  return false;
}

error certificate_rejected(const failure_facts& facts) {
  if (facts.proxy_certificate_rejected) {
    return make(errc::proxy_failure, facts, "the certificate of the proxy is not accepted",
                "add its certificate authority with ca_file if you trust it");
  }
  return make(errc::certificate_rejected, facts, "the server's certificate is not accepted",
              "add its certificate authority with ca_file if you trust it");
}

error senseless(const failure_facts& facts) {
  if (!facts.request_begun) {
    return make(errc::invalid_argument, facts, "the URL cannot be used", "correct it");
  }
  return make(errc::malformed_answer, facts, "what came is not an HTTP answer",
              "check that the address and port are right");
}

error without_memory(const failure_facts& facts) {
  auto plain = facts;
  plain.detail.clear();
  if (!facts.answer_begun) return make(errc::connection_failed, plain, "out of memory", "");
  return make(errc::answer_too_large, plain, "there is no memory for the answer",
              "ask for less at once");
}

error silent(const failure_facts& facts) {
  auto plain = facts;
  plain.detail.clear();
  const auto limit = std::chrono::ceil<std::chrono::milliseconds>(*facts.silence);
  return make(errc::timeout, plain,
              "no byte was sent or received for " + std::to_string(limit.count()) +
                  " ms, which is its silence_limit",
              "try again later or give it a longer silence_limit");
}

}  // namespace

error to_error(const failure_facts& facts) {
  if (facts.own_failure) {
    return {facts.own_failure->code().value_or(errc::body_failed), effect_of(facts),
            "the request to " + facts.host + ": " + redacted_text(facts.own_failure->message())};
  }
  if (facts.silence) return silent(facts);
  if (facts.no_memory) return without_memory(facts);
  if (!facts.passed_limit.empty()) {
    auto plain = facts;
    plain.detail.clear();
    return make(errc::answer_too_large, plain, facts.passed_limit,
                "raise max_answer_size if so large an answer is expected");
  }
  if (facts.resend_prevented) {
    auto plain = facts;
    plain.detail.clear();
    return make(errc::connection_lost, plain, "the connection broke",
                "a request that may have been executed is not retried automatically");
  }
  if (facts.private_address && !facts.request_begun && facts.code == CURLE_COULDNT_CONNECT) {
    auto plain = facts;
    plain.detail.clear();
    return make(errc::connection_failed, plain,
                "its address belongs to this machine or to a network that is not public",
                "allow such addresses if you trust this one");
  }
  if (facts.socket_error != 0 && facts.code != CURLE_OPERATION_TIMEDOUT) {
    return without_descriptor(facts);
  }
  if (facts.unprocessed && is_broken_connection(facts.code)) return not_processed(facts);
  switch (facts.code) {
    case CURLE_OPERATION_TIMEDOUT:
      return time_is_up(facts);
    case CURLE_COULDNT_RESOLVE_HOST:
      return make(errc::host_not_found, facts, "the host name cannot be resolved",
                  "check the name and the network");
    case CURLE_COULDNT_RESOLVE_PROXY:
      return make(errc::proxy_failure, facts, "the name of the proxy cannot be resolved",
                  "check the proxy's address");
    case CURLE_COULDNT_CONNECT:
      return facts.connect_status != 0 ? proxy_refused(facts) : not_connected(facts);
    case CURLE_PROXY:
      return proxy_refused(facts);
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_SSL_INVALIDCERTSTATUS:
      return certificate_rejected(facts);
    case CURLE_SSL_CONNECT_ERROR:
      // OpenSSL's message for bytes that are not TLS. They more likely come from a proxy that
      // answers in the server's place than from the server.
      if (!facts.proxy.empty() && facts.detail.find("wrong version number") != std::string::npos) {
        return make(errc::proxy_failure, facts, "what came from there is not TLS",
                    "check that the proxy lets connections to this host through as they are");
      }
      [[fallthrough]];
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CIPHER:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_ENGINE_NOTFOUND:
    case CURLE_SSL_ENGINE_SETFAILED:
    case CURLE_SSL_ENGINE_INITFAILED:
    case CURLE_USE_SSL_FAILED:
      return make(errc::tls_failure, facts, "TLS could not be set up",
                  "check that this port speaks TLS");
    case CURLE_PARTIAL_FILE:
      return make(errc::truncated_answer, facts, "the answer ended before its announced length",
                  "");
    case CURLE_BAD_CONTENT_ENCODING:
      return make(errc::malformed_answer, facts, "the compressed answer cannot be unpacked", "");
    case CURLE_URL_MALFORMAT:
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_WEIRD_SERVER_REPLY:
      return senseless(facts);
    case CURLE_OUT_OF_MEMORY:
      // libcurl also uses this code for a line of 100 KiB.
      if (facts.request_begun) {
        return make(errc::answer_too_large, facts,
                    "a line of its headers is too long, or there is no memory for the answer", "");
      }
      return make(errc::connection_failed, facts, "out of memory", "");
    default:
      return broken(facts);
  }
}

error cancelled_error(const std::string& host, bool request_begun) {
  return {errc::cancelled, request_begun ? request_effect::unknown : request_effect::not_sent,
          "the request to " + host + " was cancelled"};
}

error gone_error(const std::string& host) {
  return {
      errc::cancelled, request_effect::not_sent,
      "the request to " + host + " was not sent: the execution context of the transport is gone"};
}

error late_error(const std::string& host, time_limit limit) {
  const auto by_deadline = limit == time_limit::deadline;
  return {by_deadline ? errc::deadline_exceeded : errc::timeout, request_effect::not_sent,
          "the request to " + host + " was not sent: its " +
              (by_deadline ? "deadline" : "timeout") + " had passed already"};
}

error crowded_error(const std::string& host, time_limit limit) {
  const auto by_deadline = limit == time_limit::deadline;
  return {by_deadline ? errc::deadline_exceeded : errc::timeout, request_effect::not_sent,
          "the request to " + host + " was not sent: its " +
              (by_deadline ? "deadline" : "timeout") +
              " passed while it waited for earlier requests to end; send fewer at once, or raise "
              "max_in_flight or max_connections"};
}

error no_memory_error(const std::string& host) {
  return {errc::connection_failed, request_effect::not_sent,
          "the request to " + host + " was not sent: out of memory"};
}

}  // namespace vkxx::http::detail
