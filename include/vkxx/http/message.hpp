/// @file
/// One HTTP request and its answer, as values.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <vkxx/core/clock.hpp>
#include <vkxx/core/secret.hpp>
#include <vkxx/http/body.hpp>

namespace vkxx::http {

class multipart;

/// A header line.
struct header {
  std::string name;   ///< letter case as it was sent
  std::string value;  ///< without blanks at its ends
};

/// The value of the first header of that name (letter case ignored), if there is one.
[[nodiscard]] std::optional<std::string_view> find_header(const std::vector<header>& headers,
                                                          std::string_view name) noexcept;

/// A request. Owns its bytes, and together with its copies the source of its body and the sink of
/// the answer's, at least until the exchange has ended.
class request {
 public:
  /// `method` in upper case; `url` absolute, `http` or `https`, without user and password.
  request(std::string method, std::string url);

  /// Adds a line; one of the same name stays. A line break in it makes `send` refuse the request.
  request& add_header(std::string name, std::string value);
  /// The body and its type. An empty body of a POST is sent as one of length 0.
  request& body(std::string body, std::string content_type);
  /// A body that is read while it is sent, of the source's length; the memory of the exchange does
  /// not depend on it. It takes the place of another body. Throws `usage_exception`
  /// (`errc::invalid_argument`) if the source is null.
  request& body(std::shared_ptr<const body_source> source, std::string content_type);
  /// A form, with its content type.
  request& body(const multipart& form);
  /// Where the body of a successful answer goes instead of to `response::body`; null: nowhere else.
  /// For one exchange at a time. A HEAD request must not have one.
  request& sink(std::shared_ptr<body_sink> sink);
  /// Called with the progress of the exchange; empty: not called.
  request& on_progress(progress_handler handler);
  /// Sent as `Authorization: Bearer …`; kept apart from the headers, so that it is never printed.
  request& bearer_token(secret token);
  /// The time for this exchange, from its start to the last byte of the answer; at least 1 ms.
  request& timeout(duration limit);
  /// Ends the exchange with `errc::timeout` when no byte has been sent or received for so long,
  /// counted from the moment at which the request is sent: for long transfers, which have a long
  /// `timeout`. Headers count as well. 1 ms to 24 hours; zero (the default): no such limit.
  request& silence_limit(duration limit);
  /// The largest body of this answer in bytes, if less than what the transport takes. A body that
  /// goes to a sink has this limit only.
  request& max_answer_size(std::size_t bytes);
  /// The size of the buffer in which the answer is received: small for an exchange that mostly
  /// waits, large for a fast download. 1 KiB to 1 MiB; 0 (the default): 16 KiB.
  request& receive_buffer(std::size_t bytes);
  /// The moment at which the exchange ends with `errc::deadline_exceeded` at the latest.
  request& deadline(time_point moment);

  /// In upper case.
  [[nodiscard]] const std::string& method() const noexcept { return method_; }
  [[nodiscard]] const std::string& url() const noexcept { return url_; }  ///< absolute
  /// Those that were added; libcurl and the token add more.
  [[nodiscard]] const std::vector<header>& headers() const noexcept { return headers_; }
  /// Empty if there is none, or if it comes from a source.
  [[nodiscard]] const std::string& body() const noexcept { return body_; }
  /// The source of the body; null: it is `body()`.
  [[nodiscard]] const std::shared_ptr<const body_source>& source() const noexcept {
    return source_;
  }
  /// The length of the body, wherever it comes from.
  [[nodiscard]] std::uint64_t body_size() const noexcept {
    return source_ ? source_->size() : body_.size();
  }
  /// Where the answer's body goes; null: to `response::body`.
  [[nodiscard]] const std::shared_ptr<body_sink>& sink() const noexcept { return sink_; }
  [[nodiscard]] const progress_handler& on_progress() const noexcept { return on_progress_; }
  [[nodiscard]] const secret& bearer_token() const noexcept { return bearer_token_; }
  [[nodiscard]] duration timeout() const noexcept { return timeout_; }
  [[nodiscard]] time_point deadline() const noexcept { return deadline_; }
  [[nodiscard]] duration silence_limit() const noexcept { return silence_limit_; }
  [[nodiscard]] std::size_t max_answer_size() const noexcept { return max_answer_size_; }
  [[nodiscard]] std::size_t receive_buffer() const noexcept { return receive_buffer_; }

 private:
  std::string method_;
  std::string url_;
  std::vector<header> headers_;
  std::string body_;
  std::shared_ptr<const body_source> source_;
  std::shared_ptr<body_sink> sink_;
  progress_handler on_progress_;
  secret bearer_token_;
  duration timeout_ = std::chrono::seconds{10};
  time_point deadline_ = no_deadline;
  duration silence_limit_ = duration::zero();
  std::size_t max_answer_size_ = static_cast<std::size_t>(-1);
  std::size_t receive_buffer_ = 0;
};

/// An answer of whatever status; its body is whole (nothing is cut silently) and decompressed,
/// wherever it went.
struct response {
  int status = 0;               ///< of the last answer: interim ones (1xx) are left out
  std::vector<header> headers;  ///< in their order, without trailers
  std::string body;             ///< unpacked; empty if it went to the request's sink
};

}  // namespace vkxx::http
