/// @file
/// A world written by hand: people, communities, chats, first messages.
#pragma once

#include <boost/json/value.hpp>

#include "emulator/saving/archive/snapshot_reader.hpp"
#include "emulator/world/command_context.hpp"
#include "emulator/world/world.hpp"

namespace vkxx::emulation::detail {

/// Adds what the document describes to an initial world.
/// @param context the present; messages may be older.
/// @throws snapshot_failure with the path of the fault
void add_written_world(const boost::json::value& document, world& state,
                       const command_context& context);

}  // namespace vkxx::emulation::detail
