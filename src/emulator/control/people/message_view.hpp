/// @file
/// A message as the console shows it. Pure.
#pragma once

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <cstdint>
#include <string_view>

#include "emulator/world/world.hpp"

namespace vkxx::emulation::detail {

/// The message in VK's shape, seen by `member`. It must exist.
[[nodiscard]] boost::json::object message_seen(const world& state, const conversation& where,
                                               std::int64_t member, std::uint32_t cmid);
/// The parsed text; null if it is empty or no JSON.
[[nodiscard]] boost::json::value json_or_null(std::string_view text);

}  // namespace vkxx::emulation::detail
