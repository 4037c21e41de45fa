/// @file
/// The client for coroutines.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/awaitable.hpp>
#include <memory>
#include <tuple>
#include <vector>

#include <vkxx/client/async_call.hpp>
#include <vkxx/client/call_options.hpp>
#include <vkxx/client/config.hpp>
#include <vkxx/client/metrics.hpp>
#include <vkxx/client/reply.hpp>
#include <vkxx/client/request.hpp>
#include <vkxx/client/typed_call.hpp>

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
/// A handle that was moved from is empty: its calls fail with `errc::invalid_argument`, its other
/// functions throw `usage_exception`.
///
/// fork(): a client belongs to the process that made it. In the child its calls fail with
/// `errc::invalid_argument` and nothing is sent; it may be destroyed there and leaves the parent's
/// connections alone. Make another one in the child. Signal handlers may use no function of it: let
/// the event loop take the signal (`asio::signal_set`).
///
/// Thread safety: safe to share; any number of calls may be under way, from any threads.
class client {
 public:
  /// `executor`: where sockets and timers live. A call that is awaited in another execution
  /// context is carried out in this one, its hooks and middlewares too; its caller's context only
  /// waits. There the deadline and cancellation hold even if nobody runs this context. Once it is
  /// gone, calls fail with `errc::cancelled`. Throws `usage_exception` if a setting is unusable,
  /// naming it.
  client(asio::any_io_executor executor, const config& settings);

  /// Calls a method.
  ///
  /// Completion: the reply. Errors: thrown as `api_exception`, `auth_exception`,
  /// `network_exception`, `protocol_exception`, `cancelled_exception`, `usage_exception`.
  /// Cancellation: all types, at any stage; whether VK executed the request may then be unknown
  /// (`error().effect()`). A stop token in the options cannot be followed here: the call fails with
  /// `errc::invalid_argument`. Lifetime: the request is taken over before the function returns;
  /// nothing of the caller's needs to live on. Executor: the awaiting coroutine's.
  [[nodiscard]] asio::awaitable<reply> call(request request) const;
  [[nodiscard]] asio::awaitable<reply> call(request request, call_options options) const;

  /// As `call`, with every failure in the result.
  [[nodiscard]] asio::awaitable<result<reply>> try_call(request request) const;
  [[nodiscard]] asio::awaitable<result<reply>> try_call(request request,
                                                        call_options options) const;

  /// @name Methods with types of their own (`<vkxx/api/…>`)
  /// As the calls above. The method is read before the function returns. An answer that does not
  /// fit the type is an error of the decoder; fields that do not fit are left empty.
  /// @{
  template <method_call M>
  [[nodiscard]] asio::awaitable<typename M::result_type> call(const M& method) const {
    return call(method, call_options{});
  }
  template <method_call M>
  [[nodiscard]] asio::awaitable<typename M::result_type> call(const M& method,
                                                              call_options options) const {
    const bool keep_raw = options.keep_raw();
    auto call = detail::checked(method, checks(options));
    return detail::decode_or_throw<M>(send(std::move(call), std::move(options)), keep_raw);
  }
  template <method_call M>
  [[nodiscard]] asio::awaitable<result<typename M::result_type>> try_call(const M& method) const {
    return try_call(method, call_options{});
  }
  template <method_call M>
  [[nodiscard]] asio::awaitable<result<typename M::result_type>> try_call(
      const M& method, call_options options) const {
    const bool keep_raw = options.keep_raw();
    auto call = detail::checked(method, checks(options));
    return detail::try_decode<M>(send(std::move(call), std::move(options)), keep_raw);
  }
  /// @}

  /// @name Calls with a completion token of asio
  /// For callbacks, futures, stackful coroutines, Boost.Cobalt, and coroutines on an executor type
  /// of their own.
  ///
  /// ```cpp
  /// vk.async_call(vkxx::request{"users.get"}, {}, [](vkxx::result<vkxx::reply> outcome) { … });
  /// ```
  /// @{
  /// Calls a method by its name.
  ///
  /// Completion: `void(vkxx::result<vkxx::reply>)`, for a method class
  /// `void(vkxx::result<M::result_type>)`; never from inside of this function. Errors: every
  /// failure of the call is in the result, whatever the token; throws `usage_exception` if the
  /// client was moved from. Cancellation: the slot associated with the handler, all types, at any
  /// stage, from any thread that may emit the signal. Lifetime: the call owns everything that it
  /// needs. Executor: the call, its hooks and its middlewares run in a strand on the client's; the
  /// handler on the one associated with it, else in that strand. Memory comes from the handler's
  /// allocator.
  template <asio::completion_token_for<void(result<reply>)> CompletionToken>
  auto async_call(request request, call_options options, CompletionToken&& token) const {
    return asio::async_initiate<CompletionToken, void(result<reply>)>(
        detail::call_initiation{state_}, token, result<vkxx::request>{std::move(request)},
        std::move(options));
  }
  /// The same for a method class; the result is of its type.
  template <method_call M,
            asio::completion_token_for<void(result<typename M::result_type>)> CompletionToken>
  auto async_call(const M& method, call_options options, CompletionToken&& token) const {
    auto call = detail::checked(method, checks(options));
    return asio::async_initiate<CompletionToken, void(result<typename M::result_type>)>(
        detail::typed_call_initiation<M>{state_}, token, std::move(call), std::move(options));
  }
  /// @}

  /// @name Several calls in one request
  /// At most 25 calls, made by VK one after another in a script of `execute` (which takes tokens of
  /// users and communities): one request for VK's limits. Each call has its own result, a value or
  /// its own error; when the script itself is refused, each has that error. A call of which VK's
  /// answer does not tell whether it was refused has `errc::malformed_answer`.
  /// https://dev.vk.com/method/execute
  /// @{
  /// `auto [users, posts] = co_await vk.execute(users::get{}, wall::get{}.owner_id(1));`
  ///
  /// Completion: a result for each call, in their order. Errors: in the results. Cancellation,
  /// lifetime, executor: see `call`.
  template <method_call... M>
  [[nodiscard]] asio::awaitable<std::tuple<result<typename M::result_type>...>> execute(
      const M&... methods) const {
    return execute(call_options{}, methods...);
  }
  template <method_call... M>
  [[nodiscard]] asio::awaitable<std::tuple<result<typename M::result_type>...>> execute(
      call_options options, const M&... methods) const {
    static_assert(sizeof...(M) > 0 && sizeof...(M) <= 25, "a script makes 1 to 25 calls");
    const bool keep_raw = options.keep_raw();
    std::vector<result<request>> calls;
    calls.reserve(sizeof...(M));
    (calls.push_back(detail::checked(methods, checks(options))), ...);
    return detail::decode_each<M...>(send_all(std::move(calls), std::move(options)), keep_raw);
  }
  /// The same for calls by name: as many results, in the same order. Fails each call with
  /// `errc::invalid_argument` if there are more than 25, or one cannot stand in a script.
  [[nodiscard]] asio::awaitable<std::vector<result<reply>>> execute(
      std::vector<request> calls) const;
  [[nodiscard]] asio::awaitable<std::vector<result<reply>>> execute(std::vector<request> calls,
                                                                    call_options options) const;
  /// @}

  /// @name Lists that come page by page (`<vkxx/client/pages.hpp>`)
  /// The pages of a method, or its items one by one: `while (auto post = co_await posts.next())`.
  /// See `page_sequence` for what is promised about lists that change meanwhile.
  /// @{
  /// Whole results, each with nothing in its list but what was on no page before.
  template <paged_call M>
  [[nodiscard]] typed_pages<M> pages(const M& method) const;
  template <paged_call M>
  [[nodiscard]] typed_pages<M> pages(const M& method, page_options options) const;
  /// The items of all pages.
  template <paged_call M>
  [[nodiscard]] typed_items<M> items(const M& method) const;
  template <paged_call M>
  [[nodiscard]] typed_items<M> items(const M& method, page_options options) const;
  /// The same for calls by name. `list` says how the method gives its list, as `M::paged` of a
  /// method class does.
  [[nodiscard]] page_sequence pages(request request, const paging& list) const;
  [[nodiscard]] page_sequence pages(request request, const paging& list,
                                    page_options options) const;
  [[nodiscard]] item_sequence items(request request, const paging& list) const;
  [[nodiscard]] item_sequence items(request request, const paging& list,
                                    page_options options) const;
  /// @}

  /// The client's way to VK, for flows of authorisation that are carried through by themselves.
  [[nodiscard]] token_environment environment() const;

  /// What all calls of the client have done so far, in numbers.
  [[nodiscard]] vkxx::metrics metrics() const;

  /// Says what kind of token the client has, once that is known: as `config::token_kind`, from now
  /// on and for all copies of the client. Calls that were made before keep their place in the
  /// limit; a limit that is shared with other processes stays what it was.
  void token_kind(vkxx::token_kind kind) const;

  /// Sets the handler for VK's errors with this code, from now on, for all copies of the client; an
  /// empty one takes it away. It sees every such error, before a challenge hook does.
  void on_error(api_errc code, error_handler handler) const;
  /// Sets the handler for errors that have neither a handler nor a hook of their own.
  void on_any_error(error_handler handler) const;
  /// Sets the hook for captchas (error 14). Calls that meet a captcha at the same time on the same
  /// token ask it once: the others wait, and are retried when it is solved.
  void on_captcha(challenge_hook solver) const;
  /// Sets the hook for validations (error 17); shared by simultaneous calls like the captcha's.
  void on_validation(challenge_hook solver) const;
  /// Sets the hook for confirmations (error 24). Asked for each call, one after another.
  void on_confirmation(challenge_hook solver) const;

 private:
  friend class blocking_client;

  [[nodiscard]] detail::call_state& state() const;
  [[nodiscard]] detail::local_checks checks(const call_options& options) const;
  [[nodiscard]] asio::awaitable<result<reply>> send(result<request> call,
                                                    call_options options) const;
  [[nodiscard]] asio::awaitable<std::vector<result<reply>>> send_all(
      std::vector<result<request>> calls, call_options options) const;

  std::shared_ptr<detail::call_state> state_;
};

}  // namespace vkxx
