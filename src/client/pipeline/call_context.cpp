#include "client/pipeline/call_context.hpp"

#include <boost/asio/error.hpp>
#include <boost/system/system_error.hpp>
#include <string>
#include <utility>
#include <vector>

#include <vkxx/core/redaction.hpp>
#include "client/request/call_idempotency.hpp"

namespace vkxx::detail {
namespace {

std::string exact_seconds(duration span) {
  const auto milliseconds = std::chrono::duration_cast<std::chrono::milliseconds>(span).count();
  const auto rest = std::to_string(milliseconds % 1000);
  return std::to_string(milliseconds / 1000) + "." + std::string(3 - rest.size(), '0') + rest +
         " s";
}

// The same failure; its text says where the time went.
error with_times(const error& failure, const call_context& context) {
  error refusal{errc::deadline_exceeded, failure.effect(),
                failure.message() + " (" + exact_seconds(context.queued) +
                    " in the queue for the limit, " + exact_seconds(context.at_vk) +
                    " for requests and their answers)"};
  refusal.set_method(failure.method());
  refusal.set_attempts(failure.attempts());
  refusal.set_http_status(failure.http_status());
  if (const auto wait = failure.retry_after()) refusal.set_retry_after(*wait);
  return refusal;
}

error failure_of(const std::exception& thrown, const std::string& method,
                 const call_context& context) {
  const auto* aborted = dynamic_cast<const boost::system::system_error*>(&thrown);
  const bool cancelled = aborted != nullptr && aborted->code() == asio::error::operation_aborted;
  const auto effect = context.effect.now();
  // A call that is cancelled because it may not be sent any more says so.
  const auto why =
      cancelled && effect == request_effect::not_sent ? context.obstacle() : std::nullopt;
  error failure = why ? *why
                  : cancelled
                      ? error{errc::cancelled, effect, "the caller cancelled the call"}
                      : error{errc::handler_failed, effect,
                              std::string{"a handler, hook, middleware or token source threw "
                                          "an exception: "} +
                                  thrown.what()};
  failure.set_method(method);
  return failure;
}

}  // namespace

call_idempotency idempotency_of(const call_context& context, const request& request) {
  if (const auto* batch = context.batch_of()) return batch->idempotency;
  const auto by_schema = idempotency_of(request);
  if (!context.idempotent) return by_schema;
  if (!*context.idempotent) return call_idempotency::not_idempotent;
  return by_schema == call_idempotency::not_idempotent ? call_idempotency::idempotent : by_schema;
}

std::vector<secret> secrets_of(const call_context& context, const request& call) {
  constexpr std::size_t shortest_secret = 4;
  std::vector<secret> all;
  if (context.extras) all = context.extras->earlier_tokens;
  if (!context.token.empty()) all.push_back(context.token);
  if (call.access_token() && !call.access_token()->empty()) all.push_back(*call.access_token());
  const auto add = [&](const parameters& given) {
    for (const auto& entry : given.entries()) {
      // `key=1` hides nothing, and would remove every 1 from a message.
      if (!entry.text || entry.text->size() < shortest_secret) continue;
      if (is_secret_parameter(call.method(), entry.name)) all.emplace_back(*entry.text);
    }
  };
  add(call.parameters());
  add(context.state->common());
  return all;
}

error deadline_error(const std::string& method, const call_context& context,
                     const std::string& doing) {
  error failure{errc::deadline_exceeded, context.effect.now(),
                "the deadline of the call passed while " + doing};
  failure.set_method(method);
  return failure;
}

error of_whole_call(const call_context& context, const request& call, error failure) {
  if (failure.method().empty()) failure.set_method(call.method());
  failure.set_attempts(context.attempts);
  const bool writes =
      context.effect.has_written() || idempotency_of(context, call) != call_idempotency::read_only;
  failure.set_write(writes);
  if (writes) failure.set_effect(stronger(failure.effect(), context.effect.now()));
  for (const auto& secret : secrets_of(context, call)) failure.hide(secret);
  return failure;
}

result<reply> of_whole_call(const call_context& context, const request& call,
                            result<reply> outcome) {
  if (outcome) return outcome;
  return of_whole_call(context, call, outcome.error());
}

result<reply> counted(call_context& context, const std::string& method, result<reply> outcome) {
  const auto now = context.state->time()->now();
  const auto phase = context.phase;
  context.enter_phase(phase, now);
  context.state->counters().finished(method, outcome, now - context.begun, phase);
  if (outcome || outcome.error() != errc::deadline_exceeded) return outcome;
  return with_times(outcome.error(), context);
}

error failure_at_hand(const call_context& context, const std::string& method) {
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

}  // namespace vkxx::detail
