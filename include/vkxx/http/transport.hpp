/// @file
/// The way an HTTP request goes out and its answer comes back.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <memory>

#include <vkxx/core/result.hpp>
#include <vkxx/http/message.hpp>

namespace vkxx::http {

/// Does one HTTP exchange. The last link of the client's chain; exchange it to test without a
/// network (`vkxx::testing::scripted_transport`) or to use another HTTP library.
///
/// Thread safety: implementations must be safe to share between threads and coroutines.
class transport {
 public:
  transport() = default;
  transport(const transport&) = delete;
  transport& operator=(const transport&) = delete;
  virtual ~transport() = default;

  /// Sends `message` and reads the whole answer. Redirects are not followed. An answer that comes
  /// before the whole body was sent is an answer like any other.
  ///
  /// Completion: the answer, for every HTTP status. Errors, each with its effect:
  /// `timeout`, `deadline_exceeded`, `cancelled`, `host_not_found`, `connection_refused`,
  /// `connection_failed`, `connection_lost`, `tls_failure`, `certificate_rejected`,
  /// `proxy_failure`, `truncated_answer`, `answer_too_large`, `malformed_answer` (not HTTP, or a
  /// body that cannot be unpacked), `body_failed` (the source or the sink of the request),
  /// `handler_failed` (that of its progress), `invalid_argument`. Throws nothing but
  /// `std::bad_alloc`.
  ///
  /// Lifetime: the operation owns the message with its source and sink, and all it needs, also if
  /// the transport is destroyed meanwhile (it is then `cancelled`).
  /// Executor: completes on the executor of the awaiting coroutine, never inline.
  /// Cancellation: terminal, partial and total; the exchange ends at once with `cancelled`.
  [[nodiscard]] virtual asio::awaitable<result<response>> send(request message) = 0;

  /// Another transport with the same settings whose sockets and timers live on `executor`: for an
  /// exchange that has to outlive the event loop of this one. Null (unless overridden): there is
  /// none, and this transport is used from `executor` as it is. May throw what the function that
  /// makes the transport throws.
  [[nodiscard]] virtual std::shared_ptr<transport> on(asio::any_io_executor executor) const;
};

}  // namespace vkxx::http
