/// @file
/// Sends HTTP requests and receives their answers.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <memory>

#include <vkxx/core/result.hpp>
#include <vkxx/http/message.hpp>

namespace vkxx::http {

/// Performs one HTTP exchange. The last stage of the client's pipeline. Replace it to test without
/// a network (`vkxx::testing::scripted_transport`) or to use another HTTP library.
///
/// Thread safety: implementations must be safe to share between threads and coroutines.
class transport {
 public:
  transport() = default;
  transport(const transport&) = delete;
  transport& operator=(const transport&) = delete;
  virtual ~transport() = default;

  /// Sends `message` and reads the whole answer. Redirects are not followed. An answer that arrives
  /// before the whole body was sent is treated like any other.
  ///
  /// Completion: the answer, for every HTTP status. Errors, each with its effect: `timeout`,
  /// `deadline_exceeded`, `cancelled`, `host_not_found`, `connection_refused`, `connection_failed`,
  /// `connection_lost`, `tls_failure`, `certificate_rejected`, `proxy_failure`, `truncated_answer`,
  /// `answer_too_large`, `malformed_answer` (not HTTP, or a body that cannot be decompressed),
  /// `body_failed` (the request's source or sink), `handler_failed` (its progress handler),
  /// `invalid_argument`. Throws nothing but `std::bad_alloc`.
  ///
  /// Lifetime: the operation owns the message with its source and sink, and everything else it
  /// needs, even if the transport is destroyed meanwhile (it then fails with `cancelled`).
  /// Executor: completes on the executor of the awaiting coroutine, never inline.
  /// Cancellation: terminal, partial and total; the exchange ends at once with `cancelled`.
  [[nodiscard]] virtual asio::awaitable<result<response>> send(request message) = 0;

  /// Returns another transport with the same settings whose sockets and timers run on `executor`:
  /// for an exchange that must outlive the event loop of this one. Returns null (the default) if
  /// there is none; this transport is then used from `executor`. May throw what the function that
  /// creates the transport throws.
  [[nodiscard]] virtual std::shared_ptr<transport> on(asio::any_io_executor executor) const;
};

}  // namespace vkxx::http
