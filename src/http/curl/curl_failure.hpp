// What a failed exchange means: a pure function of what is known of it.
#pragma once

#include <curl/curl.h>

#include <optional>
#include <string>

#include <vkxx/core/clock.hpp>
#include <vkxx/core/error.hpp>

namespace vkxx::http::detail {

/// Which limit ends an exchange first.
enum class time_limit { timeout, deadline };

/// All that is known of an exchange that gave no answer.
struct failure_facts {
  CURLcode code = CURLE_OK;
  /// The server, `host[:port]`.
  std::string host;
  /// `scheme://host:port` of the proxy; empty: none.
  std::string proxy;
  /// libcurl's own words; may be empty.
  std::string detail;
  /// The server may have seen the request.
  bool request_begun = false;
  /// There was a connection, but the server has certainly not processed the request.
  bool unprocessed = false;
  /// The first line of the answer was read.
  bool answer_begun = false;
  /// The request was about to be sent a second time on another connection, which was prevented.
  bool resend_prevented = false;
  /// `errno` of a descriptor that could not be had or watched; 0: none.
  int socket_error = 0;
  /// The limit on the answer that was passed, in words; empty: none.
  std::string passed_limit;
  /// What failed on this side: the source of the body, the sink of the answer's, the handler of the
  /// progress.
  std::optional<error> own_failure;
  /// For how long no byte was sent or received, if that ended the exchange.
  std::optional<duration> silence;
  /// The limit that would end the exchange, and whether its moment has come.
  time_limit limit = time_limit::timeout;
  bool time_is_up = false;
  /// `errno` of the failed connection attempt; 0: none.
  int os_error = 0;
  /// The status with which the proxy answered a CONNECT; 0: none.
  long connect_status = 0;
  /// The certificate that was not accepted was the proxy's.
  bool proxy_certificate_rejected = false;
};

/// The error that the facts amount to, with its effect and a sentence for a person.
[[nodiscard]] error to_error(const failure_facts& facts);

/// The error of an exchange that was cancelled by the caller.
[[nodiscard]] error cancelled_error(const std::string& host, bool request_begun);
/// The error of an exchange for which there is no execution context any more.
[[nodiscard]] error gone_error(const std::string& host);
/// The error of an exchange whose time was up before it began.
[[nodiscard]] error late_error(const std::string& host, time_limit limit);

}  // namespace vkxx::http::detail
