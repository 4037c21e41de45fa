/// @file
/// A request that the emulator received.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace vkxx::emulation {

/// One HTTP request as received, with secrets redacted.
struct recorded_request {
  std::uint64_t number = 0;  ///< 1 for the first request since the start or the last reset.
  std::chrono::steady_clock::time_point time;                ///< By the emulator's clock.
  std::string http_method;                                   ///< `GET`, `POST` …
  std::string target;                                        ///< Path and query.
  std::vector<std::pair<std::string, std::string>> headers;  ///< In order of arrival.
  std::string api_method;  ///< `users.get` …; empty if it was not an API call.
  /// The parameters of the query, then of the body; without `access_token`.
  std::vector<std::pair<std::string, std::string>> parameters;
  std::string token;      ///< The token, redacted; empty if there was none.
  bool bearer = false;    ///< The token was in the `Authorization` header.
  unsigned status = 0;    ///< HTTP status of the answer.
  int error_code = 0;     ///< API error code of the answer; 0: no error.
  bool executed = false;  ///< The method was executed (its answer may have been lost).
  std::string fault;      ///< The injected fault in its text form; empty: none.
};

}  // namespace vkxx::emulation
