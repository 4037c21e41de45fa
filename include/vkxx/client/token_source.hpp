/// @file
/// Where a client's tokens come from.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <memory>
#include <optional>

#include <vkxx/client/request.hpp>
#include <vkxx/core/clock.hpp>
#include <vkxx/core/result.hpp>
#include <vkxx/core/secret.hpp>

namespace vkxx {

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
  /// Takes the token that a validation (error 17) gave in place of `old`.
  virtual void replace(const secret& old, secret fresh) = 0;
};

/// One token, as given.
[[nodiscard]] std::shared_ptr<token_source> make_static_token(secret token);

}  // namespace vkxx
