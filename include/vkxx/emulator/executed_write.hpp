/// @file
/// What the emulator remembers of a write that it executed.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace vkxx::emulation {

/// One execution of a method that may change something, be it that its answer was lost afterwards.
/// A call with a known `random_id` or `guid` is not executed, so it is not here either.
struct executed_write {
  std::uint64_t number = 0;  ///< 1 for the first write since the start or the last reset.
  std::chrono::steady_clock::time_point time;  ///< By the emulator's clock.
  std::string method;                          ///< `wall.post` …
  /// Without `access_token`, secrets made unreadable.
  std::vector<std::pair<std::string, std::string>> parameters;
  std::string token;        ///< Made unreadable.
  bool in_execute = false;  ///< Called by a script.
};

}  // namespace vkxx::emulation
