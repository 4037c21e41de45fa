#include "emulator/time/adjustable_clock.hpp"

#include <algorithm>
#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <utility>

namespace vkxx::emulation::detail {
namespace {

// A clock that stands still is asked again after this time.
constexpr auto look_again = std::chrono::milliseconds{100};

}  // namespace

time_point adjustable_clock::now_locked() const noexcept {
  return stopped_at_ ? *stopped_at_ : base_->now() + offset_;
}

time_point adjustable_clock::now() const noexcept {
  const std::lock_guard lock{mutex_};
  return now_locked();
}

// Ends when this clock has reached its time. Until then it waits on the other clock, and looks
// again when that wait ends, or when the clock was moved. Except for its place in the set, it
// belongs to its executor.
struct adjustable_clock::wait {
  // Boost 1.81 cannot assign handlers.
  wait(asio::any_io_executor runs_on, time_point end,
       asio::any_completion_handler<void(boost::system::error_code)> called)
      : executor{std::move(runs_on)}, when{end}, handler(std::move(called)) {}

  asio::any_io_executor executor;
  time_point when;
  asio::any_completion_handler<void(boost::system::error_code)> handler;
  asio::cancellation_signal other;  // Ends the wait on the other clock.
  bool moved = false;
  bool cancelled = false;
};

void adjustable_clock::async_wait_until(
    asio::any_io_executor executor, time_point when,
    asio::any_completion_handler<void(boost::system::error_code)> handler) {
  auto slot = asio::get_associated_cancellation_slot(handler);
  const auto waiting = std::make_shared<wait>(std::move(executor), when, std::move(handler));
  // A cancellation between two looks counts, too.
  if (slot.is_connected())
    slot.assign([known = std::weak_ptr{waiting}](asio::cancellation_type type) {
      const auto found = known.lock();
      if (found == nullptr || !found->handler) return;
      found->cancelled = true;
      found->other.emit(type);
    });
  {
    const std::lock_guard lock{mutex_};
    waits_.insert(waiting);
  }
  look_later(waiting);
}

void adjustable_clock::look_later(const std::shared_ptr<wait>& waiting) {
  time_point until;
  {
    const std::lock_guard lock{mutex_};
    if (stopped_at_ && *stopped_at_ < waiting->when)
      until = base_->now() + look_again;
    else
      until = waiting->when == no_deadline ? no_deadline : waiting->when - offset_;
  }
  auto ended = [self = shared_from_this(), waiting](boost::system::error_code failure) {
    self->look(waiting, failure);
  };
  base_->async_wait_until(waiting->executor, until,
                          asio::bind_cancellation_slot(waiting->other.slot(), std::move(ended)));
}

void adjustable_clock::look(const std::shared_ptr<wait>& waiting,
                            boost::system::error_code failure) {
  if (std::exchange(waiting->moved, false)) failure.clear();
  if (waiting->cancelled) failure = asio::error::operation_aborted;
  if (!failure && now() < waiting->when) return look_later(waiting);
  {
    const std::lock_guard lock{mutex_};
    waits_.erase(waiting);
  }
  auto handler = std::move(waiting->handler);
  std::move(handler)(failure);
}

void adjustable_clock::move_locked(duration step) {
  if (stopped_at_)
    *stopped_at_ += step;
  else
    offset_ += step;
  std::erase_if(waits_, [](const auto& known) { return known.expired(); });
  for (const auto& known : waits_) {
    const auto waiting = known.lock();
    if (waiting == nullptr) continue;
    asio::post(waiting->executor, [waiting] {
      // Several moves come before the first of them is noticed.
      if (!waiting->handler) return;
      waiting->moved = true;
      waiting->other.emit(asio::cancellation_type::terminal);
    });
  }
}

void adjustable_clock::advance(duration step) {
  const std::lock_guard lock{mutex_};
  move_locked(step);
}

void adjustable_clock::advance_to(time_point when) {
  const std::lock_guard lock{mutex_};
  move_locked(std::max(when - now_locked(), duration::zero()));
}

void adjustable_clock::freeze() {
  const std::lock_guard lock{mutex_};
  if (!stopped_at_) stopped_at_ = now_locked();
}

void adjustable_clock::run() {
  const std::lock_guard lock{mutex_};
  if (!stopped_at_) return;
  offset_ = *stopped_at_ - base_->now();
  stopped_at_.reset();
}

bool adjustable_clock::frozen() const {
  const std::lock_guard lock{mutex_};
  return stopped_at_.has_value();
}

duration adjustable_clock::offset() const {
  const std::lock_guard lock{mutex_};
  return now_locked() - base_->now();
}

}  // namespace vkxx::emulation::detail
