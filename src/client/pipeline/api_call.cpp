#include "client/pipeline/api_call.hpp"

#include <algorithm>
#include <boost/asio/error.hpp>
#include <boost/system/system_error.hpp>
#include <exception>
#include <utility>

#include "client/contexts/remote_call.hpp"
#include "client/exchange/exchange_driver.hpp"
#include "client/execute/batched_call.hpp"
#include "client/pipeline/challenge_time.hpp"
#include "client/pipeline/middlewares.hpp"
#include "client/pipeline/run_hook.hpp"
#include "core/async/in_strand.hpp"
#include "core/async/time_sum.hpp"
#include "core/async/with_deadline.hpp"

namespace vkxx::detail {
namespace {

// Parsing an answer of this size would block the other calls of the thread for too long.
constexpr std::size_t large_answer = std::size_t{256} << 10U;

std::string shown(challenge_kind kind) {
  return std::string{to_string(kind)};
}

[[noreturn]] void throw_cancelled() {
  throw boost::system::system_error{asio::error::operation_aborted};
}

exchange_rules rules_of(const call_context& context, call_level level) {
  const auto& state = *context.state;
  exchange_rules rules;
  rules.max_sends = state.settings().max_sends();
  rules.middlewares = level == call_level::whole && has_middlewares(context);
  rules.batch = state.batcher() != nullptr && context.batch;
  rules.token = true;
  rules.permit = state.limiter() != nullptr;
  rules.circuit = true;
  rules.retry = context.retry;
  return rules;
}

}  // namespace

api_call::api_call(std::shared_ptr<call_context> context, request request, call_level level)
    : context_{std::move(context)},
      request_{std::move(request)},
      level_{level},
      machine_{rules_of(*context_, level), context_->state->guard()} {}

exchange_action api_call::begin(const asio::any_io_executor& executor) {
  if (!context_->state->home().holds(executor)) return next(event::begun{true});
  if (level_ == call_level::whole && context_->state->time()->now() >= context_->deadline) {
    outcome_ = deadline_error(request_.method(), *context_, "the call had not begun");
    return next(event::refused{});
  }
  // A middleware may still change the request.
  const bool is_final = level_ == call_level::inside || !has_middlewares(*context_);
  if (is_final) {
    if (const auto status = check_request(request_); !status) {
      outcome_ = status.error();
      return next(event::refused{});
    }
  }
  return next(event::begun{});
}

exchange_action api_call::next(const exchange_event& event) {
  const auto action = machine_.resume(event);
  if (std::holds_alternative<event::failed>(event)) after_failure();
  return action;
}

std::optional<exchange_action> api_call::token_at_once() {
  const auto& request = current();
  auto token =
      request.access_token() ? request.access_token() : context_->state->tokens().ready(request);
  if (!token) return std::nullopt;
  if (auto fault = use_token(*context_, *std::move(token))) return fail(*std::move(fault));
  return next(event::done{});
}

asio::awaitable<exchange_action> api_call::get_token() {
  auto& source = context_->state->tokens();
  auto lent = context_->state->environment();
  auto getting = source.get(current(), std::move(lent));
  auto waiting = with_deadline(context_->state->time(), context_->deadline, std::move(getting));
  auto token = co_await std::move(waiting);
  if (!token) {
    co_return fail(deadline_error(current().method(), *context_, "waiting for an access token"));
  }
  if (auto fault = use_token(*context_, *std::move(token))) co_return fail(*std::move(fault));
  co_return next(event::done{});
}

std::optional<exchange_action> api_call::permit_at_once() {
  const auto now = context_->state->time()->now();
  auto granted =
      context_->state->limiter()->enter(context_->token, question_of(*context_, current()), now);
  if (!granted) {
    context_->enter_phase(call_phase::queued, now);
    return std::nullopt;
  }
  if (!*granted) return fail(granted->error());
  begin_attempt(std::move(**granted));
  context_->state->counters().permitted(duration::zero());
  return next(event::done{});
}

asio::awaitable<call_limiter::wait_end> api_call::wait_for_permit() {
  return call_limiter::wait([this] {
    return call_limiter::application{context_->state->limiter(), &context_->token,
                                     question_of(*context_, current())};
  });
}

exchange_action api_call::take_permit(const call_limiter::wait_end& end) {
  const auto now = context_->state->time()->now();
  const auto waited = now - context_->phase_began;
  context_->state->counters().queued(waited);
  if (end.cancelled) throw_cancelled();
  auto turn =
      context_->state->limiter()->after(end, context_->token, question_of(*context_, current()));
  // A call whose deadline passed in the queue reports the queue as its phase.
  if (turn || turn.error() != errc::deadline_exceeded) {
    context_->enter_phase(call_phase::elsewhere, now);
  }
  if (!turn) return fail(turn.error());
  context_->state->counters().permitted(waited);
  begin_attempt(std::move(*turn));
  return next(event::done{});
}

void api_call::begin_attempt(limiter_turn turn) {
  attempt_ = std::make_unique<sent_attempt>(*context_, current(), std::move(turn));
}

exchange_action api_call::check_circuit() {
  // After every wait: for a batch, for the limit, for a retry.
  if (auto why = context_->obstacle()) {
    if (attempt_) --context_->attempts;
    return fail(*std::move(why));
  }
  if (!attempt_) begin_attempt({});
  if (auto refused = attempt_->work.check_circuit()) return fail(*std::move(refused));
  const auto* batch = context_->batch_of();
  if (batch != nullptr && !batch->fill(current())) {
    return fail(
        error{errc::cancelled, request_effect::not_sent, "nobody wants the answer any more"});
  }
  return next(event::done{});
}

asio::awaitable<result<http::response>> api_call::send() {
  return attempt_->work.exchange(context_);
}

std::optional<exchange_action> api_call::take_answer(result<http::response> answer) {
  if (answer && context_->caller && answer->body.size() >= large_answer) {
    attempt_->answer = *std::move(answer);
    return std::nullopt;
  }
  return settle(attempt_->work.end(std::move(answer)));
}

asio::awaitable<exchange_action> api_call::read_elsewhere() {
  auto reading = attempt_->work.end_on(context_->caller, std::move(attempt_->answer));
  auto outcome = co_await std::move(reading);
  co_return settle(std::move(outcome));
}

exchange_action api_call::settle(result<reply> outcome) {
  if (!outcome) return fail(outcome.error());
  attempt_.reset();
  outcome_ = std::move(outcome);
  if (assistance_) assistance_->visit.end(turn_end::accepted);
  warn_of_execute_errors();
  return next(event::answered{});
}

exchange_action api_call::fail(error failure) {
  if (attempt_ && failure.api_code()) assisted().sent = attempt_->work.started();
  attempt_.reset();
  event::failed failed;
  failed.attempt = failed_attempt::of(failure);
  failed.of_api = failure.api_code().has_value();
  if (failed.of_api) failed.helpers = helpers_for(failure);
  failed.idempotency = idempotency_of(*context_, current());
  failed.now = context_->state->time()->now();
  failed.deadline = context_->deadline;
  outcome_ = std::move(failure);
  return next(failed);
}

void api_call::after_failure() {
  switch (machine_.retry()) {
    case retry_step::give_up:
      break;
    case retry_step::for_the_endpoint:
      --context_->attempts;
      return;
    case retry_step::again:
    case retry_step::at_the_limit:
      context_->state->counters().repeated(machine_.retry() == retry_step::at_the_limit);
      return;
  }
  // Handlers and hooks receive the error of the whole call.
  outcome_ = of_whole_call(*context_, current(), outcome_->error());
  if (!assistance_ || machine_.last() == exchange_action::renew_token) return;
  // An error other than the challenge means that VK accepted the answer.
  const auto pending = challenge::from(outcome_->error());
  const bool same =
      pending && pending->can_be_answered() && assistance_->visit.leads(pending->kind());
  if (!same) assistance_->visit.end(turn_end::accepted);
}

api_call::assistance& api_call::assisted() {
  if (!assistance_) {
    const auto& state = *context_->state;
    assistance_.reset(new assistance{state.current_hooks(), gate_visit{state.gate()}});
  }
  return *assistance_;
}

call_helpers api_call::helpers_for(const error& failure) {
  const auto& hooks = *assisted().current_hooks;
  const auto pending = answerable_challenge(failure);
  call_helpers helpers;
  helpers.code_handler = hooks.handlers.contains(*failure.api_code());
  helpers.challenge_hook = pending && hooks.for_kind(pending->kind());
  helpers.any_handler = static_cast<bool>(hooks.any_handler);
  helpers.renewal = failure.token_is_dead() && !current().access_token() &&
                    context_->state->tokens().renewable(current());
  return helpers;
}

// Hooks are not called for a challenge that cannot be answered.
std::optional<challenge> api_call::answerable_challenge(const error& failure) const {
  auto pending = challenge::from(failure);
  if (!pending || pending->can_be_answered()) return pending;
  context_->state->log().write(
      log_level::warning,
      "method=" + failure.method() + " challenge=" + shown(pending->kind()) +
          " cannot be answered: VK sent neither a page nor a picture with its number");
  return std::nullopt;
}

asio::awaitable<exchange_action> api_call::perform(exchange_action action) {
  switch (action) {
    case exchange_action::run_at_home:
      return run_at_home();
    case exchange_action::run_middlewares:
      return run_middlewares();
    case exchange_action::join_batch:
      return join_batch();
    case exchange_action::get_token:
      return get_token();
    case exchange_action::send:
      return read_elsewhere();
    case exchange_action::ask_handler:
      return ask(assisted().current_hooks->handlers.at(*outcome_->error().api_code()));
    case exchange_action::ask_any:
      return ask(assisted().current_hooks->any_handler);
    case exchange_action::answer_challenge:
      return answer_challenge();
    case exchange_action::renew_token:
      return renew_token();
    default:
      return sleep();
  }
}

// The caller awaits in another execution context. The call runs, and is counted, in the client's.
asio::awaitable<exchange_action> api_call::run_at_home() {
  // A batch has one: the calls in it read theirs from there.
  // From now on both contexts read the pointers.
  auto& progress = context_->with_extras().progress;
  if (!progress) progress = std::make_shared<batch_effect>(request_effect::not_sent);
  auto at_home = drive(call_of<result<reply>>{context_, request_, level_});
  auto waiting = await_remotely(context_, request_, std::move(at_home));
  outcome_ = co_await std::move(waiting);
  ended_at_home_ = true;
  co_return next(event::settled{outcome_->has_value()});
}

asio::awaitable<exchange_action> api_call::run_middlewares() {
  auto running = through_middlewares(context_, request_);
  outcome_ = co_await std::move(running);
  co_return next(event::settled{outcome_->has_value()});
}

asio::awaitable<exchange_action> api_call::join_batch() {
  auto waiting = with_others(context_, current());
  if (!waiting) co_return next(event::alone{});
  auto heard = co_await *std::move(waiting);
  count_batch(*context_, current(), heard);
  if (heard.failure) std::rethrow_exception(heard.failure);
  if (heard.cancelled) throw_cancelled();
  if (!heard.outcome) co_return next(event::alone{});
  outcome_ = *std::move(heard.outcome);
  co_return next(event::settled{outcome_->has_value()});
}

asio::awaitable<exchange_action> api_call::sleep() {
  const auto& time = context_->state->time();
  auto waiting = wait_until(*time, later_by(time->now(), machine_.pause()));
  if (co_await std::move(waiting)) throw_cancelled();
  co_return next(event::done{});
}

asio::awaitable<exchange_action> api_call::ask(const error_handler& handler) {
  auto work = run_hook(handler, context_->caller, current(), outcome_->error());
  auto timed = with_deadline(context_->state->time(), context_->deadline, std::move(work));
  auto action = co_await std::move(timed);
  if (!action) {
    outcome_ = deadline_error(current().method(), *context_, "waiting for an error handler");
    co_return next(event::chosen{handler_choice::fail});
  }
  auto& chosen = action->chosen();
  if (auto* value = std::get_if<reply>(&chosen)) {
    outcome_ = std::move(*value);
    co_return next(event::chosen{handler_choice::succeed});
  }
  if (auto* changed = std::get_if<request>(&chosen)) {
    const auto status = check_request(*changed);
    if (status) {
      changed_ = std::make_unique<request>(std::move(*changed));
      co_return next(event::chosen{handler_choice::send});
    }
    outcome_ = status.error();
  }
  if (auto* other = std::get_if<error>(&chosen)) outcome_ = std::move(*other);
  co_return next(event::chosen{handler_choice::fail});
}

asio::awaitable<exchange_action> api_call::renew_token() {
  const auto& state = *context_->state;
  state.log().write(log_level::info, "method=" + current().method() + " renewing the access token");
  auto lent = state.environment();
  auto work = state.tokens().renew(current(), context_->token, std::move(lent));
  auto timed = with_deadline(state.time(), context_->deadline, std::move(work));
  auto renewed = co_await std::move(timed);
  if (!renewed) {
    co_return fail(deadline_error(current().method(), *context_, "renewing the access token"));
  }
  // The renewal failed. VK did not execute a request that it refused for its token.
  if (!*renewed) co_return fail(renewed->error().set_effect(request_effect::not_sent));
  co_return next(event::done{});
}

hook_place api_call::place_on(asio::any_io_executor executor) const {
  const auto& caller = context_->caller;
  return {std::move(executor), caller ? caller->thread() : std::thread::id{}};
}

asio::awaitable<exchange_action> api_call::answer_challenge() {
  auto pending = challenge::from(outcome_->error());
  pending->wrong_answers(machine_.wrong_answers());
  const auto kind = pending->kind();
  auto& visit = assisted().visit;
  if (visit.is_inside_hook(context_->token, place_on(co_await asio::this_coro::executor))) {
    context_->state->log().write(log_level::warning,
                                 "method=" + current().method() + " challenge=" + shown(kind) +
                                     " not answered: the call was made by the hook that answers a "
                                     "challenge of the same token");
    co_return next(event::gate_left{gate_outcome::refused});
  }
  auto entering = visit.enter(context_->token, kind, assisted().sent);
  auto timed = within_challenge_timeout(context_, std::move(entering));
  const auto entered = co_await std::move(timed);
  if (!entered) {
    outcome_ = challenge_too_late("another call's " + shown(kind) + " was being answered");
    // Not `refused`: if the lead arrived at the last moment, it passes to the next call in line.
    visit.end(turn_end::abandoned);
    co_return next(event::gate_left{gate_outcome::refused});
  }
  if (!*entered) throw_cancelled();
  if (**entered == gate_verdict::passed) {
    visit.end(turn_end::accepted);
    co_return next(event::gate_left{gate_outcome::passed});
  }
  if (**entered == gate_verdict::refused) co_return next(event::gate_left{gate_outcome::refused});
  visit.now_leads(kind);
  auto asking = ask_person(*std::move(pending));
  co_return co_await std::move(asking);
}

asio::awaitable<challenge_answer> api_call::run_marked(asio::awaitable<challenge_answer> hook) {
  co_await asio::this_coro::reset_cancellation_state(asio::enable_total_cancellation());
  assistance_->visit.answering(place_on(co_await asio::this_coro::executor));
  co_return co_await std::move(hook);
}

asio::awaitable<exchange_action> api_call::ask_person(challenge challenge) {
  const auto kind = challenge.kind();
  context_->state->log().write(log_level::info,
                               "method=" + current().method() + " challenge=" + shown(kind));
  auto hook = run_hook(assistance_->current_hooks->for_kind(kind), context_->caller, challenge);
  auto marked = run_marked(std::move(hook));
  auto work = in_strand(std::move(marked));
  auto timed = within_challenge_timeout(context_, std::move(work));
  const auto answer = co_await std::move(timed);
  auto& visit = assistance_->visit;
  visit.answered();
  if (!answer) {
    outcome_ = challenge_too_late("waiting for the answer to a " + shown(kind));
    visit.end(turn_end::abandoned);
    co_return next(event::gate_left{gate_outcome::refused});
  }
  if (answer->what() == challenge_answer::kind::refused) {
    visit.end(turn_end::refused);
    co_return next(event::gate_left{gate_outcome::refused});
  }
  auto changed = challenge.answered(current(), *answer);
  if (!changed) {
    outcome_ = changed.error();
    visit.end(turn_end::abandoned);
    co_return next(event::gate_left{gate_outcome::refused});
  }
  changed_ = std::make_unique<request>(std::move(*changed));
  install_token(*answer);
  co_return next(event::gate_left{gate_outcome::answered});
}

error api_call::challenge_too_late(const std::string& doing) const {
  const auto& method = outcome_->error().method();
  if (context_->state->time()->now() >= context_->fixed_deadline) {
    return deadline_error(method, *context_, doing);
  }
  error failure{errc::deadline_exceeded, context_->effect.now(),
                "the time for one challenge (`config::challenge_timeout`) passed while " + doing};
  failure.set_method(method);
  return failure;
}

// The token from a validation replaces the refused one: in this call, and in the client's token
// source if it came from there.
void api_call::install_token(const challenge_answer& answer) {
  if (answer.what() != challenge_answer::kind::access_token) return;
  if (current().access_token()) {
    current().access_token(answer.text());
    return;
  }
  const auto kept = context_->state->tokens().replace(context_->token, answer.text());
  if (kept) return;
  context_->state->log().write(log_level::warning,
                               "method=" + current().method() +
                                   " the token that the validation gave is used, but could not be "
                                   "stored: " +
                                   kept.error().message());
}

void api_call::warn_of_execute_errors() {
  for (const auto& inner : (*outcome_)->execute_errors()) {
    context_->state->log().write(log_level::warning,
                                 "Execute \"" + inner.method() + "\" error: " + inner.to_string());
  }
}

void api_call::caught() {
  attempt_.reset();
  assistance_.reset();
  outcome_ = failure_at_hand(*context_, current().method());
}

result<reply> api_call::end() {
  if (ended_at_home_) return *std::move(outcome_);
  if (assistance_) assistance_->visit.end(turn_end::refused);
  // Uses the request as last sent: a handler may have changed it.
  auto outcome = of_whole_call(*context_, current(), *std::move(outcome_));
  if (level_ == call_level::inside) return outcome;
  outcome = counted(*context_, request_.method(), std::move(outcome));
  return of_whole_call(*context_, request_, std::move(outcome));
}

}  // namespace vkxx::detail
