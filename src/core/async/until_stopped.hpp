// An operation that a stop_signal ends.
#pragma once

#include <boost/asio/async_result.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/cancellation_state.hpp>
#include <boost/asio/cancellation_type.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <exception>
#include <memory>
#include <optional>
#include <utility>

#include "core/async/in_strand.hpp"
#include "core/async/stop_signal.hpp"

namespace vkxx::detail {

// Cancels an operation in its strand.
struct operation_stop {
  std::weak_ptr<strand_cancellation> operation;

  void operator()(boost::system::error_code) const {
    const auto running = operation.lock();
    if (!running || running->over) return;
    running->stopped = true;
    running->signal.emit(asio::cancellation_type::all);
  }
};

// A race of two coroutines would do the same with ten times the memory, and there are programs in
// which ten thousand sources wait.
template <class T>
asio::awaitable<std::optional<T>> until_over_or_stopped(
    asio::awaitable<T> operation, std::shared_ptr<strand_cancellation> cancellation,
    std::shared_ptr<stop_signal> stop) {
  co_await asio::this_coro::reset_cancellation_state(asio::enable_total_cancellation());
  std::optional<T> value;
  std::exception_ptr failure;
  {
    const auto watch =
        stop_signal::on_stop(stop, cancellation->strand, operation_stop{cancellation});
    try {
      value.emplace(co_await std::move(operation));
    } catch (...) {
      failure = std::current_exception();
    }
    cancellation->over = true;
  }
  if (cancellation->stopped) co_return std::nullopt;
  if (failure) std::rethrow_exception(failure);
  co_return value;
}

// The operation's value; nothing if `stop` came first (the operation is then cancelled, and its end
// awaited). Throws what the operation throws before that.
//
// When the awaiting coroutine is cancelled, so is the operation; what it makes of that counts. The
// operation runs in a strand of its own.
template <class T>
asio::awaitable<std::optional<T>> until_stopped(std::shared_ptr<stop_signal> stop,
                                                asio::awaitable<T> operation) {
  const auto executor = co_await asio::this_coro::executor;
  auto initiation = [&executor, &operation, &stop](auto handler) {
    auto body = [&operation, &stop](std::shared_ptr<strand_cancellation> cancellation) {
      return until_over_or_stopped(std::move(operation), std::move(cancellation), std::move(stop));
    };
    start_body_in_strand<T>(executor, std::move(body), std::move(handler));
  };
  co_return co_await asio::async_initiate<const asio::use_awaitable_t<>&,
                                          void(std::exception_ptr, std::optional<T>)>(
      initiation, asio::use_awaitable);
}

}  // namespace vkxx::detail
