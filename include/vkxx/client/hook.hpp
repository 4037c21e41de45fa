/// @file
/// A function of the program that the client calls: a coroutine or an ordinary one.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <concepts>
#include <functional>
#include <utility>

#include <vkxx/core/clock.hpp>

namespace vkxx {

template <class Signature>
class hook;

/// Holds either a coroutine function (`asio::awaitable<R>(Args...)`) or an ordinary one
/// (`R(Args...)`).
///
/// A coroutine runs on the executor of its call (on the client's, if the call is awaited in another
/// execution context). It may use its own `client`; if such a call meets a challenge on the token
/// whose challenge the hook answers, it fails with VK's error. A `blocking_client` cannot be called
/// from its own coroutine hook: `errc::invalid_argument`. An ordinary function runs on the calling
/// thread of a `blocking_client` (it may block: other calls continue), and on the executor of the
/// call with a `client` (there it must not block).
///
/// The arguments are passed by value. Several calls may run the function at the same time. The
/// captures of a coroutine lambda live in the hook, which lives as long as the call.
template <class R, class... Args>
class hook<R(Args...)> {
 public:
  hook() = default;
  /// Takes a coroutine function. Not explicit, so that a lambda is a hook.
  template <class Function>
  requires(!std::same_as<std::remove_cvref_t<Function>, hook> &&
           std::convertible_to<std::invoke_result_t<Function&, Args...>, asio::awaitable<R>>)
      hook(Function function)  // NOLINT(google-explicit-constructor): a lambda is a hook
      : coroutine_{std::move(function)} {}
  /// Takes an ordinary function. Not explicit, so that a lambda is a hook.
  template <class Function>
  requires(!std::same_as<std::remove_cvref_t<Function>, hook> &&
           !std::convertible_to<std::invoke_result_t<Function&, Args...>, asio::awaitable<R>> &&
           std::convertible_to<std::invoke_result_t<Function&, Args...>, R>)
      hook(Function function)  // NOLINT(google-explicit-constructor): a lambda is a hook
      : function_{std::move(function)} {}

  /// Whether it holds a function.
  [[nodiscard]] explicit operator bool() const noexcept { return coroutine_ || function_; }
  /// Whether to use `start`; otherwise `run`.
  [[nodiscard]] bool is_coroutine() const noexcept { return static_cast<bool>(coroutine_); }
  /// Starts the coroutine. Precondition: `is_coroutine()`.
  ///
  /// Completion, errors and cancellation: those of the function. Lifetime: the hook must outlive
  /// it. Executor: the awaiting coroutine's.
  [[nodiscard]] asio::awaitable<R> start(Args... arguments) const {
    return coroutine_(std::move(arguments)...);
  }
  /// Runs the ordinary function. Precondition: it holds one.
  [[nodiscard]] R run(Args... arguments) const { return function_(std::move(arguments)...); }

 private:
  std::function<asio::awaitable<R>(Args...)> coroutine_;
  std::function<R(Args...)> function_;
};

}  // namespace vkxx
