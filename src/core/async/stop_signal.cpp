#include "core/async/stop_signal.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <utility>

namespace vkxx::detail {

void stop_signal::stop() noexcept {
  std::vector<listening> listeners;
  {
    const std::lock_guard lock{mutex_};
    stopped_ = true;
    listeners.swap(listeners_);
  }
  wake();
  for (const auto& each : listeners) {
    if (const auto alive = each.listener.lock()) alive->on_stop();
  }
}

bool stop_signal::add(const std::shared_ptr<stop_listener>& listener) {
  const std::lock_guard lock{mutex_};
  if (!stopped_) listeners_.push_back({listener.get(), listener});
  return !stopped_;
}

void stop_signal::remove(const stop_listener& listener) noexcept {
  const std::lock_guard lock{mutex_};
  std::erase_if(listeners_,
                [&listener](const listening& each) { return each.address == &listener; });
}

bool stop_signal::stopped() const noexcept {
  const std::lock_guard lock{mutex_};
  return stopped_;
}

void stop_signal::wake() noexcept {
  std::map<std::uint64_t, parked_handler<boost::system::error_code>> waiting;
  {
    const std::lock_guard lock{mutex_};
    ++wakes_;
    waiting.swap(waiting_);
  }
  for (auto& [ticket, parked] : waiting) parked.complete({});
}

std::uint64_t stop_signal::wakes() const noexcept {
  const std::lock_guard lock{mutex_};
  return wakes_;
}

void stop_signal::start(const asio::any_io_executor& executor, std::uint64_t seen,
                        handler_type handler) {
  auto slot = asio::get_associated_cancellation_slot(handler);
  const std::lock_guard lock{mutex_};
  parked_handler<boost::system::error_code> parked{executor, std::move(handler)};
  if (stopped_ || wakes_ != seen) {
    parked.complete({});
    return;
  }
  const auto ticket = ++last_ticket_;
  waiting_.emplace(ticket, std::move(parked));
  if (slot.is_connected()) {
    slot.assign([weak = weak_from_this(), ticket](asio::cancellation_type) {
      if (const auto alive = weak.lock()) alive->cancel(ticket);
    });
  }
}

void stop_signal::cancel(std::uint64_t ticket) noexcept {
  const std::lock_guard lock{mutex_};
  auto parked = waiting_.extract(ticket);
  if (!parked.empty()) parked.mapped().complete(asio::error::operation_aborted);
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
