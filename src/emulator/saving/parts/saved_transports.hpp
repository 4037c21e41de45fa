/// @file
/// The transports in a snapshot: settings, keys, events that wait, servers of the Callback API.
#pragma once

#include "emulator/saving/parts/saved_world.hpp"
#include "emulator/transports/transport_hub.hpp"

namespace vkxx::emulation::detail {

void save_transports(snapshot_writer& into, transport_hub& hub, world& state);
/// @throws snapshot_failure
void save_transports(snapshot_reader& from, transport_hub& hub, world& state);

}  // namespace vkxx::emulation::detail
