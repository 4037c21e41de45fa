// The events and actions of the dispatcher's machine.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include <vkxx/core/clock.hpp>
#include <vkxx/state/inbox_row.hpp>

namespace vkxx::detail {

using row_pointer = std::shared_ptr<const inbox_row>;

// The settings of the machine.
struct dispatch_limits {
  std::size_t handlers = 256;  // running at the same time
  std::size_t window = 64;     // rows of a lane in memory
  std::size_t held = 4096;     // rows in memory
  std::size_t held_bytes = std::size_t{64} << 20;
  std::vector<duration> retry_after = {std::chrono::seconds{1}, std::chrono::seconds{5},
                                       std::chrono::seconds{25}};
  duration handler_time = std::chrono::seconds{60};
  duration unwind_time = std::chrono::seconds{5};      // between cancellation and the first report
  duration stuck_interval = std::chrono::seconds{30};  // between further reports
  duration recommit_after = std::chrono::seconds{1};   // doubles up to 30 s
  int max_interruptions = 10;
  // A handler whose values were written by others meanwhile runs again, which is no failure of its
  // own: in each round one of those that are in each other's way succeeds.
  int max_conflicts = 1000;
  duration conflict_pause = std::chrono::milliseconds{5};  // doubles up to 1 s
  // The inbox is shared: only rows of parts that were won are handled.
  bool shared = false;
};

// How a handler ended.
enum class handler_end {
  done,
  failed,     // may succeed later
  refused,    // will never succeed
  cancelled,  // because it was told to stop
};

// What is written about a row.
enum class row_decision {
  finish,
  retry,    // after the delay
  bury,     // as a dead letter
  release,  // waiting as before
};

namespace dispatch_event {
// There are rows in the share.
struct arrived {
  std::string share;
};
// The answer to `load`. Retries wait for `due`, in the order of the rows.
struct loaded {
  inbox_query query;
  std::vector<row_pointer> rows;
  std::vector<time_point> due;
  bool complete = true;
};
struct load_failed {
  inbox_query query;
};
// A handler ended.
struct ended {
  std::uint64_t seq;
  handler_end end;
  std::string error;
};
struct committed {
  std::uint64_t seq;
};
// `conflict`: the unit can never be committed as it is.
struct commit_failed {
  std::uint64_t seq;
  bool conflict;
  std::string error;
};
// The row is not there, or in a part that was lost: its handler was not started.
struct gone {
  std::uint64_t seq;
};
// The store did not work: its handler was not started, and may be later.
struct postponed {
  std::uint64_t seq;
};
// The rows of this part of a shared inbox are ours, and those of these shares are there.
struct part_won {
  std::uint32_t part;
  std::vector<std::string> shares;
};
// Nothing more of the part may be started.
struct part_leaving {
  std::uint32_t part;
};
// Nothing of the part may go on.
struct part_lost {
  std::uint32_t part;
};
// Nothing of the share may be started before it is opened.
struct share_closed {
  std::string share;
};
// Its rows are wanted, again or for the first time.
struct share_opened {
  std::string share;
};
// Time has passed.
struct tick {};
// No handler is started any more; those running are cancelled at `deadline`.
struct stop {
  time_point deadline;
};
}  // namespace dispatch_event
using any_dispatch_event =
    std::variant<dispatch_event::arrived, dispatch_event::loaded, dispatch_event::load_failed,
                 dispatch_event::ended, dispatch_event::committed, dispatch_event::commit_failed,
                 dispatch_event::gone, dispatch_event::postponed, dispatch_event::part_won,
                 dispatch_event::part_leaving, dispatch_event::part_lost,
                 dispatch_event::share_closed, dispatch_event::share_opened, dispatch_event::tick,
                 dispatch_event::stop>;

namespace dispatch_action {
// Read rows from the store.
struct load {
  inbox_query query;
};
// Start the handler of the row.
struct start {
  row_pointer row;
};
// Commit what the handler changed (`finish` only) together with the decision about the row.
struct commit {
  std::uint64_t seq;
  row_decision decision;
  int failures = 0;    // of `retry`: with this one
  duration delay{};    // of `retry`
  std::string error;   // of `retry`, `bury`, and `release` after a conflict
  bool again = false;  // of `release`: the handler runs again at once
};
// Cancel the handler.
struct cancel {
  std::uint64_t seq;
};
// A handler does not end although it was cancelled.
struct report_stuck {
  row_pointer row;
  duration running{};
  bool abandoned = false;  // the dispatcher ends without it
};
// Forget the run: its part was lost, or its row is gone. Nothing is committed.
struct discard {
  std::uint64_t seq;
};
// Nothing of the leaving part runs any more.
struct part_drained {
  std::uint32_t part;
};
// Nothing runs any more. So many handlers did not end.
struct drained {
  std::size_t abandoned;
};
}  // namespace dispatch_action
using any_dispatch_action =
    std::variant<dispatch_action::load, dispatch_action::start, dispatch_action::commit,
                 dispatch_action::cancel, dispatch_action::report_stuck, dispatch_action::discard,
                 dispatch_action::part_drained, dispatch_action::drained>;

}  // namespace vkxx::detail
