#include <algorithm>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>
#include <chrono>
#include <exception>
#include <utility>

#include <vkxx/core/exception.hpp>
#include <vkxx/core/printable.hpp>
#include "core/async/in_strand.hpp"
#include "core/async/time_sum.hpp"
#include "core/errors/thrown_text.hpp"
#include "dispatch/run/dispatch_core.hpp"

namespace vkxx::detail {
namespace {

constexpr std::size_t longest_error = 1000;
constexpr duration vk_remembers = std::chrono::minutes{55};  // numbers of messages, for an hour

std::string shortened(std::string_view text) {
  return printable(text.substr(0, longest_error));
}

handler_result failed_by(const error& reason) {
  const bool cancelled = reason == errc::cancelled;
  const auto end = cancelled            ? handler_end::cancelled
                   : reason.retryable() ? handler_end::failed
                                        : handler_end::refused;
  return {end, shortened(reason.to_string()), false};
}

handler_result failed_by(const std::exception_ptr& thrown) {
  try {
    std::rethrow_exception(thrown);
  } catch (const exception& failure) {
    return failed_by(failure.error());
  } catch (const boost::system::system_error& failure) {
    const bool cancelled = failure.code() == asio::error::operation_aborted;
    return {cancelled ? handler_end::cancelled : handler_end::failed, shortened(failure.what()),
            false};
  } catch (const std::exception& failure) {
    return {handler_end::failed, shortened(failure.what()), false};
  } catch (...) {
    return {handler_end::failed, "the handler threw something that is no std::exception", false};
  }
}

}  // namespace

asio::awaitable<handler_result> run_handler(update_handler handler,
                                            std::shared_ptr<handler_run> run) {
  std::exception_ptr thrown;
  handler_outcome outcome;
  try {
    update_context context{run};
    auto running = handler.start(std::move(context));
    outcome = co_await std::move(running);
  } catch (...) {
    thrown = std::current_exception();
  }
  if (!thrown) thrown = run->failure();
  if (thrown) co_return failed_by(thrown);
  if (outcome.failure()) co_return failed_by(*outcome.failure());
  co_return handler_result{handler_end::done, {}, outcome.passed()};
}

void dispatch_core::perform(dispatch_action::load& action) {
  go(load(shared_from_this(), std::move(action.query)));
}

asio::awaitable<void> dispatch_core::next_turn() {
  const auto executor = co_await asio::this_coro::executor;
  co_await asio::post(executor, asio::use_awaitable);
}

asio::awaitable<void> dispatch_core::load(std::shared_ptr<dispatch_core> self, inbox_query query) {
  auto turning = next_turn();
  co_await std::move(turning);
  if (self->finished_) co_return;
  auto taking = self->store_->take(query);
  auto page = co_await std::move(taking);
  if (self->finished_) co_return;
  if (!page) {
    self->note_store_failure(page.error());
    self->feed(dispatch_event::load_failed{std::move(query)});
    co_return;
  }
  dispatch_event::loaded answer{std::move(query), {}, {}, page->complete};
  for (auto& row : page->rows) {
    answer.due.push_back(self->due_of(row));
    answer.rows.push_back(std::make_shared<const inbox_row>(std::move(row)));
  }
  self->feed(answer);
}

// A clock that jumped must not make it wait longer than it would have at most.
time_point dispatch_core::due_of(const inbox_row& row) const {
  if (row.state != inbox_state::retrying || !row.due) return time_point{};
  duration longest{};
  for (const auto pause : options_.retry_after()) longest = std::max(longest, pause);
  const auto left = std::chrono::duration_cast<duration>(*row.due - wall());
  if (left <= duration::zero()) return time_point{};
  return later_by(now(), std::min(left, longest));
}

bool dispatch_core::repeats_late(const inbox_row& row) const {
  return row.first_run && wall() - *row.first_run > vk_remembers;
}

void dispatch_core::perform(dispatch_action::start& action) {
  const auto& row = *action.row;
  auto received = read_inbox_body(row.body);
  if (!received) {
    end_later(row.seq, {handler_end::refused, received.error().message(), false});
    return;
  }
  const bool late = repeats_late(row);
  if (late) {
    {
      const std::lock_guard lock{mutex_};
      ++numbers_.may_repeat;
    }
    note({dispatch_notice_kind::may_repeat,
          "the update runs again more than 55 minutes after its first run: VK may send its "
          "messages twice",
          row.source,
          row.lane,
          row.seq,
          {}});
  }
  active_run active;
  try {
    active.run =
        std::make_shared<handler_run>(environment_, action.row, *std::move(received), late);
  } catch (...) {
    // The program's function that chooses the client: a failure of this run, like its handler's.
    end_later(row.seq, {handler_end::failed, shortened("no client: " + thrown_text()), false});
    return;
  }
  active.stop = std::make_unique<asio::cancellation_signal>();
  actives_.insert_or_assign(row.seq, std::move(active));
  // Of a row that an earlier process may have died of, the mark must be there before its handler.
  // Of a shared inbox it shows that the row is still there, and ours.
  const bool careful = sharing_ != nullptr || row.seq <= last_at_start_;
  if (careful || !mark_at_once(row.seq)) go(mark(shared_from_this(), row.seq, careful));
  if (!careful) launch_handler(row.seq);
}

bool dispatch_core::mark_at_once(std::uint64_t seq) {
  if (!store_->commits_at_once()) return false;
  try {
    state_unit unit;
    unit.begin(seq, wall());
    return store_->commit_at_once(std::move(unit)).has_value();
  } catch (...) {
    // The awaited one ends the dispatcher with it.
    return false;
  }
}

asio::awaitable<void> dispatch_core::mark(std::shared_ptr<dispatch_core> self, std::uint64_t seq,
                                          bool then_launch) {
  state_unit unit;
  unit.begin(seq, self->wall());
  auto committing = self->store_->commit(std::move(unit));
  auto committed = co_await std::move(committing);
  if (self->finished_) co_return;
  const bool gone = !committed && committed.error() == errc::state_conflict;
  if (gone && self->sharing_ == nullptr) {
    auto checking = check_owner(self);
    if (co_await std::move(checking)) self->on_mark_conflict(seq, !then_launch);
    if (then_launch) self->launch_handler(seq);  // which was cancelled
    co_return;
  }
  if (!committed && !gone) self->note_store_failure(committed.error());
  if (!committed && self->sharing_ != nullptr) {
    if (gone) co_return self->feed(dispatch_event::gone{seq});
    co_return self->feed(dispatch_event::postponed{seq});
  }
  if (!then_launch) co_return;
  if (const auto found = self->actives_.find(seq);
      found != self->actives_.end() && !found->second.run->bind_lease()) {
    // It has ended just now.
    co_return self->feed(dispatch_event::postponed{seq});
  }
  self->launch_handler(seq);
}

// The row is gone: nobody waits for its handler.
void dispatch_core::on_mark_conflict(std::uint64_t seq, bool launched) {
  if (finished_) return;
  const auto found = actives_.find(seq);
  if (found == actives_.end()) return;
  found->second.cancelled = true;
  if (!launched) return;
  dispatch_action::cancel cancelling{seq};
  perform(cancelling);
}

void dispatch_core::on_row_removed(std::uint64_t seq) {
  const auto found = actives_.find(seq);
  if (found != actives_.end()) {
    const auto& row = found->second.run->row();
    note({dispatch_notice_kind::row_removed,
          "the update was removed from the inbox while it was being handled",
          row.source,
          row.lane,
          seq,
          {}});
    actives_.erase(found);
  }
  feed_intake(intake_event::removed{1});
}

void dispatch_core::launch_handler(std::uint64_t seq) {
  const auto found = actives_.find(seq);
  if (found == actives_.end()) return;
  auto& active = found->second;
  if (active.cancelled) {
    end_later(seq, {handler_end::cancelled, "the handler was cancelled before its start", false});
    return;
  }
  const std::lock_guard lock{handlers_mutex_};
  if (handlers_closed_) return;
  active.launched = true;
  auto completion = [self = shared_from_this(), seq](const std::exception_ptr& failure,
                                                     std::optional<handler_result> ended) {
    self->on_ended(seq, ended ? *std::move(ended) : failed_by(failure));
  };
  start_in_strand(handler_executor_, run_handler(handler_, active.run),
                  asio::bind_cancellation_slot(
                      active.stop->slot(), asio::bind_executor(strand_, std::move(completion))));
}

void dispatch_core::end_later(std::uint64_t seq, handler_result ended) {
  asio::post(strand_, [self = shared_from_this(), seq, ended = std::move(ended)] {
    self->on_ended(seq, ended);
  });
}

void dispatch_core::on_ended(std::uint64_t seq, handler_result ended) {
  if (finished_) return;
  if (const auto found = actives_.find(seq); found != actives_.end()) {
    found->second.passed = ended.passed;
    if (ended.end == handler_end::done) found->second.changes = found->second.run->changes();
  }
  if (ended.end == handler_end::failed || ended.end == handler_end::refused) {
    const std::lock_guard lock{mutex_};
    ++numbers_.failures;
  }
  feed(dispatch_event::ended{seq, ended.end, std::move(ended.error)});
}

void dispatch_core::perform(dispatch_action::cancel& action) {
  const auto found = actives_.find(action.seq);
  if (found == actives_.end()) return;
  found->second.cancelled = true;
  const std::lock_guard lock{handlers_mutex_};
  if (found->second.launched && !handlers_closed_)
    found->second.stop->emit(asio::cancellation_type::all);
}

void dispatch_core::perform(dispatch_action::report_stuck& action) {
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(action.running).count();
  note({dispatch_notice_kind::stuck_handler,
        "a handler has been running for " + std::to_string(seconds) +
            " s and does not end although it was cancelled; " +
            (action.abandoned
                 ? "the dispatcher ends without it, and the update is handled again at the next "
                   "start. A function of off_loop is waited for: the process ends when it returns"
                 : "its lane waits"),
        action.row->source,
        action.row->lane,
        action.row->seq,
        {}});
}

void dispatch_core::perform(dispatch_action::discard& action) {
  actives_.erase(action.seq);
}

void dispatch_core::perform(dispatch_action::part_drained& action) {
  sharing_->hand_over_part(action.part);
}

void dispatch_core::perform(dispatch_action::drained& action) {
  drain_report report;
  {
    const std::lock_guard lock{mutex_};
    report.handled = numbers_.handled;
  }
  report.cancelled = cancelled_;
  report.abandoned = action.abandoned;
  report.left = intake_->rows();
  if (taken_over_) {
    finish(error{errc::state_conflict, request_effect::not_sent, taken_over_text});
    return;
  }
  if (sharing_ == nullptr) return finish(report);
  go(leave_inbox(shared_from_this(), report));
}

void dispatch_core::perform(dispatch_action::commit& action) {
  try {
    if (commit_at_once(action)) return;
  } catch (...) {
    return on_thrown(std::current_exception());
  }
  go(commit(shared_from_this(), std::move(action)));
}

state_unit dispatch_core::unit_of(const dispatch_action::commit& action) {
  state_unit unit;
  const auto found = actives_.find(action.seq);
  // What was done must be known when the handler runs again.
  if (found != actives_.end() && action.decision != row_decision::finish)
    unit = found->second.run->unsaved();
  switch (action.decision) {
    case row_decision::finish:
      // A copy: the commit may have to be repeated.
      if (found != actives_.end() && found->second.changes) unit = *found->second.changes;
      unit.finish(action.seq, wall() + std::chrono::duration_cast<wall_time::duration>(
                                           options_.duplicate_time()));
      break;
    case row_decision::retry:
      unit.retry(action.seq, action.failures,
                 wall() + std::chrono::duration_cast<wall_time::duration>(action.delay),
                 action.error);
      break;
    case row_decision::bury:
      unit.bury(action.seq, action.error);
      break;
    case row_decision::release:
      unit.release(action.seq);
      break;
  }
  return unit;
}

bool dispatch_core::commit_at_once(const dispatch_action::commit& action) {
  if (!is_surely_owner()) return false;
  const auto committed = store_->commit_at_once(unit_of(action));
  if (!committed) return false;
  note_removed_dead(*committed);
  on_committed(action);
  feed(dispatch_event::committed{action.seq});
  return true;
}

asio::awaitable<void> dispatch_core::commit(std::shared_ptr<dispatch_core> self,
                                            dispatch_action::commit action) {
  if (!self->environment_->claim->is_last()) {
    auto checking = check_owner(self);
    static_cast<void>(co_await std::move(checking));
    if (self->finished_) co_return;
  }
  if (self->taken_over_) {
    // The rows are another's.
    self->actives_.erase(action.seq);
    co_return self->feed(dispatch_event::committed{action.seq});
  }
  auto committing = self->store_->commit(self->unit_of(action));
  auto committed = co_await std::move(committing);
  if (self->finished_) co_return;
  if (committed) {
    self->note_removed_dead(*committed);
    self->on_committed(action);
    self->feed(dispatch_event::committed{action.seq});
    co_return;
  }
  if (committed.error() == errc::state_conflict) {
    auto checking = check_owner(self);
    const bool ours = co_await std::move(checking);
    if (self->finished_) co_return;
    if (!ours) {
      self->actives_.erase(action.seq);
      co_return self->feed(dispatch_event::committed{action.seq});
    }
    auto asking = was_committed(self, action);
    const auto before = co_await std::move(asking);
    if (self->finished_) co_return;
    if (!before) co_return self->feed(dispatch_event::commit_failed{action.seq, false, {}});
    if (*before) {
      self->on_committed(action);
      co_return self->feed(dispatch_event::committed{action.seq});
    }
  }
  self->on_commit_failed(action, committed.error());
}

void dispatch_core::on_commit_failed(const dispatch_action::commit& action, const error& failure) {
  const bool conflict = failure == errc::state_conflict;
  if (!conflict) note_store_failure(failure);
  if (const auto found = actives_.find(action.seq); found != actives_.end() && !conflict) {
    found->second.maybe_committed |= failure.effect() == request_effect::unknown;
  }
  if (conflict && action.decision != row_decision::finish) on_row_removed(action.seq);
  feed(dispatch_event::commit_failed{action.seq, conflict, failure.message()});
}

asio::awaitable<std::optional<bool>> dispatch_core::was_committed(
    std::shared_ptr<dispatch_core> self, dispatch_action::commit action) {
  const auto found = self->actives_.find(action.seq);
  const bool removes =
      action.decision == row_decision::finish || action.decision == row_decision::bury;
  if (found == self->actives_.end() || !found->second.maybe_committed || !removes) co_return false;
  inbox_query query;
  query.lane = found->second.run->row().lane;
  query.after = action.seq - 1;
  query.limit = 1;
  auto taking = self->store_->take(std::move(query));
  const auto page = co_await std::move(taking);
  if (!page) {
    self->note_store_failure(page.error());
    co_return std::nullopt;
  }
  co_return page->rows.empty() || page->rows.front().seq != action.seq;
}

void dispatch_core::on_committed(const dispatch_action::commit& action) {
  const auto found = actives_.find(action.seq);
  std::string lane;
  std::string source;
  if (found != actives_.end()) {
    const auto& row = found->second.run->row();
    lane = row.lane;
    source = row.source;
    if (action.decision == row_decision::finish) {
      expect_timer(found->second.run->first_timer());
      const std::lock_guard lock{mutex_};
      ++numbers_.handled;
      if (found->second.passed) ++numbers_.passed;
      numbers_.lag =
          std::max(std::chrono::duration_cast<duration>(wall() - row.received), duration::zero());
    }
    actives_.erase(found);
  }
  if (action.decision == row_decision::release && !action.again) ++cancelled_;
  if (action.decision == row_decision::bury) {
    {
      const std::lock_guard lock{mutex_};
      ++numbers_.dead_letters;
    }
    note({dispatch_notice_kind::dead_letter, action.error, source, lane, action.seq, {}});
  }
  if (action.decision == row_decision::retry) {
    const std::lock_guard lock{mutex_};
    ++numbers_.retries;
  }
  if (action.decision == row_decision::retry || action.again) {
    note({dispatch_notice_kind::retry, action.error, source, lane, action.seq, {}});
  }
  if (action.decision == row_decision::finish || action.decision == row_decision::bury) {
    feed_intake(intake_event::removed{1});
  }
}

}  // namespace vkxx::detail
