#include "client/limit/shared_lane.hpp"

#include <algorithm>

namespace vkxx::detail {
namespace {

// During a slower answer its permits count as taken.
constexpr duration quick_answer = std::chrono::milliseconds{50};

}  // namespace

void shared_lane::prepare(limiter_machine& machine, time_point now) const noexcept {
  machine.divide(share_.parts(now));
  machine.need_permits(!share_.alone());
  machine.permit(share_.stock());
}

void shared_lane::went(const limiter_machine& machine, std::uint64_t ticket, time_point now) {
  const auto leased = share_.use();
  if (!leased) return;
  leased_.emplace(ticket, *leased);
  const auto late = now - leased->asked_at;
  if (late > quick_answer) bucket_->release(leased->permit, late + machine.hold(std::nullopt));
}

void shared_lane::give_back(limiter_machine& machine) noexcept {
  for (const auto& leased : share_.leftover()) bucket_->release(leased.permit, duration::zero());
  machine.permit(0);
}

void shared_lane::settle(const limiter_machine& machine, std::uint64_t ticket, time_point sent,
                         limiter_answer answer, time_point now) noexcept {
  const auto found = leased_.find(ticket);
  if (found == leased_.end()) return;
  const auto leased = found->second;
  leased_.erase(found);
  if (answer == limiter_answer::lost) return;
  if (answer == limiter_answer::unsent) return bucket_->release(leased.permit, duration::zero());
  // The permit was granted after the question, so counting from the question is safe.
  bucket_->release(leased.permit, (sent - leased.asked_at) + machine.hold(now - sent));
}

std::optional<permit_request> shared_lane::question(limiter_machine& machine, time_point now) {
  const auto ask = share_.want(machine.wants(now), now);
  if (!ask) return std::nullopt;
  permit_request request;
  request.count = ask->count;
  request.capacity = machine.places();
  request.lease = machine.hold(std::nullopt) + quick_answer;
  request.rejoining = ask->rejoining;
  return request;
}

void shared_lane::failed(limiter_machine& machine, time_point now) {
  const bool before = share_.alone();
  share_.failed(bucket_->processes(), now);
  // Until now the other processes may have acquired all permits of a window.
  if (!before) machine.pause(now + machine.hold(std::nullopt));
}

std::optional<time_point> shared_lane::next(const limiter_machine& machine, time_point now) const {
  if (machine.waiting() == 0) return std::nullopt;
  auto first = machine.next_deadline();
  const auto sooner = [&](std::optional<time_point> when) {
    if (when && *when > now) first = std::min(first.value_or(*when), *when);
  };
  sooner(machine.next_place());
  sooner(share_.next(now));
  return first;
}

}  // namespace vkxx::detail
