#include "client/limit/call_limits.hpp"

#include <utility>

#include "client/config_check.hpp"
#include "client/request/call_idempotency.hpp"

namespace vkxx::detail {
namespace {

std::string exact_seconds(duration span) {
  const auto milliseconds = std::chrono::duration_cast<std::chrono::milliseconds>(span).count();
  const auto rest = std::to_string(milliseconds % 1000);
  return std::to_string(milliseconds / 1000) + "." + std::string(3 - rest.size(), '0') + rest +
         " s";
}

// The same failure, with what its time went for.
error with_times(const error& failure, const call_context& context) {
  error refusal{errc::deadline_exceeded, failure.effect(),
                failure.message() + " (" + exact_seconds(context.queued) +
                    " in the queue for the limit, " + exact_seconds(context.at_vk) + " at VK)"};
  refusal.set_method(failure.method());
  refusal.set_attempts(failure.attempts());
  refusal.set_http_status(failure.http_status());
  if (const auto wait = failure.retry_after()) refusal.set_retry_after(*wait);
  return refusal;
}

}  // namespace

call_idempotency idempotency_of(const call_context& context, const request& request) {
  if (context.late) return context.late->idempotency;
  const auto by_schema = idempotency_of(request);
  if (!context.idempotent) return by_schema;
  if (!*context.idempotent) return call_idempotency::not_idempotent;
  return by_schema == call_idempotency::not_idempotent ? call_idempotency::idempotent : by_schema;
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

result<reply> counted(call_context& context, const std::string& method, result<reply> outcome) {
  const auto now = context.state->time()->now();
  const auto phase = context.phase;
  context.enter_phase(phase, now);
  context.state->counters().finished(method, outcome, now - context.begun, phase);
  if (outcome || outcome.error() != errc::deadline_exceeded) return outcome;
  return with_times(outcome.error(), context);
}

}  // namespace vkxx::detail
