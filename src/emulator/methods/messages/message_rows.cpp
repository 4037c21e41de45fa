#include "emulator/methods/messages/message_rows.hpp"

#include "emulator/schema/schema_methods.hpp"

namespace vkxx::emulation::detail {

void add_rows(method_table& table, std::initializer_list<method_row> rows) {
  for (const auto& [name, run] : rows) {
    auto entry = schema_entry(name).value_or(method_entry{});
    entry.run = run;
    entry.checks_arguments = true;
    table[name] = entry;
  }
}

void add_messages(method_table& table) {
  add_sending(table);
  add_reading(table);
  add_searching(table);
  add_conversations(table);
  add_conversation_marks(table);
  add_message_marks(table);
  add_chats(table);
  add_chat_members(table);
  add_permissions(table);
}

}  // namespace vkxx::emulation::detail
