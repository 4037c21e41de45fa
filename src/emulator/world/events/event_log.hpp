/// @file
/// The log of all world events. Views of the world (long poll, callbacks, the feed) read it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <ranges>
#include <utility>
#include <vector>

#include "emulator/world/events/world_event.hpp"

namespace vkxx::emulation::detail {

/// Keeps the newest events. A reader remembers the number of the last event that it has seen.
class event_log {
 public:
  using observer = std::function<void(const world_event&)>;
  using iterator = std::deque<world_event>::const_iterator;

  explicit event_log(std::size_t most_events = 50'000) : most_events_{most_events} {}

  /// Sets the event's number, keeps it and calls the observers.
  std::uint64_t append(world_event event);

  /// The kept events with a number above `number`, oldest first. Valid until the next `append`.
  [[nodiscard]] std::ranges::subrange<iterator> since(std::uint64_t number) const;
  /// Null if it was dropped or has not happened.
  [[nodiscard]] const world_event* find(std::uint64_t number) const noexcept;
  [[nodiscard]] std::uint64_t last_number() const noexcept { return last_number_; }
  /// The number of events that are no longer kept: a reader that has seen fewer has missed some.
  [[nodiscard]] std::uint64_t dropped() const noexcept { return last_number_ - events_.size(); }

  /// Called after each append, under the lock of the world: the state contains the event. An
  /// observer must not run commands, nor add or forget observers.
  /// @return the id for `forget`.
  std::size_t observe(observer function);
  void forget(std::size_t id);

 private:
  template <class>
  friend struct saved_part;

  std::deque<world_event> events_;
  std::size_t most_events_;
  std::size_t bytes_ = 0;  ///< Of all events.
  std::uint64_t last_number_ = 0;
  std::vector<std::pair<std::size_t, observer>> observers_;
  std::size_t last_observer_ = 0;
};

}  // namespace vkxx::emulation::detail
