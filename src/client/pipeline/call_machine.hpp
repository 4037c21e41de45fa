// Decides what a call does next: send, ask a handler, meet a challenge, end. Pure: no I/O, no
// clock.
#pragma once

#include <iosfwd>
#include <optional>

#include <vkxx/client/challenge.hpp>
#include <vkxx/core/api_errc.hpp>

namespace vkxx::detail {

// What the call can turn to when VK answers with an error.
struct call_helpers {
  bool code_handler = false;    // a handler for this very code
  bool challenge_hook = false;  // the error is a challenge, and its hook is set
  bool any_handler = false;     // the handler for all codes
  bool renewal = false;         // the token is dead, and its source can get another one
  friend bool operator==(const call_helpers&, const call_helpers&) = default;
};

enum class call_action {
  send,           // send the request as it stands now
  ask_handler,    // the handler for this code
  ask_any,        // the handler for all codes
  ask_challenge,  // the challenge gate
  renew,          // get another token
  succeed,        // with the last reply, or what a handler gave
  fail,           // with the last error, or what a handler gave
};

enum class handler_choice { fail, succeed, send };

// How a visit to the challenge gate ended.
enum class gate_outcome {
  answered,  // this call's own challenge was answered: the request now carries the answer
  passed,    // another call's answer opened the way: the request is as it was
  refused,   // no answer: VK's error stands
};

class call_machine {
 public:
  // `max_sends` at least 1.
  explicit call_machine(int max_sends) noexcept : max_sends_{max_sends} {}

  // Events; each gives the next action. Only the ones that fit the last action may come.
  [[nodiscard]] call_action start() noexcept;
  [[nodiscard]] call_action on_reply() noexcept;
  // A failure that is none of VK's: there is no handler for it.
  [[nodiscard]] call_action on_failure() noexcept;
  // VK's error, and who there is to turn to.
  [[nodiscard]] call_action on_api_error(const call_helpers& helpers) noexcept;
  [[nodiscard]] call_action on_handler(handler_choice choice) noexcept;
  [[nodiscard]] call_action on_gate(gate_outcome outcome) noexcept;
  // Whether there is another token now.
  [[nodiscard]] call_action on_renewal(bool renewed) noexcept;

  // How many times the request was sent so far.
  [[nodiscard]] int sends() const noexcept { return sends_; }
  // How many answers to challenges of this call VK did not accept.
  [[nodiscard]] int wrong_answers() const noexcept { return wrong_answers_; }

 private:
  [[nodiscard]] call_action resend() noexcept;

  int max_sends_;
  int sends_ = 0;
  int wrong_answers_ = 0;
  bool answered_ = false;
  bool renewed_ = false;
};

std::ostream& operator<<(std::ostream& out, call_action action);
std::ostream& operator<<(std::ostream& out, gate_outcome outcome);

}  // namespace vkxx::detail
