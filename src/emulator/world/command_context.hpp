/// @file
/// When and why a command runs.
#pragma once

#include <cstdint>

#include "emulator/world/events/world_event.hpp"

namespace vkxx::emulation::detail {

struct command_context {
  std::int64_t time_ms = 0;  ///< Unix time in milliseconds.
  event_cause cause{};

  [[nodiscard]] std::int64_t date() const noexcept { return time_ms / 1000; }
};

}  // namespace vkxx::emulation::detail
