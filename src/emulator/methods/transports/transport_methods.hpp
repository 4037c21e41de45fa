/// @file
/// What the methods of long poll and callbacks share.
#pragma once

#include <cstdint>

#include "emulator/methods/method.hpp"
#include "emulator/transports/transport_hub.hpp"

namespace vkxx::emulation::detail {

/// The community of `group_id`, which the caller may manage. @throws api_failure 15, 100
[[nodiscard]] std::int64_t managed_community(const method_call& request);
/// Changes `api_version` and the events that are given. @throws api_failure 100
void read_transport_settings(const method_call& request, bool long_poll,
                             transport_settings& settings);
[[nodiscard]] boost::json::object event_flags(const transport_settings& settings, bool long_poll);

void add_group_long_poll(method_table& table);
void add_callback_servers(method_table& table);
void add_message_long_poll(method_table& table);
void add_streaming(method_table& table);

}  // namespace vkxx::emulation::detail
