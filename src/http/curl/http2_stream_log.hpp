// Reads the HTTP/2 stream of one request from libcurl's log.
#pragma once

#include <openssl/ssl.h>

#include <cstdint>
#include <limits>
#include <memory>
#include <string_view>

namespace vkxx::http::detail {

/// The known state of one HTTP/2 connection.
struct http2_connection {
  static constexpr std::uint32_t every_stream = std::numeric_limits<std::uint32_t>::max();

  /// The last stream that the server processes or has processed, according to its `GOAWAY`.
  std::uint32_t last_processed = every_stream;
};

/// Returns the state of the connection with that TLS session. Lives at least as long as the
/// session. Throws `std::bad_alloc`.
[[nodiscard]] std::shared_ptr<http2_connection> http2_connection_of(SSL& session);

/// Determines whether the server refused a request without processing it (RFC 9113, 8.7): by
/// `RST_STREAM` with `REFUSED_STREAM`, or by a `GOAWAY` whose last stream is below the request's.
///
/// libcurl reports it only in its log. Only explicit lines count. If a line is missing or worded
/// differently, nothing is known.
class http2_stream_log {
 public:
  /// A request is about to be sent or retried on `connection`, which is null if it is not HTTP/2.
  void begin_attempt(std::shared_ptr<http2_connection> connection) noexcept;
  /// Reads a log line that libcurl wrote for the request.
  void read(std::string_view line) noexcept;
  /// Whether the server refused the latest attempt unprocessed.
  [[nodiscard]] bool refused() const noexcept { return refused_ || beyond_the_last_processed(); }
  /// Whether the server refused it because it closes a connection on which it has processed others.
  [[nodiscard]] bool connection_used_up() const noexcept {
    return beyond_the_last_processed() && connection_->last_processed > 0;
  }

 private:
  [[nodiscard]] bool beyond_the_last_processed() const noexcept {
    return connection_ && stream_ > connection_->last_processed;
  }

  std::shared_ptr<http2_connection> connection_;
  /// 0 until the stream is open.
  std::uint32_t stream_ = 0;
  bool refused_ = false;
};

}  // namespace vkxx::http::detail
