/// @file
/// World events and requests as the feed shows them. Pure.
#pragma once

#include <boost/json/object.hpp>
#include <cstdint>

#include <vkxx/core/clock.hpp>
#include <vkxx/emulator/recorded_request.hpp>

#include "emulator/world/world.hpp"

namespace vkxx::emulation::detail {

[[nodiscard]] boost::json::object event_json(const world& state, const world_event& event);
/// @param time Unix time.
/// @param cause the event that the call follows; 0: not known.
[[nodiscard]] boost::json::object request_json(const recorded_request& request, time_point start,
                                               double time, std::uint64_t cause);

}  // namespace vkxx::emulation::detail
