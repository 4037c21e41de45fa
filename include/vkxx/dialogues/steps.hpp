/// @file
/// Dialogues of steps with names, which survive changes of the program.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <concepts>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include <vkxx/core/result.hpp>
#include <vkxx/dialogues/answer.hpp>
#include <vkxx/dialogues/question.hpp>
#include <vkxx/dialogues/stored_value.hpp>
#include <vkxx/dispatch/update_context.hpp>
#include <vkxx/messages/outgoing.hpp>

namespace vkxx {

/// What a step decides.
class step_move {
 public:
  /// The kinds of moves.
  enum class kind_type { go_to, stay, back, finish, cancel };
  /// For the functions below.
  step_move(kind_type kind, std::string text) : kind_{kind}, text_{std::move(text)} {}
  /// What happens next.
  [[nodiscard]] kind_type kind() const noexcept { return kind_; }
  /// The name of the next step, or what is said.
  [[nodiscard]] const std::string& text() const noexcept { return text_; }

 private:
  kind_type kind_;
  std::string text_;
};

/// @name Moves of a step
/// @{
/// Goes on with the step of this name.
[[nodiscard]] inline step_move go_to(std::string step) {
  return {step_move::kind_type::go_to, std::move(step)};
}
/// The step remains; `text` is said.
[[nodiscard]] inline step_move stay(std::string text) {
  return {step_move::kind_type::stay, std::move(text)};
}
/// Goes back to the step before; says that there is none if it is the first.
[[nodiscard]] inline step_move back() {
  return {step_move::kind_type::back, {}};
}
/// Ends the dialogue by `steps::on_finish`.
[[nodiscard]] inline step_move finish() {
  return {step_move::kind_type::finish, {}};
}
/// Ends the dialogue without that; `text` is said unless it is empty.
[[nodiscard]] inline step_move cancel(std::string text = {}) {
  return {step_move::kind_type::cancel, std::move(text)};
}
/// @}

namespace detail {

class dialogue_turn;

struct step_rule {
  std::string name;
  // By the state, JSON text.
  std::function<result<question>(const std::string&)> ask;
  // May change the state.
  std::function<result<step_move>(std::string&, const answer&)> decide;
};

}  // namespace detail

/// The end of a dialogue of steps: what its function may do.
///
/// A handle. Thread safety: safe to share.
class finished_dialogue {
 public:
  /// For the library.
  finished_dialogue(std::shared_ptr<detail::dialogue_turn> turn, conversation_key key);
  /// Sends a message. Errors are thrown, as by `client::call`; the update is then handled again.
  /// Completion: nothing. Cancellation: terminal, partial and total. Lifetime: the operation owns
  /// everything it needs. Executor: the awaiting coroutine's.
  [[nodiscard]] asio::awaitable<void> say(outgoing message) const;
  /// Whose dialogue it was.
  [[nodiscard]] const conversation_key& key() const noexcept { return key_; }
  /// The update that is handled now. Throws `usage_exception` outside of a dispatcher.
  [[nodiscard]] update_context context() const;

 private:
  std::shared_ptr<detail::dialogue_turn> turn_;
  conversation_key key_;
};

namespace detail {

struct steps_rules {
  std::string name;
  int version = 1;
  std::string first_state;
  std::vector<step_rule> steps;
  // The state of an older version; nothing: it stays as it is.
  std::function<result<std::string>(const std::string&, int)> migrate;
  std::function<asio::awaitable<void>(std::string, finished_dialogue)> finish;

  // Null: there is none.
  [[nodiscard]] const step_rule* find(const std::string& step) const noexcept;
};

[[noreturn]] void refuse_steps(const std::string& reason);

template <class T, class Finish>
[[nodiscard]] asio::awaitable<void> finish_with(const Finish* function, std::string state,
                                                finished_dialogue end) {
  T value = detail::from_grown_json<T>(state).value();
  auto running = (*function)(std::move(value), std::move(end));
  co_await std::move(running);
}

}  // namespace detail

/// A dialogue of steps. Between two steps only a value of `T` and the name of the step are stored,
/// so that it continues after any change of the program that keeps the names.
///
/// ```cpp
/// struct order { std::string name; std::int64_t seats = 0; };
/// BOOST_DESCRIBE_STRUCT(order, (), (name, seats))
///
/// const auto booking = vkxx::steps<order>{"booking"}
///     .step("name", "Your name?", [](order& o, const vkxx::answer& a) {
///       o.name = a.text();
///       return vkxx::go_to("seats");
///     })
///     .step("seats", vkxx::question{"How many seats?"}.number(1, 6),
///           [](order& o, const vkxx::answer& a) {
///             o.seats = a.number();
///             return vkxx::finish();
///           })
///     .on_finish([](order o, vkxx::finished_dialogue end) -> asio::awaitable<void> {
///       co_await end.say("Booked for " + o.name);
///     });
/// ```
///
/// Thread safety: distinct objects: safe; shared objects: safe while nobody writes.
template <class T>
class steps {
 public:
  /// `name` identifies it in the store, and must not change; it must not be empty.
  explicit steps(std::string name) {
    rules_.name = std::move(name);
    rules_.first_state = to_stored_json(T{});
  }

  /// The version of `T`; 1 by default. To be raised when stored values need `migrate`.
  steps& version(int number) {
    rules_.version = number;
    return *this;
  }
  /// Makes values of older versions new: `T(const stored_value& old, int from)`. By default they
  /// are read as they are.
  template <class Migrate>
  steps& migrate(Migrate function) {
    rules_.migrate = [function, name = rules_.name](const std::string& state,
                                                    int from) -> result<std::string> {
      const stored_value old{name, from, state};
      T value = function(old, from);
      return to_stored_json(value);
    };
    return *this;
  }
  /// Adds a step; the first is where it begins. `ask`: a text, a `question`, or a function that
  /// returns a `question` for a `const T&`. `decide`: `step_move(T&, const answer&)`. Throws
  /// `usage_exception` if there is a step of this name.
  template <class Ask, class Decide>
  steps& step(std::string name, Ask ask, Decide decide) {
    static_assert(std::is_invocable_r_v<step_move, const Decide&, T&, const answer&>,
                  "a step decides: vkxx::step_move(T&, const vkxx::answer&)");
    if (rules_.find(name) != nullptr) detail::refuse_steps("there are two steps " + name);
    detail::step_rule rule;
    rule.name = std::move(name);
    if constexpr (std::is_invocable_r_v<question, const Ask&, const T&>) {
      rule.ask = [ask](const std::string& state) -> result<question> {
        const auto value = detail::from_grown_json<T>(state);
        if (!value) return value.error();
        return ask(*value);
      };
    } else {
      rule.ask = [open = question{ask}](const std::string&) -> result<question> { return open; };
    }
    rule.decide = [decide](std::string& state, const answer& given) -> result<step_move> {
      auto value = detail::from_grown_json<T>(state);
      if (!value) return value.error();
      step_move move = decide(*value, given);
      state = to_stored_json(*value);
      return move;
    };
    rules_.steps.push_back(std::move(rule));
    return *this;
  }
  /// What happens at the end: `asio::awaitable<void>(T, finished_dialogue)`. It may run twice, as a
  /// handler.
  template <class Finish>
  steps& on_finish(Finish function) {
    // The closure of a coroutine must outlive it.
    auto kept = std::make_shared<const Finish>(std::move(function));
    rules_.finish = [kept](std::string state, finished_dialogue end) {
      return detail::finish_with<T>(kept.get(), std::move(state), std::move(end));
    };
    return *this;
  }

  /// For `dialogues`.
  [[nodiscard]] const detail::steps_rules& rules() const noexcept { return rules_; }

 private:
  detail::steps_rules rules_;
};

}  // namespace vkxx
