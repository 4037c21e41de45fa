/// @file
/// A client for handlers, whose messages are sent once although a handler may run twice.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

#include <vkxx/client/client.hpp>
#include <vkxx/core/result.hpp>

namespace vkxx {

namespace detail {
class effect_numbers;
class run_permit;
}  // namespace detail

/// A client inside of a handler. `messages.send` gets its `random_id` from the update: when the
/// handler runs again, for the same update and with the same parameters, VK recognizes the number
/// (for an hour) and sends nothing twice. Another text has another number, and of equal messages
/// sent in one run each has its own. A `random_id` that was set is kept.
///
/// Calls have the priority `urgent` unless options are given. Other methods are called as by the
/// client itself.
///
/// A call is not sent, and fails with `errc::cancelled`, if its process has lost the part of a
/// shared inbox that the update is in, by its own clock, or if another dispatcher has taken over
/// the store: the update may be handled elsewhere by now. That is looked at when the call begins,
/// and before each attempt, after it has waited for the limit or for a retry; of a call that is
/// sent in a batch only when it begins. The error says which of the two it was.
///
/// A handle: copies share the count of equal messages. Thread safety: safe to share.
class update_client {
 public:
  /// For the dispatcher. Without a permit all calls are sent.
  update_client(client plain, std::shared_ptr<detail::effect_numbers> numbers,
                std::shared_ptr<const detail::run_permit> permit = nullptr);

  /// @name Calls; see `client`
  /// @{
  /// As `client::call`. A message gets its `random_id` from the update.
  [[nodiscard]] asio::awaitable<reply> call(request request) const;
  [[nodiscard]] asio::awaitable<reply> call(request request, call_options options) const;
  /// As `client::try_call`. A message gets its `random_id` from the update.
  [[nodiscard]] asio::awaitable<result<reply>> try_call(request request) const;
  [[nodiscard]] asio::awaitable<result<reply>> try_call(request request,
                                                        call_options options) const;
  template <method_call M>
  [[nodiscard]] asio::awaitable<typename M::result_type> call(const M& method) const {
    return call(method, urgent());
  }
  template <method_call M>
  [[nodiscard]] asio::awaitable<typename M::result_type> call(const M& method,
                                                              call_options options) const {
    if (auto why = obstacle()) return refused_call<typename M::result_type>(*std::move(why));
    permit_each_attempt(options);
    return plain_.call(numbered(method), std::move(options));
  }
  template <method_call M>
  [[nodiscard]] asio::awaitable<result<typename M::result_type>> try_call(const M& method) const {
    return try_call(method, urgent());
  }
  template <method_call M>
  [[nodiscard]] asio::awaitable<result<typename M::result_type>> try_call(
      const M& method, call_options options) const {
    if (auto why = obstacle()) return refused<typename M::result_type>(*std::move(why));
    permit_each_attempt(options);
    return plain_.try_call(numbered(method), std::move(options));
  }
  /// @}

  /// The client without all this.
  [[nodiscard]] const client& plain() const noexcept { return plain_; }
  /// The `random_id` that `call` gives this request now; nothing if it has one, or needs none. For
  /// a message that differs in each run of the handler, by an attachment that is uploaded in each:
  /// ask with a request that does not differ, and set the number. Counts as a message that is sent.
  [[nodiscard]] std::optional<std::int32_t> random_id_for(const request& call) const;
  /// Remembers that VK takes no message to this peer (`cannot_write`); `message_sender` does so.
  void note_refusal(peer_id peer) const;
  /// Whether that was so in this run of the handler. A bot does not count a failure for which the
  /// conversation of its update is the reason.
  [[nodiscard]] bool has_refused(peer_id peer) const;

 private:
  [[nodiscard]] static call_options urgent();
  void permit_each_attempt(call_options& options) const;
  // Why the handler may not call any more; nothing: it may.
  [[nodiscard]] std::optional<error> obstacle() const;
  template <class T>
  [[nodiscard]] static asio::awaitable<T> refused_call(error why) {
    result<T> failed{std::move(why)};
    co_return std::move(failed).value();
  }
  template <class T>
  [[nodiscard]] static asio::awaitable<result<T>> refused(error why) {
    co_return why;
  }

  template <method_call M>
  [[nodiscard]] M numbered(M method) const {
    if constexpr (requires { method.random_id(std::int32_t{1}); }) {
      if (const auto number = random_id_for(method.to_request())) method.random_id(*number);
    }
    return method;
  }

  client plain_;
  std::shared_ptr<detail::effect_numbers> numbers_;
  std::shared_ptr<const detail::run_permit> permit_;
};

}  // namespace vkxx
