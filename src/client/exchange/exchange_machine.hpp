// Decides the next step of an exchange with VK: wait for a token or a permit, send, retry, call a
// hook, end. Pure: no I/O, no clock.
//
// An exchange is one operation with all its attempts: a method call, a batch, a request to an OAuth
// endpoint. `exchange_rules` says which steps apply to it.
#pragma once

#include <cstdint>
#include <iosfwd>
#include <optional>
#include <variant>

#include <vkxx/client/challenge.hpp>
#include <vkxx/core/api_errc.hpp>
#include "client/retry/retry_guard.hpp"

namespace vkxx::detail {

struct exchange_rules {
  // The maximum number of sends caused by a handler, an answered challenge or a new token; at least
  // 1.
  int max_sends = 1;
  // Whether the exchange has middlewares around it, may join a batch, carries a token, needs a
  // permit of the limiter, and is subject to the circuit breaker.
  bool middlewares = false;
  bool batch = false;
  bool token = false;
  bool permit = false;
  bool circuit = false;
  bool retry = false;
};

enum class exchange_action : std::uint8_t {
  run_at_home,      // in the client's execution context
  run_middlewares,  // the rest runs inside them
  join_batch,
  get_token,
  acquire_permit,
  check_circuit,
  send,
  sleep,             // for `pause()`
  ask_handler,       // the handler for this code
  ask_any,           // the handler for all codes
  answer_challenge,  // through the challenge gate
  renew_token,
  succeed,  // with the last answer, or a handler's value
  fail,     // with the last error, or a handler's error
};

// What can help a call after an error of VK.
struct call_helpers {
  bool code_handler = false;    // a handler for this code
  bool challenge_hook = false;  // the error is a challenge, and its hook is set
  bool any_handler = false;     // the handler for all codes
  bool renewal = false;         // the token is dead, and its source can get another one
  friend bool operator==(const call_helpers&, const call_helpers&) = default;
};

enum class handler_choice : std::uint8_t { fail, succeed, send };

// How a visit to the challenge gate ended.
enum class gate_outcome : std::uint8_t {
  answered,  // this call's own challenge was answered: the request now carries the answer
  passed,    // another call's answer was accepted: the request is unchanged
  refused,   // no answer: VK's error stands
};

// The events. Each comment names the actions that the event follows.
namespace event {

// First event. `away`: awaited in an execution context other than the client's.
struct begun {
  bool away = false;
  friend bool operator==(const begun&, const begun&) = default;
};
// First event. The request cannot be sent, or its deadline has passed.
struct refused {
  friend bool operator==(const refused&, const refused&) = default;
};
// run_at_home, run_middlewares, join_batch: the outcome is available.
struct settled {
  bool success = false;
  friend bool operator==(const settled&, const settled&) = default;
};
// join_batch: the call must be sent by itself.
struct alone {
  friend bool operator==(const alone&, const alone&) = default;
};
// get_token, acquire_permit, check_circuit, sleep, renew_token.
struct done {
  friend bool operator==(const done&, const done&) = default;
};
// send.
struct answered {
  friend bool operator==(const answered&, const answered&) = default;
};
// get_token, acquire_permit, check_circuit, send, renew_token. `now` and `deadline` are those of
// the call.
struct failed {
  failed_attempt attempt;
  // Whether VK returned the error, and what can help.
  bool of_api = false;
  call_helpers helpers;
  call_idempotency idempotency = call_idempotency::not_idempotent;
  time_point now{};
  time_point deadline = no_deadline;
  friend bool operator==(const failed&, const failed&) = default;
};
// ask_handler, ask_any.
struct chosen {
  handler_choice choice = handler_choice::fail;
  friend bool operator==(const chosen&, const chosen&) = default;
};
// answer_challenge.
struct gate_left {
  gate_outcome outcome = gate_outcome::refused;
  friend bool operator==(const gate_left&, const gate_left&) = default;
};
// Any action. The exchange was cancelled, timed out, or a function of the program threw.
struct interrupted {
  friend bool operator==(const interrupted&, const interrupted&) = default;
};

}  // namespace event

using exchange_event = std::variant<event::begun, event::refused, event::settled, event::alone,
                                    event::done, event::answered, event::failed, event::chosen,
                                    event::gate_left, event::interrupted>;

class exchange_machine {
 public:
  // `guard` holds the retry budget that all calls of a client share. It must outlive the machine.
  exchange_machine(const exchange_rules& rules, retry_guard& guard) noexcept
      : rules_{rules}, guard_{&guard} {}

  // Returns the next action. An event that does not fit the last action changes nothing.
  [[nodiscard]] exchange_action resume(const exchange_event& event);

  // Empty before the exchange begins.
  [[nodiscard]] std::optional<exchange_action> last() const noexcept { return last_; }
  // How long to sleep.
  [[nodiscard]] duration pause() const noexcept { return decision_.pause; }
  // Why the last failure is retried, or `give_up`.
  [[nodiscard]] retry_step retry() const noexcept { return decision_.step; }
  // The number of sends so far, retries not included.
  [[nodiscard]] int sends() const noexcept { return sends_; }
  // The number of answers to this call's challenges that VK did not accept.
  [[nodiscard]] int wrong_answers() const noexcept { return wrong_answers_; }

 private:
  struct visitor;

  [[nodiscard]] bool follows(std::initializer_list<exchange_action> actions) const noexcept;
  [[nodiscard]] exchange_action after_begin() const noexcept;
  [[nodiscard]] exchange_action first_of_attempt() const noexcept;
  [[nodiscard]] exchange_action after(exchange_action step) const noexcept;
  [[nodiscard]] exchange_action on_failure(const event::failed& failure);
  [[nodiscard]] exchange_action on_api_error(const call_helpers& helpers) noexcept;
  [[nodiscard]] exchange_action resend() noexcept;

  exchange_rules rules_;
  retry_guard* guard_;
  // Empty before the first failure.
  std::optional<retry_machine> retry_;
  retry_decision decision_;
  std::optional<exchange_action> last_;
  // The action after the pause.
  exchange_action after_pause_ = exchange_action::send;
  int sends_ = 1;
  int wrong_answers_ = 0;
  bool challenge_answered_ = false;
  bool renewed_ = false;
};

std::ostream& operator<<(std::ostream& out, exchange_action action);
std::ostream& operator<<(std::ostream& out, gate_outcome outcome);
std::ostream& operator<<(std::ostream& out, handler_choice choice);
std::ostream& operator<<(std::ostream& out, const exchange_event& event);

}  // namespace vkxx::detail
