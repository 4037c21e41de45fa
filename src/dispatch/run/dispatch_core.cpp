#include "dispatch/run/dispatch_core.hpp"

#include <algorithm>
#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/cancellation_state.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <exception>
#include <random>
#include <string_view>
#include <utility>

#include "core/async/serial_executor.hpp"
#include "core/async/time_sum.hpp"
#include "core/errors/thrown_text.hpp"

namespace vkxx::detail {
namespace {

// A value of the store: the dispatcher that has it. Two of them would handle updates twice, and
// out of order; each commit of one would be a conflict of the other.
constexpr std::string_view owner_key = "vkxx:dispatcher";

dispatch_limits limits_of(const dispatcher_options& options, bool shared) {
  dispatch_limits limits;
  limits.shared = shared;
  limits.handlers = options.handlers();
  limits.window = options.lane_window();
  limits.held = options.max_in_memory();
  limits.retry_after = options.retry_after();
  limits.handler_time = options.handler_time();
  limits.max_interruptions = options.max_interruptions();
  return limits;
}

std::shared_ptr<const run_environment> environment_of(std::shared_ptr<state_store> store,
                                                      std::shared_ptr<blocking_pool> blocking,
                                                      const dispatcher_options& options) {
  auto environment = std::make_shared<run_environment>();
  environment->store = std::move(store);
  environment->vk = options.client();
  environment->clients = options.clients();
  environment->blocking = std::move(blocking);
  environment->wall_clock = options.wall_clock();
  return environment;
}

}  // namespace

dispatch_core::dispatch_core(const asio::any_io_executor& executor, asio::any_io_executor handlers,
                             std::shared_ptr<state_store> store,
                             std::shared_ptr<blocking_pool> blocking,
                             const dispatcher_options& options)
    : strand_{new_strand(executor)},
      handler_executor_{std::move(handlers)},
      time_{options.time_source() ? options.time_source() : system_clock()},
      options_{options},
      lanes_{options.lanes() ? options.lanes() : lane_function{default_lane}},
      store_{store},
      sharing_{store_->sharing()},
      environment_{environment_of(std::move(store), std::move(blocking), options)} {}

void dispatch_core::take_name(const std::string& name) {
  const std::lock_guard lock{mutex_};
  if (names_.insert(name).second) return;
  throw_error(error{errc::invalid_argument, request_effect::not_sent,
                    "dispatcher::add: there is a source called " + name +
                        " already, and the store keeps one position for a name: give one of them "
                        "another name, or a store of its own"});
}

void dispatch_core::add(std::string name, source_factory create) {
  take_name(name);
  asio::post(strand_, [self = shared_from_this(), name = std::move(name),
                       create = std::move(create)]() mutable {
    self->begin_add(std::move(name), std::move(create));
  });
}

void dispatch_core::add(std::shared_ptr<update_source> source) {
  if (!source) {
    throw_error(error{errc::invalid_argument, request_effect::not_sent,
                      "dispatcher::add: the source is null"});
  }
  auto name = source->name();
  if (ran_) {
    throw_error(error{errc::invalid_argument, request_effect::not_sent,
                      "dispatcher::add: the dispatcher runs; add " + name +
                          " by a function that takes its position"});
  }
  take_name(name);
  source_entry entry;
  entry.name = std::move(name);
  entry.source = std::move(source);
  sources_.push_back(std::move(entry));
}

wall_time dispatch_core::wall() const {
  return options_.wall_clock() ? options_.wall_clock()() : std::chrono::system_clock::now();
}

asio::awaitable<result<drain_report>> dispatch_core::run(std::shared_ptr<dispatch_core> self) {
  co_await asio::this_coro::reset_cancellation_state(asio::enable_total_cancellation());
  if (self->ran_.exchange(true)) {
    co_return error{errc::invalid_argument, request_effect::not_sent,
                    "dispatcher::run was called before: create another dispatcher"};
  }
  const auto executor = co_await asio::this_coro::executor;
  auto initiation = [&self, &executor](auto handler) {
    auto slot = asio::get_associated_cancellation_slot(handler);
    done_handler done{executor, std::move(handler)};
    if (slot.is_connected()) {
      slot.assign([weak = self->weak_from_this()](asio::cancellation_type) {
        if (const auto running = weak.lock()) running->stop(duration::zero());
      });
    }
    asio::post(self->strand_, [self, done = std::move(done)] { self->launch(done); });
  };
  co_return co_await asio::async_initiate<const asio::use_awaitable_t<>&,
                                          void(result<drain_report>)>(initiation,
                                                                      asio::use_awaitable);
}

void dispatch_core::go(asio::awaitable<void> work) {
  asio::co_spawn(strand_, std::move(work),
                 [self = shared_from_this()](const std::exception_ptr& thrown) {
                   if (thrown) self->on_thrown(thrown);
                 });
}

void dispatch_core::on_thrown(const std::exception_ptr& thrown) {
  if (finished_) return;
  std::string reason;
  try {
    std::rethrow_exception(thrown);
  } catch (...) {
    reason = thrown_text();
  }
  const error failure{errc::state_failed, request_effect::unknown,
                      "the dispatcher ends, since its store, a source or a clock threw: " + reason +
                          "; what was not handled is in the inbox"};
  note_store_failure(failure);
  // First: a handler may end inside of its cancellation, and nothing is done with its end any more.
  finish(failure);
  for (const auto& [seq, active] : actives_) {
    dispatch_action::cancel cancelling{seq};
    perform(cancelling);
  }
}

void dispatch_core::launch(done_handler done) {
  done_.emplace(std::move(done));
  go(start_up(shared_from_this()));
}

asio::awaitable<result<void>> dispatch_core::take_over(std::shared_ptr<dispatch_core> self) {
  // Of a shared inbox each dispatcher has its parts.
  if (self->sharing_ != nullptr) co_return result<void>{};
  std::random_device random;
  self->owner_ = std::to_string(random()) + "." + std::to_string(random());
  state_unit unit;
  unit.write(std::string{owner_key}, self->owner_);
  auto committing = self->store_->commit(std::move(unit));
  auto committed = co_await std::move(committing);
  if (!committed) co_return committed.error();
  self->environment_->claim->take(self->store_);
  co_return result<void>{};
}

bool dispatch_core::is_surely_owner() const {
  return store_->commits_at_once() && !taken_over_ && !finished_ && environment_->claim->is_last();
}

asio::awaitable<bool> dispatch_core::check_owner(std::shared_ptr<dispatch_core> self) {
  if (self->sharing_ != nullptr) co_return true;
  if (self->taken_over_) co_return false;
  auto reading = self->store_->read(std::string{owner_key});
  const auto owner = co_await std::move(reading);
  if (self->finished_ || self->taken_over_) co_return false;
  // A store that cannot be read says nothing about its owner.
  if (!owner || !*owner || (*owner)->bytes == self->owner_) co_return true;
  self->taken_over_ = true;
  self->note({dispatch_notice_kind::taken_over, taken_over_text, {}, {}, 0, {}});
  self->begin_stop(duration::zero());
  co_return false;
}

asio::awaitable<void> dispatch_core::start_up(std::shared_ptr<dispatch_core> self) {
  auto owning = take_over(self);
  const auto owned = co_await std::move(owning);
  if (!owned) co_return self->finish(owned.error());
  auto recovering = self->store_->recover();
  auto summary = co_await std::move(recovering);
  if (!summary) co_return self->finish(summary.error());
  self->last_at_start_ = summary->last;
  auto opening = open_sources(self);
  auto opened = co_await std::move(opening);
  if (!opened) co_return self->finish(opened.error());
  self->machine_.emplace(limits_of(self->options_, self->sharing_ != nullptr));
  self->intake_.emplace(self->options_.inbox_limit(), summary->rows);
  if (self->handler_) {
    for (const auto& share : summary->shares) self->on_arrived(share);
  }
  if (self->stop_before_start_) co_return self->begin_stop(*self->stop_before_start_);
  self->expect_timer(self->wall());
  const bool shared = self->sharing_ != nullptr;
  for (std::size_t index = 0; index < self->sources_.size(); ++index) {
    auto& entry = self->sources_[index];
    if (entry.removed) {
      entry.over = true;
      self->check_removed(entry);
    } else if (!entry.is_leased(shared) && entry.source) {
      self->feed_intake(intake_event::added{index});
    }
  }
  if (shared) self->join();
  self->started_ = true;
  self->arm();
}

asio::awaitable<result<void>> dispatch_core::open_sources(std::shared_ptr<dispatch_core> self) {
  for (std::size_t index = 0; index < self->sources_.size(); ++index) {
    // It begins when this process has won it.
    auto& entry = self->sources_[index];
    if (entry.removed || entry.is_leased(self->sharing_ != nullptr)) continue;
    auto opening = open_source(self, index);
    auto opened = co_await std::move(opening);
    if (!opened) co_return opened.error();
    // It may have been removed meanwhile.
    if (entry.removed) {
      (*opened)->stop();
    } else {
      entry.source = *std::move(opened);
    }
  }
  co_return result<void>{};
}

asio::awaitable<result<std::shared_ptr<update_source>>> dispatch_core::open_source(
    std::shared_ptr<dispatch_core> self, std::size_t source) {
  const auto name = self->sources_[source].name;
  const auto create = self->sources_[source].create;
  const auto given = self->sources_[source].source;
  auto reading = self->store_->cursor(name);
  auto cursor = co_await std::move(reading);
  if (!cursor) co_return cursor.error();
  if (!create) {
    const bool whole =
        cursor->empty() || !given->needs_position() || given->cursor().text() == *cursor;
    if (whole) co_return given;
    self->note({dispatch_notice_kind::cursor_ignored,
                "the source " + name +
                    " does not begin at its position in the store: updates may be missing; add "
                    "it by a function that takes the position, unless it is a stream",
                name,
                {},
                0,
                {}});
    co_return given;
  }
  std::shared_ptr<update_source> created;
  try {
    created = create(update_cursor{*std::move(cursor)});
  } catch (const exception& failure) {
    co_return failure.error();
  } catch (...) {
    co_return error{errc::handler_failed, request_effect::not_sent,
                    "the source " + name + " could not be created: " + thrown_text()};
  }
  if (!created) {
    co_return error{errc::invalid_argument, request_effect::not_sent,
                    "the function that creates the source " + name + " returned null"};
  }
  co_return created;
}

void dispatch_core::stop(duration grace) noexcept {
  try {
    asio::post(strand_, [self = shared_from_this(), grace] { self->begin_stop(grace); });
  } catch (const std::exception&) {
    // Out of memory: the program is at its end.
  }
}

void dispatch_core::close_handlers() noexcept {
  const std::lock_guard lock{handlers_mutex_};
  handlers_closed_ = true;
}

void dispatch_core::begin_stop(duration grace) {
  if (finished_) return;
  if (!machine_) {
    stop_before_start_ = std::min(stop_before_start_.value_or(grace), grace);
    return;
  }
  stopping_ = true;
  for (const auto& entry : sources_) {
    if (entry.source) entry.source->stop();
  }
  feed_intake(intake_event::stop{});
  feed(dispatch_event::stop{later_by(now(), std::max(grace, duration::zero()))});
}

void dispatch_core::finish(result<drain_report> outcome) {
  if (finished_) return;
  finished_ = true;
  if (alarm_stop_) std::exchange(alarm_stop_, nullptr)->emit(asio::cancellation_type::all);
  alarm_at_.reset();
  for (const auto& entry : sources_) {
    if (entry.source) entry.source->stop();
  }
  measure();
  if (done_) std::exchange(done_, std::nullopt)->complete(std::move(outcome));
}

void dispatch_core::feed(const any_dispatch_event& event) {
  if (finished_) return;
  auto actions = machine_->resume(event, now());
  for (auto& action : actions) {
    std::visit([this](auto& some) { perform(some); }, action);
    if (finished_) return;
  }
  measure();
  arm();
  check_finished();
}

// Every source has ended, and everything they brought is handled.
void dispatch_core::check_finished() {
  if (!started_ || stopping_ || sources_.empty() || intake_->sources() > 0 || !machine_->idle() ||
      pumping_ || options_.only_open_shares()) {
    return;
  }
  if (sharing_ != nullptr) {
    // Other processes may have what is left, or the sources.
    const auto waits = [](const source_entry& entry) { return entry.create && !entry.over; };
    if (intake_->rows() > 0 || std::any_of(sources_.begin(), sources_.end(), waits)) return;
  }
  stopping_ = true;
  feed(dispatch_event::stop{now()});
}

void dispatch_core::measure() {
  const std::lock_guard lock{mutex_};
  if (machine_) {
    numbers_.running = machine_->running();
    numbers_.lanes = machine_->lanes();
    numbers_.rows_in_memory = machine_->held();
  }
  if (intake_) {
    numbers_.rows = intake_->rows();
    numbers_.paused = intake_->full();
  }
}

dispatcher_metrics dispatch_core::metrics() const {
  const std::lock_guard lock{mutex_};
  return numbers_;
}

void dispatch_core::arm() {
  if (finished_ || !machine_) return;
  auto when = machine_->next_time();
  if (timers_at_ && !stopping_ && (!when || *timers_at_ < *when)) when = timers_at_;
  // One that fires too early does no harm.
  if (!when || (alarm_at_ && *alarm_at_ <= *when)) return;
  set_alarm(*when);
}

void dispatch_core::set_alarm(time_point when) {
  const auto earlier = std::exchange(alarm_stop_, std::make_unique<asio::cancellation_signal>());
  if (earlier) earlier->emit(asio::cancellation_type::all);
  alarm_at_ = when;
  auto ring = [weak = weak_from_this(), number = ++alarm_number_](boost::system::error_code code) {
    const auto self = weak.lock();
    if (self && !code && number == self->alarm_number_) self->on_alarm();
  };
  time_->async_wait_until(strand_, when,
                          asio::bind_cancellation_slot(
                              alarm_stop_->slot(), asio::bind_executor(strand_, std::move(ring))));
}

void dispatch_core::on_alarm() {
  alarm_at_.reset();
  // Its timer is gone: to cancel it now would touch freed memory.
  alarm_stop_.reset();
  if (finished_) return;
  if (timers_at_ && *timers_at_ <= now() && !pumping_ && !stopping_) {
    timers_at_.reset();
    pumping_ = true;
    go(pump_timers(shared_from_this()));
  }
  feed(dispatch_event::tick{});
}

void dispatch_core::note(dispatch_notice notice) {
  if (!options_.on_notice()) return;
  try {
    options_.on_notice()(notice);
  } catch (...) {
    // Promised: its exceptions are swallowed.
  }
}

void dispatch_core::note_removed_dead(const commit_receipt& receipt) {
  if (receipt.removed_dead == 0) return;
  note({dispatch_notice_kind::dead_letters_removed,
        "the store keeps no more dead letters: of the oldest ones " +
            std::to_string(receipt.removed_dead) + " were removed",
        {},
        {},
        0,
        {}});
}

void dispatch_core::note_store_failure(const error& failure) {
  if (failure == errc::cancelled) return;
  {
    const std::lock_guard lock{mutex_};
    ++numbers_.store_failures;
  }
  note({dispatch_notice_kind::store_failure, failure.message(), {}, {}, 0, {}});
}

}  // namespace vkxx::detail
