/// @file
/// Which handler an update goes to.
#pragma once

#include <concepts>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include <vkxx/bot/bot_handler.hpp>
#include <vkxx/bot/filter.hpp>

namespace vkxx {

namespace detail {
struct router_state;

// What a route is for.
enum class route_kind { message, button, event, any, unhandled };

}  // namespace detail

/// Handlers with filters. The first one that matches gets the update, in the order in which they
/// were added; it may `pass()` it on to the next.
///
/// A handler is a coroutine function or an ordinary one. It takes the context by value, a
/// `const incoming_message&`, or nothing; what it returns, if anything, is sent as the answer: a
/// text, an `outgoing`, or a `std::optional` of these. It must not block (`bot_context::off_loop`),
/// and runs in the lane of its update: several at the same time, but one at a time for a
/// conversation. Its closure lives until the last handler has ended.
///
/// Handlers are added before the bot runs; later additions throw `usage_exception`.
///
/// A handle: copies share the handlers. Thread safety: none while handlers are added.
class router {
 public:
  /// An empty router.
  router();

  /// @name Messages; the last argument is the handler, the others are filters that must all match
  /// @{
  /// Any message.
  template <class... Arguments>
  router& on_message(Arguments... arguments) {
    return add_last(detail::route_kind::message, std::tuple{std::move(arguments)...});
  }
  /// A command (`filters::command`): the name without a slash; several names, then the handler.
  template <class... Arguments>
  router& on_command(Arguments... arguments) {
    return add_words("command", command_filter, std::tuple{std::move(arguments)...});
  }
  /// A message with one of these texts; without any, each message that has a text.
  template <class... Arguments>
  router& on_text(Arguments... arguments) {
    return add_words("text", text_filter, std::tuple{std::move(arguments)...});
  }
  /// A message of this form (`filters::pattern`). Throws `usage_exception` if it is malformed.
  template <class Function>
  router& on_pattern(std::string_view form, Function function) {
    return add_message(filters::pattern(form), std::move(function)).label("pattern", form);
  }
  /// @}

  /// A press of a button with this name (`payload::slug`), by an event or by a message. Without a
  /// name: any press that comes by an event.
  template <class Function>
  router& on_button(std::string_view slug, Function function) {
    return add(detail::route_kind::button, {}, filters::payload_is(slug),
               detail::erase_handler<button_context>(std::move(function)))
        .label("button", slug);
  }
  template <class Function>
  router& on_button(Function function) {
    return add(detail::route_kind::button, {}, std::nullopt,
               detail::erase_handler<button_context>(std::move(function)));
  }
  /// Events of a type of `<vkxx/updates/event_types.hpp>`: `on<updates::group_join>(…)`. The
  /// handler takes an `event_context<Event>`, or the object.
  template <detail::event_trait Event, class... Arguments>
  router& on(Arguments... arguments) {
    static_assert(sizeof...(Arguments) > 0, "the last argument is the handler");
    auto all = std::tuple{std::move(arguments)...};
    auto wanted = filter_of(all, std::make_index_sequence<sizeof...(Arguments) - 1>{});
    return add(detail::route_kind::event, std::string{Event::name}, std::move(wanted),
               detail::erase_event<Event>(std::get<sizeof...(Arguments) - 1>(std::move(all))));
  }
  /// Updates of a type, by VK's name, also of types that vkxx does not know. The handler takes a
  /// `bot_context`. An empty type: all updates.
  template <class Function>
  router& on_update(std::string_view type, Function function) {
    return add(type.empty() ? detail::route_kind::any : detail::route_kind::event,
               std::string{type}, std::nullopt,
               detail::erase_handler<bot_context>(std::move(function)));
  }
  /// What no other handler took. The handler takes a `bot_context`.
  template <class Function>
  router& on_unhandled(Function function) {
    return add(detail::route_kind::unhandled, {}, std::nullopt,
               detail::erase_handler<bot_context>(std::move(function)));
  }

  /// Adds all handlers of another router, for the updates that the filter wants. What is added to
  /// it later counts, too. Throws `usage_exception` if it contains this router.
  router& use(const router& other);
  router& use(const filter& wanted, const router& other);

  /// Handlers that are asked before everything else, and before an open dialogue: help, cancel.
  /// `bot.always().on_command("cancel", …)`.
  [[nodiscard]] router always();

  /// Called when a handler of this router failed: `failure_action(bot_context, vkxx::error)`, or
  /// one that returns nothing; also a coroutine. What was written before stays written if it
  /// returns `failure_action::handled`. If it fails itself, that is logged, and the first failure
  /// counts. Cancellation is no failure. One per router.
  template <class Function>
  router& on_failure(Function function) {
    auto kept = std::make_shared<Function>(std::move(function));
    return set_failure([kept](bot_context context, error failure) {
      return detail::run_failure<Function>(kept, std::move(context), std::move(failure));
    });
  }
  /// Adds a middleware around the handlers of this router, inside of those added before.
  router& around_handler(bot_middleware middleware);

  /// For the bot and its extensions.
  [[nodiscard]] const std::shared_ptr<detail::router_state>& state() const noexcept {
    return state_;
  }

 private:
  explicit router(std::shared_ptr<detail::router_state> state) noexcept
      : state_{std::move(state)} {}
  router& add(detail::route_kind kind, std::string type, std::optional<filter> wanted,
              detail::erased_handler handler);
  // What the last handler is for, in metrics.
  router& label(std::string_view kind, std::string_view name);
  router& set_failure(detail::failure_function function);
  [[nodiscard]] static filter command_filter(std::vector<std::string> names);
  [[nodiscard]] static filter text_filter(std::vector<std::string> words);

  template <class Function>
  router& add_message(std::optional<filter> wanted, Function function) {
    return add(detail::route_kind::message, {}, std::move(wanted),
               detail::erase_handler<message_context>(std::move(function)));
  }
  template <class Tuple, std::size_t... Index>
  [[nodiscard]] static std::optional<filter> filter_of([[maybe_unused]] const Tuple& all,
                                                       std::index_sequence<Index...>) {
    static_assert((std::is_convertible_v<std::tuple_element_t<Index, Tuple>, filter> && ...),
                  "what stands before the handler is a filter: for words use on_text or "
                  "on_command, for a function filters::when");
    std::optional<filter> wanted;
    [[maybe_unused]] const auto join = [&wanted](const filter& next) {
      wanted = wanted ? *wanted && next : next;
    };
    (join(std::get<Index>(all)), ...);
    return wanted;
  }
  template <class... Arguments>
  router& add_last(detail::route_kind, std::tuple<Arguments...> all) {
    static_assert(sizeof...(Arguments) > 0, "the last argument is the handler");
    constexpr auto last = sizeof...(Arguments) - 1;
    auto wanted = filter_of(all, std::make_index_sequence<last>{});
    return add_message(std::move(wanted), std::get<last>(std::move(all)));
  }
  template <class... Arguments>
  router& add_words(std::string_view kind, filter (*make)(std::vector<std::string>),
                    std::tuple<Arguments...> all) {
    static_assert(sizeof...(Arguments) > 0, "the last argument is the handler");
    constexpr auto last = sizeof...(Arguments) - 1;
    auto words = words_of(all, std::make_index_sequence<last>{});
    const auto name = words.empty() ? std::string{"any"} : words.front();
    return add_message(make(std::move(words)), std::get<last>(std::move(all))).label(kind, name);
  }
  template <class Tuple, std::size_t... Index>
  [[nodiscard]] static std::vector<std::string> words_of([[maybe_unused]] const Tuple& all,
                                                         std::index_sequence<Index...>) {
    std::vector<std::string> words;
    (words.emplace_back(std::get<Index>(all)), ...);
    return words;
  }

  std::shared_ptr<detail::router_state> state_;
};

}  // namespace vkxx
