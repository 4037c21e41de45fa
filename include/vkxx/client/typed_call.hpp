/// @file
/// The concepts of typed methods, which the clients accept.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <concepts>
#include <cstddef>
#include <memory>
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
/// answer and does not outlive the call; the pointer only carries the type.
///
/// With a member `static constexpr bool checks_json = true`, the decoder reads the text before
/// anybody has checked it, which saves a pass over it: brackets and strings close, but the text may
/// be broken between them, or hold half a surrogate pair. It then runs inside the call, once for
/// each answer. If it fails or throws, the text is checked: an answer that is not JSON fails, or is
/// retried, as that of any other call; one that is, is decoded again to report the failure. With
/// `call_options::keep_raw` or `config::around_call` every text is checked first.
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

// Decodes the response inside of the call, which can still repeat an answer that is not JSON.
class response_decoder {
 public:
  response_decoder() = default;
  response_decoder(const response_decoder&) = delete;
  response_decoder& operator=(const response_decoder&) = delete;
  virtual ~response_decoder() = default;

  // Whether all of the response was decoded. Its text is not checked yet (see `method_call`).
  // Throws nothing but std::bad_alloc.
  [[nodiscard]] virtual bool decode(std::string_view response) = 0;
  // The decoder of a part of the answer to a script. Null: there is none.
  [[nodiscard]] virtual std::shared_ptr<response_decoder> part(std::size_t) const {
    return nullptr;
  }
};

using decoder_list = std::vector<std::shared_ptr<response_decoder>>;

// Keeps the value for the caller.
template <method_call M>
class typed_decoder final : public response_decoder {
 public:
  [[nodiscard]] bool decode(std::string_view response) override {
    value_.reset();
    try {
      auto value = decode_answer(static_cast<const M*>(nullptr), response, false);
      if (value) value_.emplace(*std::move(value));
    } catch (...) {
      // The caller decodes the checked text again, and gets the exception.
      value_.reset();
    }
    return value_.has_value();
  }

  // Nothing: no response was decoded, or its value was taken.
  [[nodiscard]] std::optional<typename M::result_type> take() {
    return std::exchange(value_, std::nullopt);
  }

 private:
  std::optional<typename M::result_type> value_;
};

// Decodes the answer to a script, each call's part by its own decoder.
class script_decoder final : public response_decoder {
 public:
  // `fixed`: whether the script makes all of the calls, or stops when it likes.
  script_decoder(decoder_list parts, bool fixed) : parts_{std::move(parts)}, fixed_{fixed} {}
  [[nodiscard]] bool decode(std::string_view response) override;
  [[nodiscard]] std::shared_ptr<response_decoder> part(std::size_t index) const override {
    return index < parts_.size() ? parts_[index] : nullptr;
  }

 private:
  decoder_list parts_;
  bool fixed_;
};

template <class M>
concept checks_its_json = requires {
  requires bool{M::checks_json};
};

// The decoder of the call if it has read this reply, else null.
[[nodiscard]] response_decoder* decoder_of(const reply& answer) noexcept;
// Turns a failure of the decoder into one of this call.
[[nodiscard]] error decoding_error(error failure, const reply& answer);

// The value that the decoder of the call has found, or finds now.
template <method_call M>
[[nodiscard]] result<typename M::result_type> decoded(const result<reply>& answer, bool keep_raw) {
  if (!answer) return answer.error();
  if (auto* const decoder = decoder_of(*answer)) {
    if (auto value = static_cast<typed_decoder<M>*>(decoder)->take()) return *std::move(value);
  }
  auto value = decode_answer(static_cast<const M*>(nullptr), answer->text(), keep_raw);
  if (!value) return decoding_error(value.error(), *answer);
  return value;
}

// The decoder of a call with these options. Null: the result is decoded after the call.
template <method_call M>
[[nodiscard]] std::shared_ptr<response_decoder> decoder_for(const call_options& options) {
  if constexpr (checks_its_json<M>) {
    if (!options.keep_raw()) return std::make_shared<typed_decoder<M>>();
  }
  return nullptr;
}

// Of a script that makes those of `calls` that may be sent.
template <method_call... M>
[[nodiscard]] std::shared_ptr<response_decoder> script_decoder_for(
    const std::vector<result<request>>& calls, const call_options& options) {
  if (!(checks_its_json<M> && ...) || options.keep_raw()) return nullptr;
  const decoder_list all{decoder_for<M>(options)...};
  decoder_list sent;
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (calls[i]) sent.push_back(all[i]);
  }
  return std::make_shared<script_decoder>(std::move(sent), true);
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
