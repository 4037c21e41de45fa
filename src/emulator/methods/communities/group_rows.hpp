/// @file
/// The rows of `groups.*`.
#pragma once

#include "emulator/methods/messages/message_rows.hpp"

namespace vkxx::emulation::detail {

void add_group_members(method_table& table);
void add_group_bans(method_table& table);
void add_group_settings(method_table& table);

}  // namespace vkxx::emulation::detail
