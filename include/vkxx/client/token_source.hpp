/// @file
/// Where a client's tokens come from.
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

/// What a client lends to its source of tokens: its way to VK. Owns what it holds; the transport
/// works as long as the client's event loop does.
class token_environment {
 public:
  token_environment();

  std::shared_ptr<http::transport> transport;  ///< for HTTP exchanges of the source's own
  vkxx::endpoints endpoints;                   ///< addresses of VK's services
  std::shared_ptr<clock> time;                 ///< what deadlines are measured by
  /// The longest time of one HTTP exchange.
  duration timeout{};
  logger log;  ///< the client's
};

/// Provides the token for a call. A source has to implement `get` only.
///
/// Thread safety: implementations must be safe to share between threads and coroutines.
class token_source {
 public:
  token_source() = default;
  token_source(const token_source&) = delete;
  token_source& operator=(const token_source&) = delete;
  virtual ~token_source() = default;

  /// Gets the token for `call`, by whatever that takes.
  ///
  /// Completion: the token; an empty one: none is sent. Errors: those of the source; they become
  /// the call's. Cancellation: the client cancels it with the call, and when the call's deadline
  /// passes. Lifetime: the source outlives the operation; all else is the operation's own.
  /// Executor: the call's.
  [[nodiscard]] virtual asio::awaitable<result<secret>> get(request call,
                                                            token_environment environment) = 0;
  /// The token for `call` if it is at hand, without waiting: `get` is then not asked. Unless
  /// overridden: nothing.
  [[nodiscard]] virtual std::optional<secret> ready(const request& call);
  /// Whether `renew` can get another token when VK refuses the one of `call` as dead. Unless
  /// overridden: no.
  [[nodiscard]] virtual bool renewable(const request& call) const;
  /// Gets another token in place of `refused`; asked at most once in a call, and only if
  /// `renewable`.
  ///
  /// Completion: the token; if `refused` was replaced for another call meanwhile, that one. Errors,
  /// cancellation, lifetime, executor: see `get`.
  [[nodiscard]] virtual asio::awaitable<result<secret>> renew(request call, secret refused,
                                                              token_environment environment);
  /// Takes the token that a validation (error 17) gave in place of `old`, and uses it from now on.
  /// An error says that it could not be kept for later calls; this call uses it all the same.
  /// Unless overridden: an error.
  [[nodiscard]] virtual result<void> replace(const secret& old, secret fresh);
};

/// One token, as given.
[[nodiscard]] std::shared_ptr<token_source> make_static_token(secret token);

}  // namespace vkxx
