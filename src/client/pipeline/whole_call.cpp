#include "client/pipeline/whole_call.hpp"

#include <string>
#include <utility>
#include <vector>

#include <vkxx/core/redaction.hpp>
#include "client/request/call_idempotency.hpp"

namespace vkxx::detail {

std::vector<secret> secrets_of(const call_context& context, const request& call) {
  constexpr std::size_t shortest_secret = 4;
  std::vector<secret> all = context.earlier_tokens;
  if (!context.token.empty()) all.push_back(context.token);
  if (call.access_token() && !call.access_token()->empty()) all.push_back(*call.access_token());
  const auto add = [&](const parameters& given) {
    for (const auto& entry : given.entries()) {
      // `key=1` hides nothing, and would take every 1 out of a message.
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

}  // namespace vkxx::detail
