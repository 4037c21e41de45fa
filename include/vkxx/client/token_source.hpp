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

/// Gives the token for a call. The client knows this interface and nothing of how a token is got.
///
/// Thread safety: implementations must be safe to share between threads and coroutines.
class token_source {
 public:
  token_source() = default;
  token_source(const token_source&) = delete;
  token_source& operator=(const token_source&) = delete;
  virtual ~token_source() = default;

  /// The token for `call` if it is at hand, without waiting. An empty token: none is sent.
  [[nodiscard]] virtual std::optional<secret> ready(const request& call) = 0;
  /// The token for `call`, got by whatever it takes. Asked only if `ready` gave nothing. The client
  /// cancels it when the call's deadline passes.
  [[nodiscard]] virtual asio::awaitable<result<secret>> get(request call) = 0;
  /// What the client really asks: like `get`, with the client's way to VK at hand. Unless
  /// overridden it is `get`.
  [[nodiscard]] virtual asio::awaitable<result<secret>> obtain(request call,
                                                               token_environment with);
  /// Whether another token can be had when VK refuses the one of `call` as dead.
  [[nodiscard]] virtual bool renewable(const request& call) const;
  /// Gets another token in place of `refused`; asked at most once in a call. It may have been
  /// replaced already for another call: then that token is given. Only asked if `renewable`.
  [[nodiscard]] virtual asio::awaitable<result<secret>> renew(request call, secret refused,
                                                              token_environment with);
  /// Takes the token that a validation (error 17) gave in place of `old`, and uses it from now on.
  /// An error says that it could not be kept for later; it is used all the same, since `old` is
  /// dead.
  [[nodiscard]] virtual result<void> replace(const secret& old, secret fresh) = 0;
};

/// One token, as given.
[[nodiscard]] std::shared_ptr<token_source> make_static_token(secret token);

}  // namespace vkxx
