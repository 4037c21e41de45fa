// The part of the service that suspends requests and resumes them.
#include <algorithm>
#include <chrono>

#include "emulator/http/transport_faults.hpp"
#include "emulator/service.hpp"

namespace vkxx::emulation::detail {

// Registers first: what happens during the attempt wakes the request.
request_outcome service::attempted(std::unique_ptr<suspended_request> request) {
  auto& pending = request->pending;
  const bool real = pending.pause != duration::zero();
  auto& registry = real ? real_suspensions_ : suspensions_;
  const auto until = real
                         ? std::min(pending.until, std::chrono::steady_clock::now() + pending.pause)
                         : pending.until;
  const auto id = registry.add(pending.channel, pending.subject, until);
  if (id) request->registered = suspension{registry, *id};
  auto reply = pending.attempt(!id);
  if (!reply && !id) reply = answer{};
  if (!reply) return request;
  return answered(*request, std::move(reply));
}

request_outcome service::resume(std::unique_ptr<suspended_request> request, wake_cause cause) {
  request->registered = {};
  const bool pauses = request->pending.pause != duration::zero() &&
                      std::chrono::steady_clock::now() < request->pending.until;
  if (cause == wake_cause::time && pauses) return attempted(std::move(request));
  if (cause == wake_cause::time || cause == wake_cause::ended)
    return answered(*request, request->pending.attempt(true));
  if (cause == wake_cause::fault)
    if (auto reply = play_on(*request)) return answered(*request, std::move(reply));
  const bool late = !pauses && options_.time()->now() >= request->pending.until;
  // Most events concern who waits for them: a registration is for the others.
  if (auto reply = request->pending.attempt(late)) return answered(*request, std::move(reply));
  return attempted(std::move(request));
}

answer service::answered(suspended_request& request, std::optional<answer> reply) {
  request.record.status = reply ? reply->status : 0;
  static_cast<void>(finish(request.message, std::move(request.record), reply ? &*reply : nullptr));
  return reply ? std::move(*reply) : answer{};
}

void service::abandon(std::unique_ptr<suspended_request> request) {
  request->registered = {};
  static_cast<void>(answered(*request, std::nullopt));
}

// The answer of a fault that hits the waiting request.
std::optional<answer> service::play_on(suspended_request& request) {
  std::optional<active_fault> played;
  {
    const std::lock_guard lock{mutex_};
    played = stage_->faults.take(transport_question(request.pending.subject, {}, request.message));
  }
  if (!played) return std::nullopt;
  request.record.fault = to_string(played->rule);
  answer reply;
  if (play_before(played->rule, request.message, reply)) return reply;
  auto rest = request.pending.attempt(true);
  if (rest) play_after(played->rule, *rest);
  return rest;
}

void service::wake_by(const fault& added) {
  suspensions_.wake_subjects(
      [&added](std::string_view subject) { return method_fits(added.method(), subject); });
}

}  // namespace vkxx::emulation::detail
