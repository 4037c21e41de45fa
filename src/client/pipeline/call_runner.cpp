#include "client/pipeline/call_runner.hpp"

#include <algorithm>
#include <boost/asio/error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/system/system_error.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "client/execute/batched_call.hpp"
#include "client/limit/call_limits.hpp"
#include "client/pipeline/attempt.hpp"
#include "client/pipeline/challenge_time.hpp"
#include "client/pipeline/remote_call.hpp"
#include "client/pipeline/run_hook.hpp"
#include "client/pipeline/whole_call.hpp"
#include "client/request/call_idempotency.hpp"
#include "core/async/in_strand.hpp"
#include "core/async/time_sum.hpp"
#include "core/async/with_deadline.hpp"

namespace vkxx::detail {

namespace {

std::string shown(challenge_kind kind) {
  return std::string{to_string(kind)};
}

asio::awaitable<void> rest(std::shared_ptr<clock> time, duration pause) {
  auto waiting = wait_until(*time, later_by(time->now(), pause));
  if (co_await std::move(waiting)) {
    throw boost::system::system_error{asio::error::operation_aborted};
  }
}

// The life of one call. Lives in the frame of `run_singly`.
class call_runner {
 public:
  // `request` lives longer.
  call_runner(std::shared_ptr<call_context> context, request& request)
      : context_{std::move(context)},
        request_{&request},
        machine_{context_->state->settings().max_sends()},
        hooks_{context_->state->current_hooks()},
        visit_{context_->state->gate()} {}

  // What must not be sent ends before it begins.
  [[nodiscard]] call_action start() {
    // What has entered was checked before.
    if (context_->entered) return machine_.start();
    const auto status = check_request(*request_);
    if (status) return machine_.start();
    outcome_ = status.error();
    return call_action::fail;
  }

  // Before each attempt. Nothing: it may be made, or not, at once.
  [[nodiscard]] std::optional<asio::awaitable<result<entry>>> enter() {
    auto& entered = context_->entered;
    if (!entered) entered = try_enter(*context_, *request_, context_->state->time()->now());
    if (!*entered || **entered == entry::open) return std::nullopt;
    return detail::enter(context_, *request_, **entered);
  }
  void entered(result<entry> outcome) { context_->entered = std::move(outcome); }

  // The attempt that is made now, or why none is.
  [[nodiscard]] std::optional<error> begin(std::optional<attempt>& attempt) {
    const auto entered = std::exchange(context_->entered, std::nullopt);
    if (!*entered) return entered->error();
    // Not before: a token that could not be had is no attempt of the call.
    ++context_->attempts;
    attempt.emplace(*context_, *request_, context_->attempts);
    return attempt->begin();
  }

  // How long to wait before the same is retried; nothing: this is the outcome.
  [[nodiscard]] std::optional<duration> pause_after(result<reply>& outcome) {
    auto& guard = context_->state->guard();
    if (outcome) {
      guard.succeeded(retry_);
      return std::nullopt;
    }
    auto failure = outcome.error();
    // The circuit breaker let it not even try.
    if (!context_->retry && failure != errc::endpoint_unavailable) {
      outcome = of_whole_call(*context_, *request_, std::move(failure));
      return std::nullopt;
    }
    if (!retry_) retry_.emplace(guard.rules(), idempotency_of(*context_, *request_));
    const auto step =
        guard.decide(*retry_, failure, context_->state->time()->now(), context_->deadline);
    if (step.step == retry_step::give_up) {
      // What handlers and hooks see.
      outcome = of_whole_call(*context_, *request_, std::move(failure));
      return std::nullopt;
    }
    if (step.step == retry_step::for_the_endpoint) {
      --context_->attempts;
      return step.pause;
    }
    context_->state->counters().repeated(step.step == retry_step::at_the_limit);
    return step.pause;
  }

  [[nodiscard]] call_action settle(result<reply> outcome) {
    outcome_ = std::move(outcome);
    if (*outcome_) {
      visit_.end(turn_end::accepted);
      warn_of_execute_errors();
      return machine_.on_reply();
    }
    const auto& failure = outcome_->error();
    const auto challenge = answerable_challenge(failure);
    if (!challenge || !visit_.leads(challenge->kind())) visit_.end(turn_end::accepted);
    const auto code = failure.api_code();
    if (!code) return machine_.on_failure();
    call_helpers helpers;
    helpers.code_handler = hooks_->handlers.contains(*code);
    helpers.challenge_hook = challenge && hooks_->for_kind(challenge->kind());
    helpers.any_handler = static_cast<bool>(hooks_->any_handler);
    helpers.renewal = failure.token_is_dead() && !request_->access_token() &&
                      context_->state->tokens().renewable(*request_);
    return machine_.on_api_error(helpers);
  }

  // What is neither an attempt nor the end.
  [[nodiscard]] asio::awaitable<call_action> turn_to(call_action helper) {
    switch (helper) {
      case call_action::ask_handler:
        return ask(hooks_->handlers.at(outcome_->error().api_code().value()));
      case call_action::ask_any:
        return ask(hooks_->any_handler);
      case call_action::ask_challenge:
        return meet_challenge();
      default:
        return renew_token();
    }
  }

  result<reply> finish() {
    visit_.end(turn_end::refused);
    // By the request as it was sent last, which a handler may have changed.
    return of_whole_call(*context_, *request_, std::move(*outcome_));
  }

 private:
  // Nobody is asked for what cannot be answered.
  std::optional<challenge> answerable_challenge(const error& failure) const {
    auto pending = challenge::from(failure);
    if (!pending || pending->can_be_answered()) return pending;
    context_->state->log().write(
        log_level::warning,
        "method=" + request_->method() + " challenge=" + shown(pending->kind()) +
            " cannot be answered: VK sent neither a page nor a picture with its number");
    return std::nullopt;
  }

  asio::awaitable<call_action> ask(const error_handler& handler) {
    auto work = run_hook(handler, context_->caller, *request_, outcome_->error());
    auto timed = with_deadline(context_->state->time(), context_->deadline, std::move(work));
    auto action = co_await std::move(timed);
    if (!action) {
      outcome_ = deadline_error(request_->method(), *context_, "waiting for an error handler");
      co_return machine_.on_handler(handler_choice::fail);
    }
    auto& chosen = action->chosen();
    if (auto* other = std::get_if<error>(&chosen)) outcome_ = std::move(*other);
    if (auto* value = std::get_if<reply>(&chosen)) {
      outcome_ = std::move(*value);
      co_return machine_.on_handler(handler_choice::succeed);
    }
    if (auto* changed = std::get_if<request>(&chosen)) {
      if (const auto status = check_request(*changed); !status) {
        outcome_ = status.error();
        co_return machine_.on_handler(handler_choice::fail);
      }
      request_ = &changed_.emplace(std::move(*changed));
      co_return machine_.on_handler(handler_choice::send);
    }
    co_return machine_.on_handler(handler_choice::fail);
  }

  asio::awaitable<call_action> renew_token() {
    context_->state->log().write(log_level::info,
                                 "method=" + request_->method() + " renewing the access token");
    for (;;) {
      auto lent = context_->state->environment();
      auto work = context_->state->tokens().renew(*request_, context_->token, std::move(lent));
      auto timed = with_deadline(context_->state->time(), context_->deadline, std::move(work));
      auto renewed = co_await std::move(timed);
      if (!renewed) {
        outcome_ = deadline_error(request_->method(), *context_, "renewing the access token");
        co_return machine_.on_renewal(false);
      }
      if (*renewed) co_return machine_.on_renewal(true);
      // A failure of the renewal: what VK refused for its token was not carried out.
      outcome_ = renewed->error().set_effect(request_effect::not_sent);
      const auto pause = pause_after(*outcome_);
      if (!pause) co_return machine_.on_renewal(false);
      auto resting = rest(context_->state->time(), *pause);
      co_await std::move(resting);
    }
  }

  asio::awaitable<call_action> meet_challenge() {
    auto pending = challenge::from(outcome_->error());
    pending->wrong_answers(machine_.wrong_answers());
    const auto kind = pending->kind();
    if (visit_.is_inside_hook(context_->token, place_on(co_await asio::this_coro::executor))) {
      context_->state->log().write(
          log_level::warning, "method=" + request_->method() + " challenge=" + shown(kind) +
                                  " not answered: the call was made by the hook that answers a "
                                  "challenge of the same token");
      co_return machine_.on_gate(gate_outcome::refused);
    }
    auto entering = visit_.enter(context_->token, kind);
    auto timed = within_challenge_timeout(context_, std::move(entering));
    const auto entered = co_await std::move(timed);
    if (!entered) {
      outcome_ = challenge_too_late("another call's " + shown(kind) + " was being answered");
      // Not refused: should the lead have come at the last moment, the next in line gets it.
      visit_.end(turn_end::abandoned);
      co_return machine_.on_gate(gate_outcome::refused);
    }
    if (!*entered) throw boost::system::system_error{asio::error::operation_aborted};
    if (**entered == gate_verdict::passed) {
      visit_.end(turn_end::accepted);
      co_return machine_.on_gate(gate_outcome::passed);
    }
    if (**entered == gate_verdict::refused) co_return machine_.on_gate(gate_outcome::refused);
    visit_.now_leads(kind);
    co_return co_await answer(std::move(*pending));
  }

  [[nodiscard]] hook_place place_on(asio::any_io_executor executor) const {
    const auto& caller = context_->caller;
    return {std::move(executor), caller ? caller->thread() : std::thread::id{}};
  }

  asio::awaitable<challenge_answer> run_marked(asio::awaitable<challenge_answer> hook) {
    co_await asio::this_coro::reset_cancellation_state(asio::enable_total_cancellation());
    visit_.answering(place_on(co_await asio::this_coro::executor));
    co_return co_await std::move(hook);
  }

  asio::awaitable<call_action> answer(challenge challenge) {
    const auto kind = challenge.kind();
    context_->state->log().write(log_level::info,
                                 "method=" + request_->method() + " challenge=" + shown(kind));
    auto hook = run_hook(hooks_->for_kind(kind), context_->caller, challenge);
    auto marked = run_marked(std::move(hook));
    auto work = in_strand(std::move(marked));
    auto timed = within_challenge_timeout(context_, std::move(work));
    const auto answered = co_await std::move(timed);
    visit_.answered();
    if (!answered) {
      outcome_ = challenge_too_late("waiting for the answer to a " + shown(kind));
      visit_.end(turn_end::abandoned);
      co_return machine_.on_gate(gate_outcome::refused);
    }
    if (answered->what() == challenge_answer::kind::refused) {
      visit_.end(turn_end::refused);
      co_return machine_.on_gate(gate_outcome::refused);
    }
    auto changed = challenge.answered(*request_, *answered);
    if (!changed) {
      outcome_ = changed.error();
      visit_.end(turn_end::abandoned);
      co_return machine_.on_gate(gate_outcome::refused);
    }
    request_ = &changed_.emplace(std::move(*changed));
    install_token(*answered);
    co_return machine_.on_gate(gate_outcome::answered);
  }

  [[nodiscard]] error challenge_too_late(const std::string& doing) const {
    if (context_->state->time()->now() >= context_->fixed_deadline) {
      return deadline_error(request_->method(), *context_, doing);
    }
    error failure{errc::deadline_exceeded, context_->effect.now(),
                  "the time for one challenge (`config::challenge_timeout`) passed while " + doing};
    failure.set_method(request_->method());
    return failure;
  }

  // A validation's token takes the place of the one that was refused: for this call, and in the
  // client's source if it came from there.
  void install_token(const challenge_answer& answered) {
    if (answered.what() != challenge_answer::kind::access_token) return;
    if (request_->access_token()) {
      request_->access_token(answered.text());
    } else {
      const auto kept = context_->state->tokens().replace(context_->token, answered.text());
      if (kept) return;
      context_->state->log().write(
          log_level::warning,
          "method=" + request_->method() +
              " the token that the validation gave is used, but could not be stored: " +
              kept.error().message());
    }
  }

  void warn_of_execute_errors() {
    for (const auto& inner : (*outcome_)->execute_errors()) {
      context_->state->log().write(
          log_level::warning, "Execute \"" + inner.method() + "\" error: " + inner.to_string());
    }
  }

  std::shared_ptr<call_context> context_;
  // The caller's, or what a handler put in its place.
  request* request_;
  std::optional<request> changed_;
  call_machine machine_;
  std::shared_ptr<const hooks> hooks_;
  gate_visit visit_;
  // Nothing before the first failure.
  std::optional<retry_machine> retry_;
  // Nothing before the first attempt.
  std::optional<result<reply>> outcome_;
};

// Reading one takes long enough to keep other calls of the thread waiting.
constexpr std::size_t large_answer = std::size_t{256} << 10U;

// `request` lives longer.
asio::awaitable<result<reply>> run_singly(std::shared_ptr<call_context> context, request& request) {
  call_runner runner{context, request};
  auto action = runner.start();
  while (action != call_action::succeed && action != call_action::fail) {
    if (action != call_action::send) {
      auto help = runner.turn_to(action);
      action = co_await std::move(help);
      continue;
    }
    if (auto entering = runner.enter()) {
      auto entered = co_await *std::move(entering);
      runner.entered(std::move(entered));
    }
    std::optional<attempt> attempt;
    std::optional<result<reply>> outcome;
    if (auto refused = runner.begin(attempt)) {
      outcome.emplace(*std::move(refused));
    } else {
      auto exchanging = attempt->exchange(context);
      auto answer = co_await std::move(exchanging);
      if (answer && context->caller && answer->body.size() >= large_answer) {
        auto reading = attempt->end_on(context->caller, std::move(*answer));
        outcome.emplace(co_await std::move(reading));
      } else {
        outcome.emplace(attempt->end(std::move(answer)));
      }
    }
    attempt.reset();
    const auto pause = runner.pause_after(*outcome);
    if (!pause) {
      action = runner.settle(*std::move(outcome));
    } else if (*pause > duration::zero()) {
      auto resting = rest(context->state->time(), *pause);
      co_await std::move(resting);
    }
  }
  co_return runner.finish();
}

// `request` lives longer.
asio::awaitable<result<reply>> run_inner(std::shared_ptr<call_context> context, request& request) {
  if (auto waiting = with_others(context, request)) {
    auto heard = co_await *std::move(waiting);
    count_batch(*context, request, heard);
    if (heard.cancelled) throw boost::system::system_error{asio::error::operation_aborted};
    if (heard.outcome) co_return *std::move(heard.outcome);
  }
  auto alone = run_singly(std::move(context), request);
  co_return co_await std::move(alone);
}

// The middlewares from `index` on, then the call itself.
asio::awaitable<result<reply>> around(std::shared_ptr<call_context> context, std::size_t index,
                                      request call_request) {
  const auto& middlewares = context->state->settings().around_call();
  if (index == middlewares.size()) {
    auto inner = run_inner(std::move(context), call_request);
    co_return co_await std::move(inner);
  }
  next_call next = [context, index](request passed_on) {
    return around(context, index + 1, std::move(passed_on));
  };
  auto wrapped = middlewares[index](std::move(call_request), std::move(next));
  co_return co_await std::move(wrapped);
}

// Everything else that waits keeps the deadline itself; a middleware may not.
asio::awaitable<result<reply>> within_deadline(std::shared_ptr<call_context> context,
                                               request request) {
  const auto method = request.method();
  auto work = around(context, 0, std::move(request));
  if (context->deadline == no_deadline) co_return co_await std::move(work);
  auto limit = deadline_alarm(context);
  auto timed = before_alarm(std::move(limit), std::move(work));
  auto outcome = co_await std::move(timed);
  if (!outcome) co_return deadline_error(method, *context, "a middleware was working");
  co_return std::move(*outcome);
}

// The usual call has none, and a coroutine less to go through.
bool has_middlewares(const call_context& context) noexcept {
  const auto& settings = context.state->settings();
  return !settings.around_call().empty() || !settings.around_attempt().empty();
}

// Whether the call has to wait for its turn before anything else; to be asked where it waits in the
// smallest frame.
bool waits_first(call_context& context, const request& request, time_point now) {
  if (has_middlewares(context) || context.state->batcher() || !check_request(request)) return false;
  const auto& entered = context.entered.emplace(try_enter(context, request, now));
  return entered && *entered == entry::no_turn_yet;
}

std::shared_ptr<call_context> make_context(std::shared_ptr<call_state> state,
                                           const call_options& options,
                                           std::shared_ptr<caller_thread> caller) {
  auto context = std::make_shared<call_context>();
  const auto& settings = state->settings();
  const auto now = state->time()->now();
  const auto limit = options.total_timeout().value_or(settings.total_timeout());
  context->deadline = later_by(now, limit);
  context->fixed_deadline = options.deadline().value_or(no_deadline);
  context->deadline = std::min(context->deadline, context->fixed_deadline);
  context->priority = options.priority();
  context->fair_share_of = options.caller();
  context->idempotent = options.idempotent();
  context->retry = options.retry();
  context->batch = options.batch() && options.retry() && options.headers().empty();
  if (!options.headers().empty()) {
    context->headers =
        std::make_unique<const std::vector<std::pair<std::string, std::string>>>(options.headers());
  }
  context->timeout = options.timeout().value_or(settings.timeout());
  context->begun = context->phase_began = now;
  context->state = std::move(state);
  context->caller = std::move(caller);
  return context;
}

error failure_of(const std::exception& thrown, const std::string& method,
                 const call_context& context) {
  const auto* aborted = dynamic_cast<const boost::system::system_error*>(&thrown);
  const bool cancelled = aborted != nullptr && aborted->code() == asio::error::operation_aborted;
  const auto effect = context.effect.now();
  error failure = cancelled ? error{errc::cancelled, effect, "the caller cancelled the call"}
                            : error{errc::handler_failed, effect,
                                    std::string{"a handler, hook, middleware or token source threw "
                                                "an exception: "} +
                                        thrown.what()};
  failure.set_method(method);
  return failure;
}

// What the exception at hand means; std::bad_alloc goes on.
result<reply> caught(const call_context& context, const std::string& method) {
  try {
    throw;
  } catch (const std::bad_alloc&) {
    throw;
  } catch (const exception& failure) {
    return failure.error();
  } catch (const std::exception& thrown) {
    return failure_of(thrown, method, context);
  } catch (...) {
    error failure{
        errc::handler_failed, context.effect.now(),
        "a handler, hook, middleware or token source threw something that is no exception"};
    failure.set_method(method);
    return failure;
  }
}

template <class Outcome>
Outcome given(result<reply> outcome) {
  if constexpr (std::is_same_v<Outcome, reply>) {
    if (!outcome) throw_error(outcome.error());
    return std::move(*outcome);
  } else {
    return outcome;
  }
}

// All but the wait for the limit. `request` lives longer.
asio::awaitable<result<reply>> run_on(const std::shared_ptr<call_context>& context,
                                      request& request) {
  if (has_middlewares(*context)) return within_deadline(context, request);
  if (context->state->batcher()) return run_inner(context, request);
  return run_singly(context, request);
}

template <class Outcome>
asio::awaitable<Outcome> run_whole(std::shared_ptr<call_context> context, request request);

// The same, awaited in another execution context than the client's.
asio::awaitable<result<reply>> run_remotely(std::shared_ptr<call_context> context,
                                            request request) {
  context->progress = std::make_shared<batch_effect>(request_effect::not_sent);
  auto work = run_whole<result<reply>>(context, request);
  return await_remotely(std::move(context), std::move(request), std::move(work));
}

// The outermost coroutine of a call. Turns into errors everything that may be thrown. Where a call
// waits for the limit it waits here, in a frame that is kept small.
template <class Outcome>
asio::awaitable<Outcome> run_whole(std::shared_ptr<call_context> context, request request) {
  if (!context->state->home().holds(co_await asio::this_coro::executor)) {
    auto far = run_remotely(std::move(context), std::move(request));
    co_return given<Outcome>(co_await std::move(far));
  }
  const auto now = context->state->time()->now();
  std::optional<result<reply>> outcome;
  if (now >= context->deadline) {
    outcome = deadline_error(request.method(), *context, "the call had not begun");
  } else {
    try {
      if (waits_first(*context, request, now)) {
        context->enter_phase(call_phase::queued, now);
        auto waiting = wait_for_turn(*context, request);
        const auto told = co_await std::move(waiting);
        context->entered = after_turn(*context, request, now, told);
      }
      auto work = run_on(context, request);
      outcome = co_await std::move(work);
    } catch (...) {
      outcome = caught(*context, request.method());
    }
  }
  outcome = counted(*context, request.method(), *std::move(outcome));
  outcome = of_whole_call(*context, request, *std::move(outcome));
  co_return given<Outcome>(*std::move(outcome));
}

template <class Outcome>
asio::awaitable<Outcome> refused_call(request request, error refusal) {
  refusal.set_method(request.method());
  co_return given<Outcome>(result<reply>{std::move(refusal)});
}

}  // namespace

asio::awaitable<result<reply>> run_call(std::shared_ptr<call_state> state, request request,
                                        call_options options,
                                        std::shared_ptr<caller_thread> caller) {
  if (const auto status = check_call(state.get(), options, caller != nullptr); !status) {
    return refused_call<result<reply>>(std::move(request), status.error());
  }
  add_key(request, state->guard());
  auto context = make_context(std::move(state), options, std::move(caller));
  return run_whole<result<reply>>(std::move(context), std::move(request));
}

asio::awaitable<reply> run_call_or_throw(std::shared_ptr<call_state> state, request request,
                                         call_options options) {
  if (const auto status = check_call(state.get(), options, false); !status) {
    return refused_call<reply>(std::move(request), status.error());
  }
  add_key(request, state->guard());
  auto context = make_context(std::move(state), options, nullptr);
  return run_whole<reply>(std::move(context), std::move(request));
}

asio::awaitable<result<reply>> run_prepared(std::shared_ptr<call_state> state, request request,
                                            call_options options, late_request late,
                                            std::shared_ptr<batch_effect> progress) {
  auto context = make_context(std::move(state), options, nullptr);
  context->late = std::make_unique<late_request>(std::move(late));
  context->progress = std::move(progress);
  return run_whole<result<reply>>(std::move(context), std::move(request));
}

}  // namespace vkxx::detail
