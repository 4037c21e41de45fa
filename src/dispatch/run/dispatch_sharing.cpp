// Of an inbox that several processes share: what this one wins and loses.
#include <algorithm>
#include <utility>

#include "dispatch/run/dispatch_core.hpp"

namespace vkxx::detail {
namespace {

// Others need not wait for the leases of a dispatcher that is destroyed while it runs.
class membership {
 public:
  explicit membership(std::shared_ptr<state_store> store) : store_{std::move(store)} {}
  membership(const membership&) = delete;
  membership& operator=(const membership&) = delete;
  ~membership() { store_->sharing()->resign(); }

 private:
  std::shared_ptr<state_store> store_;
};

}  // namespace

std::vector<std::string> dispatch_core::leased_sources() const {
  std::vector<std::string> names;
  for (const auto& entry : sources_) {
    if (entry.is_leased(true)) names.push_back(entry.name);
  }
  return names;
}

void dispatch_core::join() {
  sharing_->join(leased_sources());
  joined_ = true;
  go(follow_inbox(shared_from_this()));
}

void dispatch_core::announce_sources() {
  if (!joined_ || announcing_) return;
  announcing_ = true;
  asio::post(strand_, [self = shared_from_this()] {
    self->announcing_ = false;
    if (!self->finished_) self->sharing_->change_sources(self->leased_sources());
  });
}

asio::awaitable<void> dispatch_core::follow_inbox(std::shared_ptr<dispatch_core> self) {
  const membership member{self->store_};
  while (!self->finished_) {
    auto waiting = self->sharing_->next_changes();
    const auto changes = co_await std::move(waiting);
    if (!changes) co_return;
    for (const auto& change : *changes) {
      if (self->finished_) co_return;
      self->on_change(change);
    }
  }
}

asio::awaitable<void> dispatch_core::leave_inbox(std::shared_ptr<dispatch_core> self,
                                                 drain_report report) {
  auto leaving = self->sharing_->leave();
  const auto left = co_await std::move(leaving);
  if (!left) self->note_store_failure(left.error());
  self->finish(report);
}

void dispatch_core::on_change(const inbox_change& change) {
  switch (change.kind) {
    case inbox_change_kind::part_won: {
      // Its timers may be due.
      expect_timer(wall());
      auto shares = handler_ ? change.shares : std::vector<std::string>{};
      for (const auto& share : shares) report_closed(share);
      std::erase_if(shares, [this](const auto& share) { return !is_open(share); });
      return feed(dispatch_event::part_won{change.part, std::move(shares)});
    }
    case inbox_change_kind::rows_arrived:
      if (!handler_) return;
      for (const auto& share : change.shares) on_arrived(share);
      return;
    case inbox_change_kind::part_leaving:
      return feed(dispatch_event::part_leaving{change.part});
    case inbox_change_kind::part_lost:
      return feed(dispatch_event::part_lost{change.part});
    case inbox_change_kind::rows_counted:
      feed_intake(intake_event::counted{change.rows});
      return check_finished();
    case inbox_change_kind::failed:
      return note_store_failure(
          error{errc::state_failed, request_effect::not_sent, change.failure});
    case inbox_change_kind::source_won:
    case inbox_change_kind::source_leaving:
    case inbox_change_kind::source_lost:
      break;
  }
  auto* const entry = find_source(change.source);
  if (change.kind == inbox_change_kind::source_leaving) {
    // What was removed before it was known to be won is not held by anything here.
    if (entry == nullptr || !entry->held) return sharing_->hand_over_source(change.source);
    return leave_source(*entry);
  }
  if (entry == nullptr) return;
  if (change.kind == inbox_change_kind::source_lost) return lose_source(*entry);
  entry->held = true;
  if (stopping_ || entry->over || entry->removed) return;
  go(win_source(shared_from_this(), index_of(*entry)));
}

dispatch_core::source_entry* dispatch_core::find_source(const std::string& name) {
  const auto same = [&](const source_entry& entry) { return entry.name == name; };
  const auto found = std::find_if(sources_.begin(), sources_.end(), same);
  return found != sources_.end() ? &*found : nullptr;
}

asio::awaitable<void> dispatch_core::win_source(std::shared_ptr<dispatch_core> self,
                                                std::size_t source) {
  auto& entry = self->sources_[source];
  const auto turn = ++entry.turn;
  entry.leaving = false;
  auto opening = open_source(self, source);
  auto opened = co_await std::move(opening);
  const bool lost = self->finished_ || entry.turn != turn;
  if (opened && (lost || self->stopping_ || entry.leaving)) (*opened)->stop();
  // It was lost or removed, or is to leave, while its position was read.
  if (lost) co_return;
  if (self->stopping_ || entry.leaving || (!opened && opened.error() == errc::state_failed)) {
    if (!opened) self->note_store_failure(opened.error());
    entry.leaving = false;
    self->hand_over(entry);
    co_return;
  }
  if (!opened) {
    entry.over = true;
    self->note(
        {dispatch_notice_kind::source_ended, opened.error().message(), entry.name, {}, 0, {}});
    co_return self->check_finished();
  }
  entry.busy = 0;
  entry.source = *std::move(opened);
  self->feed_intake(intake_event::added{source});
}

void dispatch_core::leave_source(source_entry& entry) {
  entry.leaving = true;
  if (entry.source) entry.source->stop();
  check_source_left(entry);
}

// The batch that is under way comes to its end first.
void dispatch_core::check_source_left(source_entry& entry) {
  if (!entry.leaving || entry.busy > 0 || !entry.source) return;
  const auto index = index_of(entry);
  feed_intake(intake_event::ended{index});
  entry.leaving = false;
  entry.source.reset();
  entry.batch = {};
  hand_over(entry);
  if (!entry.removed) return;
  entry.over = true;
  check_removed(entry);
}

void dispatch_core::hand_over(source_entry& entry) {
  entry.held = false;
  sharing_->hand_over_source(entry.name);
}

void dispatch_core::lose_source(source_entry& entry) {
  ++entry.turn;
  entry.held = false;
  entry.leaving = false;
  entry.busy = 0;
  entry.batch = {};
  if (entry.source) {
    entry.source->stop();
    entry.source.reset();
    feed_intake(intake_event::ended{index_of(entry)});
  }
  if (!entry.removed) return;
  entry.over = true;
  check_removed(entry);
}

}  // namespace vkxx::detail
