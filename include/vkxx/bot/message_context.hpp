/// @file
/// What a handler of messages gets.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <vkxx/bot/bot_context.hpp>
#include <vkxx/bot/incoming_message.hpp>
#include <vkxx/messages/outgoing.hpp>
#include <vkxx/messages/sent_message.hpp>

namespace vkxx {

/// A message that is being handled, and what can be done with it.
///
/// ```cpp
/// bot.on_text([](vkxx::message_context m) -> asio::awaitable<void> {
///   co_await m.answer(m.text());
/// });
/// ```
///
/// All asynchronous functions: Completion: see each. Errors: thrown as by `client::call`.
/// Cancellation: all types. Lifetime: the operation owns what it needs. Executor: the awaiting
/// coroutine's. A handle, as `bot_context` is.
class message_context : public bot_context {
 public:
  /// For the bot. Precondition: the update is a message.
  explicit message_context(const bot_context& context) noexcept : bot_context{context} {}

  /// The message. The functions below are parts of it.
  [[nodiscard]] const incoming_message& incoming() const noexcept {
    return *bot_context::incoming();
  }
  /// As VK describes it, with everything.
  [[nodiscard]] const api::messages::message& message() const noexcept {
    return incoming().message();
  }
  /// The text without a mention of the community; see `incoming_message::text`.
  [[nodiscard]] const std::string& text() const noexcept { return incoming().text(); }
  /// The number in the conversation.
  [[nodiscard]] cmid number() const noexcept { return incoming().number(); }
  /// The words after a command; empty: there are none.
  [[nodiscard]] std::string arguments() const;

  /// Sends a message to the conversation. Completion: its parts. See `message_context`.
  [[nodiscard]] asio::awaitable<std::vector<sent_message>> answer(outgoing message) const;
  /// Sends a message as a reply to this one. Completion: its parts. See `message_context`.
  [[nodiscard]] asio::awaitable<std::vector<sent_message>> reply(outgoing message) const;
  /// Shows the user that an answer is being written, for 10 seconds or until it comes; see
  /// `message_context`. A failure is only logged.
  [[nodiscard]] asio::awaitable<void> typing() const;
};

}  // namespace vkxx
