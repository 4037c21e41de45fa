/// @file
/// One HTTP request and its answer, as values.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <vkxx/core/clock.hpp>
#include <vkxx/core/secret.hpp>

namespace vkxx::http {

/// A header line.
struct header {
  std::string name;   ///< letter case as it was sent
  std::string value;  ///< without blanks at its ends
};

/// The value of the first header of that name (letter case ignored), if there is one.
[[nodiscard]] std::optional<std::string_view> find_header(const std::vector<header>& headers,
                                                          std::string_view name) noexcept;

/// A request. Owns all its bytes.
class request {
 public:
  /// `method` in upper case; `url` absolute, `http` or `https`, without user and password.
  request(std::string method, std::string url);

  /// Adds a line; one of the same name stays. A line break in it makes `send` refuse the request.
  request& add_header(std::string name, std::string value);
  /// The body and its type. An empty body of a POST is sent as one of length 0.
  request& body(std::string body, std::string content_type);
  /// Sent as `Authorization: Bearer …`; kept apart from the headers, so that it is never printed.
  request& bearer_token(secret token);
  /// The time for this exchange, from its start to the last byte of the answer; at least 1 ms.
  request& timeout(duration limit);
  /// The largest body of this answer in bytes, if less than what the transport takes.
  request& max_answer_size(std::size_t bytes);
  /// The moment at which the exchange ends with `errc::deadline_exceeded` at the latest.
  request& deadline(time_point moment);

  /// In upper case.
  [[nodiscard]] const std::string& method() const noexcept { return method_; }
  [[nodiscard]] const std::string& url() const noexcept { return url_; }  ///< absolute
  /// Those that were added; libcurl and the token add more.
  [[nodiscard]] const std::vector<header>& headers() const noexcept { return headers_; }
  [[nodiscard]] const std::string& body() const noexcept { return body_; }
  [[nodiscard]] const secret& bearer_token() const noexcept { return bearer_token_; }
  [[nodiscard]] duration timeout() const noexcept { return timeout_; }
  [[nodiscard]] time_point deadline() const noexcept { return deadline_; }
  [[nodiscard]] std::size_t max_answer_size() const noexcept { return max_answer_size_; }

 private:
  std::string method_;
  std::string url_;
  std::vector<header> headers_;
  std::string body_;
  secret bearer_token_;
  duration timeout_ = std::chrono::seconds{10};
  time_point deadline_ = no_deadline;
  std::size_t max_answer_size_ = static_cast<std::size_t>(-1);
};

/// An answer of whatever status; its body is whole (nothing is cut silently) and decompressed.
struct response {
  int status = 0;               ///< of the last answer: interim ones (1xx) are left out
  std::vector<header> headers;  ///< in their order, without trailers
  std::string body;             ///< unpacked
};

}  // namespace vkxx::http
