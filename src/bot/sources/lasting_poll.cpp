#include "bot/sources/lasting_poll.hpp"

#include <algorithm>
#include <boost/asio/error.hpp>
#include <boost/system/system_error.hpp>
#include <chrono>
#include <utility>

#include <vkxx/core/exception.hpp>
#include "core/async/time_sum.hpp"
#include "core/async/until_stopped.hpp"
#include "core/async/with_deadline.hpp"

namespace vkxx::detail {
namespace {

constexpr duration first_pause = std::chrono::seconds{1};
constexpr duration longest_pause = std::chrono::minutes{5};

error cancelled_poll() {
  return {errc::cancelled, request_effect::not_sent, "the source of updates was stopped"};
}

}  // namespace

std::string milliseconds_of(duration time) {
  return std::to_string(std::chrono::duration_cast<std::chrono::milliseconds>(time).count());
}

lasting_poll::lasting_poll(std::string name, source_factory create, update_cursor cursor,
                           std::shared_ptr<clock> time, poll_owner owner, std::uint32_t seed)
    : name_{std::move(name)},
      create_{std::move(create)},
      start_{std::move(cursor)},
      time_{std::move(time)},
      owner_{std::move(owner)},
      random_{seed} {}

asio::awaitable<result<update_batch>> lasting_poll::next() {
  return limited_next(shared_from_this());
}

asio::awaitable<result<update_batch>> lasting_poll::limited_next(self_pointer self) {
  if (self->stop_->stopped()) co_return cancelled_poll();
  try {
    auto running = run_next(self);
    co_return co_await std::move(running);
  } catch (const boost::system::system_error& failure) {
    if (failure.code() != asio::error::operation_aborted) throw;
  }
  co_return cancelled_poll();
}

asio::awaitable<result<update_batch>> lasting_poll::run_next(self_pointer self) {
  for (;;) {
    const auto wakes = self->retry_->wakes();
    auto trying = try_next(self);
    auto batch = co_await std::move(trying);
    if (batch || batch.error() == errc::cancelled) co_return batch;
    self->prepared_ = false;
    const auto pause = self->next_pause();
    if (self->owner_.fails) self->owner_.fails(batch.error(), pause);
    // Another token may help at once.
    auto waking = stop_signal::wait(self->retry_, wakes);
    auto waiting =
        with_deadline(self->time_, later_by(self->time_->now(), pause), std::move(waking));
    auto pausing = until_stopped(self->stop_, std::move(waiting));
    const auto woken = co_await std::move(pausing);
    if (!woken || (*woken && **woken)) co_return cancelled_poll();
    if (*woken) self->pause_ = duration::zero();
  }
}

asio::awaitable<result<update_batch>> lasting_poll::try_next(self_pointer self) {
  if (!self->prepared_) {
    if (self->owner_.prepare) {
      auto preparing = until_stopped(self->stop_, self->owner_.prepare());
      const auto prepared = co_await std::move(preparing);
      if (!prepared) co_return cancelled_poll();
      if (!*prepared) co_return prepared->error();
    }
    self->prepared_ = true;
    if (self->owner_.prepared) self->owner_.prepared();
  }
  const auto source = self->opened();
  if (!source) co_return source.error();
  auto asking = (*source)->next();
  auto batch = co_await std::move(asking);
  if (!batch) co_return batch.error();
  self->pause_ = duration::zero();
  if (self->owner_.answered) self->owner_.answered();
  co_return batch;
}

result<std::shared_ptr<update_source>> lasting_poll::opened() {
  const std::lock_guard lock{mutex_};
  // A `stop` from now on finds the source, and stops it.
  if (stop_->stopped()) return cancelled_poll();
  if (inner_) return inner_;
  try {
    inner_ = create_(start_);
  } catch (const exception& failure) {
    return failure.error();
  }
  return inner_;
}

std::shared_ptr<update_source> lasting_poll::inner() const {
  const std::lock_guard lock{mutex_};
  return inner_;
}

duration lasting_poll::next_pause() {
  pause_ = pause_ == duration::zero() ? first_pause : std::min(pause_ * 2, longest_pause);
  // Shortened by up to a quarter, so that many do not come at once.
  std::uniform_int_distribution<int> percent{75, 100};
  return pause_ * percent(random_) / 100;
}

void lasting_poll::commit(const update_cursor& cursor) {
  if (const auto source = inner()) source->commit(cursor);
}
void lasting_poll::refuse(const update_cursor& cursor) {
  if (const auto source = inner()) source->refuse(cursor);
}
void lasting_poll::stop() noexcept {
  stop_->stop();
  if (const auto source = inner()) source->stop();
}
update_cursor lasting_poll::cursor() const {
  const auto source = inner();
  return source ? source->cursor() : start_;
}
update_source_metrics lasting_poll::metrics() const {
  const auto source = inner();
  return source ? source->metrics() : update_source_metrics{};
}

}  // namespace vkxx::detail
