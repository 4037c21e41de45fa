// Decides which handlers run, and what becomes of their rows.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include <vkxx/core/clock.hpp>
#include "dispatch/machine/dispatch_events.hpp"
#include "dispatch/machine/lane_board.hpp"

namespace vkxx::detail {

// In a lane one row at a time, in order; the next after the commit of the last. Shares take turns.
//
// Of a shared inbox it handles the parts that were won, and gives a leaving one away once nothing
// of it runs. What runs of a lost part is cancelled and forgotten; its lane waits until the handler
// has ended, even if the part is won again meanwhile.
//
// A share that is closed takes part in nothing; what of it runs comes to its end.
//
// The driver carries the actions out, in order, and tells how they ended. A row of `start` ends
// with one `ended`, `gone` or `postponed`; each `commit` with one `committed` or `commit_failed`.
class dispatch_machine {
 public:
  explicit dispatch_machine(const dispatch_limits& limits);

  [[nodiscard]] std::vector<any_dispatch_action> resume(const any_dispatch_event& event,
                                                        time_point now);
  // When a `tick` is due; nothing: there is nothing to wait for.
  [[nodiscard]] std::optional<time_point> next_time() const;

  // Nothing runs and nothing waits, as far as is known.
  [[nodiscard]] bool idle() const noexcept { return runs_.empty() && board_.empty(); }
  // Handlers, with those whose commit is under way.
  [[nodiscard]] std::size_t running() const noexcept { return runs_.size(); }
  [[nodiscard]] std::size_t held() const noexcept { return board_.held(); }
  [[nodiscard]] std::size_t lanes() const noexcept { return board_.lanes(); }
  [[nodiscard]] bool over() const noexcept { return over_; }

 private:
  enum class phase {
    running,
    cancelling,  // its time was up
    stopping,    // cancelled, because the dispatcher stops
    committing,
    recommitting,  // the store did not work; at `alarm` once more
    lost,          // cancelled, because its part was lost
    losing,        // the same, while its commit is under way
  };
  struct run {
    row_pointer row;
    phase now = phase::running;
    time_point started{};
    time_point alarm{};
    row_decision decision = row_decision::finish;
    duration delay{};
    std::string error;
    bool again = false;  // of `release`
    duration pause{};    // before the next attempt to commit
  };
  using run_map = std::unordered_map<std::uint64_t, run>;

  void handle(const dispatch_event::arrived& event, time_point now);
  void handle(const dispatch_event::loaded& event, time_point now);
  void handle(const dispatch_event::load_failed& event, time_point now);
  void handle(const dispatch_event::ended& event, time_point now);
  void handle(const dispatch_event::committed& event, time_point now);
  void handle(const dispatch_event::commit_failed& event, time_point now);
  void handle(const dispatch_event::gone& event, time_point now);
  void handle(const dispatch_event::postponed& event, time_point now);
  void handle(const dispatch_event::part_won& event, time_point now);
  void handle(const dispatch_event::part_leaving& event, time_point now);
  void handle(const dispatch_event::part_lost& event, time_point now);
  void handle(const dispatch_event::share_closed& event, time_point now);
  void handle(const dispatch_event::share_opened& event, time_point now);
  void handle(const dispatch_event::tick& event, time_point now);
  void handle(const dispatch_event::stop& event, time_point now);

  void start_ready(time_point now);
  void start(row_pointer row, time_point now);
  void load_more(time_point now);
  void decide(run& some, const dispatch_event::ended& event);
  void fail(run& some, bool may_succeed, std::string error);
  void on_conflict(run& some, const std::string& error);
  void commit(run& some);
  void on_alarm(run& some, time_point now);
  void cancel_all(time_point now);
  void set_alarm(run& some, time_point when);
  void clear_alarm(run& some);
  void settle(run_map::iterator found, time_point now);
  void discard(run_map::iterator found);
  void lose(run& some, time_point now);
  void check_leaving(std::uint32_t part);
  void check_drained(time_point now);

  const dispatch_limits limits_;
  lane_board board_;
  run_map runs_;
  std::unordered_map<std::uint64_t, int> conflicts_;       // of rows that are to run again
  std::set<std::pair<time_point, std::uint64_t>> alarms_;  // of runs
  std::vector<inbox_query> failed_loads_;
  std::optional<time_point> reload_at_;
  std::optional<time_point> stop_at_;  // cancels what runs
  std::optional<time_point> end_at_;   // gives up what still runs
  std::set<std::uint32_t> parts_;      // of a shared inbox: ours
  std::set<std::uint32_t> leaving_;    // no more, once nothing of them runs
  bool stopping_ = false;
  bool over_ = false;
  std::vector<any_dispatch_action> actions_;
};

}  // namespace vkxx::detail
