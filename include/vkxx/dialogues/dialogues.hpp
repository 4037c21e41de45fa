/// @file
/// Starts dialogues, and brings them what people write.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>

#include <vkxx/core/result.hpp>
#include <vkxx/dialogues/dialogue.hpp>
#include <vkxx/dialogues/dialogue_options.hpp>
#include <vkxx/dialogues/steps.hpp>
#include <vkxx/dispatch/update_context.hpp>
#include <vkxx/updates/update.hpp>

namespace vkxx {

namespace detail {
struct dialogue_core;
// The object of an update of the type `vkxx:start` or `vkxx:end`; `state` is JSON text.
[[nodiscard]] std::string start_object(const conversation_key& key, const std::string& name,
                                       const std::string& state);
}  // namespace detail

/// A dialogue that waits for an answer.
struct open_dialogue {
  std::string name;   ///< of its `dialogue_kind` or `steps`
  int version = 1;    ///< that it was written by
  std::string label;  ///< of the open question: its label, its digest, or the name of the step
};

/// All dialogues of a program. Each person has at most one open dialogue in a conversation.
///
/// ```cpp
/// vkxx::dialogues talks;
/// talks.add(vkxx::starts("booking", book));
/// updates.on_update([&](vkxx::update_context context) -> asio::awaitable<void> {
///   if (co_await talks.take(context)) co_return;
///   if (is_command(context, "/book")) co_await talks.start(context, "booking");
/// });
/// ```
///
/// What a dialogue has got so far is in the store of the dispatcher; it is written in the
/// transaction in which the update leaves the inbox. So a dialogue survives restarts and crashes,
/// and its messages are sent once.
///
/// All asynchronous functions: Completion: see each. Errors are thrown, as by `client::call`: those
/// of the store and of sending; they are failures of the handler. Cancellation: terminal, partial
/// and total; it reaches the function of the dialogue. Lifetime: the operation owns everything it
/// needs, but the object must outlive the handlers. Executor: the awaiting coroutine's.
///
/// Thread safety: `add` and `replay_always` before the first update; all others are safe from any
/// thread.
class dialogues {
 public:
  dialogues();
  /// With options.
  explicit dialogues(dialogue_options options);
  dialogues(const dialogues&) = delete;
  dialogues& operator=(const dialogues&) = delete;
  /// As `clear`.
  ~dialogues();

  /// Adds a dialogue. Throws `usage_exception` if its name is empty or taken.
  void add(dialogue_kind kind);
  /// As above; steps must have at least one step.
  template <class T>
  void add(const steps<T>& kind) {
    add_steps(kind.rules());
  }

  /// As `dialogue_options::replay_always`. Before the first update.
  void replay_always(bool on) noexcept;

  /// Gives the update to the open dialogue if it is for it: a message of its person, a timer of a
  /// question, a start or an end from outside. Whether it was; otherwise the update is for others.
  /// See `dialogues`.
  [[nodiscard]] asio::awaitable<bool> take(update_context context) const;
  /// As above, for a message or a press that somebody has read already. See `dialogues`.
  [[nodiscard]] asio::awaitable<bool> take(update_context context, incoming_answer given) const;
  /// Starts a dialogue with the person who wrote the message that is handled; an open one ends
  /// without a word. Throws `usage_exception` if there is none of this name, or if the update is
  /// of no person (`conversation_of`). See `dialogues`.
  [[nodiscard]] asio::awaitable<void> start(update_context context, std::string name) const;
  /// As above, with a value for `dialogue::state`, or for the first state of `steps`.
  template <class T>
  [[nodiscard]] asio::awaitable<void> start(update_context context, std::string name,
                                            const T& state) const {
    return start_with(std::move(context), std::move(name), to_stored_json(state));
  }

  /// @name From outside of a handler
  /// @{
  /// The update that starts a dialogue with anybody, for `dispatcher::put`: of the type
  /// `vkxx:start`, in the lane of the conversation. Throws `usage_exception` if there is no
  /// dialogue of this name.
  [[nodiscard]] update start_request(const conversation_key& key, const std::string& name) const {
    return request_start(key, name, {});
  }
  /// As above, with a value.
  template <class T>
  [[nodiscard]] update start_request(const conversation_key& key, const std::string& name,
                                     const T& state) const {
    return request_start(key, name, to_stored_json(state));
  }
  /// The update that ends the open dialogue, if there is one, without a word; as `start_request`.
  [[nodiscard]] update end_request(const conversation_key& key) const;
  /// The open dialogue; nothing: there is none, or it cannot be read. Needs
  /// `dialogue_options::store`. See `dialogues`.
  [[nodiscard]] asio::awaitable<std::optional<open_dialogue>> find(conversation_key key) const;
  /// @}

  /// Whether there is a dialogue of this name.
  [[nodiscard]] bool has(const std::string& name) const noexcept;
  /// How many functions wait in memory.
  [[nodiscard]] std::size_t frames() const;
  /// Ends all functions that wait in memory; they continue from what is stored. They keep their
  /// event loop running, so this belongs after `dispatcher::run`.
  void clear() const noexcept;

 private:
  void add_steps(const detail::steps_rules& rules);
  [[nodiscard]] asio::awaitable<void> start_with(update_context context, std::string name,
                                                 std::string state) const;
  [[nodiscard]] update request_start(const conversation_key& key, const std::string& name,
                                     std::string state) const;

  std::shared_ptr<detail::dialogue_core> core_;
};

}  // namespace vkxx
