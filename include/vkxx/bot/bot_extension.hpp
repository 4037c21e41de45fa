/// @file
/// Parts of a bot that see updates before the handlers do, such as dialogues.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <string>
#include <vector>

#include <vkxx/bot/bot_context.hpp>
#include <vkxx/bot/button_context.hpp>
#include <vkxx/bot/message_context.hpp>
#include <vkxx/core/clock.hpp>
#include <vkxx/state/inbox_row.hpp>

namespace vkxx {

/// A timer that is due (`update_context::schedule`).
struct due_timer {
  std::string key;    ///< as it was scheduled
  std::string value;  ///< as it was scheduled
  wall_time due{};    ///< when it was to come
};

/// A part of a bot that takes updates before its handlers, with `bot::extend`. Of several, the
/// first one that takes an update has it. What it writes by the context is committed with the
/// update.
///
/// Functions run in the lane of the update. Exceptions are failures of the update, as those of
/// handlers are; `on_failure` is asked. All must let cancellation through.
///
/// Thread safety: the functions are called from several lanes at a time.
class bot_extension {
 public:
  bot_extension() = default;
  bot_extension(const bot_extension&) = delete;
  bot_extension& operator=(const bot_extension&) = delete;
  virtual ~bot_extension() = default;

  /// A message, after the handlers of `router::always` and before the others. Completion: whether
  /// it was taken; the default takes none. See `bot_extension`.
  [[nodiscard]] virtual asio::awaitable<bool> take_message(message_context context);
  /// As `take_message`, of a press that came by an event; see `bot_extension`.
  [[nodiscard]] virtual asio::awaitable<bool> take_button(button_context context);
  /// A timer that is due, in the lane in which it was set. Completion: whether it was taken; the
  /// default takes none. See `bot_extension`.
  [[nodiscard]] virtual asio::awaitable<bool> take_timer(bot_context context, due_timer timer);
  /// An update of the program's own, of a type that begins with `vkxx:`; see `bot::put`.
  /// Completion: whether it was taken; the default takes none. See `bot_extension`.
  [[nodiscard]] virtual asio::awaitable<bool> take_own_update(bot_context context);
  /// Called with `true` before a bot runs that has `bot::replay_always`. Does nothing by default.
  virtual void replay_always(bool on) noexcept;
  /// The bot has stopped; whatever keeps its event loop running must go. Does nothing by default.
  virtual void run_ended() noexcept;
  /// Types of VK's updates that it needs, as in the settings of the community. None by default.
  [[nodiscard]] virtual std::vector<std::string> needed_types() const;
};

}  // namespace vkxx
