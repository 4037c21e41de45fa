// The driver of exchange_machine: carries out an exchange.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/this_coro.hpp>
#include <optional>
#include <utility>

#include "client/exchange/exchange_machine.hpp"

namespace vkxx::detail {

// Runs `Operation`, which owns everything the exchange needs and lives in the frame of this
// coroutine. Each step gives its event to the machine and returns the machine's next action.
//
//   begin(executor)      first; `executor` is that of the awaiting coroutine
//   token_at_once()      empty: `perform(get_token)` waits for the token
//   permit_at_once()     empty: `wait_for_permit` waits, and `take_permit` takes the permit
//   check_circuit()
//   send()               returns an awaitable of the answer
//   take_answer(answer)  empty: `perform(send)` reads the answer elsewhere
//   perform(action)      every other action
//   caught()             makes the current exception the outcome
//   finish()             returns the outcome
//
// The common steps run in this frame: a call that waits for a permit has no other. Events and
// outcomes stay out of it, because very many calls may wait.
template <class Operation>
asio::awaitable<typename Operation::outcome_type> drive(Operation operation) {
  try {
    auto action = operation.begin(co_await asio::this_coro::executor);
    std::optional<exchange_action> next;
    for (; !is_end(action); next.reset()) {
      switch (action) {
        case exchange_action::get_token:
          next = operation.token_at_once();
          break;
        case exchange_action::acquire_permit:
          next = operation.permit_at_once();
          if (!next) {
            auto waiting = operation.wait_for_permit();
            const auto end = co_await std::move(waiting);
            next = operation.take_permit(end);
          }
          break;
        case exchange_action::check_circuit:
          next = operation.check_circuit();
          break;
        case exchange_action::send: {
          auto sending = operation.send();
          auto answer = co_await std::move(sending);
          next = operation.take_answer(std::move(answer));
          break;
        }
        default:
          break;
      }
      if (next) {
        action = *next;
      } else {
        auto performing = operation.perform(action);
        action = co_await std::move(performing);
      }
    }
  } catch (...) {
    operation.caught();
  }
  co_return operation.finish();
}

}  // namespace vkxx::detail
