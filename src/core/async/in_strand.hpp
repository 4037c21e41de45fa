// An operation whose parts run one at a time, whatever executor the caller has.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/associated_allocator.hpp>
#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/bind_allocator.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/cancellation_state.hpp>
#include <boost/asio/cancellation_type.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <exception>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>

#include <vkxx/core/clock.hpp>
#include "core/async/serial_executor.hpp"

namespace vkxx::detail {

// The cancellation of an operation in its strand. asio 1.81 hands a signal to another executor by
// its bare address, and a signal that comes too late finds an operation that is gone.
struct strand_cancellation {
  strand_cancellation() = default;
  explicit strand_cancellation(asio::any_io_executor executor) : strand_{std::move(executor)} {}

  // On any thread. Empty once the operation is over.
  [[nodiscard]] asio::any_io_executor strand() const {
    const std::lock_guard lock{mutex_};
    return strand_;
  }
  // In the strand, when the operation has ended: its handler may wait in another context, and still
  // be there when that of the strand is gone. The signal, too, holds the strand.
  void leave_strand() noexcept {
    signal.slot().clear();
    asio::any_io_executor left;
    const std::lock_guard lock{mutex_};
    left.swap(strand_);
  }
  // In the strand.
  void cancel(asio::cancellation_type type) {
    if (!begun) {
      early |= type;
    } else if (!over) {
      signal.emit(type);
    }
  }

  asio::cancellation_signal signal;
  // What came before the operation had begun. Asio 1.81 ends the program if the coroutine that it
  // starts is cancelled before it reaches its strand: it then throws where nobody catches.
  asio::cancellation_type early = asio::cancellation_type::none;
  bool begun = false;
  bool over = false;

 private:
  mutable std::mutex mutex_;
  asio::any_io_executor strand_;
};

// Not a lambda: its parameters live in its frame.
template <class T>
asio::awaitable<std::optional<T>> until_over(asio::awaitable<T> operation,
                                             std::shared_ptr<strand_cancellation> stop) {
  co_await asio::this_coro::reset_cancellation_state(asio::enable_total_cancellation());
  stop->begun = true;
  if (stop->early != asio::cancellation_type::none) {
    // A coroutine that is cancelled must have waited before it ends, for the same reason.
    const auto strand = co_await asio::this_coro::executor;
    co_await asio::post(strand, asio::use_awaitable);
    stop->signal.emit(stop->early);
  }
  std::optional<T> value;
  std::exception_ptr failure;
  try {
    value.emplace(co_await std::move(operation));
  } catch (...) {
    failure = std::current_exception();
  }
  stop->over = true;
  if (failure) std::rethrow_exception(failure);
  co_return value;
}

// Runs the operation in the strand of `stop`, and hands its outcome to `handler`, a
// `void(std::exception_ptr, std::optional<T>)`, on the executor associated with that, else on
// `executor`. Every type of cancellation that comes to the handler's slot reaches the operation.
template <class T, class Handler>
void start_in_strand(const asio::any_io_executor& executor,
                     std::shared_ptr<strand_cancellation> stop, asio::awaitable<T> operation,
                     Handler handler) {
  if (auto slot = asio::get_associated_cancellation_slot(handler); slot.is_connected()) {
    // The caller's signal may outlive the operation, and the context that the strand belongs to.
    slot.assign([weak = std::weak_ptr{stop}](asio::cancellation_type type) {
      const auto running = weak.lock();
      if (!running) return;
      const auto strand = running->strand();
      if (strand) asio::dispatch(strand, [running, type] { running->cancel(type); });
    });
  }
  const auto allocator = asio::get_associated_allocator(handler);
  const auto completes_on = asio::get_associated_executor(handler, executor);
  auto completion = [handler = std::move(handler), stop, allocator,
                     work = asio::make_work_guard(completes_on)](std::exception_ptr failure,
                                                                 std::optional<T> value) mutable {
    stop->leave_strand();
    auto handing_over = [handler = std::move(handler), failure,
                         value = std::move(value)]() mutable {
      std::move(handler)(failure, std::move(value));
    };
    asio::dispatch(work.get_executor(), asio::bind_allocator(allocator, std::move(handing_over)));
  };
  const auto strand = stop->strand();
  asio::co_spawn(
      strand, until_over(std::move(operation), stop),
      asio::bind_cancellation_slot(
          stop->signal.slot(),
          asio::bind_allocator(allocator, asio::bind_executor(strand, std::move(completion)))));
}

// The same in the strand that `executor` is, or in one of its own on `executor`.
template <class T, class Handler>
void start_in_strand(const asio::any_io_executor& executor, asio::awaitable<T> operation,
                     Handler handler) {
  start_in_strand(executor, std::make_shared<strand_cancellation>(serial_executor(executor)),
                  std::move(operation), std::move(handler));
}

// The operation's value, or what it throws. Its coroutines run in a strand, that of the awaiting
// coroutine if it has one, so that those that it starts side by side never run at the same time,
// also in a context of several threads. Every type of cancellation reaches it.
template <class T>
asio::awaitable<T> in_strand(asio::awaitable<T> operation) {
  const auto executor = co_await asio::this_coro::executor;
  auto initiation = [&executor, &operation](auto handler) {
    start_in_strand(executor, std::move(operation), std::move(handler));
  };
  auto value = co_await asio::async_initiate<const asio::use_awaitable_t<>&,
                                             void(std::exception_ptr, std::optional<T>)>(
      initiation, asio::use_awaitable);
  co_return *std::move(value);
}

}  // namespace vkxx::detail
