/// @file
/// Timers with a name, which survive restarts.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include <vkxx/core/clock.hpp>
#include <vkxx/dialogues/answer.hpp>
#include <vkxx/dialogues/stored_json.hpp>
#include <vkxx/dispatch/update_context.hpp>
#include <vkxx/state/inbox_row.hpp>

namespace vkxx {

/// A timer that is due.
///
/// Thread safety: distinct objects: safe; shared objects: safe while nobody writes.
class timer_event {
 public:
  /// For `timers`.
  timer_event(std::string name, std::string value, conversation_key key, wall_time due,
              duration late_by);

  /// As given to `later`.
  [[nodiscard]] const std::string& name() const noexcept { return name_; }
  /// What was given to `later`. Fails with `errc::unexpected_type`.
  template <class T>
  [[nodiscard]] result<T> as() const {
    return detail::from_grown_json<T>(value_);
  }
  /// The conversation and the person of the update in whose handler it was set.
  [[nodiscard]] const conversation_key& key() const noexcept { return key_; }
  /// When it was to come.
  [[nodiscard]] wall_time due() const noexcept { return due_; }
  /// How long after that it comes, not less than 0: the program did not run, or its lane was busy.
  [[nodiscard]] duration late_by() const noexcept { return late_by_; }

 private:
  std::string name_;
  std::string value_;
  conversation_key key_;
  wall_time due_;
  duration late_by_;
};

/// Sets timers in handlers, and calls the functions for them.
///
/// ```cpp
/// timers.on("remind", [](vkxx::update_context c, vkxx::timer_event t) -> asio::awaitable<void>
/// {…}); … timers.later(context, 2h, "remind", std::string{"the tea"});
/// ```
///
/// A timer is committed with the end of the handler that sets it; if that fails, there is none. Its
/// function runs in the lane of that handler, at least once.
///
/// Thread safety: `on` before the first update; all others are safe to share.
class timers {
 public:
  /// Handles a timer that is due; see `update_handler`.
  using function_type = std::function<asio::awaitable<void>(update_context, timer_event)>;

  /// Sets the function for timers of a name. Throws `usage_exception` if there is one already.
  void on(std::string name, function_type function);

  /// Sets a timer that comes after `wait`, with a value; see `to_stored_json` for types. `wait`: up
  /// to 10 years; if it is negative, because the moment has passed, the timer comes at once, and is
  /// late by so much.
  /// Equal timers of one handler (moment, name, value) are one. Returns its identity, for `cancel`.
  template <class T>
  std::string later(const update_context& context, duration wait, std::string name,
                    const T& value) const {
    return schedule(context, wait, std::move(name), to_stored_json(value));
  }
  /// As above, without a value.
  std::string later(const update_context& context, duration wait, std::string name) const {
    return schedule(context, wait, std::move(name), "null");
  }
  /// Removes a timer with the end of the handler. No effect if there is none.
  void cancel(const update_context& context, const std::string& id) const;

  /// The timer that is handled; nothing: the update is none of `later`.
  [[nodiscard]] std::optional<timer_event> read(const update_context& context) const;
  /// Calls the function of a timer that is due. Completion: whether the update was one with a
  /// function. Errors: exceptions of the function. Cancellation: as that of the function. Lifetime:
  /// the object must outlive it. Executor: the awaiting coroutine's.
  [[nodiscard]] asio::awaitable<bool> take(update_context context) const;

 private:
  std::string schedule(const update_context& context, duration wait, std::string name,
                       std::string value) const;

  std::map<std::string, function_type> functions_;
};

}  // namespace vkxx
