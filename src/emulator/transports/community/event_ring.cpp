#include "emulator/transports/community/event_ring.hpp"

#include <algorithm>

namespace vkxx::emulation::detail {

void event_ring::drop_front() {
  bytes_ -= entries_.front().text.size();
  entries_.pop_front();
  ++dropped_;
}

std::uint64_t event_ring::push(std::string text, std::int64_t time_ms) {
  expire(time_ms);
  bytes_ += text.size();
  entries_.push_back({time_ms, std::move(text)});
  ++last_;
  while (entries_.size() > limits_.most_events ||
         (bytes_ > limits_.most_bytes && entries_.size() > 1))
    drop_front();
  return last_;
}

void event_ring::expire(std::int64_t now_ms) {
  while (!entries_.empty() && now_ms - entries_.front().time_ms >= limits_.lifetime_ms)
    drop_front();
}

void event_ring::drop_until(std::uint64_t number) {
  while (!entries_.empty() && oldest() < number) drop_front();
}

void event_ring::lose() {
  drop_until(last_);
  ++last_;
  ++dropped_;
}

std::ranges::subrange<event_ring::iterator> event_ring::since(std::uint64_t ts) const {
  const auto seen = std::clamp(ts, oldest(), last_) - oldest();
  return {entries_.begin() + static_cast<std::ptrdiff_t>(seen), entries_.end()};
}

void ring_budget::count(const event_ring& ring) {
  auto& counted = counted_[&ring];
  bytes_ -= counted;
  counted = ring.bytes();
  bytes_ += counted;
}

void ring_budget::added(event_ring& ring, std::uint64_t number) {
  count(ring);
  order_.emplace_back(&ring, number);
  while (bytes_ > most_bytes_ && order_.size() > 1) {
    auto [oldest, event] = order_.front();
    order_.pop_front();
    oldest->drop_until(event);
    count(*oldest);
  }
  forget_dropped();
}

// Entries of events that their rings have dropped by themselves. Rare, so that it costs little.
void ring_budget::forget_dropped() {
  constexpr std::size_t least = 4096;
  if (order_.size() < std::max(2 * checked_size_, least)) return;
  std::erase_if(order_, [](const auto& entry) { return entry.first->oldest() >= entry.second; });
  checked_size_ = order_.size();
}

}  // namespace vkxx::emulation::detail
