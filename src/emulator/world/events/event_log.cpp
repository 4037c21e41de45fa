#include "emulator/world/events/event_log.hpp"

#include <algorithm>

namespace vkxx::emulation::detail {
namespace {

constexpr std::size_t most_event_bytes = std::size_t{64} << 20U;

}  // namespace

std::uint64_t event_log::append(world_event event) {
  event.number = ++last_number_;
  const auto number = event.number;
  events_.push_back(std::move(event));
  bytes_ += events_.back().bytes;
  while (events_.size() > most_events_ || (bytes_ > most_event_bytes && events_.size() > 1)) {
    bytes_ -= events_.front().bytes;
    events_.pop_front();
  }
  if (events_.empty()) return number;
  for (const auto& entry : observers_) entry.second(events_.back());
  return number;
}

std::ranges::subrange<event_log::iterator> event_log::since(std::uint64_t number) const {
  const auto gone = dropped();
  const auto seen = std::clamp(number, gone, last_number_) - gone;
  return {events_.begin() + static_cast<std::ptrdiff_t>(seen), events_.end()};
}

const world_event* event_log::find(std::uint64_t number) const noexcept {
  const auto gone = dropped();
  if (number <= gone || number > last_number_) return nullptr;
  return &events_[static_cast<std::size_t>(number - gone - 1)];
}

std::size_t event_log::observe(observer function) {
  observers_.emplace_back(++last_observer_, std::move(function));
  return last_observer_;
}

void event_log::forget(std::size_t id) {
  std::erase_if(observers_, [id](const auto& entry) { return entry.first == id; });
}

}  // namespace vkxx::emulation::detail
