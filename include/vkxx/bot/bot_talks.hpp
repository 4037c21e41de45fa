/// @file
/// Dialogues, sessions and timers of a bot.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include <vkxx/bot/bot.hpp>
#include <vkxx/bot/bot_context.hpp>
#include <vkxx/bot/menu.hpp>
#include <vkxx/dialogues/dialogues.hpp>
#include <vkxx/dialogues/sessions.hpp>
#include <vkxx/dialogues/timers.hpp>

namespace vkxx {

class fleet;

namespace detail {
class talks_part;
}  // namespace detail

/// Starts a dialogue: a handler for `router::on_command`, `router::on_button` and others.
class dialogue_starter {
 public:
  /// For `bot_talks`.
  dialogue_starter(std::weak_ptr<detail::talks_part> part, std::string name)
      : part_{std::move(part)}, name_{std::move(name)} {}
  /// Starts it with the person who wrote, pressed, joined; see `dialogues::start`.
  [[nodiscard]] asio::awaitable<void> operator()(bot_context context) const;

 private:
  std::weak_ptr<detail::talks_part> part_;
  std::string name_;
};

/// Opens a menu: a handler for `router::on_command`, `router::on_button` and others.
class menu_opener {
 public:
  /// For `bot_talks`.
  menu_opener(std::weak_ptr<detail::talks_part> part, std::string name)
      : part_{std::move(part)}, name_{std::move(name)} {}
  /// Sends the menu at its first page, to the conversation of the update, for the person who wrote
  /// or pressed. Completion: it is sent. Errors: thrown as by `client::call`, and those of the
  /// store. Cancellation: all types. Lifetime: the operation owns what it needs. Executor: the
  /// awaiting coroutine's.
  [[nodiscard]] asio::awaitable<void> operator()(bot_context context) const;

 private:
  std::weak_ptr<detail::talks_part> part_;
  std::string name_;
};

/// What lasts between two messages of a person.
///
/// ```cpp
/// vkxx::bot_talks talks{bot};
/// bot.on_command("book", talks.add(vkxx::starts("booking", book)));
/// bot.on_command("cart", [talks](vkxx::message_context m) -> asio::awaitable<void> {
///   auto cart = co_await talks.session<basket>(m);
///   …
/// });
/// ```
///
/// An open dialogue gets the messages of its person, after the handlers of `router::always` and
/// before the others.
///
/// Of a fleet, dialogues, menus and timers are those of all communities, but everything that they
/// keep belongs to one: a person who writes to two communities has two dialogues and two sessions.
/// Only `change_shared` is shared by all.
///
/// A handle: copies share everything, and may be kept by the functions of dialogues, menus and
/// timers. Once the bot or fleet is gone, all functions throw `usage_exception`. Thread safety:
/// `add` and `on_timer` before the bot runs; all others are safe to share.
class bot_talks {
 public:
  /// Extends the bot.
  explicit bot_talks(bot& owner);
  /// As above, with options.
  bot_talks(bot& owner, dialogue_options options);
  /// Extends the fleet.
  explicit bot_talks(fleet& owner);
  /// As above, with options.
  bot_talks(fleet& owner, dialogue_options options);

  /// Adds a dialogue, and returns the handler that starts it. Throws as `dialogues::add`.
  dialogue_starter add(dialogue_kind kind) const;
  /// As above.
  template <class T>
  dialogue_starter add(const steps<T>& kind) const {
    all().add(kind);
    return starter(kind.rules().name);
  }
  /// Adds a menu, and returns the handler that opens it. Its presses come before open dialogues.
  /// Throws `usage_exception` if its name is empty, too long or taken, or if it has no page.
  template <class T>
  menu_opener add(const menu<T>& kind) const {
    return add_menu(kind.rules());
  }
  /// The function for timers of a name: `asio::awaitable<void>(bot_context, timer_event)`. Throws
  /// as `timers::on`.
  const bot_talks& on_timer(
      std::string name,
      std::function<asio::awaitable<void>(bot_context, timer_event)> function) const;

  /// All dialogues of the bot.
  [[nodiscard]] dialogues& all() const;
  /// Starts a dialogue with anybody, from outside of a handler, while the bot runs; not of a fleet,
  /// for which the key says the community. Completion: that is in the inbox. Errors are thrown, as
  /// by `bot::put`, or `fleet::put`. Cancellation: terminal, partial and total. Lifetime: the
  /// operation owns everything it needs. Executor: the awaiting coroutine's.
  [[nodiscard]] asio::awaitable<void> start(peer_id peer, user_id person, std::string name) const {
    return start(conversation_key{group_id{}, peer, person}, std::move(name));
  }
  /// As above, with a value; see `dialogue::state`.
  template <class T>
  [[nodiscard]] asio::awaitable<void> start(peer_id peer, user_id person, std::string name,
                                            const T& state) const {
    return start(conversation_key{group_id{}, peer, person}, std::move(name), state);
  }
  /// As above, in a community of a fleet.
  [[nodiscard]] asio::awaitable<void> start(conversation_key whom, std::string name) const {
    return request("vkxx:start", whom, std::move(name), {});
  }
  /// As above, with a value; see `dialogue::state`.
  template <class T>
  [[nodiscard]] asio::awaitable<void> start(conversation_key whom, std::string name,
                                            const T& state) const {
    return request("vkxx:start", whom, std::move(name), to_stored_json(state));
  }
  /// Ends the open dialogue, without a word; as `start`.
  [[nodiscard]] asio::awaitable<void> end(peer_id peer, user_id person) const {
    return end(conversation_key{group_id{}, peer, person});
  }
  /// As above, in a community of a fleet.
  [[nodiscard]] asio::awaitable<void> end(conversation_key whom) const {
    return request("vkxx:end", whom, {}, {});
  }

  /// The data of the person who wrote, or pressed; see `sessions`.
  template <class T>
  [[nodiscard]] asio::awaitable<vkxx::session<T>> session(
      const bot_context& context, session_scope scope = session_scope::person) const {
    return data().open<T>(context.unit(), scope);
  }
  /// As above, for `dialogue::write`.
  template <class T>
  [[nodiscard]] asio::awaitable<vkxx::session<T>> session(
      const update_context& context, session_scope scope = session_scope::person) const {
    return data().open<T>(context, scope);
  }
  /// Changes a value that all conversations share; see `sessions::change_shared`.
  template <class T, class Change>
  [[nodiscard]] asio::awaitable<T> change_shared(const bot_context& context, std::string name,
                                                 Change change) const {
    return data().change_shared<T>(context.unit(), std::move(name), change);
  }
  /// Sets a timer; see `timers::later`.
  template <class T>
  std::string later(const bot_context& context, duration wait, std::string name,
                    const T& value) const {
    return clock().later(context.unit(), wait, std::move(name), value);
  }
  /// As above, for `dialogue::write`.
  template <class T>
  std::string later(const update_context& context, duration wait, std::string name,
                    const T& value) const {
    return clock().later(context, wait, std::move(name), value);
  }
  /// Removes a timer; see `timers::cancel`.
  void cancel(const bot_context& context, const std::string& id) const;

 private:
  [[nodiscard]] const sessions& data() const;
  [[nodiscard]] const timers& clock() const;
  [[nodiscard]] dialogue_starter starter(std::string name) const;
  [[nodiscard]] menu_opener add_menu(const detail::menu_rules& rules) const;
  [[nodiscard]] asio::awaitable<void> request(std::string type, const conversation_key& whom,
                                              std::string name, std::string state) const;

  std::weak_ptr<detail::talks_part> part_;
};

}  // namespace vkxx
