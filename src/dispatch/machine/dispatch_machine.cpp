#include "dispatch/machine/dispatch_machine.hpp"

#include <algorithm>
#include <chrono>

#include "core/async/time_sum.hpp"

namespace vkxx::detail {
namespace {

constexpr duration longest_recommit_pause = std::chrono::seconds{30};
constexpr duration longest_conflict_pause = std::chrono::seconds{1};
constexpr duration reload_pause = std::chrono::seconds{1};

std::string in_seconds(duration time) {
  const auto milliseconds = std::chrono::duration_cast<std::chrono::milliseconds>(time).count();
  if (milliseconds % 1000 != 0) return std::to_string(milliseconds) + " ms";
  return std::to_string(milliseconds / 1000) + " s";
}

}  // namespace

dispatch_machine::dispatch_machine(const dispatch_limits& limits)
    : limits_{limits}, board_{limits} {}

std::vector<any_dispatch_action> dispatch_machine::resume(const any_dispatch_event& event,
                                                          time_point now) {
  if (over_) return {};
  std::visit([&](const auto& some) { handle(some, now); }, event);
  load_more(now);
  start_ready(now);
  load_more(now);
  check_drained(now);
  return std::exchange(actions_, {});
}

std::optional<time_point> dispatch_machine::next_time() const {
  if (over_) return std::nullopt;
  std::optional<time_point> first;
  const auto consider = [&first](std::optional<time_point> time) {
    if (time && (!first || *time < *first)) first = time;
  };
  if (!alarms_.empty()) consider(alarms_.begin()->first);
  if (!stopping_ && runs_.size() < limits_.handlers) consider(board_.next_due());
  if (!stopping_) consider(reload_at_);
  consider(stop_at_);
  consider(end_at_);
  return first;
}

void dispatch_machine::handle(const dispatch_event::arrived& event, time_point /*now*/) {
  if (!stopping_) board_.arrived(event.share);
}

void dispatch_machine::handle(const dispatch_event::loaded& event, time_point /*now*/) {
  if (!limits_.shared) return board_.loaded(event);
  // Those of parts that were lost since they were read are somebody else's.
  dispatch_event::loaded ours{event.query, {}, {}, event.complete};
  for (std::size_t index = 0; index < event.rows.size(); ++index) {
    if (!parts_.contains(event.rows[index]->part)) continue;
    ours.rows.push_back(event.rows[index]);
    ours.due.push_back(event.due.at(index));
  }
  board_.loaded(ours);
}

void dispatch_machine::handle(const dispatch_event::load_failed& event, time_point now) {
  failed_loads_.push_back(event.query);
  if (!reload_at_) reload_at_ = later_by(now, reload_pause);
}

void dispatch_machine::load_more(time_point now) {
  if (stopping_) return;
  if (reload_at_ && *reload_at_ <= now) {
    reload_at_.reset();
    for (const auto& query : std::exchange(failed_loads_, {})) board_.load_failed(query);
  }
  for (auto& query : board_.take_loads()) {
    actions_.emplace_back(dispatch_action::load{std::move(query)});
  }
}

void dispatch_machine::start_ready(time_point now) {
  while (!stopping_ && runs_.size() < limits_.handlers) {
    auto row = board_.next(now);
    if (!row) return;
    start(std::move(row), now);
  }
}

void dispatch_machine::start(row_pointer row, time_point now) {
  auto& some = runs_[row->seq];
  some.row = std::move(row);
  some.started = now;
  if (some.row->interruptions >= limits_.max_interruptions) {
    some.decision = row_decision::bury;
    some.error = "the process ended " + std::to_string(some.row->interruptions) +
                 " times while the handler ran";
    commit(some);
    return;
  }
  set_alarm(some, later_by(now, limits_.handler_time));
  actions_.emplace_back(dispatch_action::start{some.row});
}

void dispatch_machine::handle(const dispatch_event::ended& event, time_point /*now*/) {
  const auto found = runs_.find(event.seq);
  if (found == runs_.end()) return;
  auto& some = found->second;
  if (some.now == phase::lost) return discard(found);
  if (some.now != phase::running && some.now != phase::cancelling && some.now != phase::stopping) {
    return;
  }
  decide(some, event);
  commit(some);
}

void dispatch_machine::decide(run& some, const dispatch_event::ended& event) {
  switch (event.end) {
    case handler_end::done:
      some.decision = row_decision::finish;
      return;
    case handler_end::failed:
      return fail(some, true, event.error);
    case handler_end::refused:
      return fail(some, false, event.error);
    case handler_end::cancelled:
      break;
  }
  if (some.now == phase::stopping) {
    some.decision = row_decision::release;
    return;
  }
  if (some.now == phase::cancelling) {
    return fail(some, true,
                "the handler was cancelled: it took longer than " +
                    in_seconds(limits_.handler_time) + " (dispatcher_options::handler_time)");
  }
  fail(some, true, event.error);
}

void dispatch_machine::fail(run& some, bool may_succeed, std::string error) {
  const auto failures = static_cast<std::size_t>(std::max(some.row->failures, 0));
  some.error = std::move(error);
  if (!may_succeed || failures >= limits_.retry_after.size()) {
    some.decision = row_decision::bury;
    return;
  }
  some.decision = row_decision::retry;
  some.delay = limits_.retry_after[failures];
}

void dispatch_machine::commit(run& some) {
  some.now = phase::committing;
  clear_alarm(some);
  actions_.emplace_back(dispatch_action::commit{
      some.row->seq, some.decision, some.row->failures + 1, some.delay, some.error, some.again});
}

void dispatch_machine::handle(const dispatch_event::committed& event, time_point now) {
  const auto found = runs_.find(event.seq);
  if (found == runs_.end()) return;
  if (found->second.now == phase::losing) return discard(found);
  if (found->second.now == phase::committing) settle(found, now);
}

void dispatch_machine::settle(run_map::iterator found, time_point now) {
  auto some = std::move(found->second);
  runs_.erase(found);
  const auto part = some.row->part;
  const bool leaving = leaving_.contains(part);
  if (some.decision == row_decision::release && some.again && !leaving) {
    board_.put_back(std::move(some.row), later_by(now, some.delay));
    return;
  }
  conflicts_.erase(some.row->seq);
  if (some.decision != row_decision::retry || leaving) {
    board_.release(*some.row);
    check_leaving(part);
    return;
  }
  auto changed = std::make_shared<inbox_row>(*some.row);
  ++changed->failures;
  changed->error = std::move(some.error);
  board_.put_back(std::move(changed), later_by(now, some.delay));
}

void dispatch_machine::discard(run_map::iterator found) {
  const auto row = found->second.row;
  clear_alarm(found->second);
  runs_.erase(found);
  conflicts_.erase(row->seq);
  board_.discard(*row);
  actions_.emplace_back(dispatch_action::discard{row->seq});
  check_leaving(row->part);
}

void dispatch_machine::handle(const dispatch_event::gone& event, time_point /*now*/) {
  if (const auto found = runs_.find(event.seq); found != runs_.end()) discard(found);
}

void dispatch_machine::handle(const dispatch_event::postponed& event, time_point now) {
  const auto found = runs_.find(event.seq);
  if (found == runs_.end()) return;
  if (found->second.now == phase::lost || leaving_.contains(found->second.row->part)) {
    return discard(found);
  }
  auto row = std::move(found->second.row);
  alarms_.erase({found->second.alarm, row->seq});
  runs_.erase(found);
  actions_.emplace_back(dispatch_action::discard{row->seq});
  board_.put_back(std::move(row), later_by(now, limits_.recommit_after));
}

void dispatch_machine::handle(const dispatch_event::part_won& event, time_point /*now*/) {
  parts_.insert(event.part);
  leaving_.erase(event.part);
  if (stopping_) return;
  for (const auto& share : event.shares) board_.rescan(share, event.part);
}

void dispatch_machine::handle(const dispatch_event::part_leaving& event, time_point /*now*/) {
  parts_.erase(event.part);
  leaving_.insert(event.part);
  board_.drop(event.part);
  check_leaving(event.part);
}

void dispatch_machine::handle(const dispatch_event::part_lost& event, time_point now) {
  parts_.erase(event.part);
  leaving_.erase(event.part);
  board_.drop(event.part);
  std::vector<std::uint64_t> lost;
  for (const auto& [seq, some] : runs_) {
    if (some.row->part == event.part) lost.push_back(seq);
  }
  for (const auto seq : lost) {
    const auto found = runs_.find(seq);
    if (found->second.now == phase::recommitting) {
      discard(found);
    } else {
      lose(found->second, now);
    }
  }
}

void dispatch_machine::lose(run& some, time_point now) {
  switch (some.now) {
    case phase::running:
      actions_.emplace_back(dispatch_action::cancel{some.row->seq});
      clear_alarm(some);
      set_alarm(some, later_by(now, limits_.unwind_time));
      some.now = phase::lost;
      return;
    case phase::cancelling:
    case phase::stopping:
      some.now = phase::lost;
      return;
    case phase::committing:
      some.now = phase::losing;
      return;
    case phase::recommitting:
    case phase::lost:
    case phase::losing:
      return;
  }
}

void dispatch_machine::check_leaving(std::uint32_t part) {
  if (!leaving_.contains(part)) return;
  const auto of_part = [part](const auto& some) { return some.second.row->part == part; };
  if (std::any_of(runs_.begin(), runs_.end(), of_part)) return;
  leaving_.erase(part);
  actions_.emplace_back(dispatch_action::part_drained{part});
}

void dispatch_machine::handle(const dispatch_event::commit_failed& event, time_point now) {
  const auto found = runs_.find(event.seq);
  if (found == runs_.end()) return;
  if (found->second.now == phase::losing) return discard(found);
  if (found->second.now != phase::committing) return;
  auto& some = found->second;
  if (event.conflict && some.decision == row_decision::finish) {
    on_conflict(some, event.error);
    commit(some);
    return;
  }
  if (event.conflict) {
    // The row is gone.
    some.decision = row_decision::finish;
    settle(found, now);
    return;
  }
  some.pause = some.pause == duration::zero() ? limits_.recommit_after
                                              : std::min(some.pause * 2, longest_recommit_pause);
  some.now = phase::recommitting;
  set_alarm(some, later_by(now, some.pause));
}

// What the handler read has changed: it has to run again.
void dispatch_machine::on_conflict(run& some, const std::string& error) {
  auto& count = conflicts_[some.row->seq];
  if (++count > limits_.max_conflicts) {
    conflicts_.erase(some.row->seq);
    return fail(some, true, error);
  }
  some.decision = row_decision::release;
  some.error = error;
  some.again = !stopping_;
  some.delay = limits_.conflict_pause;
  for (int i = 1; i < count && some.delay < longest_conflict_pause; ++i) some.delay *= 2;
  some.delay = std::min(some.delay, longest_conflict_pause);
}

void dispatch_machine::handle(const dispatch_event::share_closed& event, time_point /*now*/) {
  board_.close(event.share);
}

void dispatch_machine::handle(const dispatch_event::share_opened& event, time_point /*now*/) {
  if (!stopping_) board_.open(event.share);
}

void dispatch_machine::handle(const dispatch_event::tick& /*event*/, time_point now) {
  while (!alarms_.empty() && alarms_.begin()->first <= now) {
    on_alarm(runs_.at(alarms_.begin()->second), now);
  }
  if (stop_at_ && *stop_at_ <= now) {
    stop_at_.reset();
    cancel_all(now);
  }
}

void dispatch_machine::on_alarm(run& some, time_point now) {
  clear_alarm(some);
  switch (some.now) {
    case phase::running:
      some.now = phase::cancelling;
      set_alarm(some, later_by(now, limits_.unwind_time));
      actions_.emplace_back(dispatch_action::cancel{some.row->seq});
      return;
    case phase::cancelling:
    case phase::stopping:
    case phase::lost:
      set_alarm(some, later_by(now, limits_.stuck_interval));
      actions_.emplace_back(
          dispatch_action::report_stuck{some.row, now - some.started, end_at_ && *end_at_ <= now});
      return;
    case phase::recommitting:
      return commit(some);
    case phase::committing:
    case phase::losing:
      return;
  }
}

void dispatch_machine::handle(const dispatch_event::stop& event, time_point now) {
  stopping_ = true;
  // A second one can only shorten the time.
  if (!end_at_) stop_at_ = std::min(stop_at_.value_or(event.deadline), event.deadline);
  if (!stop_at_ || *stop_at_ > now) return;
  stop_at_.reset();
  cancel_all(now);
}

void dispatch_machine::cancel_all(time_point now) {
  end_at_ = later_by(now, limits_.unwind_time);
  for (auto& [seq, some] : runs_) {
    if (some.now != phase::running) continue;
    clear_alarm(some);
    some.now = phase::stopping;
    set_alarm(some, later_by(now, limits_.unwind_time));
    actions_.emplace_back(dispatch_action::cancel{seq});
  }
}

void dispatch_machine::check_drained(time_point now) {
  if (!stopping_) return;
  if (!runs_.empty() && (!end_at_ || *end_at_ > now)) return;
  over_ = true;
  // Others were reported by their alarm, at this moment.
  for (const auto& [seq, some] : runs_) {
    if (some.now == phase::cancelling && some.alarm != later_by(now, limits_.stuck_interval))
      actions_.emplace_back(dispatch_action::report_stuck{some.row, now - some.started, true});
  }
  actions_.emplace_back(dispatch_action::drained{runs_.size()});
}

void dispatch_machine::set_alarm(run& some, time_point when) {
  some.alarm = when;
  alarms_.emplace(when, some.row->seq);
}

void dispatch_machine::clear_alarm(run& some) {
  alarms_.erase({some.alarm, some.row->seq});
}

}  // namespace vkxx::detail
