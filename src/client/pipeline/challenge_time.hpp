// A person's time is not a call's: it has a limit of its own.
#pragma once

#include <algorithm>
#include <boost/asio/cancellation_state.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/system/error_code.hpp>
#include <memory>
#include <optional>
#include <utility>

#include "client/pipeline/call_context.hpp"
#include "core/async/time_sum.hpp"
#include "core/async/with_deadline.hpp"

namespace vkxx::detail {

// What a person does, or another call's person; the call's own time stands still.
template <class T>
asio::awaitable<std::optional<T>> within_challenge_timeout(std::shared_ptr<call_context> context,
                                                           asio::awaitable<T> work) {
  const auto time = context->state->time();
  const auto limit = later_by(time->now(), context->state->settings().challenge_timeout());
  const deadline_pause pause{*context};
  auto timed = with_deadline(time, std::min(limit, context->fixed_deadline), std::move(work));
  co_return co_await std::move(timed);
}

// Ends at the call's deadline, wherever that moves meanwhile.
inline asio::awaitable<boost::system::error_code> deadline_alarm(
    std::shared_ptr<call_context> context) {
  constexpr duration shortest_wait = std::chrono::milliseconds{50};
  co_await asio::this_coro::reset_cancellation_state(asio::enable_total_cancellation());
  const auto time = context->state->time();
  for (;;) {
    const auto now = time->now();
    auto until = context->deadline_at(now);
    if (until <= now) co_return boost::system::error_code{};
    // As long as a person is at work, no earlier than this.
    if (context->challenge_began) until = std::max(until, later_by(now, shortest_wait));
    auto waiting = wait_until(*time, until);
    const auto failure = co_await std::move(waiting);
    if (failure) co_return failure;
  }
}

}  // namespace vkxx::detail
