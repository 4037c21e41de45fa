// Errors and times of stores.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include <vkxx/core/error.hpp>
#include <vkxx/state/inbox_row.hpp>

namespace vkxx::detail {

[[nodiscard]] inline std::int64_t to_milliseconds(wall_time time) noexcept {
  return std::chrono::duration_cast<std::chrono::milliseconds>(time.time_since_epoch()).count();
}
[[nodiscard]] inline wall_time from_milliseconds(std::int64_t count) noexcept {
  // A damaged number must not overflow.
  constexpr std::int64_t furthest = 8'000'000'000'000;
  if (count > furthest) count = furthest;
  if (count < -furthest) count = -furthest;
  return wall_time{
      std::chrono::duration_cast<wall_time::duration>(std::chrono::milliseconds{count})};
}

[[nodiscard]] error state_failure(std::string text);
[[nodiscard]] error row_is_gone(std::uint64_t seq);
[[nodiscard]] error version_differs(std::string_view key);
[[nodiscard]] error timer_differs(std::string_view key);
[[nodiscard]] error operation_cancelled();
[[nodiscard]] error opened_before_fork();

}  // namespace vkxx::detail
