// How often a source may poll.
#pragma once

#include <algorithm>
#include <chrono>

namespace vkxx::detail {

// What arrives within a few milliseconds comes with one poll instead of one each: a poll costs as
// much as a message. Polls of a server that is further away are paced by the way there.
class poll_pace {
 public:
  using time_point = std::chrono::steady_clock::time_point;

  static constexpr std::chrono::milliseconds interval{5};
  // A talk of some messages is not delayed.
  static constexpr int most_at_once = 32;

  // When the next poll begins, `now` or before: at once. Counts it.
  [[nodiscard]] time_point begin(time_point now) noexcept {
    paced_until_ = std::max(paced_until_, now);
    const auto due = paced_until_ - (most_at_once - 1) * interval;
    paced_until_ += interval;
    return due;
  }

 private:
  time_point paced_until_;
};

}  // namespace vkxx::detail
