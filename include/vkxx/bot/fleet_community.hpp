/// @file
/// A community of a fleet, as it is now.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include <vkxx/core/ids.hpp>

namespace vkxx {

/// Whether a community receives updates.
enum class community_state {
  waiting,   ///< the fleet does not run
  starting,  ///< its token and its settings are being checked
  running,   ///< its updates come
  failing,   ///< VK refuses its token, or its updates; it is tried again after a pause
  absent,    ///< updates of it wait in the store, and the fleet does not have it
};

/// The name of the state, such as `waiting`.
[[nodiscard]] std::string_view to_string(community_state state) noexcept;

/// A community of a fleet.
struct fleet_community {
  group_id id;                                       ///< the community
  community_state state = community_state::waiting;  ///< whether its updates come
  std::string problem;         ///< why they do not, in a sentence, without secrets; may be empty
  std::uint64_t failures = 0;  ///< refusals since its updates came last
  std::size_t handlers = 0;    ///< its handlers that run now
};

}  // namespace vkxx
