/// @file
/// What every handler of a bot gets.
#pragma once

#include <any>
#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <typeindex>
#include <utility>
#include <vector>

#include <vkxx/bot/captures.hpp>
#include <vkxx/bot/incoming_message.hpp>
#include <vkxx/dispatch/update_context.hpp>
#include <vkxx/messages/outgoing.hpp>
#include <vkxx/messages/sent_message.hpp>

namespace vkxx {

namespace detail {

class bot_run;

// While it exists, a function of `off_loop` runs.
class blocking_mark {
 public:
  explicit blocking_mark(std::shared_ptr<bot_run> run);
  blocking_mark(const blocking_mark&) = delete;
  blocking_mark& operator=(const blocking_mark&) = delete;
  ~blocking_mark();

 private:
  std::shared_ptr<bot_run> run_;
};

template <class Value>
asio::awaitable<Value> counted_blocking(std::shared_ptr<bot_run> run, asio::awaitable<Value> work) {
  const blocking_mark running{std::move(run)};
  co_return co_await std::move(work);
}

}  // namespace detail

/// One run of the bot for one update; the base of all contexts.
///
/// A handle: copies share everything, and it may be kept. Thread safety: safe to share, except for
/// `put` and `get`, which are for the coroutine of the handler.
class bot_context {
 public:
  /// For the bot.
  explicit bot_context(std::shared_ptr<detail::bot_run> run) noexcept : run_{std::move(run)} {}

  /// The update.
  [[nodiscard]] const vkxx::update& update() const noexcept;
  /// The community that the update belongs to.
  [[nodiscard]] group_id community() const noexcept;
  /// Identifies the update, the same in each run of its handler.
  [[nodiscard]] const std::string& event_key() const noexcept;
  /// The client of the bot, whose messages are sent once although a handler may run twice.
  [[nodiscard]] update_client vk() const;
  /// The run of the dispatcher: values and timers that are committed with the end of the handler.
  [[nodiscard]] const update_context& unit() const noexcept;
  /// The time of day by the clock of the bot.
  [[nodiscard]] wall_time now() const;
  /// The message, if the update is one; else null.
  [[nodiscard]] const incoming_message* incoming() const noexcept;
  /// What the payload of the pressed button or of the message is.
  [[nodiscard]] const vkxx::payload& payload() const noexcept;
  /// The conversation, of a timer (`bot_talks::later`) the one in which it was set; 0 if the update
  /// belongs to none.
  [[nodiscard]] peer_id peer() const;
  /// The number of the chat that the conversation is, for methods such as
  /// `messages.removeChatUser`; nothing: it is none.
  [[nodiscard]] std::optional<chat_id> chat() const;
  /// Who wrote, pressed, joined, set the timer; 0 if nobody.
  [[nodiscard]] owner_id from() const;
  /// What the filter of the handler found.
  [[nodiscard]] const vkxx::captures& captures() const noexcept;

  /// Sends a message to the conversation of the update (`peer`): of a timer, of somebody who joins.
  ///
  /// Completion: its parts. Errors: thrown as by `client::call`; `errc::invalid_argument` if the
  /// update belongs to no conversation. One that says that the conversation takes no messages
  /// (`cannot_write_reason`) and ends the handler is no failure of it: the update is done
  /// (`bot_metrics::refused`). Cancellation: all types. Lifetime: the operation owns what it needs.
  /// Executor: the awaiting coroutine's.
  [[nodiscard]] asio::awaitable<std::vector<sent_message>> answer(outgoing message) const;

  /// Passes the update on: when the handler has ended, the next one that matches runs.
  void pass() const noexcept;

  /// @name Values for later handlers of this run, such as what a middleware looked up
  /// @{
  /// Keeps a value, in place of an earlier one of its type.
  template <class T>
  void put(T value) const {
    bag(typeid(T)) = std::move(value);
  }
  /// The value of this type; null: there is none. It lives as long as the run.
  template <class T>
  [[nodiscard]] T* get() const {
    return std::any_cast<T>(&bag(typeid(T)));
  }
  /// @}

  /// Runs a function that blocks in a thread; see `update_context::off_loop`.
  template <class Function>
  [[nodiscard]] asio::awaitable<std::invoke_result_t<Function&>> off_loop(Function function) const {
    static_assert(std::is_trivially_copyable_v<Function>,
                  "capture by reference: g++ 12 destroys other captures twice");
    return detail::counted_blocking(run_, unit().off_loop(function));
  }
  /// Calls a coroutine function whose effect must not happen twice; see `update_context::once`.
  template <class Effect>
  [[nodiscard]] asio::awaitable<result<std::string>> once(std::string key, Effect effect) const {
    static_assert(std::is_trivially_copyable_v<Effect>,
                  "capture by reference: g++ 12 destroys other captures twice");
    return unit().once(std::move(key), effect);
  }

  /// Loads a file into memory, such as a photo of the message (`sizes[…].url`). `largest`: bytes;
  /// 50 MiB by default. It takes at most a minute.
  ///
  /// An address may come from a person: only public addresses are connected to, except for the
  /// address of VK's API if that is another one, as with an emulator. Up to five redirects are
  /// followed, none from `https` to `http`.
  ///
  /// Completion: the bytes. Errors: in the result: `errc::body_failed` if the server answers with
  /// another status than 200, or the file is too large, takes too long or cannot be fetched;
  /// `errc::invalid_argument` for what is no address; `errc::cancelled`. Cancellation: all types.
  /// Lifetime: the operation owns what it needs. Executor: the awaiting coroutine's.
  [[nodiscard]] asio::awaitable<result<std::string>> download(
      std::string address, std::uint64_t largest = std::uint64_t{50} << 20U) const;

  /// For the bot and its extensions.
  [[nodiscard]] detail::bot_run& run() const noexcept { return *run_; }

 private:
  [[nodiscard]] std::any& bag(std::type_index type) const;

  std::shared_ptr<detail::bot_run> run_;
};

}  // namespace vkxx
