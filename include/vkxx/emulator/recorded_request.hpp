/// @file
/// What the emulator remembers of a request that it got.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace vkxx::emulation {

/// One HTTP request as it came, with the secrets in it made unreadable.
struct recorded_request {
  std::uint64_t number = 0;  ///< 1 for the first request since the start or the last reset.
  std::chrono::steady_clock::time_point time;                ///< By the emulator's clock.
  std::string http_method;                                   ///< `GET`, `POST` …
  std::string target;                                        ///< Path and query.
  std::vector<std::pair<std::string, std::string>> headers;  ///< In their order.
  std::string api_method;  ///< `users.get` …; empty when it was not an API call.
  /// Of the query, then of the body; without `access_token`.
  std::vector<std::pair<std::string, std::string>> parameters;
  std::string token;      ///< The token, made unreadable; empty when none came.
  bool bearer = false;    ///< The token came in the `Authorization` header.
  unsigned status = 0;    ///< HTTP status of the answer.
  int error_code = 0;     ///< API error code of the answer; 0: no error.
  bool executed = false;  ///< The API method ran (its answer may have been lost after that).
  std::string fault;      ///< The fault that was played, in the text form; empty: none.
};

}  // namespace vkxx::emulation
