/// @file
/// The client for coroutines.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <memory>

#include <vkxx/client/call_options.hpp>
#include <vkxx/client/config.hpp>
#include <vkxx/client/reply.hpp>
#include <vkxx/client/request.hpp>

namespace vkxx {

namespace detail {
class call_state;
}  // namespace detail

/// Calls VK's methods on the program's own event loop.
///
/// ```cpp
/// asio::awaitable<void> greet(vkxx::client vk) {
///   auto users = co_await vk.call(vkxx::request{"users.get"}.set("user_ids", "durov"));
///   …
/// }
/// ```
///
/// A handle: copies share everything and are cheap. Calls under way own what they need, also when
/// the last handle is gone.
///
/// Thread safety: safe to share; any number of calls may be under way, from any threads.
class client {
 public:
  /// `executor`: where sockets and timers live. Throws `usage_exception` if a setting is unusable,
  /// naming it.
  client(asio::any_io_executor executor, const config& settings);

  /// Calls and throws: `api_exception`, `auth_exception`, `network_exception`,
  /// `protocol_exception`, `cancelled_exception`, `usage_exception`.
  ///
  /// Lifetime: the request is taken over before the function returns; nothing of the caller's needs
  /// to live on. Executor: resumes on the awaiting coroutine's. Cancellation: asio's, of all types,
  /// at any stage; the effect on VK's side may then be unknown (`error().effect()`).
  [[nodiscard]] asio::awaitable<reply> call(request what) const;
  [[nodiscard]] asio::awaitable<reply> call(request what, call_options options) const;

  /// Calls; every failure is in the result.
  [[nodiscard]] asio::awaitable<result<reply>> try_call(request what) const;
  [[nodiscard]] asio::awaitable<result<reply>> try_call(request what, call_options options) const;

  /// The client's way to VK, for flows of authorisation that are carried through by themselves.
  [[nodiscard]] token_environment environment() const;

  /// Sets the handler for VK's errors with this code, from now on, for all copies of the client; an
  /// empty one takes it away. It sees every such error, before a challenge hook does.
  void on_error(api_errc code, error_handler handler) const;
  /// Sets the handler for errors that have neither a handler nor a hook of their own.
  void on_any_error(error_handler handler) const;
  /// Sets the hook for captchas (error 14). Calls that meet a captcha at the same time on the same
  /// token ask it once: the others wait, and are sent again when it is solved.
  void on_captcha(challenge_hook solver) const;
  /// Sets the hook for validations (error 17); shared by simultaneous calls like the captcha's.
  void on_validation(challenge_hook solver) const;
  /// Sets the hook for confirmations (error 24). Asked for each call, one after another.
  void on_confirmation(challenge_hook solver) const;

 private:
  friend class blocking_client;

  std::shared_ptr<detail::call_state> state_;
};

}  // namespace vkxx
