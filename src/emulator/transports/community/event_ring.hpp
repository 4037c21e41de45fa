/// @file
/// The newest events of a community, for its long poll.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <ranges>
#include <string>
#include <unordered_map>
#include <utility>

namespace vkxx::emulation::detail {

struct ring_limits {
  std::size_t most_events = 1000;
  std::size_t most_bytes = std::size_t{16} << 20U;
  std::int64_t lifetime_ms = 3'600'000;
};

/// Events are numbered from 1. A reader at `ts` has seen those up to it.
class event_ring {
 public:
  struct entry {
    std::int64_t time_ms = 0;
    std::string text;
  };
  using iterator = std::deque<entry>::const_iterator;

  explicit event_ring(const ring_limits& limits = {}) : limits_{limits} {}

  /// @return the event's number.
  std::uint64_t push(std::string text, std::int64_t time_ms);
  /// Drops what is older than its lifetime.
  void expire(std::int64_t now_ms);
  /// Drops the oldest events up to this number.
  void drop_until(std::uint64_t number);
  /// Loses all events, and one that nobody has seen, so that every reader notices.
  void lose();

  [[nodiscard]] std::uint64_t last() const noexcept { return last_; }
  /// The oldest `ts` from which nothing is missing.
  [[nodiscard]] std::uint64_t oldest() const noexcept { return last_ - entries_.size(); }
  /// The events after `ts`, which is between `oldest()` and `last()`.
  [[nodiscard]] std::ranges::subrange<iterator> since(std::uint64_t ts) const;
  [[nodiscard]] std::size_t bytes() const noexcept { return bytes_; }
  [[nodiscard]] std::uint64_t dropped() const noexcept { return dropped_; }

 private:
  template <class>
  friend struct saved_part;

  void drop_front();

  ring_limits limits_;
  std::deque<entry> entries_;
  std::uint64_t last_ = 0;
  std::uint64_t dropped_ = 0;
  std::size_t bytes_ = 0;
};

/// Bounds the memory of many rings: the oldest event of all goes first.
class ring_budget {
 public:
  explicit ring_budget(std::size_t most_bytes = std::size_t{128} << 20U)
      : most_bytes_{most_bytes} {}

  /// An event was added to the ring, which lives as long as this.
  void added(event_ring& ring, std::uint64_t number);

  [[nodiscard]] std::size_t bytes() const noexcept { return bytes_; }

 private:
  void count(const event_ring& ring);
  void forget_dropped();

  std::size_t most_bytes_;
  std::size_t bytes_ = 0;
  // As counted last: rings also drop events by themselves.
  std::unordered_map<const event_ring*, std::size_t> counted_;
  std::deque<std::pair<event_ring*, std::uint64_t>> order_;
  std::size_t checked_size_ = 0;
};

}  // namespace vkxx::emulation::detail
