// messages.createChat, editChat, getChat, invite links, photos of chats.
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <utility>

#include "emulator/methods/mailbox/account_gatherer.hpp"
#include "emulator/methods/mailbox/conversation_shapes.hpp"
#include "emulator/methods/messages/message_rows.hpp"

namespace vkxx::emulation::detail {
namespace {

namespace json = boost::json;

std::int64_t chat_number(const method_call& request, conversation_id chat, std::int64_t member) {
  const auto& book = request.state.messages();
  return book.peer_of(*book.find(chat), member) - first_chat_peer;
}

json::value create_chat(const method_call& request) {
  const auto member = acting_member(request);
  const auto invited = numbers_of(request, "user_ids");
  if (invited.empty() && !request.given("title")) throw bad_parameter("title is undefined");
  const auto chat =
      request.change_messages().create_chat(member, std::string{request.text("title")}, invited);
  const auto number = chat_number(request, chat, member);
  if (!request.version_is_at_least(5, 199)) return number;
  json::array added;
  const auto* where = request.state.messages().find(chat);
  for (const auto id : invited)
    if (where->is_member(id)) added.push_back(id);
  return json::object{{"chat_id", number}, {"peer_ids", std::move(added)}};
}

json::value edit_chat(const method_call& request) {
  const auto member = acting_member(request);
  const auto seen = chat_at(request, member, request.required_integer("chat_id"));
  request.change_messages().change_title(member, seen.where->id,
                                         std::string{request.required("title")});
  return 1;
}

// With `fields` users, without them ids.
json::object shown_chat(const method_call& request, std::int64_t member, std::int64_t number) {
  const auto seen = chat_at(request, member, number);
  auto shown = chat_object(request, seen);
  if (!request.given("fields")) return shown;
  const auto fields = request.list("fields", 200);
  json::array users;
  for (const auto& seat : seen.where->chat->roster) {
    if (seat.state != member_state::in) continue;
    json::object user;
    if (const auto* who = request.state.find_person(seat.id)) {
      user = user_object(request, *who, fields);
      user["type"] = "profile";
    } else if (const auto* group = request.state.find_community(-seat.id)) {
      user = group_object(request, *group, fields);
      user["type"] = "group";
    }
    user["invited_by"] = seat.invited_by;
    users.push_back(std::move(user));
  }
  shown["users"] = std::move(users);
  return shown;
}

json::value get_chat(const method_call& request) {
  const auto member = acting_member(request);
  if (!request.given("chat_ids"))
    return shown_chat(request, member, request.required_integer("chat_id"));
  json::array chats;
  for (const auto number : numbers_of(request, "chat_ids", 100))
    chats.push_back(shown_chat(request, member, number));
  return chats;
}

json::value get_chat_preview(const method_call& request) {
  const auto member = acting_member(request);
  const auto* where = request.given("link")
                          ? request.state.messages().by_invite_link(request.text("link"))
                          : conversation_at(request, member, request.integer("peer_id", 0)).where;
  if (where == nullptr || !where->is_chat()) throw api_failure{api_errc{917}};
  const auto& chat = *where->chat;
  account_gatherer accounts{request};
  accounts.always();
  json::array members;
  for (const auto& seat : chat.roster) {
    if (seat.state != member_state::in) continue;
    members.push_back(seat.id);
    accounts.add(seat.id);
  }
  const bool joined = where->is_member(member);
  json::object preview{{"admin_id", chat.owner},
                       {"members", std::move(members)},
                       {"members_count", chat.members},
                       {"title", chat.title},
                       {"joined", joined},
                       {"is_member", joined},
                       {"photo", chat_photo(request, chat)}};
  if (joined) preview["local_id"] = chat_number(request, where->id, member);
  json::object answer;
  answer["preview"] = std::move(preview);
  accounts.show(answer);
  return answer;
}

json::value get_invite_link(const method_call& request) {
  const auto member = acting_member(request);
  const auto seen = existing_at(request, member, request.required_integer("peer_id"));
  return json::object{{"link", request.change_messages().invite_link(member, seen.where->id,
                                                                     request.flag("reset"))}};
}

json::value join_by_link(const method_call& request) {
  const auto member = acting_member(request);
  const auto chat = request.change_messages().join_by_link(member, request.required("link"));
  return json::object{{"chat_id", chat_number(request, chat, member)}};
}

json::object changed_photo(const method_call& request, std::int64_t member,
                           const seen_conversation& seen, std::string photo) {
  const auto cmid =
      request.change_messages().change_photo(member, seen.where->id, std::move(photo));
  json::object answer;
  answer["message_id"] = request.state.messages().id_of(*seen.where, member, cmid);
  answer["chat"] = chat_object(request, seen);
  return answer;
}

json::value delete_chat_photo(const method_call& request) {
  const auto member = acting_member(request);
  const auto seen = chat_at(request, member, request.required_integer("chat_id"));
  return changed_photo(request, member, seen, {});
}

}  // namespace

json::value set_chat_photo(const method_call& request, std::int64_t chat, std::string photo) {
  const auto member = acting_member(request);
  return changed_photo(request, member, chat_at(request, member, chat), std::move(photo));
}

void add_chats(method_table& table) {
  add_rows(table, {{"messages.createChat", create_chat},
                   {"messages.editChat", edit_chat},
                   {"messages.getChat", get_chat},
                   {"messages.getChatPreview", get_chat_preview},
                   {"messages.getInviteLink", get_invite_link},
                   {"messages.joinChatByInviteLink", join_by_link},
                   {"messages.deleteChatPhoto", delete_chat_photo}});
}

}  // namespace vkxx::emulation::detail
