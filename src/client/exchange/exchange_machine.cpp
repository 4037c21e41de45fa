#include "client/exchange/exchange_machine.hpp"

#include <algorithm>
#include <array>
#include <ostream>
#include <string_view>

namespace vkxx::detail {

using enum exchange_action;

// Maps an event to the next action; `nothing` if the event does not fit.
struct exchange_machine::visitor {
  using next = std::optional<exchange_action>;
  static constexpr std::nullopt_t nothing = std::nullopt;

  exchange_machine& self;

  next operator()(const event::begun& event) const {
    if (self.last_) return nothing;
    return event.away ? run_at_home : self.after_begin();
  }
  next operator()(const event::refused&) const { return self.last_ ? nothing : next{fail}; }
  next operator()(const event::settled& event) const {
    if (!self.follows({run_at_home, run_middlewares, join_batch})) return nothing;
    return event.success ? succeed : fail;
  }
  next operator()(const event::alone&) const {
    return self.follows({join_batch}) ? next{self.first_of_attempt()} : nothing;
  }
  next operator()(const event::done&) const {
    if (self.follows({get_token, acquire_permit, check_circuit})) return self.after(*self.last_);
    if (self.follows({sleep})) return self.after_pause_;
    return self.follows({renew_token}) ? next{self.resend()} : nothing;
  }
  next operator()(const event::answered&) const {
    if (!self.follows({send})) return nothing;
    self.guard_->succeeded(self.retry_.get());
    return succeed;
  }
  next operator()(const event::failed& event) const {
    if (!self.follows({get_token, acquire_permit, check_circuit, send, renew_token}))
      return nothing;
    return self.on_failure(event);
  }
  next operator()(const event::chosen& event) const {
    if (!self.follows({ask_handler, ask_any})) return nothing;
    if (event.choice == handler_choice::send) return self.resend();
    return event.choice == handler_choice::succeed ? succeed : fail;
  }
  next operator()(const event::gate_left& event) const {
    if (!self.follows({answer_challenge})) return nothing;
    if (event.outcome == gate_outcome::refused) return fail;
    self.challenge_answered_ = event.outcome == gate_outcome::answered;
    return self.resend();
  }
  next operator()(const event::interrupted&) const {
    return self.follows({succeed, fail}) ? nothing : next{fail};
  }
};

exchange_action exchange_machine::resume(const exchange_event& event) {
  const auto next = std::visit(visitor{*this}, event);
  if (next) last_ = *next;
  return last_.value_or(fail);
}

bool exchange_machine::follows(std::initializer_list<exchange_action> actions) const noexcept {
  return last_ && std::find(actions.begin(), actions.end(), *last_) != actions.end();
}

exchange_action exchange_machine::after_begin() const noexcept {
  if (rules_.middlewares) return run_middlewares;
  return rules_.batch ? join_batch : first_of_attempt();
}

exchange_action exchange_machine::first_of_attempt() const noexcept {
  return rules_.token ? get_token : after(get_token);
}

exchange_action exchange_machine::after(exchange_action step) const noexcept {
  if (step == get_token && rules_.permit) return acquire_permit;
  return step != check_circuit && rules_.circuit ? check_circuit : send;
}

exchange_action exchange_machine::on_failure(const event::failed& failure) {
  retry_decision decision;
  // A request stopped by an open circuit was not tried at all.
  if (rules_.retry || failure.attempt.circuit_open) {
    if (!retry_) retry_ = std::make_unique<retry_machine>(guard_->rules(), failure.idempotency);
    auto attempt = failure.attempt;
    attempt.without_limiter = !rules_.permit;
    decision = guard_->decide(*retry_, attempt, failure.now, failure.deadline);
  }
  step_ = decision.step;
  pause_ = decision.pause;
  const bool renewing = last_ == renew_token;
  if (step_ != retry_step::give_up) {
    after_pause_ = renewing ? renew_token : first_of_attempt();
    return pause_ > duration::zero() ? sleep : after_pause_;
  }
  return renewing || !failure.of_api ? fail : on_api_error(failure.helpers);
}

exchange_action exchange_machine::on_api_error(const call_helpers& helpers) noexcept {
  if (helpers.challenge_hook && challenge_answered_) ++wrong_answers_;
  challenge_answered_ = false;
  const bool may_send = sends_ < rules_.max_sends;
  // A person is not asked for an answer that could no longer be sent. Handlers still run: they may
  // return a value without a send.
  if (helpers.code_handler) return ask_handler;
  if (helpers.renewal && !renewed_ && may_send) {
    renewed_ = true;
    return renew_token;
  }
  if (helpers.challenge_hook) return may_send ? answer_challenge : fail;
  return helpers.any_handler ? ask_any : fail;
}

exchange_action exchange_machine::resend() noexcept {
  if (sends_ >= rules_.max_sends) return fail;
  ++sends_;
  return first_of_attempt();
}

namespace {

struct event_writer {
  std::ostream& out;

  std::ostream& operator()(const event::begun& event) const {
    return out << (event.away ? "begun away" : "begun");
  }
  std::ostream& operator()(const event::refused&) const { return out << "refused"; }
  std::ostream& operator()(const event::settled& event) const {
    return out << (event.success ? "settled: success" : "settled: failure");
  }
  std::ostream& operator()(const event::alone&) const { return out << "alone"; }
  std::ostream& operator()(const event::done&) const { return out << "done"; }
  std::ostream& operator()(const event::answered&) const { return out << "answered"; }
  std::ostream& operator()(const event::failed& event) const {
    out << "failed: " << event.attempt;
    if (!event.of_api) return out;
    out << ", of VK";
    if (event.helpers.code_handler) out << ", code handler";
    if (event.helpers.challenge_hook) out << ", challenge hook";
    if (event.helpers.any_handler) out << ", handler for all";
    if (event.helpers.renewal) out << ", renewal";
    return out;
  }
  std::ostream& operator()(const event::chosen& event) const {
    return out << "chosen: " << event.choice;
  }
  std::ostream& operator()(const event::gate_left& event) const {
    return out << "gate left: " << event.outcome;
  }
  std::ostream& operator()(const event::interrupted&) const { return out << "interrupted"; }
};

}  // namespace

std::ostream& operator<<(std::ostream& out, exchange_action action) {
  constexpr std::array<std::string_view, 14> names{"run_at_home",
                                                   "run_middlewares",
                                                   "join_batch",
                                                   "get_token",
                                                   "acquire_permit",
                                                   "check_circuit",
                                                   "send",
                                                   "sleep",
                                                   "ask_handler",
                                                   "ask_any",
                                                   "answer_challenge",
                                                   "renew_token",
                                                   "succeed",
                                                   "fail"};
  const auto index = static_cast<std::size_t>(action);
  return out << (index < names.size() ? names[index] : "unknown action");
}

std::ostream& operator<<(std::ostream& out, gate_outcome outcome) {
  constexpr std::array<std::string_view, 3> names{"answered", "passed", "refused"};
  const auto index = static_cast<std::size_t>(outcome);
  return out << (index < names.size() ? names[index] : "unknown outcome");
}

std::ostream& operator<<(std::ostream& out, handler_choice choice) {
  constexpr std::array<std::string_view, 3> names{"fail", "succeed", "send"};
  const auto index = static_cast<std::size_t>(choice);
  return out << (index < names.size() ? names[index] : "unknown choice");
}

std::ostream& operator<<(std::ostream& out, const exchange_event& event) {
  return std::visit(event_writer{out}, event);
}

}  // namespace vkxx::detail
