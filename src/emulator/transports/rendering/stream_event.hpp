/// @file
/// Posts and comments as the Streaming API shows them.
#pragma once

#include <boost/json/object.hpp>
#include <optional>
#include <string>

#include "emulator/world/world.hpp"

namespace vkxx::emulation::detail {

struct stream_event {
  boost::json::object shown;  ///< Without `tags`.
  std::string text;           ///< In which the rules look for their words.
};

/// Nothing: the event concerns no public text.
[[nodiscard]] std::optional<stream_event> stream_event_of(const world& state,
                                                          const world_event& event);

}  // namespace vkxx::emulation::detail
