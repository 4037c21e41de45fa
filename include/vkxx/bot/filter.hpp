/// @file
/// Which updates a handler is for.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <concepts>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include <vkxx/bot/bot_context.hpp>

namespace vkxx {

/// Decides whether a handler is for an update. Filters are values: `a && b`, `a || b`, `!a`.
///
/// Texts are compared without letter case (Latin, Cyrillic, Greek).
///
/// Thread safety: safe to share.
class filter {
 public:
  /// A function that decides at once. It must not block.
  explicit filter(std::function<bool(const bot_context&)> test);
  /// A coroutine function, for what has to be asked for.
  explicit filter(std::function<asio::awaitable<bool>(bot_context)> test);

  /// Both.
  [[nodiscard]] friend filter operator&&(const filter& left, const filter& right) {
    return joined(left, right, true);
  }
  /// At least one.
  [[nodiscard]] friend filter operator||(const filter& left, const filter& right) {
    return joined(left, right, false);
  }
  /// The opposite.
  [[nodiscard]] filter operator!() const;

  /// The same filter, for whose decision updates of this type must come, too: the check of the
  /// community's settings switches it on (`bot_options::check_at_start`).
  [[nodiscard]] filter needing(std::string type) const;
  /// Those types.
  [[nodiscard]] std::vector<std::string> needed_types() const;

  /// Whether it decides without waiting.
  [[nodiscard]] bool immediate() const noexcept;
  /// The decision. Precondition: `immediate()`.
  [[nodiscard]] bool test(const bot_context& context) const;
  /// The decision.
  ///
  /// Completion: whether the update is wanted. Errors: exceptions of the filter's functions.
  /// Cancellation: terminal, partial and total. Lifetime: the operation owns what it needs.
  /// Executor: the awaiting coroutine's.
  [[nodiscard]] asio::awaitable<bool> decide(bot_context context) const;

 private:
  struct node;
  explicit filter(std::shared_ptr<const node> root) noexcept : root_{std::move(root)} {}
  [[nodiscard]] static filter joined(const filter& left, const filter& right, bool both);
  [[nodiscard]] static bool test_node(const node& tested, const bot_context& context);
  [[nodiscard]] static asio::awaitable<bool> decide_node(std::shared_ptr<const node> tested,
                                                         bot_context context);

  std::shared_ptr<const node> root_;
};

/// The filters that there are. Those of texts are for messages: they refuse everything else.
namespace filters {

/// How texts are compared.
enum class letters {
  as_written,  ///< letter case does not matter
  yo_as_ye,    ///< nor does the difference between the Russian ё and е
};

/// The text is one of these.
[[nodiscard]] filter text_is(std::vector<std::string> words,
                             letters compared = letters::as_written);
[[nodiscard]] filter text_is(std::string_view word, letters compared = letters::as_written);
/// The text contains this.
[[nodiscard]] filter text_contains(std::string_view part, letters compared = letters::as_written);
/// The message has a text.
[[nodiscard]] filter has_text();
/// The text is a command: `/name`, alone or before other words, which are then the capture
/// `arguments`. A mention of the community behind the name (`/name@club1`) is none of them. Or the
/// payload of the pressed button has this name, as that of VK's start button.
[[nodiscard]] filter command(std::string_view name);
/// The whole text has this form: `"my name is <name> and I am <age:int>"`. Types are `text`, the
/// default, `word`, `int`, `float`; spaces match any number of spaces. Throws `usage_exception` if
/// the pattern is malformed.
[[nodiscard]] filter pattern(std::string_view form, letters compared = letters::as_written);
/// The payload of the message or of the pressed button has this name (`payload::slug`).
[[nodiscard]] filter payload_is(std::string_view slug);
/// The conversation is a chat.
[[nodiscard]] filter in_chat();
/// The conversation is one with a user.
[[nodiscard]] filter in_private();
/// The text mentions the community.
[[nodiscard]] filter mentioned();
/// The message replies to another one.
[[nodiscard]] filter is_reply();
/// The message has an attachment of this type: `photo`, `video`, `doc`, `audio_message`, `sticker`.
[[nodiscard]] filter has_attachment(std::string_view type);
/// The message has a photo.
[[nodiscard]] filter has_photo();
/// The message has a place.
[[nodiscard]] filter has_place();
/// The author, or who pressed, is one of these.
[[nodiscard]] filter from(std::vector<owner_id> who);
[[nodiscard]] filter from(user_id who);
/// The author is an administrator of the chat; elsewhere, one of those who manage the community.
/// Calls VK: in a chat each time (`messages.getConversationMembers`), elsewhere
/// (`groups.getMembers`) when the list of managers has changed, or is older than
/// `bot_options::manager_age`; put it last. If VK cannot be asked, the handler fails: nobody counts
/// as an administrator, nor as none.
[[nodiscard]] filter from_admin();
/// A service message of this type: `chat_invite_user`, `chat_title_update`. Empty: of any type.
[[nodiscard]] filter action(std::string_view type = {});
/// Any function: `bool(const incoming_message&)`, which other updates do not reach,
/// `bool(const bot_context&)`, or `asio::awaitable<bool>(bot_context)`.
template <class Function>
[[nodiscard]] filter when(Function function) {
  if constexpr (std::is_invocable_r_v<bool, Function&, const incoming_message&>) {
    return filter{std::function<bool(const bot_context&)>{
        [test = std::move(function)](const bot_context& context) mutable {
          return context.incoming() != nullptr && test(*context.incoming());
        }}};
  } else if constexpr (std::is_invocable_r_v<bool, Function&, const bot_context&>) {
    return filter{std::function<bool(const bot_context&)>{std::move(function)}};
  } else {
    static_assert(std::is_invocable_r_v<asio::awaitable<bool>, Function&, bot_context>,
                  "a condition takes an incoming_message or a bot_context, and returns bool or "
                  "awaitable<bool>");
    return filter{std::function<asio::awaitable<bool>(bot_context)>{std::move(function)}};
  }
}

}  // namespace filters

}  // namespace vkxx
