/// @file
/// Sends and edits messages.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <concepts>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include <vkxx/client/call_options.hpp>
#include <vkxx/client/client.hpp>
#include <vkxx/core/result.hpp>
#include <vkxx/messages/outgoing.hpp>
#include <vkxx/messages/sent_message.hpp>

namespace vkxx {

namespace detail {

// What a sender needs of a client.
struct sender_client {
  client plain;
  // Without options: those that the client has for such calls.
  std::function<asio::awaitable<result<reply>>(request, std::optional<call_options>)> call;
  // The `random_id` of a message that is the same in each run of a handler; nothing: any.
  std::function<std::optional<std::int32_t>(const request&)> number;
  // Called when VK takes no message to a peer, for a reason that a retry does not change; may be
  // empty.
  std::function<void(peer_id)> refused;
};

// One that remembers who takes no messages.
template <class C>
concept refusal_client = requires(const C& vk, peer_id peer) {
  vk.note_refusal(peer);
};

template <class C>
std::function<void(peer_id)> refusals_of(const C& vk) {
  if constexpr (refusal_client<C>) {
    return [vk](peer_id peer) { vk.note_refusal(peer); };
  } else {
    return {};
  }
}

struct sender_state;

[[nodiscard]] std::shared_ptr<const sender_state> make_sender_state(sender_client vk);

}  // namespace detail

class message_sender;

/// A client inside of a handler, such as `update_client`: it calls methods, numbers messages by the
/// update, and has a plain client.
template <class C>
concept handler_client = !std::same_as<C, message_sender> && std::copy_constructible<C> &&
                         requires(const C& vk, request call, call_options options) {
  { vk.plain() } -> std::convertible_to<const client&>;
  { vk.try_call(call) } -> std::same_as<asio::awaitable<result<reply>>>;
  { vk.try_call(call, options) } -> std::same_as<asio::awaitable<result<reply>>>;
  { vk.random_id_for(call) } -> std::convertible_to<std::optional<std::int32_t>>;
};

/// Sends messages to a peer: uploads their files, splits long texts, and reads what became of each
/// part.
///
/// ```cpp
/// vkxx::message_sender messages{vk};
/// auto sent = co_await messages.send(peer, vkxx::outgoing{"Hello"});
/// co_await messages.edit(sent.back(), vkxx::outgoing{"Hello again"});
/// ```
///
/// With the client of a handler (`update_context::vk`), a handler that runs twice sends a message
/// once, also one with files: its number comes from their names, not from the uploaded objects.
///
/// All asynchronous functions: Completion: see each. Errors: those of `client::call` and of
/// uploads; `errc::invalid_argument` if the message has `problems()`, before anything is sent; VK's
/// refusal of the peer is an error whose `cannot_write_reason` says why. If a part failed after
/// others were sent, the effect of the error is `executed`, and its text says how many;
/// `deliver` says which. Cancellation: all types, at any stage. Lifetime: the arguments are copied
/// before the function returns. Executor: the awaiting coroutine's. Options apply to each call; a
/// deadline and a `total_timeout` to the whole, uploads included.
///
/// A handle: copies share everything.
///
/// Thread safety: safe to share.
class message_sender {
 public:
  /// Sends with a client; VK's `random_id` is any number, the same in all retries of a call.
  explicit message_sender(client vk);
  /// Sends with the client of a handler.
  template <handler_client C>
  explicit message_sender(const C& vk)
      : state_{detail::make_sender_state(detail::sender_client{
            vk.plain(),
            [vk](request call, std::optional<call_options> options) {
              return options ? vk.try_call(std::move(call), *std::move(options))
                             : vk.try_call(std::move(call));
            },
            [vk](const request& call) -> std::optional<std::int32_t> {
              return vk.random_id_for(call);
            },
            detail::refusals_of(vk)})} {}

  /// @name Sending; see `message_sender`
  /// @{
  /// Sends a message: all parts in order. Completion: the parts. Errors are thrown, as by
  /// `client::call`.
  [[nodiscard]] asio::awaitable<std::vector<sent_message>> send(peer_id peer,
                                                                outgoing message) const;
  [[nodiscard]] asio::awaitable<std::vector<sent_message>> send(peer_id peer, outgoing message,
                                                                call_options options) const;
  /// As `send`, with every failure in the result; see `message_sender`.
  [[nodiscard]] asio::awaitable<result<std::vector<sent_message>>> try_send(peer_id peer,
                                                                            outgoing message) const;
  [[nodiscard]] asio::awaitable<result<std::vector<sent_message>>> try_send(
      peer_id peer, outgoing message, call_options options) const;
  /// As `try_send`, and says which parts were sent before one failed; see `message_sender`.
  [[nodiscard]] asio::awaitable<delivery> deliver(peer_id peer, outgoing message) const;
  [[nodiscard]] asio::awaitable<delivery> deliver(peer_id peer, outgoing message,
                                                  call_options options) const;
  /// @}

  /// @name Editing; see `message_sender`
  /// An edit states everything again: what the new message does not have disappears, except for
  /// forwarded messages. A text for several parts is `errc::invalid_argument`.
  /// @{
  /// Changes a message; see `message_sender`. Completion: nothing. Errors are thrown.
  [[nodiscard]] asio::awaitable<void> edit(sent_message target, outgoing message) const;
  [[nodiscard]] asio::awaitable<void> edit(sent_message target, outgoing message,
                                           call_options options) const;
  /// As `edit`, with every failure in the result; see `message_sender`.
  [[nodiscard]] asio::awaitable<result<void>> try_edit(sent_message target, outgoing message) const;
  [[nodiscard]] asio::awaitable<result<void>> try_edit(sent_message target, outgoing message,
                                                       call_options options) const;
  /// Changes a message; sends a new one if VK no longer lets it be changed (errors 15, 909 and
  /// 920), its number is not known, or the text has several parts. Completion: the message that was
  /// changed, or the parts of the new one. Errors are thrown; see `message_sender`.
  [[nodiscard]] asio::awaitable<std::vector<sent_message>> edit_or_send(sent_message target,
                                                                        outgoing message) const;
  [[nodiscard]] asio::awaitable<std::vector<sent_message>> edit_or_send(sent_message target,
                                                                        outgoing message,
                                                                        call_options options) const;
  /// As `edit_or_send`, with every failure in the result; see `message_sender`.
  [[nodiscard]] asio::awaitable<result<std::vector<sent_message>>> try_edit_or_send(
      sent_message target, outgoing message) const;
  [[nodiscard]] asio::awaitable<result<std::vector<sent_message>>> try_edit_or_send(
      sent_message target, outgoing message, call_options options) const;
  /// @}

  /// The client that it sends with, without the numbers of a handler.
  [[nodiscard]] const client& plain() const noexcept;

 private:
  std::shared_ptr<const detail::sender_state> state_;
};

}  // namespace vkxx
