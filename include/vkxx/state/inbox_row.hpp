/// @file
/// What a store holds: rows of the inbox, values, timers.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace vkxx {

/// A time that survives a restart. Stores keep milliseconds.
using wall_time = std::chrono::system_clock::time_point;

namespace detail {

// A damaged number must not overflow. Two and a half centuries before and after 1970.
[[nodiscard]] inline std::int64_t kept_milliseconds(std::int64_t count) noexcept {
  constexpr std::int64_t furthest = 8'000'000'000'000;
  if (count > furthest) return furthest;
  return count < -furthest ? -furthest : count;
}
// What is written is what is read, also of a time that is further away: a timer is taken by it.
[[nodiscard]] inline std::int64_t to_milliseconds(wall_time time) noexcept {
  return kept_milliseconds(
      std::chrono::duration_cast<std::chrono::milliseconds>(time.time_since_epoch()).count());
}
[[nodiscard]] inline wall_time from_milliseconds(std::int64_t count) noexcept {
  return wall_time{std::chrono::duration_cast<wall_time::duration>(
      std::chrono::milliseconds{kept_milliseconds(count)})};
}

}  // namespace detail

/// What happens to a row of the inbox.
enum class inbox_state {
  waiting,   ///< for its turn
  running,   ///< its handler was started, and has not ended
  retrying,  ///< its handler failed; it runs again at `inbox_row::due`
  dead,      ///< a dead letter: it failed for good, and stays until somebody decides
};

/// `waiting`, `running`, `retrying`, `dead`.
[[nodiscard]] std::string_view to_string(inbox_state state) noexcept;

/// One row of the inbox. A store does not look into `body`.
struct inbox_row {
  std::uint64_t seq =
      0;  ///< number given by the store, ascending in order of arrival, never reused
  std::uint32_t part =
      0;  ///< the part of a shared inbox (`shared_inbox`) that it is in; set by the store
  std::string source;  ///< the name of its source
  std::string share;   ///< rows of different shares take turns: one per community
  std::string lane;    ///< rows of a lane are handled in order, one at a time
  std::string type;    ///< for people who look into the inbox
  std::string body;    ///< any bytes
  /// Keys that identify it: a row is not put if one of its keys was seen. Not returned by `take`.
  std::vector<std::string> keys;
  wall_time received{};                      ///< when it arrived
  inbox_state state = inbox_state::waiting;  ///< what happens to it
  int failures = 0;                          ///< how often its handler failed
  int interruptions = 0;                     ///< how often the process ended while it ran
  std::optional<wall_time> first_run;        ///< when its handler was started first
  std::optional<wall_time> due;              ///< when it runs again; of `retrying`
  std::string error;                         ///< the last failure, in one sentence
};

/// Which rows of the inbox to take. All texts are compared as a whole.
struct inbox_query {
  std::string share;        ///< only rows of this share; empty: of any
  std::string lane;         ///< only rows of this lane; empty: of any
  std::uint64_t after = 0;  ///< only rows with a higher number
  bool dead = false;        ///< only dead letters; otherwise all other rows
  std::size_t limit = 256;  ///< at most so many rows
  /// No further row once the bodies have so many bytes together.
  std::size_t max_bytes = std::size_t{4} << 20;

  [[nodiscard]] friend bool operator==(const inbox_query&, const inbox_query&) = default;
};

/// Rows in ascending order of their numbers.
struct inbox_page {
  std::vector<inbox_row> rows;  ///< at most as many as were asked for
  bool complete = true;         ///< whether there were no more rows when it was read
};

/// What a store held when it was opened for work.
struct inbox_summary {
  std::vector<std::string> shares;  ///< those with rows that are not dead letters
  std::size_t rows = 0;             ///< rows without dead letters
  std::size_t dead = 0;             ///< dead letters
  std::uint64_t last = 0;           ///< the highest number given so far
};

/// Bytes stored by a key.
struct state_value {
  std::uint64_t version = 0;  ///< different after each write; at least 1
  std::string bytes;          ///< the value
};

/// Something to be done at a time.
struct state_timer {
  std::string key;    ///< identifies it: another timer with the same key replaces it
  std::string share;  ///< as of a row
  std::string lane;   ///< as of a row
  std::string value;  ///< any bytes
  wall_time due{};    ///< when
};

/// Timers that are due, the earliest first.
struct due_timers {
  std::vector<state_timer> timers;  ///< as many as were asked for
  std::optional<wall_time> next;    ///< when the first of all others is due
};

}  // namespace vkxx
