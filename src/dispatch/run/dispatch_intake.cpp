#include <algorithm>
#include <chrono>
#include <exception>
#include <set>
#include <utility>

#include "core/async/time_sum.hpp"
#include "core/errors/thrown_text.hpp"
#include "dispatch/rows/update_rows.hpp"
#include "dispatch/run/dispatch_core.hpp"

namespace vkxx::detail {
namespace {

constexpr std::size_t timers_at_once = 64;
constexpr duration timer_check = std::chrono::seconds{30};  // the time of day may be set
constexpr duration timer_retry = std::chrono::seconds{1};
constexpr std::size_t forgotten_at_least = 16;

}  // namespace

void dispatch_core::feed_intake(const any_intake_event& event) {
  for (const auto& action : intake_->resume(event)) {
    auto& entry = sources_.at(action.source);
    switch (action.step) {
      case intake_step::ask:
        ++entry.busy;
        go(ask(shared_from_this(), action.source));
        break;
      case intake_step::commit:
        ++entry.busy;
        go(put(shared_from_this(), action.source));
        break;
      case intake_step::accept:
        entry.source->commit(entry.batch.cursor());
        break;
      case intake_step::refuse:
        entry.source->refuse(entry.batch.cursor());
        break;
    }
  }
  measure();
}

asio::awaitable<void> dispatch_core::ask(std::shared_ptr<dispatch_core> self, std::size_t source) {
  auto& entry = self->sources_.at(source);
  const auto from = entry.source;
  auto turning = next_turn();
  co_await std::move(turning);
  if (self->finished_ || entry.source != from) co_return;
  std::string failure;
  try {
    auto asking = from->next();
    auto batch = co_await std::move(asking);
    // The source may have been lost meanwhile, and even won again.
    if (self->finished_ || entry.source != from) co_return;
    if (batch) {
      entry.batch = *std::move(batch);
      self->feed_intake(intake_event::delivered{source});
      --entry.busy;
      co_return;
    }
    if (batch.error() != errc::cancelled) failure = batch.error().to_string();
  } catch (...) {
    failure = thrown_text();
  }
  if (self->finished_ || entry.source != from) co_return;
  if (!failure.empty()) {
    self->note({dispatch_notice_kind::source_ended,
                "the source " + entry.name + " delivers nothing more: " + failure,
                entry.name,
                {},
                0,
                {}});
  }
  --entry.busy;
  entry.over = entry.over || entry.removed || !entry.leaving;
  self->feed_intake(intake_event::ended{source});
  self->check_source_left(entry);
  self->check_removed(entry);
  self->check_finished();
}

inbox_row dispatch_core::row_in_lane(const update& received, const std::string& source,
                                     const update_cursor& cursor, std::size_t position) const {
  try {
    return row_of(received, source, cursor, position, lanes_);
  } catch (...) {
    // The program's function threw. The update must not be lost for that.
    return row_of(received, source, cursor, position, default_lane);
  }
}

bool dispatch_core::is_wanted(const update& received) const {
  try {
    return !options_.handle_only() || options_.handle_only()(received);
  } catch (...) {
    // The program's function threw. The update must not be lost for that.
    return true;
  }
}

state_unit dispatch_core::unit_of(const source_entry& entry, std::vector<std::string>& shares) {
  state_unit unit;
  // Of all updates, skipped ones included: keys must not depend on the program.
  std::size_t position = 0;
  for (const auto& received : entry.batch) {
    if (is_wanted(received)) {
      auto row = row_in_lane(received, entry.name, entry.batch.cursor(), position);
      shares.push_back(row.share);
      unit.put_row(std::move(row));
    }
    ++position;
  }
  unit.put_cursor(entry.name, entry.batch.cursor().text());
  // As fast as keys are added, and a little faster.
  unit.forget_keys(wall(), forgotten_at_least + 4 * position);
  return unit;
}

asio::awaitable<void> dispatch_core::put(std::shared_ptr<dispatch_core> self, std::size_t source) {
  std::vector<std::string> shares;
  auto& entry = self->sources_.at(source);
  const auto from = entry.source;
  bool ours = self->is_surely_owner();
  if (!ours) {
    auto checking = check_owner(self);
    ours = co_await std::move(checking);
  }
  if (!ours) {
    // The source was stopped: its batch comes again, to the other dispatcher.
    if (!self->finished_) self->feed_intake(intake_event::commit_failed{source});
    co_return;
  }
  if (self->finished_ || entry.source != from) co_return;
  self->note_losses(entry);
  auto unit = self->unit_of(entry, shares);
  result<commit_receipt> receipt = commit_receipt{};
  if (self->store_->commits_at_once()) {
    receipt = self->store_->commit_at_once(std::move(unit));
  } else {
    auto committing = self->store_->commit(std::move(unit));
    receipt = co_await std::move(committing);
  }
  if (self->finished_) co_return;
  if (!receipt) self->note_store_failure(receipt.error());
  if (receipt) entry.noted.reset();
  if (entry.source != from) co_return;
  --entry.busy;
  if (!receipt) {
    self->feed_intake(intake_event::commit_failed{source});
    self->check_source_left(entry);
    co_return;
  }
  const auto rows = static_cast<std::size_t>(std::count_if(
      receipt->rows.begin(), receipt->rows.end(), [](std::uint64_t seq) { return seq != 0; }));
  self->on_put(*receipt, shares, entry.batch.size() - shares.size());
  self->feed_intake(intake_event::committed{source, rows});
  self->check_source_left(entry);
}

void dispatch_core::on_put(const commit_receipt& receipt, const std::vector<std::string>& shares,
                           std::size_t skipped) {
  std::set<std::string> arrived;
  std::size_t duplicates = 0;
  for (std::size_t index = 0; index < receipt.rows.size() && index < shares.size(); ++index) {
    if (receipt.rows[index] == 0) {
      ++duplicates;
    } else {
      arrived.insert(shares[index]);
    }
  }
  {
    const std::lock_guard lock{mutex_};
    numbers_.received += receipt.rows.size() - duplicates;
    numbers_.duplicates += duplicates;
    numbers_.skipped += skipped;
  }
  if (!handler_) return;
  for (const auto& share : arrived) on_arrived(share);
}

// Before the commit, once for a batch that comes again: nobody reports them once the position is
// behind them, and by then the process, or its lease of the source, may have ended.
void dispatch_core::note_losses(source_entry& entry) {
  if (entry.noted == entry.batch.cursor()) return;
  entry.noted = entry.batch.cursor();
  for (const auto& loss : entry.batch.losses()) {
    {
      const std::lock_guard lock{mutex_};
      ++numbers_.losses;
    }
    std::string text = "updates of " + entry.name + " may be missing: ";
    text += to_string(loss.reason);
    note({dispatch_notice_kind::loss, std::move(text), entry.name, {}, 0, loss});
  }
}

void dispatch_core::expect_timer(std::optional<wall_time> due) {
  if (!due) return;
  // Compared first: a timer may be of any moment, also of one that no span leads to.
  const auto today = wall();
  const auto left =
      *due > today ? std::chrono::duration_cast<duration>(*due - today) : duration::zero();
  const auto when = later_by(now(), std::min<duration>(left, timer_check));
  if (!timers_at_ || when < *timers_at_) timers_at_ = when;
  arm();
}

asio::awaitable<result<void>> dispatch_core::put_timers(std::shared_ptr<dispatch_core> self,
                                                        std::vector<state_timer> timers) {
  state_unit unit;
  for (const auto& timer : timers)
    unit.take_timer(timer.key, timer.due).put_row(row_of(timer, self->wall()));
  auto committing = self->store_->commit(std::move(unit));
  auto committed = co_await std::move(committing);
  if (!committed) co_return committed.error();
  if (self->finished_) co_return result<void>{};
  self->feed_intake(intake_event::inserted{timers.size()});
  for (const auto& timer : timers) {
    if (self->handler_) self->on_arrived(timer.share);
  }
  co_return result<void>{};
}

// All in one commit, so that many at the same moment do not wait for as many writes. One by one if
// one of them was changed meanwhile, which must not hold the others up, or if the inbox is shared:
// then they may belong to different parts of it.
asio::awaitable<void> dispatch_core::pump_timers(std::shared_ptr<dispatch_core> self) {
  auto reading = self->store_->timers(self->wall(), timers_at_once);
  auto due = co_await std::move(reading);
  bool failed = !due;
  if (!due) self->note_store_failure(due.error());
  if (due && self->sharing_ == nullptr && due->timers.size() > 1) {
    auto putting = put_timers(self, due->timers);
    const auto put = co_await std::move(putting);
    const bool changed = !put && put.error() == errc::state_conflict;
    if (!put && !changed) {
      failed = true;
      self->note_store_failure(put.error());
    }
    if (!changed) due->timers.clear();
  }
  if (due) {
    for (const auto& timer : due->timers) {
      if (self->finished_) co_return;
      std::vector<state_timer> single{timer};
      auto putting = put_timers(self, std::move(single));
      const auto put = co_await std::move(putting);
      if (put || put.error() == errc::state_conflict) continue;
      failed = true;
      self->note_store_failure(put.error());
      break;
    }
  }
  if (self->finished_) co_return;
  self->pumping_ = false;
  if (failed) self->expect_timer(self->wall() + timer_retry);
  if (due && due->next) self->expect_timer(due->next);
  self->check_finished();
}

}  // namespace vkxx::detail
