#include "client/limit/share_machine.hpp"

#include <algorithm>
#include <ostream>
#include <utility>

namespace vkxx::detail {
namespace {

// How often a process that uses its own share probes the coordinator.
constexpr duration pause_after_failure = std::chrono::milliseconds{250};
// Larger values from other processes are ignored.
constexpr duration longest_told = std::chrono::minutes{1};
constexpr std::size_t most_processes = 10'000;

}  // namespace

std::optional<share_ask> share_machine::want(std::size_t calls, time_point now) {
  // A question for no permits probes whether sharing works again.
  if (asked_ || now < next_ask_ || (calls == 0 && !alone_)) return std::nullopt;
  asked_ = now;
  asked_for_ = calls;
  return share_ask{calls, alone_};
}

void share_machine::given(const permit_grant& answer, time_point now) {
  const auto asked_at = std::exchange(asked_, std::nullopt).value_or(now);
  const auto settles = std::clamp(answer.settling, duration::zero(), longest_told);
  const bool settling = settles > duration::zero();
  // Processes that have not returned yet are not counted there, but send by their own shares.
  const auto told = std::min(answer.processes, most_processes);
  const auto seen = settling ? std::max(processes_, told) : told;
  processes_ = std::max(seen, least_);
  settled_at_ = now + settles;
  alone_ = false;
  next_ask_ = now + std::clamp(answer.retry_in, duration::zero(), longest_told);
  // No more than requested.
  const auto count = std::min(answer.permits.size(), asked_for_);
  for (std::size_t i = 0; i < count; ++i) stock_.push_back({answer.permits[i], asked_at});
}

void share_machine::failed(std::size_t seen, time_point now) {
  asked_.reset();
  const bool settling = now < settled_at_;
  if (seen != 0)
    processes_ = std::max({std::min(seen, most_processes), least_, settling ? processes_ : 0});
  alone_ = true;
  next_ask_ = now + pause_after_failure;
}

std::optional<leased_permit> share_machine::use() {
  if (stock_.empty()) return std::nullopt;
  const auto permit = stock_.back();
  stock_.pop_back();
  return permit;
}

std::vector<leased_permit> share_machine::leftover() {
  return std::exchange(stock_, {});
}

std::size_t share_machine::parts(time_point now) const noexcept {
  return alone_ || now < settled_at_ ? processes_ : 1;
}

std::optional<time_point> share_machine::next(time_point now) const noexcept {
  std::optional<time_point> first;
  if (!asked_ && now < next_ask_) first = next_ask_;
  if (!alone_ && now < settled_at_) first = std::min(first.value_or(settled_at_), settled_at_);
  return first;
}

std::ostream& operator<<(std::ostream& out, const share_ask& ask) {
  return out << ask.count << (ask.rejoining ? " rejoining" : "");
}

}  // namespace vkxx::detail
