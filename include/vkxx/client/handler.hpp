/// @file
/// The extension points of a call: handlers, hooks and middlewares.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <functional>
#include <string>
#include <variant>

#include <vkxx/client/challenge.hpp>
#include <vkxx/client/hook.hpp>
#include <vkxx/client/reply.hpp>
#include <vkxx/client/request.hpp>
#include <vkxx/core/result.hpp>
#include <vkxx/http/message.hpp>

namespace vkxx {

/// The decision of an error handler.
class handler_action {
 public:
  /// The call fails with the error that the handler saw.
  [[nodiscard]] static handler_action fail();
  /// The call fails with another error.
  [[nodiscard]] static handler_action fail(error other);
  /// The call succeeds with this.
  [[nodiscard]] static handler_action succeed(reply value);
  /// The given request is sent, within `config::max_sends`.
  [[nodiscard]] static handler_action send(request changed);

  /// The call fails with the error that the handler saw.
  struct give_up {};
  /// The possible decisions: give up, another error, success, another request.
  using choice = std::variant<give_up, error, reply, request>;
  /// The decision, as read by the client.
  [[nodiscard]] const choice& chosen() const noexcept { return choice_; }
  [[nodiscard]] choice& chosen() noexcept { return choice_; }

 private:
  explicit handler_action(choice chosen);

  choice choice_;
};

/// Called with a request and VK's error. See `hook` for where it runs.
using error_handler = hook<handler_action(request, error)>;

/// Answers a challenge.
using challenge_hook = hook<challenge_answer(challenge)>;

/// The rest of a call, after a middleware.
using next_call = std::function<asio::awaitable<result<reply>>(request)>;

/// Wraps a call: gets the program's request and the final outcome. May change either, and may call
/// `next` never, once or several times. A coroutine function; `next` may be copied.
using call_middleware = std::function<asio::awaitable<result<reply>>(request, next_call)>;

/// Identifies an attempt of a call.
class attempt_info {
 public:
  /// `number` counts from 1, over all attempts of the call.
  attempt_info(std::string method, int number);
  /// The API method, `users.get` say.
  [[nodiscard]] const std::string& method() const noexcept { return method_; }
  /// From 1.
  [[nodiscard]] int number() const noexcept { return number_; }

 private:
  std::string method_;
  int number_;
};

/// The rest of an attempt, after a middleware.
using next_attempt = std::function<asio::awaitable<result<http::response>>(http::request)>;

/// Wraps an attempt: gets each HTTP request just before it is sent, and its answer.
using attempt_middleware = std::function<asio::awaitable<result<http::response>>(
    attempt_info, http::request, next_attempt)>;

}  // namespace vkxx
