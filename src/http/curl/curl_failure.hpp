// Converts a failed exchange to an error: a pure function of the known facts.
#pragma once

#include <curl/curl.h>

#include <optional>
#include <string>

#include <vkxx/core/clock.hpp>
#include <vkxx/core/error.hpp>

namespace vkxx::http::detail {

/// The limit that ends an exchange first.
enum class time_limit { timeout, deadline };

/// The known facts about an exchange without an answer.
struct failure_facts {
  CURLcode code = CURLE_OK;
  /// The server, `host[:port]`.
  std::string host;
  /// `scheme://host:port` of the proxy; empty without one.
  std::string proxy;
  /// libcurl's message; may be empty.
  std::string detail;
  /// Whether the server may have received the request.
  bool request_begun = false;
  /// Whether there was a connection but the server has certainly not processed the request.
  bool unprocessed = false;
  /// Whether the status line of the answer was read.
  bool answer_begun = false;
  /// Whether libcurl was prevented from sending the request again on another connection.
  bool resend_prevented = false;
  /// `errno` of a descriptor that could not be opened or watched; 0 without a failure.
  int socket_error = 0;
  /// The exceeded limit on the answer, in words; empty without one.
  std::string passed_limit;
  /// A failure on this side: of the body's source, the answer's sink, or the progress handler.
  std::optional<error> own_failure;
  /// How long no byte was sent or received, if that ended the exchange.
  std::optional<duration> silence;
  /// Whether there was no memory for a part of the request or the answer.
  bool no_memory = false;
  /// The limit that applies to the exchange, and whether it has passed.
  time_limit limit = time_limit::timeout;
  bool time_is_up = false;
  /// `errno` of the failed connection attempt; 0 without a failure.
  int os_error = 0;
  /// Whether an address was refused because it is not public.
  bool private_address = false;
  /// The status of the proxy's answer to CONNECT; 0 without one.
  long connect_status = 0;
  /// Whether the rejected certificate was the proxy's.
  bool proxy_certificate_rejected = false;
};

/// Returns the error for the facts, with its effect and a message.
[[nodiscard]] error to_error(const failure_facts& facts);

/// The error of an exchange that the caller cancelled.
[[nodiscard]] error cancelled_error(const std::string& host, bool request_begun);
/// The error of an exchange whose execution context is gone.
[[nodiscard]] error gone_error(const std::string& host);
/// The error of an exchange whose time was up before it began.
[[nodiscard]] error late_error(const std::string& host, time_limit limit);
/// The error of an exchange that waited for others until its time was up.
[[nodiscard]] error crowded_error(const std::string& host, time_limit limit);
/// The error of an exchange for which there is no memory.
[[nodiscard]] error no_memory_error(const std::string& host);

}  // namespace vkxx::http::detail
