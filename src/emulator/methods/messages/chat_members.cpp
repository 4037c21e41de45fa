// messages.addChatUser, addChatUsers, removeChatUser.
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <utility>

#include "emulator/methods/mailbox/messages_request.hpp"
#include "emulator/methods/messages/message_rows.hpp"

namespace vkxx::emulation::detail {
namespace {

namespace json = boost::json;

std::size_t visible_messages(const method_call& request) {
  return static_cast<std::size_t>(request.integer("visible_messages_count", 0, 0, 1000));
}

json::value add_chat_user(const method_call& request) {
  const auto member = acting_member(request);
  const auto seen = chat_at(request, member, request.required_integer("chat_id"));
  const auto invited = request.integer("user_id", member);
  request.change_messages().invite(member, seen.where->id, invited, visible_messages(request));
  return 1;
}

json::value add_chat_users(const method_call& request) {
  const auto member = acting_member(request);
  const auto seen = chat_at(request, member, request.required_integer("chat_id"));
  json::array failed;
  json::array invited;
  for (const auto id : numbers_of(request, "user_ids")) {
    try {
      request.change_messages().invite(member, seen.where->id, id, visible_messages(request));
      invited.push_back(id);
    } catch (const api_failure&) {
      failed.push_back(id);
    }
  }
  return json::object{{"failed_peer_ids", std::move(failed)},
                      {"failed_phone_numbers", json::array{}},
                      {"invitees", std::move(invited)}};
}

json::value remove_chat_user(const method_call& request) {
  const auto member = acting_member(request);
  const auto seen = chat_at(request, member, request.required_integer("chat_id"));
  const auto removed = request.integer("member_id", request.integer("user_id", member));
  request.change_messages().kick(member, seen.where->id, removed);
  return 1;
}

}  // namespace

void add_chat_members(method_table& table) {
  add_rows(table, {{"messages.addChatUser", add_chat_user},
                   {"messages.addChatUsers", add_chat_users},
                   {"messages.removeChatUser", remove_chat_user}});
}

}  // namespace vkxx::emulation::detail
