/// @file
/// Sources of tokens for a client.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include <vkxx/client/endpoints.hpp>
#include <vkxx/client/request.hpp>
#include <vkxx/core/clock.hpp>
#include <vkxx/core/log.hpp>
#include <vkxx/core/result.hpp>
#include <vkxx/core/secret.hpp>
#include <vkxx/http/message.hpp>

namespace vkxx {

namespace http {
class transport;
}
namespace detail {
class call_counters;
}

/// The purpose of an HTTP exchange and its retries: see `token_environment::send`.
class exchange_options {
 public:
  /// `name` appears in log lines, for example `oauth`. Without retries.
  explicit exchange_options(std::string name);

  /// Retries an answer for which `wanted` returns true, which requires certainty that the server
  /// executed nothing. Empty by default: no answer is retried. A failed exchange is never retried.
  exchange_options& retry_if(std::function<bool(const http::response&)> wanted);
  /// The number of tries, including the first; 1 by default, 1 to 1,000. All tries together take no
  /// longer than the request's timeout, and none begins in its second half.
  exchange_options& max_tries(int count);
  /// The maximum pause before the second try; it doubles with each further one. 250 ms by default.
  exchange_options& first_pause(duration pause);

  /// Appears in log lines.
  [[nodiscard]] const std::string& name() const noexcept { return name_; }
  /// Empty if no answer is retried.
  [[nodiscard]] const std::function<bool(const http::response&)>& retry_if() const noexcept {
    return retry_if_;
  }
  /// Includes the first try.
  [[nodiscard]] int max_tries() const noexcept { return max_tries_; }
  /// The maximum pause before the second try.
  [[nodiscard]] duration first_pause() const noexcept { return first_pause_; }

 private:
  std::string name_;
  int max_tries_ = 1;
  duration first_pause_ = std::chrono::milliseconds{250};
  std::function<bool(const http::response&)> retry_if_;
};

/// The parts of a client that its token source may use. Owns them. The transport works while the
/// client's event loop runs.
class token_environment {
 public:
  token_environment();

  /// Sends a request that is not a method call, through the same pipeline as calls: counted in
  /// `metrics` (attempts, retries and their time), with a log line for each attempt that shows
  /// neither address nor body. Middlewares do not see it, because it carries passwords and refresh
  /// tokens.
  ///
  /// Completion: the answer, for every HTTP status. Errors: those of `http::transport::send`.
  /// Cancellation: all types, at once. Lifetime: owns everything it needs. Executor: that of the
  /// awaiting coroutine.
  [[nodiscard]] asio::awaitable<result<http::response>> send(http::request message,
                                                             exchange_options options) const;

  std::shared_ptr<http::transport> transport;  ///< for the source's own HTTP exchanges
  vkxx::endpoints endpoints;                   ///< addresses of VK's services
  std::shared_ptr<clock> time;                 ///< the clock of deadlines
  /// The maximum duration of one HTTP exchange.
  duration timeout{};
  logger log;  ///< the client's
  /// Counts the exchanges of `send`. May be null.
  std::shared_ptr<detail::call_counters> counters;
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
  /// Completion: the token; if it is empty, none is sent. Errors: those of the source; the call
  /// fails with them. Cancellation: the client cancels it with the call, and when the call's
  /// deadline passes. Lifetime: the source outlives the operation, which owns everything else.
  /// Executor: the call's.
  [[nodiscard]] virtual asio::awaitable<result<secret>> get(request call,
                                                            token_environment environment) = 0;
  /// Returns the token for `call` if it is available without a wait; `get` is then not called.
  /// Returns an empty optional by default.
  [[nodiscard]] virtual std::optional<secret> ready(const request& call);
  /// Whether `renew` can get another token when VK refuses the token of `call` as dead. False by
  /// default.
  [[nodiscard]] virtual bool renewable(const request& call) const;
  /// Gets another token in place of `refused`. Called at most once per call, and only if
  /// `renewable`.
  ///
  /// Completion: the token; if `refused` was replaced for another call meanwhile, that one. Errors,
  /// cancellation, lifetime, executor: see `get`.
  [[nodiscard]] virtual asio::awaitable<result<secret>> renew(request call, secret refused,
                                                              token_environment environment);
  /// Replaces `old` with the token of a validation (error 17) from now on. Fails if the token
  /// cannot be stored for later calls; the current call uses it anyway. Fails by default.
  [[nodiscard]] virtual result<void> replace(const secret& old, secret fresh);
};

/// Creates a source that always returns this token.
[[nodiscard]] std::shared_ptr<token_source> make_static_token(secret token);

}  // namespace vkxx
