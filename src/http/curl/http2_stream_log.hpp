// What libcurl's log says about the HTTP/2 stream of one request.
#pragma once

#include <openssl/ssl.h>

#include <cstdint>
#include <limits>
#include <memory>
#include <string_view>

namespace vkxx::http::detail {

/// What is known of one HTTP/2 connection.
struct http2_connection {
  static constexpr std::uint32_t every_stream = std::numeric_limits<std::uint32_t>::max();

  /// The last stream that the server processes or has processed, as its `GOAWAY` says.
  std::uint32_t last_processed = every_stream;
};

/// What is known of the connection of that TLS session; lives as long as the session at least.
/// Throws `std::bad_alloc`.
[[nodiscard]] std::shared_ptr<http2_connection> http2_connection_of(SSL& session);

/// Finds out whether the server refused a request without processing it (RFC 9113, 8.7): by
/// `RST_STREAM` with `REFUSED_STREAM`, or by a `GOAWAY` whose last stream is below the request's.
///
/// libcurl reports it only in its log. Only lines that say so outright count; a line that is
/// missing or worded differently means that nothing is known.
class http2_stream_log {
 public:
  /// A request is about to be sent on `connection`, for the first time or again; none: it is not
  /// HTTP/2.
  void begin_attempt(std::shared_ptr<http2_connection> connection) noexcept;
  /// A line of the log that libcurl wrote for the request.
  void read(std::string_view line) noexcept;
  /// Whether the server refused the latest attempt unprocessed.
  [[nodiscard]] bool refused() const noexcept { return refused_ || beyond_the_last_processed(); }
  /// Whether it did so because it ends a connection on which it has processed others.
  [[nodiscard]] bool connection_used_up() const noexcept {
    return beyond_the_last_processed() && connection_->last_processed > 0;
  }

 private:
  [[nodiscard]] bool beyond_the_last_processed() const noexcept {
    return connection_ && stream_ > connection_->last_processed;
  }

  std::shared_ptr<http2_connection> connection_;
  /// 0: not opened yet.
  std::uint32_t stream_ = 0;
  bool refused_ = false;
};

}  // namespace vkxx::http::detail
