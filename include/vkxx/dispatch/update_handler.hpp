/// @file
/// The program's function for updates.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <concepts>
#include <functional>
#include <optional>
#include <type_traits>
#include <utility>

#include <vkxx/core/error.hpp>
#include <vkxx/dispatch/update_context.hpp>

namespace vkxx {

/// How a handler ended.
class handler_outcome {
 public:
  /// The update was handled.
  [[nodiscard]] static handler_outcome done() { return handler_outcome{}; }
  /// Nobody was interested in it; otherwise the same as `done`.
  [[nodiscard]] static handler_outcome pass();
  /// It failed. If `reason.retryable()`, it runs again after a pause; otherwise, and after the last
  /// attempt, the update is a dead letter.
  [[nodiscard]] static handler_outcome failed(error reason);

  /// Whether it was `pass`.
  [[nodiscard]] bool passed() const noexcept { return passed_; }
  /// The reason of a failure; nothing: it did not fail.
  [[nodiscard]] const std::optional<error>& failure() const noexcept { return failure_; }

 private:
  bool passed_ = false;
  std::optional<error> failure_;
};

namespace detail {

template <class Function>
using started_handler = std::invoke_result_t<Function&, update_context>;
template <class Function>
concept outcome_function =
    std::same_as<started_handler<Function>, asio::awaitable<handler_outcome>>;
template <class Function>
concept plain_function = std::same_as<started_handler<Function>, asio::awaitable<void>>;

}  // namespace detail

/// A coroutine function for updates: `asio::awaitable<void>(update_context)`, or one that returns a
/// `handler_outcome`.
///
/// It may run more than once for an update. It must let cancellation through. Exceptions are
/// failures: those of vkxx as by `handler_outcome::failed`, all others are retried.
class update_handler {
 public:
  update_handler() = default;
  /// Takes a coroutine function. Not explicit, so that a lambda is a handler.
  template <class Function>
  requires(detail::outcome_function<Function>)
      update_handler(Function function)  // NOLINT(google-explicit-constructor)
      : with_outcome_{std::move(function)} {}
  /// Takes a coroutine function whose end means `done`.
  template <class Function>
  requires(detail::plain_function<Function>)
      update_handler(Function function)  // NOLINT(google-explicit-constructor)
      : plain_{std::move(function)} {}

  /// Whether it holds a function.
  [[nodiscard]] explicit operator bool() const noexcept { return with_outcome_ || plain_; }
  /// Starts it; for the dispatcher. Precondition: it holds a function.
  ///
  /// Completion, errors and cancellation: those of the function. Lifetime: the handler must outlive
  /// it. Executor: the awaiting coroutine's.
  [[nodiscard]] asio::awaitable<handler_outcome> start(update_context context) const;

 private:
  std::function<asio::awaitable<handler_outcome>(update_context)> with_outcome_;
  std::function<asio::awaitable<void>(update_context)> plain_;
};

}  // namespace vkxx
