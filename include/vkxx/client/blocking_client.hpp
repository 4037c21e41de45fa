/// @file
/// The client for programs without coroutines.
#pragma once

#include <memory>

#include <vkxx/client/call_options.hpp>
#include <vkxx/client/client.hpp>
#include <vkxx/client/config.hpp>
#include <vkxx/client/metrics.hpp>
#include <vkxx/client/pages.hpp>
#include <vkxx/client/reply.hpp>
#include <vkxx/client/request.hpp>

namespace vkxx {

/// Calls VK's methods and waits for the answer.
///
/// ```cpp
/// vkxx::blocking_client vk{vkxx::config{}.access_token(std::getenv("VK_ACCESS_TOKEN"))};
/// auto reply = vk.call(vkxx::request{"users.get"}.set("user_ids", 1));
/// ```
///
/// Owns one thread for network I/O, which ends with the object. Hooks and handlers that are
/// ordinary functions run on the calling thread.
///
/// fork(): the thread does not exist in the child, where calls fail with `errc::invalid_argument`
/// and nothing is sent. It may be destroyed there, but then leaks its resources. Create another one
/// in the child. Signal handlers must not use it, nor request a stop: let a thread wait for the
/// signal (`sigwait`, `signalfd`) and request the stop.
///
/// Thread safety: safe to share; calls of several threads run concurrently. Destroy it when no call
/// is running; a call that still runs ends with `cancelled`.
class blocking_client {
 public:
  /// Throws `usage_exception` if a setting is unusable, naming it.
  explicit blocking_client(const config& settings);
  blocking_client(const blocking_client&) = delete;
  blocking_client& operator=(const blocking_client&) = delete;
  ~blocking_client();

  /// Calls and throws; see `client::call` for what. Blocks until the answer, an error, the deadline
  /// or a requested stop. Must not be called from a coroutine hook, which would deadlock.
  reply call(request request);
  reply call(request request, call_options options);

  /// Calls; every failure is in the result.
  result<reply> try_call(request request);
  result<reply> try_call(request request, call_options options);

  /// @name Methods with types of their own; see `client::call`
  /// @{
  template <method_call M>
  typename M::result_type call(const M& method) {
    return call(method, call_options{});
  }
  template <method_call M>
  typename M::result_type call(const M& method, call_options options) {
    return try_call(method, std::move(options)).value();
  }
  template <method_call M>
  result<typename M::result_type> try_call(const M& method) {
    return try_call(method, call_options{});
  }
  template <method_call M>
  result<typename M::result_type> try_call(const M& method, call_options options) {
    auto call = detail::checked(method, checks(options));
    const bool keep_raw = options.keep_raw();
    detail::decoder_access::set(options, detail::decoder_for<M>(options));
    return detail::decoded<M>(send(std::move(call), std::move(options)), keep_raw);
  }
  /// @}

  /// @name Several calls in one request; see `client::execute`
  /// @{
  /// `auto [users, posts] = vk.execute(users::get{}, wall::get{}.owner_id(1));`
  template <method_call... M>
  std::tuple<result<typename M::result_type>...> execute(const M&... methods) {
    return execute(call_options{}, methods...);
  }
  template <method_call... M>
  std::tuple<result<typename M::result_type>...> execute(call_options options,
                                                         const M&... methods) {
    static_assert(sizeof...(M) > 0 && sizeof...(M) <= 25, "a script makes 1 to 25 calls");
    std::vector<result<request>> calls;
    calls.reserve(sizeof...(M));
    (calls.push_back(detail::checked(methods, checks(options))), ...);
    const bool keep_raw = options.keep_raw();
    detail::decoder_access::set(options, detail::script_decoder_for<M...>(calls, options));
    return detail::decoded_all<M...>(send_all(std::move(calls), std::move(options)), keep_raw,
                                     std::index_sequence_for<M...>{});
  }
  std::vector<result<reply>> execute(std::vector<request> calls);
  std::vector<result<reply>> execute(std::vector<request> calls, call_options options);
  /// @}

  [[nodiscard]] vkxx::metrics metrics() const;  ///< see `client::metrics`
  /// @name Lists that come page by page; see `client::pages`
  /// `for (const auto& post : vk.items(vkxx::api::wall::get{}.owner_id(1)))`
  /// A walk does not keep its client alive, so these functions do not accept a temporary client.
  /// @{
  /// Whole results; their lists contain only items that were on no earlier page.
  template <paged_call M>
  [[nodiscard]] blocking_pages<M> pages(const M& method) & {
    return {*this, method, page_options{}};
  }
  template <paged_call M>
  [[nodiscard]] blocking_pages<M> pages(const M& method, page_options options) & {
    return {*this, method, std::move(options)};
  }
  /// The items of all pages.
  template <paged_call M>
  [[nodiscard]] blocking_items<M> items(const M& method) & {
    return {*this, method, page_options{}};
  }
  template <paged_call M>
  [[nodiscard]] blocking_items<M> items(const M& method, page_options options) & {
    return {*this, method, std::move(options)};
  }
  /// The same for calls by name. `list` describes the pages of the method, as `M::paged` of a
  /// method class does.
  [[nodiscard]] blocking_page_sequence pages(request request, const paging& list) &;
  [[nodiscard]] blocking_page_sequence pages(request request, const paging& list,
                                             page_options options) &;
  [[nodiscard]] blocking_item_sequence items(request request, const paging& list) &;
  [[nodiscard]] blocking_item_sequence items(request request, const paging& list,
                                             page_options options) &;
  template <class... Arguments>
  void pages(Arguments&&...) && = delete;
  template <class... Arguments>
  void items(Arguments&&...) && = delete;
  /// @}

  [[nodiscard]] token_environment environment() const;  ///< see `client::environment`
  /// The client that does the work, on the thread of this object: for parts of vkxx that take one.
  /// It must not be used once this object is destroyed. Throws `usage_exception`
  /// (`errc::invalid_argument`) in a process that did not create this object.
  [[nodiscard]] client asynchronous() const;
  /// Whether this is the thread of this object, where coroutine hooks and middlewares run and where
  /// nothing may block: its functions fail there with `errc::invalid_argument`.
  [[nodiscard]] bool is_own_thread() const noexcept;
  void token_kind(vkxx::token_kind kind);               ///< see `client::token_kind`
  void on_error(api_errc code, error_handler handler);  ///< see `client::on_error`
  void on_any_error(error_handler handler);             ///< see `client::on_any_error`
  void on_captcha(challenge_hook solver);               ///< see `client::on_captcha`
  void on_validation(challenge_hook solver);            ///< see `client::on_validation`
  void on_confirmation(challenge_hook solver);          ///< see `client::on_confirmation`

 private:
  [[nodiscard]] detail::local_checks checks(const call_options& options) const;
  result<reply> send(result<request> call, call_options options);
  std::vector<result<reply>> send_all(std::vector<result<request>> calls, call_options options);

  class implementation;
  std::unique_ptr<implementation> implementation_;
};

}  // namespace vkxx
