/// @file
/// The concepts of typed methods, which the clients accept.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <concepts>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include <vkxx/client/call_options.hpp>
#include <vkxx/client/paging.hpp>
#include <vkxx/client/reply.hpp>
#include <vkxx/client/request.hpp>
#include <vkxx/core/result.hpp>
#include <vkxx/core/token_kind.hpp>

namespace vkxx {

/// A method as a value: it converts to a `request` and has the type of its result. The classes of
/// `<vkxx/api/…>` are such; so is any class of yours with these two members for which
///
/// ```cpp
/// vkxx::result<my_method::result_type> decode_answer(const my_method*, std::string_view response,
///                                                    bool keep_raw);
/// ```
///
/// is found by argument-dependent lookup. It gets the JSON text of `response`, which stands in VK's
/// answer and does not outlive the call; the pointer only carries the type. With a member
/// `static constexpr bool checks_json = true`, the text is not checked before, which saves a pass
/// over it: its brackets and strings close, but it may be broken between them, or hold half a
/// surrogate pair. If the decoder of broken text fails, with any error, the call fails with
/// `errc::not_json`.
template <class M>
concept method_call = requires(const M& method) {
  typename M::result_type;
  { method.to_request() } -> std::same_as<request>;
};

/// A method that returns a list page by page: describes its pages (`paged`), and finds the list in
/// its result (`items_of`).
template <class M>
concept paged_call = method_call<M> && requires(typename M::result_type& result) {
  { M::paged } -> std::convertible_to<const paging&>;
  M::items_of(result).size();
};

struct paging;
class page_options;
class page_sequence;
class item_sequence;
class blocking_page_sequence;
class blocking_item_sequence;
template <paged_call M>
class typed_pages;
template <paged_call M>
class typed_items;
template <paged_call M>
class blocking_pages;
template <paged_call M>
class blocking_items;

namespace detail {

// The checks before a call is sent.
struct local_checks {
  bool on = false;
  std::optional<token_kind> token;
};

// Whether `method`, which takes tokens of `accepted`, can be called with one of `kind`.
[[nodiscard]] result<void> check_token(std::string_view method, token_kinds accepted,
                                       token_kind kind);

template <class M>
concept has_limits = requires(const M& method) {
  { method.check_limits() } -> std::same_as<result<void>>;
};
template <class M>
concept names_its_tokens = requires {
  { M::facts.tokens } -> std::convertible_to<token_kinds>;
};

// The request of a method if it passes the checks.
template <method_call M>
[[nodiscard]] result<request> checked(const M& method, const local_checks& checks) {
  auto call = method.to_request();
  if (!checks.on) return call;
  result<void> status;
  if constexpr (has_limits<M>) status = method.check_limits();
  if constexpr (names_its_tokens<M>) {
    if (status && checks.token) status = check_token(call.method(), M::facts.tokens, *checks.token);
  }
  if (status) return call;
  auto failure = status.error();
  failure.set_method(call.method());
  return failure;
}

// A decoder that says so finds out itself whether its text is JSON: nobody needs to look before.
template <class M>
concept checks_its_json = requires {
  requires bool{M::checks_json};
};

// The options of a call whose reply is decoded as the results of `M`.
template <method_call... M>
[[nodiscard]] call_options options_for(call_options options) noexcept {
  decoder_mark::set(options, (checks_its_json<M> && ...));
  return options;
}

// Turns a failure of the decoder into one of this call.
[[nodiscard]] error decoding_error(error failure, const reply& answer);

template <method_call M>
[[nodiscard]] result<typename M::result_type> decoded(const result<reply>& answer, bool keep_raw) {
  if (!answer) return answer.error();
  auto value = decode_answer(static_cast<const M*>(nullptr), answer->text(), keep_raw);
  if (!value) return decoding_error(value.error(), *answer);
  return value;
}

template <method_call... M, std::size_t... I>
[[nodiscard]] std::tuple<result<typename M::result_type>...> decoded_all(
    const std::vector<result<reply>>& answers, bool keep_raw, std::index_sequence<I...>) {
  return {decoded<M>(answers[I], keep_raw)...};
}

// They own the outcome, so that nothing of the caller needs to outlive the call.
template <method_call M>
[[nodiscard]] asio::awaitable<result<typename M::result_type>> try_decode(
    asio::awaitable<result<reply>> outcome, bool keep_raw) {
  const auto answer = co_await std::move(outcome);
  co_return decoded<M>(answer, keep_raw);
}

template <method_call M>
[[nodiscard]] asio::awaitable<typename M::result_type> decode_or_throw(
    asio::awaitable<result<reply>> outcome, bool keep_raw) {
  const auto answer = co_await std::move(outcome);
  auto value = decoded<M>(answer, keep_raw);
  if (!value) throw_error(value.error());
  co_return std::move(*value);
}

template <method_call... M>
[[nodiscard]] asio::awaitable<std::tuple<result<typename M::result_type>...>> decode_each(
    asio::awaitable<std::vector<result<reply>>> outcome, bool keep_raw) {
  const auto answers = co_await std::move(outcome);
  co_return decoded_all<M...>(answers, keep_raw, std::index_sequence_for<M...>{});
}

}  // namespace detail
}  // namespace vkxx
