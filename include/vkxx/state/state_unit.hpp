/// @file
/// A unit of work: changes of a store that happen together or not at all.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <vkxx/state/inbox_row.hpp>

namespace vkxx {

namespace detail {

// The changes of a unit.
struct put_row_change {
  inbox_row row;
};
struct put_cursor_change {
  std::string source;
  std::string cursor;
};
struct begin_change {
  std::uint64_t seq;
  wall_time at;
};
struct finish_change {
  std::uint64_t seq;
  wall_time forget_keys_at;
};
struct retry_change {
  std::uint64_t seq;
  int failures;
  wall_time due;
  std::string error;
};
struct release_change {
  std::uint64_t seq;
};
struct bury_change {
  std::uint64_t seq;
  std::string error;
};
struct revive_change {
  std::uint64_t seq;
};
struct row_value_change {
  std::uint64_t seq;
  std::string name;
  std::string bytes;
};
struct write_change {
  std::string key;
  std::optional<std::string> bytes;
  std::optional<std::uint64_t> expected;
};
struct schedule_change {
  state_timer timer;
};
struct cancel_timer_change {
  std::string key;
};
struct take_timer_change {
  std::string key;
  wall_time due;
};
struct forget_keys_change {
  wall_time now;
  std::size_t limit;
};

using state_change =
    std::variant<put_row_change, put_cursor_change, begin_change, finish_change, retry_change,
                 release_change, bury_change, revive_change, row_value_change, write_change,
                 schedule_change, cancel_timer_change, take_timer_change, forget_keys_change>;

}  // namespace detail

/// Changes of a store, in order. They happen in one transaction: `state_store::commit`.
///
/// Changes of a row that does not exist, and writes with another expected version, fail the whole
/// unit with `errc::state_conflict`.
///
/// Thread safety: distinct objects: safe; shared objects: safe while nobody writes.
class state_unit {
 public:
  /// @name Rows of the inbox
  /// @{
  /// Puts a row, unless one of its keys was seen: then nothing, and `commit_receipt::rows` says so.
  /// `seq`, `state` and the counters of the row are set by the store.
  state_unit& put_row(inbox_row row);
  /// Sets the position of a source.
  state_unit& put_cursor(std::string source, std::string cursor);
  /// Marks a row as `running`.
  state_unit& begin(std::uint64_t seq, wall_time at);
  /// Removes a row and its values. Its keys are recognized until `forget_keys_at`.
  state_unit& finish(std::uint64_t seq, wall_time forget_keys_at);
  /// Sets the number of failures, with the last one; the row is to run again at `due`. A number
  /// and no increment: a unit that is committed again because its answer was lost counts once.
  state_unit& retry(std::uint64_t seq, int failures, wall_time due, std::string error);
  /// Makes a running row `waiting`, without counting a failure.
  state_unit& release(std::uint64_t seq);
  /// Counts a failure, and makes the row a dead letter. Its keys are recognized as long as it
  /// exists.
  state_unit& bury(std::uint64_t seq, std::string error);
  /// Makes a dead letter `waiting`, with all counters at zero. It is handled after the next start.
  state_unit& revive(std::uint64_t seq);
  /// Stores bytes in a row, until it is finished.
  state_unit& put_row_value(std::uint64_t seq, std::string name, std::string bytes);
  /// Forgets at most `limit` keys whose time has come.
  state_unit& forget_keys(wall_time now, std::size_t limit);
  /// @}

  /// @name Values and timers
  /// `expected`: the version that was read; 0: there is no value; nothing: any.
  /// @{
  /// Sets a value. Another version than the expected one is a conflict.
  state_unit& write(std::string key, std::string bytes,
                    std::optional<std::uint64_t> expected = std::nullopt);
  /// Removes a value. Another version than the expected one is a conflict.
  state_unit& erase(std::string key, std::optional<std::uint64_t> expected = std::nullopt);
  /// Sets a timer, in place of an earlier one with its key.
  state_unit& schedule(state_timer timer);
  /// Removes a timer that is set for this time; another time, or no timer, is a conflict.
  state_unit& take_timer(std::string key, wall_time due);
  /// Removes a timer. No effect if there is none.
  state_unit& cancel_timer(std::string key);
  /// @}

  /// Adds the changes of another unit after its own.
  state_unit& append(state_unit other);
  /// Whether it changes nothing.
  [[nodiscard]] bool empty() const noexcept { return changes_.empty(); }
  /// The changes; for stores.
  [[nodiscard]] const std::vector<detail::state_change>& changes() const noexcept {
    return changes_;
  }
  /// Moves the changes out; for stores.
  [[nodiscard]] std::vector<detail::state_change> take_changes() noexcept {
    return std::exchange(changes_, {});
  }

 private:
  std::vector<detail::state_change> changes_;
};

/// What a commit did.
struct commit_receipt {
  /// The numbers of the rows that were put, in the order of `put_row`; 0: one of its keys was seen.
  std::vector<std::uint64_t> rows;
  /// How many of the oldest dead letters were removed, because there were more than the store
  /// keeps.
  std::size_t removed_dead = 0;
};

}  // namespace vkxx
