/// @file
/// What a check of a bot found.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <vkxx/core/ids.hpp>

namespace vkxx {

/// What `bot::check_settings` found.
struct bot_report {
  group_id community;                    ///< whose token it is
  std::vector<std::string> switched_on;  ///< settings that were switched on, in words
  /// What keeps updates from the bot's handlers, and what to do about it, in words. Empty: nothing.
  std::vector<std::string> problems;
};

/// Counters of a bot since its start; its dispatcher has others (`bot::dispatch_metrics`).
struct bot_metrics {
  std::uint64_t messages = 0;   ///< messages that were routed
  std::uint64_t presses = 0;    ///< buttons that were pressed, by event
  std::uint64_t others = 0;     ///< other updates, of types that a handler takes
  std::uint64_t unhandled = 0;  ///< those of all these that no handler took
  std::uint64_t failures = 0;   ///< runs that failed
  /// Runs that ended since VK takes no message to their conversation (`cannot_write`); no failures.
  std::uint64_t refused = 0;
  std::uint64_t blocking = 0;  ///< functions of `off_loop` that run now
};

}  // namespace vkxx
