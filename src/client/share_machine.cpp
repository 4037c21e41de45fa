#include "client/share_machine.hpp"

#include <algorithm>
#include <ostream>
#include <utility>

namespace vkxx {
namespace {

// How often a process that goes by its own share tries whether it can ask again.
constexpr duration pause_after_failure = std::chrono::milliseconds{250};

}  // namespace

std::optional<share_ask> share_machine::want(std::size_t calls, time_point now) {
  // Alone, a question without a wish finds out whether that is over.
  if (asked_ || now < next_ask_ || (calls == 0 && !alone_)) return std::nullopt;
  asked_ = now;
  return share_ask{calls, alone_};
}

void share_machine::given(const places_given& answer, time_point now) {
  const auto asked = std::exchange(asked_, std::nullopt).value_or(now);
  const bool settling = answer.settling > duration::zero();
  // Those that have not come back yet are not seen there, but send by their own shares.
  const auto seen = settling ? std::max(processes_, answer.processes) : answer.processes;
  processes_ = std::max(seen, least_);
  settled_at_ = now + answer.settling;
  alone_ = false;
  next_ask_ = now + std::max(answer.next, duration::zero());
  for (const auto& place : answer.places) stock_.push_back({place, asked});
}

void share_machine::failed(std::size_t seen, time_point now) {
  asked_.reset();
  const bool settling = now < settled_at_;
  if (seen != 0) processes_ = std::max({seen, least_, settling ? processes_ : 0});
  alone_ = true;
  next_ask_ = now + pause_after_failure;
}

std::optional<lent_place> share_machine::use() {
  if (stock_.empty()) return std::nullopt;
  const auto place = stock_.back();
  stock_.pop_back();
  return place;
}

std::vector<lent_place> share_machine::leftover() {
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
  return out << ask.count << (ask.returning ? " returning" : "");
}

}  // namespace vkxx
