#include "core/async/stop_signal.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <utility>

namespace vkxx::detail {

void stop_signal::stop() noexcept {
  parked watching;
  {
    const std::lock_guard lock{mutex_};
    stopped_ = true;
    watching.swap(watching_);
  }
  for (auto& [ticket, each] : watching) each.complete({});
  wake();
}

bool stop_signal::stopped() const noexcept {
  const std::lock_guard lock{mutex_};
  return stopped_;
}

void stop_signal::wake() noexcept {
  parked waiting;
  {
    const std::lock_guard lock{mutex_};
    ++wakes_;
    waiting.swap(waiting_);
  }
  for (auto& [ticket, each] : waiting) each.complete({});
}

std::uint64_t stop_signal::wakes() const noexcept {
  const std::lock_guard lock{mutex_};
  return wakes_;
}

void stop_signal::start(const asio::any_io_executor& executor, std::uint64_t seen,
                        handler_type handler) {
  auto slot = asio::get_associated_cancellation_slot(handler);
  const std::lock_guard lock{mutex_};
  parked_handler<boost::system::error_code> waiting{executor, std::move(handler)};
  if (stopped_ || wakes_ != seen) {
    waiting.complete({});
    return;
  }
  const auto ticket = ++last_ticket_;
  waiting_.emplace(ticket, std::move(waiting));
  if (slot.is_connected()) {
    slot.assign([weak = weak_from_this(), ticket](asio::cancellation_type) {
      if (const auto alive = weak.lock()) alive->cancel(ticket);
    });
  }
}

void stop_signal::cancel(std::uint64_t ticket) noexcept {
  const std::lock_guard lock{mutex_};
  auto cancelled = waiting_.extract(ticket);
  if (!cancelled.empty()) cancelled.mapped().complete(asio::error::operation_aborted);
}

stop_signal::watch stop_signal::on_stop(std::shared_ptr<stop_signal> self,
                                        const asio::any_io_executor& executor,
                                        stop_handler handler) {
  parked_handler<boost::system::error_code> watching{executor, std::move(handler)};
  const std::lock_guard lock{self->mutex_};
  const auto ticket = ++self->last_ticket_;
  if (self->stopped_) {
    watching.complete({});
  } else {
    self->watching_.emplace(ticket, std::move(watching));
  }
  return {self, ticket};
}

// Outside of the lock: a handler that is dropped runs destructors.
void stop_signal::forget(std::uint64_t ticket) noexcept {
  parked::node_type forgotten;
  {
    const std::lock_guard lock{mutex_};
    forgotten = watching_.extract(ticket);
  }
  if (!forgotten.empty()) forgotten.mapped().drop();
}

asio::awaitable<boost::system::error_code> stop_signal::wait(std::shared_ptr<stop_signal> self,
                                                             std::uint64_t seen) {
  co_await asio::this_coro::reset_cancellation_state(asio::enable_total_cancellation());
  const auto executor = co_await asio::this_coro::executor;
  auto initiation = [&self, &executor, seen](auto handler) {
    // The waiting coroutine sees an error as a value.
    self->start(executor, seen, handler_type{std::move(handler)});
  };
  constexpr auto token = asio::as_tuple(asio::use_awaitable);
  const auto [failure] =
      co_await asio::async_initiate<decltype(token), void(boost::system::error_code)>(initiation,
                                                                                      token);
  co_return failure;
}

}  // namespace vkxx::detail
