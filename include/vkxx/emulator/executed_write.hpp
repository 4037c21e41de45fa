/// @file
/// A write that the emulator executed.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace vkxx::emulation {

/// One execution of a method that may change something, even if its answer was lost. A call that VK
/// recognizes by its `random_id` or `guid` is not executed, and not recorded here.
struct executed_write {
  std::uint64_t number = 0;  ///< 1 for the first write since the start or the last reset.
  std::chrono::steady_clock::time_point time;  ///< By the emulator's clock.
  std::string method;                          ///< `wall.post` …
  /// Without `access_token`; secrets are redacted.
  std::vector<std::pair<std::string, std::string>> parameters;
  std::string token;        ///< Redacted.
  bool in_execute = false;  ///< Called by a script.
};

}  // namespace vkxx::emulation
