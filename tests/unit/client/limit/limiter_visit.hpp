// A call's way through the limiter, as calls go it.
#pragma once

#include <memory>
#include <optional>
#include <utility>

#include "client/limit/call_limiter.hpp"

namespace vkxx::detail {

// The turn, or why there is none; nothing when cancelled. `token` and the method's name live
// longer.
inline asio::awaitable<std::optional<result<limiter_turn>>> visit_limiter(
    std::shared_ptr<call_limiter> limiter, const secret& token, limiter_question question,
    time_point now) {
  auto turn = limiter->enter(token, question, now);
  if (turn) co_return turn;
  const auto apply = [&limiter, &token, &question] {
    return call_limiter::application{limiter, &token, question};
  };
  auto waiting = call_limiter::wait(apply);
  const auto end = co_await std::move(waiting);
  if (!end.cancelled) turn.emplace(limiter->after(end, token, question));
  co_return turn;
}

}  // namespace vkxx::detail
