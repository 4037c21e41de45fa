#include "updates/callback/callback_core.hpp"

#include <algorithm>
#include <boost/asio/error.hpp>
#include <boost/system/system_error.hpp>
#include <chrono>
#include <utility>

#include "core/async/time_sum.hpp"
#include "core/async/with_deadline.hpp"
#include "updates/values/only_one.hpp"
#include "updates/values/source_failure.hpp"

namespace vkxx::detail {
namespace {

constexpr std::size_t largest_batch = 256;
// VK does not wait longer for its confirmation code.
constexpr std::chrono::seconds longest_confirmation{10};
constexpr std::string_view cursor_prefix = "callback:";

callback_options checked_callback_options(callback_options options) {
  using namespace std::chrono_literals;
  const auto refuse_option = [](std::string text) {
    throw_error(error{errc::invalid_argument, request_effect::not_sent, std::move(text)});
  };
  if (options.commit_timeout() < 1ms || options.commit_timeout() > 1min)
    refuse_option("callback_options::commit_timeout: expected 1 ms to 1 minute");
  if (options.max_body_size() < 1) refuse_option("callback_options::max_body_size: expected 1 up");
  if (options.retry_after() < 1s || options.retry_after() > 3h)
    refuse_option("callback_options::retry_after: expected 1 s to 3 hours");
  if (!options.time_source()) options.time_source(system_clock());
  return options;
}

update_cursor cursor_of(std::uint64_t batch) {
  return batch == 0 ? update_cursor{}
                    : update_cursor{std::string{cursor_prefix} + std::to_string(batch)};
}

}  // namespace

callback_core::callback_core(callback_options options)
    : max_body_size_{options.max_body_size()},
      time_{options.time_source() ? options.time_source() : system_clock()},
      options_{
          std::make_shared<const callback_options>(checked_callback_options(std::move(options)))} {}

std::shared_ptr<const callback_options> callback_core::options() const {
  const std::lock_guard lock{mutex_};
  return options_;
}

std::optional<secret> callback_core::secret_of(group_id community) const {
  const auto use = options();
  for (const auto& candidate : use->communities())
    if (candidate.id() == community) return candidate.secret_key();
  return std::nullopt;
}

void callback_core::confirmation_code(group_id community, std::string code) {
  const std::lock_guard lock{mutex_};
  auto changed = *options_;
  for (const auto& candidate : options_->communities()) {
    if (candidate.id() != community) continue;
    auto with_code = candidate;
    changed.add_community(std::move(with_code.confirmation_code(std::move(code))));
    options_ = std::make_shared<const callback_options>(std::move(changed));
    return;
  }
}

void callback_core::remove(group_id community) {
  const std::lock_guard lock{mutex_};
  unwanted_.insert(community);
}

bool callback_core::is_unwanted(std::optional<group_id> community) const {
  const std::lock_guard lock{mutex_};
  return community && unwanted_.contains(*community);
}

update_source_metrics callback_core::metrics() const {
  return counters_.at(time_->now());
}

update_cursor callback_core::cursor() const {
  const std::lock_guard lock{mutex_};
  return cursor_of(committed_);
}

asio::awaitable<callback_answer> callback_core::handle(callback_request request) {
  return run_handle(shared_from_this(), std::move(request));
}

asio::awaitable<callback_answer> callback_core::run_handle(self_pointer self,
                                                           callback_request request) {
  const auto use = self->options();
  callback_machine machine{*use};
  callback_event::received received{std::move(request)};
  auto action = machine.resume(std::move(received));
  if (action == callback_action::ask_code) {
    auto asking = ask_code(self, *machine.community(), use);
    const auto code = co_await std::move(asking);
    action = code ? machine.resume(callback_event::code_given{*code})
                  : machine.resume(callback_event::code_refused{});
  }
  if (action == callback_action::commit) {
    auto data = std::move(machine.content());
    data.received = std::chrono::system_clock::now();
    auto waiting = wait_for_commit(self, update{std::move(data)});
    const auto end = co_await std::move(waiting);
    if (end == outcome::committed) {
      machine.resume(callback_event::committed{self->is_unwanted(machine.community())});
    } else {
      machine.resume(callback_event::not_committed{});
    }
  }
  const auto& reply = machine.reply();
  if (reply.status == 200) {
    self->counters_.answered(self->time_->now());
  } else {
    self->counters_.failed();
  }
  co_return reply;
}

// Throws nothing: whatever the hook throws is a refusal.
asio::awaitable<result<std::string>> callback_core::ask_code(
    self_pointer self, group_id community, std::shared_ptr<const callback_options> use) {
  try {
    auto asking = use->confirmation()(community);
    // A hook that hangs must not hold the connections of a server.
    const auto deadline = later_by(self->time_->now(), longest_confirmation);
    auto limited = with_deadline(self->time_, deadline, std::move(asking));
    auto code = co_await std::move(limited);
    if (code) co_return *std::move(code);
  } catch (...) {
    co_return error{errc::handler_failed, request_effect::not_sent,
                    "the confirmation hook threw an exception"};
  }
  co_return error{errc::deadline_exceeded, request_effect::unknown,
                  "the confirmation hook took too long"};
}

callback_core::waiter_pointer callback_core::enqueue(update received) {
  auto added = std::make_shared<waiter>(std::move(received));
  {
    const std::lock_guard lock{mutex_};
    if (stopped_ || queue_.size() + batch_.size() >= options_->max_waiting()) return nullptr;
    queue_.push_back(added);
  }
  arrived_->wake();
  return added;
}

callback_core::outcome callback_core::leave(const waiter_pointer& done) {
  const std::lock_guard lock{mutex_};
  // A batch keeps its updates: their commit may be under way.
  queue_.remove(done);
  return done->end;
}

asio::awaitable<callback_core::outcome> callback_core::wait_for_commit(self_pointer self,
                                                                       update received) {
  const auto mine = self->enqueue(std::move(received));
  if (!mine) {
    self->counters_.dropped(1);
    co_return outcome::refused;
  }
  // Also when this coroutine is destroyed or cancelled.
  struct leaving {
    self_pointer core;
    waiter_pointer left;
    ~leaving() { static_cast<void>(core->leave(left)); }
  };
  const leaving guard{self, mine};
  const auto deadline = self->time_->now() + self->options()->commit_timeout();
  try {
    auto ending = stop_signal::wait(mine->ended);
    auto limited = with_deadline(self->time_, deadline, std::move(ending));
    static_cast<void>(co_await std::move(limited));
  } catch (const boost::system::system_error& failure) {
    if (failure.code() != asio::error::operation_aborted) throw;
  }
  co_return self->leave(mine);
}

asio::awaitable<result<update_batch>> callback_core::next() {
  return limited_next(shared_from_this());
}

asio::awaitable<result<update_batch>> callback_core::limited_next(self_pointer self) {
  const only_one running{self->running_};
  if (!running) {
    co_return error{errc::invalid_argument, request_effect::not_sent,
                    "callback: another `next` runs already"};
  }
  self->counters_.began(self->time_->now());
  self->refuse_batch();
  try {
    auto reading = run_next(self);
    auto in_its_strand = in_strand(std::move(reading));
    co_return co_await std::move(in_its_strand);
  } catch (const boost::system::system_error& failure) {
    if (failure.code() != asio::error::operation_aborted) throw;
  }
  co_return stopped_error(false);
}

asio::awaitable<result<update_batch>> callback_core::run_next(self_pointer self) {
  for (;;) {
    const auto seen = self->arrived_->wakes();
    if (self->arrived_->stopped()) co_return stopped_error(true);
    if (auto batch = self->take_batch()) {
      self->counters_.delivered(*batch);
      co_return *std::move(batch);
    }
    auto waiting = stop_signal::wait(self->arrived_, seen);
    if (co_await std::move(waiting)) co_return stopped_error(false);
  }
}

std::optional<update_batch> callback_core::take_batch() {
  const std::lock_guard lock{mutex_};
  if (queue_.empty()) return std::nullopt;
  std::vector<update> updates;
  while (!queue_.empty() && updates.size() < largest_batch) {
    updates.push_back(queue_.front()->received);
    batch_.push_back(std::move(queue_.front()));
    queue_.pop_front();
  }
  return update_batch{std::move(updates), {}, cursor_of(++batch_number_)};
}

void callback_core::settle(const update_cursor& cursor, outcome end) {
  std::vector<waiter_pointer> ended;
  {
    // One lock for the check and the end: `next` may replace the batch in between, and VK would be
    // told that the new one is committed.
    const std::lock_guard lock{mutex_};
    if (batch_.empty() || cursor != cursor_of(batch_number_)) return;
    if (end == outcome::committed) committed_ = batch_number_;
    ended = end_batch(end);
  }
  for (const auto& each : ended) each->ended->stop();
}

void callback_core::refuse_batch() {
  std::vector<waiter_pointer> ended;
  {
    const std::lock_guard lock{mutex_};
    ended = end_batch(outcome::refused);
  }
  for (const auto& each : ended) each->ended->stop();
}

std::vector<callback_core::waiter_pointer> callback_core::end_batch(outcome end) {
  for (const auto& each : batch_) each->end = end;
  return std::exchange(batch_, {});
}

void callback_core::stop() noexcept {
  std::list<waiter_pointer> left;
  {
    const std::lock_guard lock{mutex_};
    stopped_ = true;
    left.swap(queue_);
    for (const auto& each : left) each->end = outcome::refused;
  }
  for (const auto& each : left) each->ended->stop();
  arrived_->stop();
}

}  // namespace vkxx::detail
