/// @file
/// One HTTP request and its answer, as values.
#pragma once

#include <chrono>
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
  std::string name;   ///< in the letter case as sent
  std::string value;  ///< without blanks at its ends
};

/// The value of the first header with that name, ignoring letter case, if there is one.
[[nodiscard]] std::optional<std::string_view> find_header(const std::vector<header>& headers,
                                                          std::string_view name) noexcept;
/// How long the server asks to wait, by `Retry-After`: in seconds, or until a date, which is
/// compared with the server's own `Date`, or else with `now`. 0 for a past date; nothing if the
/// header is absent or unreadable. https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3
[[nodiscard]] std::optional<std::chrono::seconds> retry_after(
    const std::vector<header>& headers, std::chrono::system_clock::time_point now);

/// A request. Owns its bytes. It and its copies share the source of its body and the sink of the
/// answer, which live at least until the exchange has ended.
class request {
 public:
  /// `method` in upper case; `url` absolute, `http` or `https`, without user and password.
  request(std::string method, std::string url);

  /// Adds a header line. Does not replace one with the same name. A line break in it makes `send`
  /// refuse the request.
  request& add_header(std::string name, std::string value);
  /// The body and its type. An empty body of a POST is sent with length 0.
  request& body(std::string body, std::string content_type);
  /// A body that is read while it is sent, with the source's length; the memory of the exchange
  /// does not depend on it. Replaces any other body. Throws `usage_exception`
  /// (`errc::invalid_argument`) if the source is null.
  request& body(std::shared_ptr<const body_source> source, std::string content_type);
  /// A form, with its content type.
  request& body(const multipart& form);
  /// The sink for the body of a successful answer, instead of `response::body`. May be null. A sink
  /// serves one exchange at a time. A HEAD request must not have one.
  request& sink(std::shared_ptr<body_sink> sink);
  /// Called with the progress of the exchange. May be empty.
  request& on_progress(progress_handler handler);
  /// Sent as `Authorization: Bearer …`. Stored apart from the headers, so it is never printed.
  request& bearer_token(secret token);
  /// The time for this exchange, from its start to the last byte of the answer; at least 1 ms. With
  /// a deadline, the time in line (`transport_options::max_in_flight`) does not count.
  request& timeout(duration limit);
  /// Ends the exchange with `errc::timeout` if no byte is sent or received for this long, counted
  /// from the moment the request is sent. For long transfers, which need a long `timeout`. Headers
  /// count too. 1 ms to 24 hours; zero (the default): no limit.
  request& silence_limit(duration limit);
  /// The maximum size of this answer's body in bytes, if lower than the transport's limit. For a
  /// body that goes to a sink, this is the only limit.
  request& max_answer_size(std::size_t bytes);
  /// The size of the receive buffer: small for an exchange that mostly waits, large for a fast
  /// download. 1 KiB to 1 MiB; 0 (the default): 16 KiB.
  request& receive_buffer(std::size_t bytes);
  /// The moment at which the exchange ends with `errc::deadline_exceeded`, by the clock `time`; by
  /// the machine's if that is null.
  request& deadline(time_point moment, std::shared_ptr<clock> time = nullptr);
  /// Connects to public addresses only, over a connection of its own: an address of this machine, a
  /// private or a reserved network fails with `errc::connection_failed` (`not_sent`). Checked when
  /// the host name has been resolved. For addresses that come from others. Behind a proxy, the
  /// address that is checked is the proxy's. Off by default.
  request& public_addresses_only(bool on);
  /// Whether the server may compress the answer. On by default. Off for answers that are known to
  /// be short: to set up a decoder takes longer than the bytes that it saves.
  request& may_be_compressed(bool on);
  /// The server holds its answer back until there is something to report, as in a long poll. Such
  /// an exchange does not count towards `transport_options::max_in_flight`. Off by default.
  request& waits_for_events(bool on);

  /// In upper case.
  [[nodiscard]] const std::string& method() const noexcept { return method_; }
  [[nodiscard]] const std::string& url() const noexcept { return url_; }  ///< absolute
  /// The added headers; libcurl and the token add more.
  [[nodiscard]] const std::vector<header>& headers() const noexcept { return headers_; }
  /// Empty without a body, or if it comes from a source.
  [[nodiscard]] const std::string& body() const noexcept { return body_; }
  /// The source of the body; null if the body is `body()`.
  [[nodiscard]] const std::shared_ptr<const body_source>& source() const noexcept {
    return source_;
  }
  /// The length of the body, from a text or a source.
  [[nodiscard]] std::uint64_t body_size() const noexcept {
    return source_ ? source_->size() : body_.size();
  }
  /// The sink of the answer's body; null if it goes to `response::body`.
  [[nodiscard]] const std::shared_ptr<body_sink>& sink() const noexcept { return sink_; }
  [[nodiscard]] const progress_handler& on_progress() const noexcept { return on_progress_; }
  [[nodiscard]] const secret& bearer_token() const noexcept { return bearer_token_; }
  [[nodiscard]] duration timeout() const noexcept { return timeout_; }
  [[nodiscard]] time_point deadline() const noexcept { return deadline_; }
  /// The clock of the deadline; null: the machine's.
  [[nodiscard]] const std::shared_ptr<clock>& deadline_clock() const noexcept {
    return deadline_clock_;
  }
  [[nodiscard]] duration silence_limit() const noexcept { return silence_limit_; }
  [[nodiscard]] std::size_t max_answer_size() const noexcept { return max_answer_size_; }
  [[nodiscard]] std::size_t receive_buffer() const noexcept { return receive_buffer_; }
  [[nodiscard]] bool public_addresses_only() const noexcept { return public_addresses_only_; }
  [[nodiscard]] bool may_be_compressed() const noexcept { return may_be_compressed_; }
  [[nodiscard]] bool waits_for_events() const noexcept { return waits_for_events_; }

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
  std::shared_ptr<clock> deadline_clock_;
  duration silence_limit_ = duration::zero();
  std::size_t max_answer_size_ = static_cast<std::size_t>(-1);
  std::size_t receive_buffer_ = 0;
  bool public_addresses_only_ = false;
  bool may_be_compressed_ = true;
  bool waits_for_events_ = false;
};

/// An answer with any status. Its body is complete (never silently truncated) and decompressed,
/// also in a sink.
struct response {
  int status = 0;               ///< of the final answer, not of an interim one (1xx)
  std::vector<header> headers;  ///< in order of arrival, without trailers
  std::string body;             ///< decompressed; empty if it went to the request's sink
  /// False: the server answered before it had taken the whole body of the request.
  bool whole_request_sent = true;
};

}  // namespace vkxx::http
