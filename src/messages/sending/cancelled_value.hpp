// Operations that report their cancellation as a value, wherever it comes.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/cancellation_type.hpp>
#include <boost/asio/this_coro.hpp>
#include <utility>

#include "core/async/in_strand.hpp"

namespace vkxx::detail {

// Whether the operation was cancelled. To be asked before each step, as a step that begins after
// the cancellation does not see it.
inline asio::awaitable<bool> is_cancelled() {
  const auto state = co_await asio::this_coro::cancellation_state;
  co_return state.cancelled() != asio::cancellation_type::none;
}

template <class T>
asio::awaitable<T> without_throwing(asio::awaitable<T> operation) {
  co_await asio::this_coro::throw_if_cancelled(false);
  co_return co_await std::move(operation);
}

// In a strand of its own, so that the setting is not that of the caller.
template <class T>
asio::awaitable<T> cancelled_as_value(asio::awaitable<T> operation) {
  return in_strand(without_throwing(std::move(operation)));
}

}  // namespace vkxx::detail
