// An operation that has to end by a given moment.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/cancellation_state.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/this_coro.hpp>
#include <exception>
#include <memory>
#include <optional>
#include <utility>

#include <vkxx/core/clock.hpp>
#include "core/async/in_strand.hpp"

namespace vkxx::detail {

// Exactly one of the two, or neither when the deadline came first.
template <class T>
struct timed_outcome {
  std::optional<T> value;
  std::exception_ptr failure;
};

template <class T>
asio::awaitable<timed_outcome<T>> caught(asio::awaitable<T> operation) {
  // Each side of the operator is a coroutine of its own, which would let only terminal cancellation
  // in: all that reaches the caller is meant for the operation.
  co_await asio::this_coro::reset_cancellation_state(asio::enable_total_cancellation());
  timed_outcome<T> outcome;
  try {
    outcome.value.emplace(co_await std::move(operation));
  } catch (...) {
    outcome.failure = std::current_exception();
  }
  co_return outcome;
}

inline asio::awaitable<boost::system::error_code> alarm(std::shared_ptr<clock> time,
                                                        time_point when) {
  co_await asio::this_coro::reset_cancellation_state(asio::enable_total_cancellation());
  auto waiting = wait_until(*time, when);
  co_return co_await std::move(waiting);
}

// Whichever of the two ends first; nothing: the alarm.
template <class T>
asio::awaitable<std::optional<timed_outcome<T>>> raced(
    asio::awaitable<timed_outcome<T>> work, asio::awaitable<boost::system::error_code> limit) {
  using asio::experimental::awaitable_operators::operator||;
  co_await asio::this_coro::reset_cancellation_state(asio::enable_total_cancellation());
  auto first = co_await (std::move(work) || std::move(limit));
  if (first.index() == 0) co_return std::get<0>(std::move(first));
  // The alarm also ends when the whole is cancelled, possibly before the work notices.
  if (std::get<1>(first)) throw boost::system::system_error{asio::error::operation_aborted};
  co_return std::nullopt;
}

// The operation's value; nothing if `limit`, which ends at the deadline, came first (the operation
// is then cancelled, and its end awaited). Throws what the operation throws.
//
// When the awaiting coroutine is cancelled, so is the operation; what it makes of that counts. The
// operation runs in a strand of its own: it and the alarm, which cancels it, would run at the same
// time in a context of several threads.
template <class T>
asio::awaitable<std::optional<T>> before_alarm(asio::awaitable<boost::system::error_code> limit,
                                               asio::awaitable<T> operation) {
  // The operator waits for a success of either side, so a failure has to look like one.
  auto work = caught(std::move(operation));
  auto both = raced(std::move(work), std::move(limit));
  auto running = in_strand(std::move(both));
  auto outcome = co_await std::move(running);
  if (!outcome) co_return std::nullopt;
  if (outcome->failure) std::rethrow_exception(outcome->failure);
  co_return std::move(outcome->value);
}

// The same with an alarm at `deadline`; without a strand if there is none.
template <class T>
asio::awaitable<std::optional<T>> with_deadline(std::shared_ptr<clock> time, time_point deadline,
                                                asio::awaitable<T> operation) {
  if (deadline == no_deadline) {
    std::optional<T> value{co_await std::move(operation)};
    co_return value;
  }
  auto limit = alarm(std::move(time), deadline);
  auto limited = before_alarm(std::move(limit), std::move(operation));
  co_return co_await std::move(limited);
}

}  // namespace vkxx::detail
