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
/// A handle: copies share all state and are cheap. Running calls own their data, even after the
/// last handle is destroyed.
///
/// A handle that was moved from is empty: its calls fail with `errc::invalid_argument`, its other
/// functions throw `usage_exception`.
///
/// fork(): a client belongs to the process that made it. In the child its calls fail with
/// `errc::invalid_argument` and nothing is sent; it may be destroyed there and leaves the parent's
/// connections alone. Create another one in the child. Signal handlers must not use it: let the
/// event loop receive the signal (`asio::signal_set`).
///
/// Thread safety: safe to share; any number of calls may run concurrently, from any threads.
class client {
 public:
  /// `executor`: runs sockets and timers. A call that is awaited in another execution context runs
  /// in this one, including its hooks and middlewares; the caller's context only waits. Deadline
  /// and cancellation work there even if this context is not running. Once it is destroyed, calls
  /// fail with `errc::cancelled`. Throws `usage_exception` if a setting is unusable, naming it, or
  /// the executor is empty.
  client(asio::any_io_executor executor, const config& settings);

  /// Calls a method.
  ///
  /// Completion: the reply. Errors: thrown as `api_exception`, `auth_exception`,
  /// `network_exception`, `protocol_exception`, `cancelled_exception`, `usage_exception`.
  /// Cancellation: all types, at any stage; whether VK executed the request may then be unknown
  /// (`error().effect()`). A stop token in the options is not supported here: the call fails with
  /// `errc::invalid_argument`. Lifetime: the arguments are moved or copied before the function
  /// returns. Executor: the awaiting coroutine's.
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
    auto call = detail::checked(method, checks(options));
    const bool keep_raw = options.keep_raw();
    detail::decoder_access::set(options, detail::decoder_for<M>(options));
    return detail::decode_or_throw<M>(send(std::move(call), std::move(options)), keep_raw);
  }
  template <method_call M>
  [[nodiscard]] asio::awaitable<result<typename M::result_type>> try_call(const M& method) const {
    return try_call(method, call_options{});
  }
  template <method_call M>
  [[nodiscard]] asio::awaitable<result<typename M::result_type>> try_call(
      const M& method, call_options options) const {
    auto call = detail::checked(method, checks(options));
    const bool keep_raw = options.keep_raw();
    detail::decoder_access::set(options, detail::decoder_for<M>(options));
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
  /// `void(vkxx::result<M::result_type>)`; never from within this function. Errors: every failure
  /// of the call is in the result, whatever the token; throws `usage_exception` if the client was
  /// moved from. Cancellation: the slot associated with the handler, all types, at any stage, from
  /// any thread that may emit the signal. Lifetime: the call owns its data. Executor: the call, its
  /// hooks and its middlewares run in a strand on the client's executor; the handler on its
  /// associated executor, else in that strand. Memory comes from the handler's associated
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
  /// an error; if the script itself is refused, each has that error. A call for which VK's answer
  /// is ambiguous has `errc::malformed_answer`. https://dev.vk.com/method/execute
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
    std::vector<result<request>> calls;
    calls.reserve(sizeof...(M));
    (calls.push_back(detail::checked(methods, checks(options))), ...);
    const bool keep_raw = options.keep_raw();
    detail::decoder_access::set(options, detail::script_decoder_for<M...>(calls, options));
    return detail::decode_each<M...>(send_all(std::move(calls), std::move(options)), keep_raw);
  }
  /// The same for calls by name: as many results, in the same order. Fails each call with
  /// `errc::invalid_argument` if there are more than 25, or one is not allowed in a script.
  [[nodiscard]] asio::awaitable<std::vector<result<reply>>> execute(
      std::vector<request> calls) const;
  [[nodiscard]] asio::awaitable<std::vector<result<reply>>> execute(std::vector<request> calls,
                                                                    call_options options) const;
  /// @}

  /// @name Lists that come page by page (`<vkxx/client/pages.hpp>`)
  /// The pages of a method, or its items one by one: `while (auto post = co_await posts.next())`.
  /// See `page_sequence` for the guarantees about lists that change meanwhile.
  /// @{
  /// Whole results; their lists contain only items that were on no earlier page.
  template <paged_call M>
  [[nodiscard]] typed_pages<M> pages(const M& method) const;
  template <paged_call M>
  [[nodiscard]] typed_pages<M> pages(const M& method, page_options options) const;
  /// The items of all pages.
  template <paged_call M>
  [[nodiscard]] typed_items<M> items(const M& method) const;
  template <paged_call M>
  [[nodiscard]] typed_items<M> items(const M& method, page_options options) const;
  /// The same for calls by name. `list` describes the pages of the method, as `M::paged` of a
  /// method class does.
  [[nodiscard]] page_sequence pages(request request, const paging& list) const;
  [[nodiscard]] page_sequence pages(request request, const paging& list,
                                    page_options options) const;
  [[nodiscard]] item_sequence items(request request, const paging& list) const;
  [[nodiscard]] item_sequence items(request request, const paging& list,
                                    page_options options) const;
  /// @}

  /// The client's transport, endpoints and clock, for running authentication flows separately.
  [[nodiscard]] token_environment environment() const;

  /// Counters of all calls of the client so far.
  [[nodiscard]] vkxx::metrics metrics() const;

  /// Sets the kind of the client's token once it is known: as `config::token_kind`, from now on and
  /// for all copies of the client. Earlier calls keep their place in the limit; a limit that is
  /// shared with other processes does not change.
  void token_kind(vkxx::token_kind kind) const;

  /// Sets the handler for VK's errors with this code, from now on, for all copies of the client; an
  /// empty one removes it. It is called for every such error, before a challenge hook.
  void on_error(api_errc code, error_handler handler) const;
  /// Sets the handler for errors without their own handler or hook.
  void on_any_error(error_handler handler) const;
  /// Sets the hook for captchas (error 14). It is called once for all calls that meet a captcha on
  /// the same token at the same time: the others wait and are retried once it is solved.
  void on_captcha(challenge_hook solver) const;
  /// Sets the hook for validations (error 17); shared by simultaneous calls like the captcha's.
  void on_validation(challenge_hook solver) const;
  /// Sets the hook for confirmations (error 24). It is called for each call, one after another.
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
