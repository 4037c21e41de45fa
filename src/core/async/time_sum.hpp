// Moments from spans that somebody else chose.
#pragma once

#include <vkxx/core/clock.hpp>

namespace vkxx::detail {

// The moment `span` after `from`, or the last (first) one there is where the sum would pass it.
[[nodiscard]] constexpr time_point later_by(time_point from, duration span) noexcept {
  const auto since = from.time_since_epoch();
  if (span > duration::zero() && since > (duration::max)() - span) return (time_point::max)();
  if (span < duration::zero() && since < (duration::min)() - span) return (time_point::min)();
  return from + span;
}

}  // namespace vkxx::detail
