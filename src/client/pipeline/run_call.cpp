#include "client/pipeline/run_call.hpp"

#include <algorithm>
#include <utility>

#include "client/config_check.hpp"
#include "client/exchange/exchange_driver.hpp"
#include "client/pipeline/api_call.hpp"
#include "client/request/call_idempotency.hpp"
#include "core/async/time_sum.hpp"

namespace vkxx::detail {
namespace {

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
  if (options.caller() != 0) context->with_extras().fair_share_of = options.caller();
  context->idempotent = options.idempotent();
  context->retry = options.retry();
  context->batch = options.batch() && options.retry() && options.headers().empty();
  // A middleware sees the reply, so its text has to be checked.
  if (settings.around_call().empty()) context->decoder = decoder_access::of(options);
  if (const auto& permit = permit_access::of(options)) context->with_extras().permit = permit;
  if (!options.headers().empty()) context->with_extras().headers = options.headers();
  context->timeout = options.timeout().value_or(settings.timeout());
  context->begun = context->phase_began = now;
  context->state = std::move(state);
  context->caller = std::move(caller);
  return context;
}

template <class Outcome>
asio::awaitable<Outcome> run(std::shared_ptr<call_context> context, request request) {
  return drive(call_of<Outcome>{std::move(context), std::move(request), call_level::whole});
}

template <class Outcome>
asio::awaitable<Outcome> refused(std::shared_ptr<call_state> state, std::string method,
                                 error refusal) {
  refusal.set_method(std::move(method));
  co_return given<Outcome>(result<reply>{counted_refusal(state.get(), std::move(refusal))});
}

}  // namespace

error counted_refusal(const call_state* state, error refusal) {
  // In a child process the lock of the counters may be held by a thread that does not exist there.
  if (state != nullptr && state->is_in_its_process()) {
    state->counters().finished(refusal.method(), result<reply>{refusal}, duration::zero(),
                               call_phase::elsewhere);
  }
  return refusal;
}

error empty_handle() {
  return {errc::invalid_argument, request_effect::not_sent,
          "the client was moved from: use the one that it was moved to"};
}

error made_before_fork() {
  return {errc::invalid_argument, request_effect::not_sent,
          "the client was made before fork(), and its threads and connections are the parent's: "
          "make another one in the child"};
}

result<void> check_call(const call_state* state, const call_options& options, bool thread_waits) {
  if (state == nullptr) return empty_handle();
  if (!state->is_in_its_process()) return made_before_fork();
  if (!thread_waits && options.stop_token().stop_possible()) {
    return error{errc::invalid_argument, request_effect::not_sent,
                 "call_options::stop_token is for vkxx::blocking_client: a coroutine is cancelled "
                 "by asio's cancellation slots"};
  }
  return check(options);
}

asio::awaitable<result<reply>> run_call(std::shared_ptr<call_state> state, request request,
                                        call_options options,
                                        std::shared_ptr<caller_thread> caller) {
  if (const auto status = check_call(state.get(), options, caller != nullptr); !status) {
    return refused<result<reply>>(std::move(state), request.method(), status.error());
  }
  add_key(request, state->guard());
  auto context = make_context(std::move(state), options, std::move(caller));
  return run<result<reply>>(std::move(context), std::move(request));
}

asio::awaitable<result<reply>> refuse_call(std::shared_ptr<call_state> state, error refusal) {
  auto method = refusal.method();
  return refused<result<reply>>(std::move(state), std::move(method), std::move(refusal));
}

asio::awaitable<reply> run_call_or_throw(std::shared_ptr<call_state> state, request request,
                                         call_options options) {
  if (const auto status = check_call(state.get(), options, false); !status) {
    return refused<reply>(std::move(state), request.method(), status.error());
  }
  add_key(request, state->guard());
  auto context = make_context(std::move(state), options, nullptr);
  return run<reply>(std::move(context), std::move(request));
}

asio::awaitable<result<reply>> run_batch(std::shared_ptr<call_state> state, request request,
                                         call_options options, batch_contents contents,
                                         std::shared_ptr<batch_effect> progress) {
  auto context = make_context(std::move(state), options, nullptr);
  context->batch = false;
  auto& extras = context->with_extras();
  extras.batch = std::move(contents);
  extras.progress = std::move(progress);
  return run<result<reply>>(std::move(context), std::move(request));
}

}  // namespace vkxx::detail
