/// @file
/// Which event a call of a program follows.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>

#include "emulator/api/api_request.hpp"
#include "emulator/world/world.hpp"

namespace vkxx::emulation::detail {

/// The event that a call of a community follows: the press that it answers, else the newest event
/// of the conversation that it names; 0: none within a minute.
/// @param community a positive id.
[[nodiscard]] std::uint64_t cause_of_call(const world& state, const api_request& request,
                                          std::int64_t community, std::int64_t now_ms);

/// The causes of the newest requests.
class request_causes {
 public:
  void add(std::uint64_t request, std::uint64_t event) {
    if (event == 0) return;
    causes_[request] = event;
    if (causes_.size() > most_kept) causes_.erase(causes_.begin());
  }
  /// 0: not known.
  [[nodiscard]] std::uint64_t find(std::uint64_t request) const {
    const auto found = causes_.find(request);
    return found == causes_.end() ? 0 : found->second;
  }
  [[nodiscard]] const std::map<std::uint64_t, std::uint64_t>& all() const noexcept {
    return causes_;  ///< By request.
  }

 private:
  static constexpr std::size_t most_kept = 10'000;
  std::map<std::uint64_t, std::uint64_t> causes_;
};

}  // namespace vkxx::emulation::detail
