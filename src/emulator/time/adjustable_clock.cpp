#include "emulator/time/adjustable_clock.hpp"

#include <algorithm>
#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
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

void adjustable_clock::async_wait_until(
    asio::any_io_executor executor, time_point when,
    asio::any_completion_handler<void(boost::system::error_code)> handler) {
  time_point until;
  {
    const std::lock_guard lock{mutex_};
    if (stopped_at_ && *stopped_at_ < when)
      until = base_->now() + look_again;
    else
      until = when == no_deadline ? when : when - offset_;
  }
  const auto slot = asio::get_associated_cancellation_slot(handler);
  auto look = [self = shared_from_this(), executor, when,
               handler = std::move(handler)](boost::system::error_code failure) mutable {
    if (failure || self->now() >= when)
      std::move(handler)(failure);
    else
      self->async_wait_until(std::move(executor), when, std::move(handler));
  };
  base_->async_wait_until(executor, until, asio::bind_cancellation_slot(slot, std::move(look)));
}

void adjustable_clock::advance(duration step) {
  const std::lock_guard lock{mutex_};
  if (stopped_at_)
    *stopped_at_ += step;
  else
    offset_ += step;
}

void adjustable_clock::advance_to(time_point when) {
  const std::lock_guard lock{mutex_};
  const auto step = std::max(when - now_locked(), duration::zero());
  if (stopped_at_)
    *stopped_at_ += step;
  else
    offset_ += step;
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
