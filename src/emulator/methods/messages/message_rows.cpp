#include "emulator/methods/messages/message_rows.hpp"

#include <array>

#include "emulator/schema/schema_methods.hpp"

namespace vkxx::emulation::detail {
namespace {

// With a large chat, nested forwards or a long list each takes milliseconds.
constexpr std::array slow_methods{"messages.addChatUsers",
                                  "messages.createChat",
                                  "messages.delete",
                                  "messages.deleteConversation",
                                  "messages.getByConversationMessageId",
                                  "messages.getById",
                                  "messages.getChat",
                                  "messages.getChatPreview",
                                  "messages.getConversationMembers",
                                  "messages.getConversations",
                                  "messages.getConversationsById",
                                  "messages.getHistory",
                                  "messages.getHistoryAttachments",
                                  "messages.getImportantMessages",
                                  "messages.getIntentUsers",
                                  "messages.search",
                                  "messages.searchConversations"};

}  // namespace

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
  for (const auto* name : slow_methods) table.at(name).slow = true;
}

}  // namespace vkxx::emulation::detail
