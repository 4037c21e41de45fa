/// @file
/// What a dispatcher reports.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <vkxx/core/clock.hpp>
#include <vkxx/updates/update_source.hpp>

namespace vkxx {

/// What happened.
enum class dispatch_notice_kind {
  loss,            ///< updates are missing; `dispatch_notice::loss`
  retry,           ///< a handler failed, and will run again
  dead_letter,     ///< an update was given up; it stays in the inbox
  stuck_handler,   ///< a handler does not end although it was cancelled
  may_repeat,      ///< a handler runs again so late that VK may send its messages twice
  store_failure,   ///< the store could not be read or written; it is tried again
  source_ended,    ///< a source delivers nothing more, for another reason than a stop
  cursor_ignored,  ///< a source did not begin at its position in the store
  row_removed,     ///< somebody removed an update from the inbox while it was being handled
  taken_over,      ///< another dispatcher uses the store: this one cancels its handlers and ends
  dead_letters_removed,  ///< the oldest dead letters, since there were more than the store keeps
};

/// `loss`, `retry` and so on.
[[nodiscard]] std::string_view to_string(dispatch_notice_kind kind) noexcept;

/// One report.
struct dispatch_notice {
  dispatch_notice_kind kind = dispatch_notice_kind::loss;  ///< of what
  std::string text;                                        ///< in one sentence, without secrets
  std::string source;                                      ///< the name of the source; may be empty
  std::string lane;                                        ///< the lane of the update; may be empty
  std::uint64_t seq = 0;                                   ///< the row of the inbox; 0: none
  std::optional<update_loss> loss;                         ///< of `loss`
};

/// What a dispatcher left behind.
struct drain_report {
  std::uint64_t handled = 0;  ///< updates handled since its start
  std::size_t cancelled = 0;  ///< handlers that were cancelled by the stop; they run again
  std::size_t abandoned = 0;  ///< handlers that had not ended after their cancellation
  std::size_t left = 0;       ///< rows of the inbox, without dead letters
};

/// Counters since the start, and sizes now.
struct dispatcher_metrics {
  std::uint64_t received = 0;        ///< updates put into the inbox
  std::uint64_t duplicates = 0;      ///< updates that had been received before
  std::uint64_t skipped = 0;         ///< updates that `handle_only` did not want
  std::uint64_t handled = 0;         ///< handled and gone from the inbox; also those of `pass`
  std::uint64_t passed = 0;          ///< those of `handler_outcome::pass`
  std::uint64_t failures = 0;        ///< runs that failed
  std::uint64_t retries = 0;         ///< failed runs after which the handler was to run again
  std::uint64_t dead_letters = 0;    ///< updates that were given up
  std::uint64_t losses = 0;          ///< reported losses
  std::uint64_t store_failures = 0;  ///< operations of the store that failed
  std::uint64_t may_repeat = 0;      ///< see `update_context::may_repeat`
  std::size_t rows = 0;              ///< rows of the inbox, without dead letters
  std::size_t rows_in_memory = 0;    ///< those that are in memory, too
  std::size_t lanes = 0;             ///< lanes that are in memory
  std::size_t running = 0;           ///< handlers, with those whose commit is under way
  bool paused = false;               ///< sources are not asked, since the inbox is full
  duration lag{};                    ///< from receipt to the end of the last handler that ended
};

}  // namespace vkxx
