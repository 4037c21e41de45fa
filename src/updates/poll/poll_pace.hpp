// How soon a source polls again.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>

namespace vkxx::detail {

// What arrives within a few milliseconds comes with one poll instead of one each: a poll costs as
// much as a message. Only where much arrives: one person who waits for an answer waits no longer.
class poll_pace {
 public:
  using time_point = std::chrono::steady_clock::time_point;

  // Between the beginnings of two polls; a server that is further away sets the pace by itself.
  static constexpr std::chrono::milliseconds interval{10};
  // In an answer. Of one message come up to three: itself, the answer, that it was read.
  static constexpr std::size_t many_updates = 4;

  // How many updates the last poll brought.
  void answered(std::size_t updates) noexcept { busy_ = updates >= many_updates; }
  // When the next poll begins, `now` or before: at once. Counts it.
  [[nodiscard]] time_point begin(time_point now) noexcept {
    const auto due = busy_ ? last_ + interval : now;
    last_ = std::max(due, now);
    return due;
  }

 private:
  time_point last_;
  bool busy_ = false;
};

}  // namespace vkxx::detail
