#include "client/pipeline/call_machine.hpp"

#include <ostream>

namespace vkxx::detail {

call_action call_machine::start() noexcept {
  sends_ = 1;
  return call_action::send;
}

call_action call_machine::on_reply() noexcept {
  return call_action::succeed;
}

call_action call_machine::on_failure() noexcept {
  return call_action::fail;
}

call_action call_machine::on_api_error(const call_helpers& helpers) noexcept {
  if (helpers.challenge_hook && answered_) ++wrong_answers_;
  answered_ = false;
  // A person is not bothered for an answer that could not be sent any more. Handlers are still
  // asked: they may give a value without sending.
  if (helpers.code_handler) return call_action::ask_handler;
  if (helpers.renewal && !renewed_ && sends_ < max_sends_) {
    renewed_ = true;
    return call_action::renew;
  }
  if (helpers.challenge_hook) {
    return sends_ < max_sends_ ? call_action::ask_challenge : call_action::fail;
  }
  if (helpers.any_handler) return call_action::ask_any;
  return call_action::fail;
}

call_action call_machine::on_handler(handler_choice choice) noexcept {
  switch (choice) {
    case handler_choice::fail:
      return call_action::fail;
    case handler_choice::succeed:
      return call_action::succeed;
    case handler_choice::send:
      break;
  }
  return resend();
}

call_action call_machine::on_gate(gate_outcome outcome) noexcept {
  if (outcome == gate_outcome::refused) return call_action::fail;
  answered_ = outcome == gate_outcome::answered;
  return resend();
}

call_action call_machine::on_renewal(bool renewed) noexcept {
  return renewed ? resend() : call_action::fail;
}

call_action call_machine::resend() noexcept {
  if (sends_ >= max_sends_) return call_action::fail;
  ++sends_;
  return call_action::send;
}

std::ostream& operator<<(std::ostream& out, call_action action) {
  switch (action) {
    case call_action::send:
      return out << "send";
    case call_action::ask_handler:
      return out << "ask_handler";
    case call_action::ask_any:
      return out << "ask_any";
    case call_action::ask_challenge:
      return out << "ask_challenge";
    case call_action::renew:
      return out << "renew";
    case call_action::succeed:
      return out << "succeed";
    case call_action::fail:
      return out << "fail";
  }
  return out << "unknown action";
}

std::ostream& operator<<(std::ostream& out, gate_outcome outcome) {
  switch (outcome) {
    case gate_outcome::answered:
      return out << "answered";
    case gate_outcome::passed:
      return out << "passed";
    case gate_outcome::refused:
      return out << "refused";
  }
  return out << "unknown outcome";
}

}  // namespace vkxx::detail
