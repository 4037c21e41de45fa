// The time a person takes. It does not count against a call's timeout and has a limit of its own.
#pragma once

#include <algorithm>
#include <boost/asio/cancellation_state.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/system/error_code.hpp>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>

#include "client/pipeline/call_context.hpp"
#include "core/async/time_sum.hpp"
#include "core/async/with_deadline.hpp"

namespace vkxx::detail {

// The deadline of a call, for waiters that do not run it. Moves while a person answers, but by at
// most `longest_pause` at a time, since the context that runs the call may be gone.
//
// Thread safety: safe to share.
class shown_deadline {
 public:
  shown_deadline(const call_context& context, duration longest_pause)
      : deadline_{context.deadline},
        fixed_deadline_{context.fixed_deadline},
        longest_pause_{longest_pause} {}

  void pause(time_point now) noexcept {
    const std::lock_guard lock{mutex_};
    pause_began_ = now;
  }
  void go_on(time_point deadline) noexcept {
    const std::lock_guard lock{mutex_};
    pause_began_.reset();
    deadline_ = deadline;
  }
  [[nodiscard]] time_point at(time_point now) const noexcept {
    const std::lock_guard lock{mutex_};
    if (!pause_began_) return deadline_;
    const auto paused = std::min<duration>(now - *pause_began_, longest_pause_);
    return std::min(later_by(deadline_, paused), fixed_deadline_);
  }
  [[nodiscard]] bool is_paused() const noexcept {
    const std::lock_guard lock{mutex_};
    return pause_began_.has_value();
  }

 private:
  mutable std::mutex mutex_;
  time_point deadline_;
  time_point fixed_deadline_;
  duration longest_pause_;
  std::optional<time_point> pause_began_;
};

// Suspends the deadline of a call during its lifetime.
class deadline_pause {
 public:
  // `context` must outlive the pause.
  explicit deadline_pause(call_context& context) noexcept : context_{&context} {
    const auto now = context_->state->time()->now();
    context_->challenge_began = now;
    if (context_->shown) context_->shown->pause(now);
  }
  deadline_pause(const deadline_pause&) = delete;
  deadline_pause& operator=(const deadline_pause&) = delete;
  ~deadline_pause() {
    context_->deadline = context_->deadline_at(context_->state->time()->now());
    context_->challenge_began.reset();
    if (context_->shown) context_->shown->go_on(context_->deadline);
  }

 private:
  call_context* context_;
};

// Awaits a person's answer, to this call's challenge or another's. Suspends the call's deadline.
template <class T>
asio::awaitable<std::optional<T>> within_challenge_timeout(std::shared_ptr<call_context> context,
                                                           asio::awaitable<T> work) {
  const auto time = context->state->time();
  const auto limit = later_by(time->now(), context->state->settings().challenge_timeout());
  const deadline_pause pause{*context};
  auto timed = with_deadline(time, std::min(limit, context->fixed_deadline), std::move(work));
  co_return co_await std::move(timed);
}

// How often the deadline is checked for changes while a person answers.
constexpr duration shortest_wait = std::chrono::milliseconds{50};

// Completes at the call's deadline, which may move meanwhile.
inline asio::awaitable<boost::system::error_code> deadline_alarm(
    std::shared_ptr<call_context> context) {
  co_await asio::this_coro::reset_cancellation_state(asio::enable_total_cancellation());
  const auto time = context->state->time();
  for (;;) {
    const auto now = time->now();
    auto until = context->deadline_at(now);
    if (until <= now) co_return boost::system::error_code{};
    // While a person answers, the deadline cannot pass before this.
    if (context->challenge_began) until = std::max(until, later_by(now, shortest_wait));
    auto waiting = wait_until(*time, until);
    const auto failure = co_await std::move(waiting);
    if (failure) co_return failure;
  }
}

// Like `deadline_alarm`, for waiters that do not run the call. Completes `grace` later.
inline asio::awaitable<boost::system::error_code> shown_deadline_alarm(
    std::shared_ptr<clock> time, std::shared_ptr<shown_deadline> shown, duration grace) {
  co_await asio::this_coro::reset_cancellation_state(asio::enable_total_cancellation());
  for (;;) {
    const auto now = time->now();
    auto until = later_by(shown->at(now), grace);
    if (until <= now) co_return boost::system::error_code{};
    if (shown->is_paused()) until = std::max(until, later_by(now, shortest_wait));
    auto waiting = wait_until(*time, until);
    const auto failure = co_await std::move(waiting);
    if (failure) co_return failure;
  }
}

}  // namespace vkxx::detail
