// What a member changes of its own view: marks of conversations, reading, typing.
#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <utility>

#include "emulator/methods/mailbox/messages_request.hpp"
#include "emulator/methods/messages/message_rows.hpp"

namespace vkxx::emulation::detail {
namespace {

namespace json = boost::json;

json::value mark_as_read(const method_call& request) {
  const auto member = acting_member(request);
  auto commands = request.change_messages();
  const auto ids = numbers_of(request, "message_ids");
  if (!request.given("peer_id")) {
    if (ids.empty()) throw bad_parameter("peer_id is undefined");
    for (const auto id : ids)
      if (const auto shown = message_by_id(request, member, id))
        commands.mark_as_read(member, shown->seen.where->id, shown->copy->cmid);
    return 1;
  }
  const auto seen = conversation_at(request, member, request.required_integer("peer_id"));
  if (seen.view == nullptr) return 1;
  auto cmid = std::min<std::int64_t>(request.integer("up_to_cmid", 0, 0), seen.where->last_cmid());
  auto newest = request.integer("start_message_id", 0, 0);
  for (const auto id : ids) newest = std::max(newest, id);
  if (const auto place = request.state.messages().by_id(member, newest);
      place && place->conversation == seen.where->id)
    cmid = std::max<std::int64_t>(cmid, place->cmid);
  if (cmid == 0) cmid = seen.where->last_cmid();
  commands.mark_as_read(member, seen.where->id, static_cast<std::uint32_t>(cmid));
  return 1;
}

json::value set_activity(const method_call& request) {
  const auto member = acting_member(request);
  const auto type = request.given("type") ? request.text("type") : "typing";
  const auto peer =
      request.given("peer_id") || request.given("user_id") ? peer_of(request) : member;
  request.change_messages().set_typing(member, peer, std::string{type});
  return 1;
}

json::value mark_as_important_conversation(const method_call& request) {
  const auto member = acting_member(request);
  const auto seen = existing_at(request, member, request.required_integer("peer_id"));
  const bool on = !request.given("important") || request.flag("important");
  request.change_messages().set_flag(member, seen.where->id, view_flag::important, on);
  return 1;
}

json::value mark_as_answered_conversation(const method_call& request) {
  const auto member = acting_member(request);
  const auto seen = existing_at(request, member, request.required_integer("peer_id"));
  const bool answered = !request.given("answered") || request.flag("answered");
  request.change_messages().set_flag(member, seen.where->id, view_flag::unanswered, !answered);
  return 1;
}

json::value mark_as_important(const method_call& request) {
  const auto member = acting_member(request);
  const bool on = request.integer("important", 1) != 0;
  json::array changed;
  for (const auto id : numbers_of(request, "message_ids")) {
    const auto shown = message_by_id(request, member, id);
    if (!shown) continue;
    request.change_messages().set_flag(member, shown->seen.where->id, shown->copy->cmid,
                                       copy_flag::important, on);
    changed.push_back(id);
  }
  return changed;
}

json::value delete_conversation(const method_call& request) {
  const auto member = acting_member(request);
  const auto seen = conversation_at(request, member, peer_of(request));
  const auto last = seen.view == nullptr
                        ? 0
                        : request.change_messages().delete_conversation(member, seen.where->id);
  return json::object{{"last_deleted_id", last}};
}

// Nobody is notified here: what remains is whether the conversation exists.
json::value mark_nothing(const method_call& request) {
  const auto member = acting_member(request);
  static_cast<void>(existing_at(request, member, request.required_integer("peer_id")));
  return 1;
}

}  // namespace

void add_conversation_marks(method_table& table) {
  add_rows(table, {{"messages.markAsRead", mark_as_read},
                   {"messages.setActivity", set_activity},
                   {"messages.markAsImportantConversation", mark_as_important_conversation},
                   {"messages.markAsAnsweredConversation", mark_as_answered_conversation},
                   {"messages.markAsImportant", mark_as_important},
                   {"messages.muteChatMentions", mark_nothing},
                   {"messages.markReactionsAsRead", mark_nothing},
                   {"messages.deleteConversation", delete_conversation}});
}

}  // namespace vkxx::emulation::detail
