// Sources and shares that come and go while the dispatcher runs.
#include <algorithm>
#include <boost/asio/post.hpp>
#include <chrono>
#include <utility>

#include "core/async/time_sum.hpp"
#include "dispatch/run/dispatch_core.hpp"

namespace vkxx::detail {
namespace {

constexpr duration reopen_pause = std::chrono::seconds{1};

}  // namespace

std::size_t dispatch_core::index_of(const source_entry& entry) const {
  const auto same = [&entry](const source_entry& some) { return &some == &entry; };
  return static_cast<std::size_t>(std::find_if(sources_.begin(), sources_.end(), same) -
                                  sources_.begin());
}

void dispatch_core::begin_add(std::string name, source_factory create) {
  if (finished_ || stopping_) return;
  if (auto* const before = find_source(name)) {
    // It was removed, and its last batch is under way: the position is not known yet.
    before->next = std::move(create);
    return;
  }
  auto* entry = find_source({});
  if (entry == nullptr) entry = &sources_.emplace_back();
  entry->name = std::move(name);
  entry->create = std::move(create);
  // `start_up` opens what was added before.
  if (!intake_) return;
  if (entry->is_leased(sharing_ != nullptr)) return announce_sources();
  go(open_added(shared_from_this(), index_of(*entry)));
}

asio::awaitable<void> dispatch_core::open_added(std::shared_ptr<dispatch_core> self,
                                                std::size_t source) {
  auto& entry = self->sources_[source];
  ++entry.busy;
  result<std::shared_ptr<update_source>> opened{nullptr};
  for (;;) {
    auto opening = open_source(self, source);
    opened = co_await std::move(opening);
    if (self->finished_) co_return;
    const bool again = !opened && opened.error() == errc::state_failed;
    if (!again || entry.removed || self->stopping_) break;
    self->note_store_failure(opened.error());
    auto waiting = wait_until(*self->time_, later_by(self->now(), reopen_pause));
    static_cast<void>(co_await std::move(waiting));
    if (self->finished_) co_return;
  }
  --entry.busy;
  if (opened && !entry.removed && !self->stopping_) {
    entry.source = *std::move(opened);
    co_return self->feed_intake(intake_event::added{source});
  }
  if (opened) (*opened)->stop();
  entry.over = true;
  if (!opened && !entry.removed) {
    self->note(
        {dispatch_notice_kind::source_ended, opened.error().message(), entry.name, {}, 0, {}});
  }
  self->check_removed(entry);
}

void dispatch_core::remove(std::string name) {
  {
    const std::lock_guard lock{mutex_};
    if (names_.erase(name) == 0) return;
  }
  asio::post(strand_,
             [self = shared_from_this(), name = std::move(name)] { self->begin_remove(name); });
}

void dispatch_core::begin_remove(const std::string& name) {
  auto* const entry = find_source(name);
  if (entry == nullptr || finished_) return;
  entry->next = {};
  if (entry->removed) return;
  entry->removed = true;
  if (entry->source) entry->source->stop();
  if (entry->busy > 0 || !intake_) return;
  // Nobody asks it: the inbox is full, it has ended, or another process has it.
  entry->over = true;
  ++entry->turn;
  feed_intake(intake_event::ended{index_of(*entry)});
  check_removed(*entry);
}

void dispatch_core::check_removed(source_entry& entry) {
  if (!entry.removed || !entry.over || entry.busy > 0) return;
  if (entry.held) hand_over(entry);
  auto name = std::move(entry.name);
  auto next = std::move(entry.next);
  // What began for it must not go on for another one in its place.
  const auto turn = entry.turn + 1;
  const bool leased = entry.is_leased(sharing_ != nullptr);
  entry = source_entry{};
  entry.turn = turn;
  if (leased) announce_sources();
  if (next) begin_add(std::move(name), std::move(next));
}

bool dispatch_core::is_open(const std::string& share) const {
  return !options_.only_open_shares() || open_shares_.contains(share);
}

void dispatch_core::on_arrived(const std::string& share) {
  if (is_open(share)) return feed(dispatch_event::arrived{share});
  report_closed(share);
}

// Once, until it is opened.
void dispatch_core::report_closed(const std::string& share) {
  if (is_open(share) || !options_.on_closed_share() || stopping_) return;
  if (!closed_shares_.insert(share).second) return;
  try {
    options_.on_closed_share()(share);
  } catch (...) {
    // Promised: its exceptions are swallowed.
  }
}

void dispatch_core::open_share(std::string share) {
  asio::post(strand_, [self = shared_from_this(), share = std::move(share)] {
    if (!self->open_shares_.insert(share).second) return;
    self->closed_shares_.erase(share);
    if (self->machine_ && self->handler_) self->feed(dispatch_event::share_opened{share});
  });
}

void dispatch_core::close_share(std::string share, std::function<void()> then) {
  asio::post(strand_,
             [self = shared_from_this(), share = std::move(share), then = std::move(then)] {
               self->open_shares_.erase(share);
               if (self->machine_) self->feed(dispatch_event::share_closed{share});
               if (then) then();
             });
}

}  // namespace vkxx::detail
