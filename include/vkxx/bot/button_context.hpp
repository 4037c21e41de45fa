/// @file
/// What a handler of buttons gets.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <vkxx/bot/bot_context.hpp>
#include <vkxx/messages/outgoing.hpp>
#include <vkxx/messages/sent_message.hpp>

namespace vkxx {

/// A pressed button, and how the press is answered.
///
/// A button that sends an event shows that it works until it is answered, for a minute; a handler
/// that gives no answer need not care: the bot sends an empty one when it has ended. Of several
/// answers only the first reaches the user; further ones have no effect. A client that shows no
/// such buttons, and a button that sends a text, send a message in place of an event: then
/// `snackbar` and `open_link` answer by a message, and `edit` sends a new one.
///
/// All asynchronous functions: Completion: see each. Errors: thrown as by `client::call`.
/// Cancellation: all types. Lifetime: the operation owns what it needs. Executor: the awaiting
/// coroutine's. A handle, as `bot_context` is.
///
/// https://dev.vk.com/api/bots/development/keyboard
class button_context : public bot_context {
 public:
  /// For the bot. Precondition: a button was pressed.
  explicit button_context(const bot_context& context) noexcept : bot_context{context} {}

  /// The number of the message that the button belongs to; nothing: it is not known.
  [[nodiscard]] std::optional<cmid> number() const noexcept;
  /// Whether the press came as a message, not as an event.
  [[nodiscard]] bool by_message() const noexcept { return incoming() != nullptr; }

  /// Shows a text for ten seconds. Of more than 90 characters (UTF-16 units) the first are shown,
  /// with `…` behind them, and a line in the log says so; an empty text is `acknowledge`. See
  /// `button_context`.
  [[nodiscard]] asio::awaitable<void> snackbar(std::string text) const;
  /// Opens a page; see `button_context`.
  [[nodiscard]] asio::awaitable<void> open_link(std::string address) const;
  /// Opens a mini app; `hash`: what it gets after `#`. See `button_context`. Of a press by message
  /// it answers with a link to the app.
  [[nodiscard]] asio::awaitable<void> open_app(app_id app, std::string hash = {},
                                               owner_id owner = owner_id{}) const;
  /// Ends the waiting without showing anything; see `button_context`.
  [[nodiscard]] asio::awaitable<void> acknowledge() const;
  /// Whether the press was answered by one of the above.
  [[nodiscard]] bool answered() const noexcept;

  /// Changes the message that the button belongs to; sends a new one if it cannot be changed.
  /// Completion: the message, or the parts of the new one. See `button_context`.
  [[nodiscard]] asio::awaitable<std::vector<sent_message>> edit(outgoing message) const;
  /// Sends a message to the conversation. Completion: its parts. See `button_context`.
  [[nodiscard]] asio::awaitable<std::vector<sent_message>> answer(outgoing message) const;
};

}  // namespace vkxx
