/// @file
/// What can be a handler.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <concepts>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

#include <vkxx/bot/button_context.hpp>
#include <vkxx/bot/event_context.hpp>
#include <vkxx/bot/message_context.hpp>
#include <vkxx/core/error.hpp>

namespace vkxx {

/// What happens to an update whose handler failed.
enum class failure_action {
  usual,    ///< the next `on_failure` decides; at last the dispatcher: retry, or dead letter
  handled,  ///< nothing: the update counts as handled, with what was written
};

/// The rest of the way to the handler, for a middleware.
using middleware_next = std::function<asio::awaitable<void>()>;
/// A coroutine function around handlers. It calls `next` once, or not at all.
using bot_middleware = std::function<asio::awaitable<void>(bot_context, middleware_next)>;

namespace detail {

using erased_handler = std::function<asio::awaitable<void>(bot_context)>;
using failure_function = std::function<asio::awaitable<failure_action>(bot_context, error)>;

template <class T>
struct awaited {
  using type = T;
  static constexpr bool coroutine = false;
};
template <class T>
struct awaited<asio::awaitable<T>> {
  using type = T;
  static constexpr bool coroutine = true;
};
template <class T>
struct unwrapped_optional {
  using type = T;
};
template <class T>
struct unwrapped_optional<std::optional<T>> {
  using type = T;
};

// What a handler may return, or await to: nothing, or a message.
template <class T>
concept answer_value =
    std::is_void_v<T> || std::convertible_to<typename unwrapped_optional<T>::type, outgoing>;

template <class Context>
struct answers : std::true_type {};
template <class Event>
struct answers<event_context<Event>> : std::false_type {};
template <>
struct answers<bot_context> : std::false_type {};

// Calls a handler with what it takes. Each list is tried in order.
template <class Function, class Context>
decltype(auto) invoke_handler(Function& function, const Context& context) {
  if constexpr (std::invocable<Function&, Context>) {
    return function(Context{context});
  } else if constexpr (std::invocable<Function&, Context, const captures&>) {
    return function(Context{context}, context.captures());
  } else if constexpr (requires { function(context.incoming()); }) {
    return function(context.incoming());
  } else if constexpr (requires { function(context.incoming(), context.captures()); }) {
    return function(context.incoming(), context.captures());
  } else if constexpr (requires { function(context.object()); }) {
    return function(context.object());
  } else {
    static_assert(std::invocable<Function&>,
                  "a handler takes the context by value (message_context, button_context, "
                  "event_context, bot_context), or a const incoming_message&, or nothing");
    return function();
  }
}

template <class Context, class Value>
asio::awaitable<void> send_answer(Context context, Value value) {
  using plain = typename unwrapped_optional<Value>::type;
  if constexpr (std::same_as<plain, Value>) {
    outgoing message{std::move(value)};
    auto sending = context.answer(std::move(message));
    co_await std::move(sending);
  } else {
    if (!value) co_return;
    outgoing message{*std::move(value)};
    auto sending = context.answer(std::move(message));
    co_await std::move(sending);
  }
}

// Runs a handler and sends what it returned. It owns the function and the context.
template <class Context, class Function>
asio::awaitable<void> run_function(std::shared_ptr<Function> function, Context context) {
  using returned = std::remove_cvref_t<decltype(invoke_handler(*function, context))>;
  using value = typename awaited<returned>::type;
  static_assert(answer_value<value> && (answers<Context>::value || std::is_void_v<value>),
                "a handler returns nothing or, of messages and buttons, a text or an outgoing "
                "message, also as std::optional; a coroutine an awaitable of these");
  if constexpr (awaited<returned>::coroutine) {
    auto running = invoke_handler(*function, context);
    if constexpr (std::is_void_v<value>) {
      co_await std::move(running);
    } else {
      value given = co_await std::move(running);
      auto sending = send_answer<Context, value>(context, std::move(given));
      co_await std::move(sending);
    }
  } else if constexpr (std::is_void_v<value>) {
    invoke_handler(*function, context);
  } else {
    value given = invoke_handler(*function, context);
    auto sending = send_answer<Context, value>(context, std::move(given));
    co_await std::move(sending);
  }
}

template <class Context, class Function>
erased_handler erase_handler(Function function) {
  auto kept = std::make_shared<Function>(std::move(function));
  return [kept](const bot_context& context) {
    return run_function<Context, Function>(kept, Context{context});
  };
}

// A failure of an object that does not fit its type is one of the handler.
template <class Event, class Function>
asio::awaitable<void> run_event(std::shared_ptr<Function> function, bot_context context) {
  auto object = context.update().template as<Event>();
  if (!object) throw_error(object.error());
  event_context<Event> typed{context, *std::move(object)};
  auto running = run_function<event_context<Event>, Function>(std::move(function), typed);
  co_await std::move(running);
}

template <class Event, class Function>
erased_handler erase_event(Function function) {
  auto kept = std::make_shared<Function>(std::move(function));
  return [kept](const bot_context& context) { return run_event<Event, Function>(kept, context); };
}

template <class Function>
asio::awaitable<failure_action> run_failure(std::shared_ptr<Function> function, bot_context context,
                                            error failure) {
  using returned = std::invoke_result_t<Function&, bot_context, error>;
  if constexpr (std::same_as<returned, asio::awaitable<failure_action>>) {
    auto running = (*function)(context, failure);
    co_return co_await std::move(running);
  } else if constexpr (std::same_as<returned, asio::awaitable<void>>) {
    auto running = (*function)(context, failure);
    co_await std::move(running);
    co_return failure_action::usual;
  } else if constexpr (std::same_as<returned, failure_action>) {
    co_return (*function)(context, failure);
  } else {
    static_assert(std::is_void_v<returned>, "on_failure returns nothing or a failure_action");
    (*function)(context, failure);
    co_return failure_action::usual;
  }
}

}  // namespace detail

}  // namespace vkxx
