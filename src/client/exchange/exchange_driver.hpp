// The driver of exchange_machine: carries out an exchange.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/this_coro.hpp>
#include <optional>
#include <utility>

#include "client/exchange/exchange_machine.hpp"

namespace vkxx::detail {

// Runs `Operation`, which owns everything the exchange needs and lives in the frame of this
// coroutine. Each step returns the event that it ends with.
//
//   begin(executor)      first; `executor` is that of the awaiting coroutine
//   next(event)          returns the next action of the machine
//   token_at_once()      empty: `perform(get_token)` waits for the token
//   permit_at_once()     empty: `wait_for_permit` waits, and `take_permit` takes the permit
//   check_circuit()
//   send()               returns an awaitable of the answer
//   read_at_once(answer) empty: `read_elsewhere` reads the answer
//   perform(action)      every other action
//   caught()             makes the current exception the outcome
//   finish()             returns the outcome
//
// The common steps run in this frame: a call that waits for a permit has no other.
template <class Operation>
asio::awaitable<typename Operation::outcome_type> drive(Operation operation) {
  try {
    exchange_event event = operation.begin(co_await asio::this_coro::executor);
    for (bool over = false; !over;) {
      const auto action = operation.next(event);
      switch (action) {
        case exchange_action::get_token:
          if (auto ready = operation.token_at_once()) {
            event = *ready;
          } else {
            auto getting = operation.perform(action);
            event = co_await std::move(getting);
          }
          break;
        case exchange_action::acquire_permit:
          if (auto granted = operation.permit_at_once()) {
            event = *granted;
          } else {
            auto waiting = operation.wait_for_permit();
            event = operation.take_permit(co_await std::move(waiting));
          }
          break;
        case exchange_action::check_circuit:
          event = operation.check_circuit();
          break;
        case exchange_action::send: {
          auto sending = operation.send();
          auto answer = co_await std::move(sending);
          if (auto read = operation.read_at_once(answer)) {
            event = *read;
          } else {
            auto reading = operation.read_elsewhere(std::move(answer));
            event = co_await std::move(reading);
          }
          break;
        }
        case exchange_action::succeed:
        case exchange_action::fail:
          over = true;
          break;
        default: {
          auto performing = operation.perform(action);
          event = co_await std::move(performing);
        }
      }
    }
  } catch (...) {
    operation.caught();
  }
  co_return operation.finish();
}

}  // namespace vkxx::detail
