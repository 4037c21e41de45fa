/// @file
/// Limits of calls per second and token, as strict as VK can be. Pure.
#pragma once

#include <chrono>
#include <deque>
#include <map>
#include <string>
#include <string_view>

#include <vkxx/core/clock.hpp>

#include "emulator/world/world.hpp"

namespace vkxx::emulation::detail {

/// 3 for a user, 20 for a community, 5 for a service token.
[[nodiscard]] std::size_t calls_per_second(token_kind kind) noexcept;

/// Admits a call unless the last second already has the allowed number of admitted calls, so that
/// no interval of one second, wherever it begins, has more. Refused calls do not count.
class limiter {
 public:
  [[nodiscard]] bool admit(std::string_view token, std::size_t per_second, time_point now);
  void clear() { admitted_.clear(); }

 private:
  std::map<std::string, std::deque<time_point>, std::less<>> admitted_;
};

}  // namespace vkxx::emulation::detail
