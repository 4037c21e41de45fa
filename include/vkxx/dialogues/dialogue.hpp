/// @file
/// A dialogue: several questions in a row, as one coroutine function.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>

#include <vkxx/core/exception.hpp>
#include <vkxx/dialogues/answer.hpp>
#include <vkxx/dialogues/question.hpp>
#include <vkxx/dialogues/stored_json.hpp>
#include <vkxx/dispatch/update_context.hpp>
#include <vkxx/messages/outgoing.hpp>
#include <vkxx/state/inbox_row.hpp>

namespace vkxx {

namespace detail {

class dialogue_frame;
enum class record_kind;

template <class T>
struct awaited_value {
  using type = T;
  static constexpr bool is_awaitable = false;
};
template <class T>
struct awaited_value<asio::awaitable<T>> {
  using type = T;
  static constexpr bool is_awaitable = true;
};

// The calls of a dialogue's function, without their types.
struct dialogue_calls {
  using frame_handle = std::shared_ptr<dialogue_frame>;
  using text_effect = std::function<asio::awaitable<std::string>()>;
  using text_change = std::function<asio::awaitable<std::string>(update_context)>;
  [[nodiscard]] static asio::awaitable<answer> ask(frame_handle frame, question open);
  [[nodiscard]] static asio::awaitable<void> say(frame_handle frame, outgoing message);
  // JSON text.
  [[nodiscard]] static asio::awaitable<std::string> once(frame_handle frame, std::string label,
                                                         text_effect effect);
  // JSON text.
  [[nodiscard]] static asio::awaitable<std::string> write(frame_handle frame, std::string label,
                                                          text_change change);
  [[nodiscard]] static asio::awaitable<wall_time> now(frame_handle frame);
  [[nodiscard]] static asio::awaitable<std::uint64_t> random(frame_handle frame);
  [[nodiscard]] static asio::awaitable<void> again(frame_handle frame, std::string state);
  // A recorded value does not fit the function any more: it does not continue.
  [[nodiscard]] static asio::awaitable<void> misfit(frame_handle frame, std::string reason);

 private:
  [[nodiscard]] static asio::awaitable<std::string> recorded(frame_handle frame, record_kind kind,
                                                             std::string label, text_effect effect);
};

template <class Effect>
[[nodiscard]] asio::awaitable<std::string> effect_as_json(Effect effect) {
  using returned = std::invoke_result_t<Effect&>;
  using value = typename awaited_value<returned>::type;
  if constexpr (awaited_value<returned>::is_awaitable) {
    auto running = effect();
    if constexpr (std::is_void_v<value>) {
      co_await std::move(running);
      co_return "null";
    } else {
      const auto given = co_await std::move(running);
      co_return to_stored_json(given);
    }
  } else if constexpr (std::is_void_v<value>) {
    effect();
    co_return "null";
  } else {
    const value given = effect();
    co_return to_stored_json(given);
  }
}

template <class Effect>
using effect_value = typename awaited_value<std::invoke_result_t<Effect&>>::type;

// A change of state with its update, as an effect.
template <class Change>
struct change_in_update {
  Change change;
  update_context context;
  auto operator()() { return change(context); }
};

// What a call gave, as its type; the function does not continue if that does not fit.
template <class T>
[[nodiscard]] asio::awaitable<T> value_of_call(dialogue_calls::frame_handle frame,
                                               asio::awaitable<std::string> running) {
  const auto json = co_await std::move(running);
  if constexpr (!std::is_void_v<T>) {
    auto value = detail::from_grown_json<T>(json);
    if (!value) {
      auto stopping = dialogue_calls::misfit(frame, value.error().message());
      co_await std::move(stopping);
    }
    co_return *std::move(value);
  }
}

template <class Effect>
[[nodiscard]] asio::awaitable<effect_value<Effect>> once_in(dialogue_calls::frame_handle frame,
                                                            std::string label, Effect effect) {
  dialogue_calls::text_effect as_text = [effect] { return effect_as_json(effect); };
  auto running = dialogue_calls::once(frame, std::move(label), std::move(as_text));
  return value_of_call<effect_value<Effect>>(std::move(frame), std::move(running));
}

template <class Change>
[[nodiscard]] asio::awaitable<effect_value<change_in_update<Change>>> write_in(
    dialogue_calls::frame_handle frame, std::string label, Change change) {
  dialogue_calls::text_change as_text = [change](update_context context) {
    return effect_as_json(change_in_update<Change>{change, std::move(context)});
  };
  auto running = dialogue_calls::write(frame, std::move(label), std::move(as_text));
  return value_of_call<effect_value<change_in_update<Change>>>(std::move(frame),
                                                               std::move(running));
}

}  // namespace detail

/// What the function of a dialogue talks with.
///
/// ```cpp
/// asio::awaitable<void> book(vkxx::dialogue talk) {
///   const auto name = co_await talk.ask(vkxx::question{"Your name?"}.text(1, 50));
///   const auto seats = co_await talk.ask(vkxx::question{"How many seats?"}.number(1, 6));
///   const auto number = co_await talk.once("reserve", [&] { return reserve(name, seats); });
///   co_await talk.say("Done: " + std::to_string(number));
/// }
/// ```
///
/// What its calls give is stored. After a restart the function runs again from its beginning: calls
/// that have happened give what they gave then, and send nothing. So the function must do the same
/// each time: whatever differs (the time, random numbers, a database, another service) comes by
/// `once`, `now` and `random`, and what is stored is changed by `write`. Local variables then are
/// what they were.
///
/// All asynchronous functions: Completion: see each. Errors: none of them throws: if a message
/// cannot be sent, or an effect fails, the function does not continue; the update fails, and is
/// handled again as by `dispatcher`. If that does not help, the dialogue ends. Cancellation:
/// terminal, partial and total; the function does not continue. Lifetime: the operation owns
/// everything it needs. Executor: that of the handler in which the dialogue began.
///
/// A handle: copies share everything. Only for the function and what it awaits.
///
/// Thread safety: the calls of a function are made one after another.
class dialogue {
 public:
  /// For the library.
  explicit dialogue(std::shared_ptr<detail::dialogue_frame> frame);

  /// @name Calls; see `dialogue`
  /// @{
  /// Sends a question and waits for its answer, for as long as it takes; see `dialogue`.
  [[nodiscard]] asio::awaitable<answer> ask(question open) const {
    return detail::dialogue_calls::ask(frame_, std::move(open));
  }
  /// A question that any message answers; see `dialogue`.
  [[nodiscard]] asio::awaitable<answer> ask(outgoing message) const {
    return detail::dialogue_calls::ask(frame_, question{std::move(message)});
  }
  /// Sends a message; see `dialogue`.
  [[nodiscard]] asio::awaitable<void> say(outgoing message) const {
    return detail::dialogue_calls::say(frame_, std::move(message));
  }
  /// Calls a function whose effect must happen once, and completes with what it returned, also
  /// after a restart. `effect` returns a value or an awaitable of one; see `to_stored_json` for
  /// types. Its value is committed at once; if the process dies between the effect and that commit,
  /// the effect happens again. `label` must not change. See `dialogue`.
  template <class Effect>
  [[nodiscard]] asio::awaitable<detail::effect_value<Effect>> once(std::string label,
                                                                   Effect effect) const {
    static_assert(std::is_trivially_copyable_v<Effect>,
                  "capture by reference: g++ 12 destroys other captures twice");
    return detail::once_in(frame_, std::move(label), effect);
  }
  /// Calls a function that changes what is stored: sessions, timers, values of the update that is
  /// handled now. `change` gets its `update_context`, and returns a value or an awaitable of one;
  /// see `to_stored_json` for types. Changes and value are committed together with the update: if
  /// that fails, or the process dies, nothing has happened, and the function is called again. It is
  /// not called again after that. `label` must not change. See `dialogue`.
  ///
  /// ```cpp
  /// co_await talk.write("note", [&](vkxx::update_context c) -> asio::awaitable<void> {
  ///   auto mine = co_await talks.session<bookings>(c);
  ///   mine->all.push_back(name.text());
  /// });
  /// ```
  template <class Change>
  [[nodiscard]] asio::awaitable<detail::effect_value<detail::change_in_update<Change>>> write(
      std::string label, Change change) const {
    static_assert(std::is_trivially_copyable_v<Change>,
                  "capture by reference: g++ 12 destroys other captures twice");
    return detail::write_in(frame_, std::move(label), change);
  }
  /// The time when this was called first; see `dialogue`.
  [[nodiscard]] asio::awaitable<wall_time> now() const {
    return detail::dialogue_calls::now(frame_);
  }
  /// A random number of 64 bits, the same in each run; see `dialogue`.
  [[nodiscard]] asio::awaitable<std::uint64_t> random() const {
    return detail::dialogue_calls::random(frame_);
  }
  /// Begins the function again with a value; everything else is forgotten. For dialogues that go on
  /// for long: a run has at most 200 calls and 64 KB of results. Does not complete; see `dialogue`.
  template <class T>
  [[nodiscard]] asio::awaitable<void> again(const T& state) const {
    return detail::dialogue_calls::again(frame_, to_stored_json(state));
  }
  /// @}

  /// What `again`, or whoever started the dialogue, gave; nothing: it was started without a value,
  /// or the value does not fit.
  template <class T>
  [[nodiscard]] std::optional<T> state() const {
    const auto& json = state_json();
    if (json.empty()) return std::nullopt;
    auto value = detail::from_grown_json<T>(json);
    if (!value) return std::nullopt;
    return *std::move(value);
  }
  /// Whose dialogue it is.
  [[nodiscard]] const conversation_key& key() const noexcept;
  /// The update that is handled now; another one after each `ask`, and in each replay: what is
  /// written by it outside of `write` is written again. Throws `usage_exception` outside of a
  /// dispatcher.
  [[nodiscard]] update_context context() const;

 private:
  [[nodiscard]] const std::string& state_json() const noexcept;

  std::shared_ptr<detail::dialogue_frame> frame_;
};

/// A dialogue that can be started: its name, its version and its function.
///
/// Thread safety: distinct objects: safe; shared objects: safe while nobody writes.
class dialogue_kind {
 public:
  /// The function of a dialogue.
  using function_type = std::function<asio::awaitable<void>(dialogue)>;

  /// For `starts`.
  dialogue_kind(std::string name, function_type function);

  /// To be raised when the function changes so that stored dialogues cannot continue: other
  /// questions, another order. 1 by default.
  dialogue_kind& version(int number);
  /// Stored dialogues of versions from this one on can continue. By default only those of the same
  /// version.
  dialogue_kind& compatible_from(int number);

  /// As given to `starts`.
  [[nodiscard]] const std::string& name() const noexcept { return name_; }
  [[nodiscard]] int version() const noexcept { return version_; }
  /// At most `version()`.
  [[nodiscard]] int compatible_from() const noexcept {
    return compatible_from_ > 0 && compatible_from_ < version_ ? compatible_from_ : version_;
  }
  /// As given to `starts`.
  [[nodiscard]] const function_type& function() const noexcept { return function_; }

 private:
  std::string name_;
  int version_ = 1;
  int compatible_from_ = 0;
  function_type function_;
};

/// A dialogue by its function. `name` identifies it in the store, and must not change; it must not
/// be empty.
template <class Function>
[[nodiscard]] dialogue_kind starts(std::string name, Function function) {
  static_assert(std::is_invocable_r_v<asio::awaitable<void>, Function&, dialogue>,
                "a dialogue is a coroutine function: asio::awaitable<void>(vkxx::dialogue)");
  return dialogue_kind{std::move(name), dialogue_kind::function_type{std::move(function)}};
}

}  // namespace vkxx
