// messages.getConversations, getConversationsById, getConversationMembers.
#include <algorithm>
#include <array>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <utility>

#include "emulator/methods/mailbox/account_gatherer.hpp"
#include "emulator/methods/mailbox/conversation_shapes.hpp"
#include "emulator/methods/mailbox/message_shapes.hpp"
#include "emulator/methods/messages/message_rows.hpp"

namespace vkxx::emulation::detail {
namespace {

namespace json = boost::json;

bool fits_filter(std::string_view filter, const seen_conversation& seen) {
  const auto& view = *seen.view;
  if (view.visible == 0) return false;
  if (filter == "archive") return view.archived;
  if (view.archived) return false;
  if (filter == "unread") return view.unread != 0 || view.marked_unread;
  if (filter == "important") return view.important;
  if (filter == "unanswered") return view.unanswered;
  if (filter == "sorted_chats") return seen.where->is_chat();
  return true;
}

void check_filter(std::string_view filter) {
  constexpr std::array<std::string_view, 6> filters{"all",        "unread",  "important",
                                                    "unanswered", "archive", "sorted_chats"};
  if (std::ranges::find(filters, filter) == filters.end()) throw bad_parameter("filter is invalid");
}

json::object conversation_with_message(const method_call& request, const seen_conversation& seen,
                                       account_gatherer& accounts) {
  json::object item;
  item["conversation"] = conversation_object(request, seen);
  if (const auto last = message_by_cmid(seen, seen.view->last_visible)) {
    item["last_message"] = message_object(request.state, *last, request.base_url);
    accounts.add(*last->entry);
  }
  accounts.add(seen);
  return item;
}

json::value get_conversations(const method_call& request) {
  const auto member = acting_member(request);
  const auto filter = request.given("filter") ? request.text("filter") : "all";
  check_filter(filter);
  const auto start = request.integer("start_message_id", 0, 0);
  const auto first = request.integer("offset", 0, 0, farthest_offset);
  const auto last = first + request.integer("count", 20, 0, 200);
  account_gatherer accounts{request};
  json::array items;
  std::int64_t count = 0;
  std::int64_t unread = 0;
  const auto* own = request.state.messages().box(member);
  if (own != nullptr) {
    for (auto at = own->order.rbegin(); at != own->order.rend(); ++at) {
      const auto seen = seen_by(*request.state.messages().find(std::get<2>(*at)), member);
      // What is not in the list does not count.
      if (is_half_blind(seen)) continue;
      if (seen.view->unread != 0) ++unread;
      if (!fits_filter(filter, seen)) continue;
      if (start != 0 &&
          request.state.messages().id_of(*seen.where, member, seen.view->last_visible) > start)
        continue;
      const auto index = count++;
      if (index >= first && index < last)
        items.push_back(conversation_with_message(request, seen, accounts));
    }
  }
  json::object answer;
  answer["count"] = count;
  answer["items"] = std::move(items);
  if (unread != 0) answer["unread_count"] = unread;
  accounts.show(answer);
  return answer;
}

json::value get_conversations_by_id(const method_call& request) {
  const auto member = acting_member(request);
  account_gatherer accounts{request};
  json::array items;
  for (const auto peer : numbers_of(request, "peer_ids", 100)) {
    const auto* where = request.state.messages().at_peer(member, peer);
    if (where == nullptr) {
      if (peer >= first_chat_peer || !request.state.exists(peer)) continue;
      items.push_back(empty_conversation(request, member, peer));
      accounts.add(peer);
      continue;
    }
    const auto seen = seen_by(*where, member);
    if (is_half_blind(seen)) continue;
    items.push_back(conversation_object(request, seen));
    accounts.add(seen);
  }
  json::object answer;
  answer["count"] = items.size();
  answer["items"] = std::move(items);
  accounts.show(answer);
  return answer;
}

// Both sides of a private conversation.
json::array private_members(std::int64_t member, std::int64_t peer) {
  json::array items{json::object{{"member_id", member}}};
  if (peer != member) items.push_back(json::object{{"member_id", peer}});
  return items;
}

json::value get_members(const method_call& request) {
  const auto member = acting_member(request);
  const auto peer = request.required_integer("peer_id");
  const auto wanted = numbers_of(request, "member_ids", 1000);
  account_gatherer accounts{request};
  accounts.always();
  json::object answer;
  if (peer < first_chat_peer) {
    if (!request.state.exists(peer)) throw api_failure{api_errc{927}};
    auto items = private_members(member, peer);
    for (const auto id : {member, peer}) accounts.add(id);
    answer["count"] = items.size();
    answer["items"] = std::move(items);
    accounts.show(answer);
    return answer;
  }
  const auto seen = conversation_at(request, member, peer);
  if (is_half_blind(seen) || !seen.where->is_member(member)) throw api_failure{api_errc{917}};
  // Older versions know no pages: they give everybody.
  const bool paged = request.version_is_at_least(5, 154);
  if (!paged && request.given("count"))
    throw bad_parameter("count is accepted only from version 5.154");
  const auto first = paged ? request.integer("offset", 0, 0, farthest_offset) : 0;
  const auto last = first + (paged ? request.integer("count", 20, 0, 1000) : farthest_offset);
  const auto& chat = *seen.where->chat;
  json::array items;
  std::int64_t count = 0;
  for (const auto& seat : chat.roster) {
    if (seat.state != member_state::in) continue;
    if (!wanted.empty() && std::ranges::find(wanted, seat.id) == wanted.end()) continue;
    const auto index = count++;
    if (index < first || index >= last) continue;
    items.push_back(member_object(seen, seat));
    accounts.add(seat.id);
  }
  answer["count"] = count;
  answer["items"] = std::move(items);
  answer["chat_restrictions"] = chat_restrictions(chat);
  accounts.show(answer);
  return answer;
}

}  // namespace

void add_conversations(method_table& table) {
  add_rows(table, {{"messages.getConversations", get_conversations},
                   {"messages.getConversationsById", get_conversations_by_id},
                   {"messages.getConversationMembers", get_members}});
}

}  // namespace vkxx::emulation::detail
