/// @file
/// Sources of tokens for a client.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <memory>
#include <optional>

#include <vkxx/client/endpoints.hpp>
#include <vkxx/client/request.hpp>
#include <vkxx/core/clock.hpp>
#include <vkxx/core/log.hpp>
#include <vkxx/core/result.hpp>
#include <vkxx/core/secret.hpp>

namespace vkxx {

namespace http {
class transport;
}

/// The parts of a client that its token source may use. Owns them; the transport works as long as
/// the client's event loop does.
class token_environment {
 public:
  token_environment();

  std::shared_ptr<http::transport> transport;  ///< for the source's own HTTP exchanges
  vkxx::endpoints endpoints;                   ///< addresses of VK's services
  std::shared_ptr<clock> time;                 ///< the clock of deadlines
  /// The longest time of one HTTP exchange.
  duration timeout{};
  logger log;  ///< the client's
};

/// Provides the token for a call. A source must implement `get` only.
///
/// Thread safety: implementations must be safe to share between threads and coroutines.
class token_source {
 public:
  token_source() = default;
  token_source(const token_source&) = delete;
  token_source& operator=(const token_source&) = delete;
  virtual ~token_source() = default;

  /// Gets the token for `call`, by any means.
  ///
  /// Completion: the token; empty: none is sent. Errors: those of the source; the call fails with
  /// them. Cancellation: the client cancels it with the call, and when the call's deadline passes.
  /// Lifetime: the source outlives the operation, which owns everything else. Executor: the call's.
  [[nodiscard]] virtual asio::awaitable<result<secret>> get(request call,
                                                            token_environment environment) = 0;
  /// The token for `call` if it is available without a wait; `get` is then not called. Unless
  /// overridden: nothing.
  [[nodiscard]] virtual std::optional<secret> ready(const request& call);
  /// Whether `renew` can get another token when VK refuses the one of `call` as dead. Unless
  /// overridden: no.
  [[nodiscard]] virtual bool renewable(const request& call) const;
  /// Gets another token in place of `refused`; called at most once per call, and only if
  /// `renewable`.
  ///
  /// Completion: the token; if `refused` was replaced for another call meanwhile, that one. Errors,
  /// cancellation, lifetime, executor: see `get`.
  [[nodiscard]] virtual asio::awaitable<result<secret>> renew(request call, secret refused,
                                                              token_environment environment);
  /// Replaces `old` by the token of a validation (error 17) from now on. An error: it could not be
  /// stored for later calls; the current call uses it anyway. Unless overridden: an error.
  [[nodiscard]] virtual result<void> replace(const secret& old, secret fresh);
};

/// A source that always returns this token.
[[nodiscard]] std::shared_ptr<token_source> make_static_token(secret token);

}  // namespace vkxx
