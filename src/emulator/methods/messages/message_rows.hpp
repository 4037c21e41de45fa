/// @file
/// The rows of `messages.*`: functions by name; parameters and tokens come from VK's schema.
#pragma once

#include <boost/json/value.hpp>
#include <initializer_list>
#include <utility>

#include "emulator/methods/method.hpp"

namespace vkxx::emulation::detail {

using method_row = std::pair<const char*, boost::json::value (*)(const method_call&)>;

/// Adds methods whose arguments are checked against the schema before they run.
void add_rows(method_table& table, std::initializer_list<method_row> rows);

void add_sending(method_table& table);
void add_reading(method_table& table);
void add_searching(method_table& table);
void add_conversations(method_table& table);
void add_conversation_marks(method_table& table);
void add_message_marks(method_table& table);
void add_chats(method_table& table);
void add_chat_members(method_table& table);
void add_permissions(method_table& table);

}  // namespace vkxx::emulation::detail
