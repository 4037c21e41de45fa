#include "client/challenge/challenge_gate.hpp"

#include <algorithm>
#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <utility>

namespace vkxx::detail {

std::uint64_t challenge_gate::new_call() noexcept {
  const std::lock_guard lock{mutex_};
  return ++last_call_;
}

challenge_gate::lane& challenge_gate::lane_of(const secret& token) {
  const auto known = std::find_if(lanes_.begin(), lanes_.end(), [&](const lane& token_lane) {
    return token_lane.token == token;
  });
  if (known != lanes_.end()) return *known;
  lanes_.push_back({token, {}, {}});
  return lanes_.back();
}

// The last turn is of use to the calls that were under way when it ended.
void challenge_gate::drop_idle_lanes(time_point now) noexcept {
  constexpr auto longest_memory = std::chrono::minutes{10};
  constexpr std::size_t most_lanes = 1000;
  std::erase_if(lanes_, [&](const lane& token_lane) {
    const auto last = token_lane.machine.last_end();
    return token_lane.machine.idle() && (!last || now - *last > longest_memory);
  });
  if (lanes_.size() <= most_lanes) return;
  const auto idle = std::find_if(lanes_.begin(), lanes_.end(),
                                 [](const lane& token_lane) { return token_lane.machine.idle(); });
  if (idle != lanes_.end()) lanes_.erase(idle);
}

void challenge_gate::start(const asio::any_io_executor& executor, const secret& token,
                           std::uint64_t call, challenge_kind kind, time_point sent,
                           verdict_handler handler) {
  auto slot = asio::get_associated_cancellation_slot(handler);
  const std::lock_guard lock{mutex_};
  const auto verdict = lane_of(token).machine.arrive(call, kind, sent);
  parked_handler<std::optional<gate_verdict>> parked{executor, std::move(handler)};
  if (verdict != gate_verdict::wait) {
    parked.complete(verdict);
    return;
  }
  parked_.emplace(call, std::move(parked));
  if (slot.is_connected()) {
    slot.assign([gate = weak_from_this(), call](asio::cancellation_type) {
      if (const auto alive = gate.lock()) alive->cancel(call);
    });
  }
}

void challenge_gate::cancel(std::uint64_t call) noexcept {
  const std::lock_guard lock{mutex_};
  auto parked = parked_.extract(call);
  if (parked.empty()) return;
  for (auto& token_lane : lanes_) token_lane.machine.give_up(call);
  parked.mapped().complete(std::nullopt);
}

void challenge_gate::answering(const secret& token, std::uint64_t call, hook_place place) {
  const std::lock_guard lock{mutex_};
  lane_of(token).answering.emplace(call, std::move(place));
}

void challenge_gate::answered(const secret& token, std::uint64_t call) noexcept {
  const std::lock_guard lock{mutex_};
  auto& own = lane_of(token);
  if (own.answering && own.answering->first == call) own.answering.reset();
}

bool challenge_gate::is_inside_hook(const secret& token, const hook_place& place) {
  const std::lock_guard lock{mutex_};
  return std::any_of(lanes_.begin(), lanes_.end(), [&](const lane& token_lane) {
    return token_lane.token == token && token_lane.answering &&
           token_lane.answering->second.encloses(place);
  });
}

void challenge_gate::leave(const secret& token, std::uint64_t call, turn_end end) noexcept {
  const std::lock_guard lock{mutex_};
  auto& own = lane_of(token);
  if (own.answering && own.answering->first == call) own.answering.reset();
  auto& machine = own.machine;
  machine.give_up(call);
  const auto now = time_->now();
  for (const auto& notice : machine.leave(call, end, now)) {
    auto parked = parked_.extract(notice.call);
    if (!parked.empty()) parked.mapped().complete(notice.verdict);
  }
  drop_idle_lanes(now);
}

asio::awaitable<std::optional<gate_verdict>> challenge_gate::enter(
    std::shared_ptr<challenge_gate> gate, secret token, std::uint64_t call, challenge_kind kind,
    time_point sent) {
  const auto executor = co_await asio::this_coro::executor;
  auto initiation = [&gate, &token, &executor, call, kind, sent](auto handler) {
    gate->start(executor, token, call, kind, sent, verdict_handler{std::move(handler)});
  };
  co_return co_await asio::async_initiate<const asio::use_awaitable_t<>&,
                                          void(std::optional<gate_verdict>)>(initiation,
                                                                             asio::use_awaitable);
}

asio::awaitable<std::optional<gate_verdict>> gate_visit::enter(secret token, challenge_kind kind,
                                                               time_point sent) {
  if (call_ == 0) call_ = gate_->new_call();
  token_ = token;
  inside_ = true;
  return challenge_gate::enter(gate_, std::move(token), call_, kind, sent);
}

void gate_visit::end(turn_end result) noexcept {
  if (!inside_) return;
  inside_ = false;
  leads_.reset();
  gate_->leave(token_, call_, result);
}

}  // namespace vkxx::detail
