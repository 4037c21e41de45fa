#include "emulator/control/people/person_view.hpp"

#include <algorithm>
#include <boost/json/array.hpp>
#include <limits>
#include <ranges>

#include "emulator/control/people/message_view.hpp"

namespace vkxx::emulation::detail {
namespace {

namespace json = boost::json;

std::string_view type_of_peer(std::int64_t peer) noexcept {
  if (peer > first_chat_peer) return "chat";
  return peer < 0 ? "group" : "user";
}

std::int64_t local_id(std::int64_t peer) noexcept {
  if (peer > first_chat_peer) return peer - first_chat_peer;
  return peer < 0 ? -std::max(peer, -std::numeric_limits<std::int64_t>::max()) : peer;
}

// The newest message of `member` that somebody else has read.
std::uint32_t out_read(const conversation& where, std::int64_t member) noexcept {
  std::uint32_t newest = 0;
  for (const auto& view : where.views)
    if (view.member != member) newest = std::max(newest, view.in_read);
  return newest;
}

const shown_keyboard* newest_keyboard(const conversation& where, std::int64_t member) noexcept {
  const shown_keyboard* newest = nullptr;
  for (const auto& keyboard : where.keyboards) {
    if (keyboard.author == member) continue;
    if (newest == nullptr || keyboard.cmid > newest->cmid) newest = &keyboard;
  }
  return newest;
}

json::object chat_settings(const world& state, const conversation& where, std::int64_t person) {
  const auto& chat = *where.chat;
  json::object settings{{"title", chat.title},
                        {"members_count", chat.members},
                        {"owner_id", chat.owner},
                        {"state", where.is_member(person) ? "in" : "left"}};
  if (chat.pinned != 0)
    if (const auto* pinned = where.find(chat.pinned); pinned != nullptr && !pinned->deleted)
      settings["pinned_message"] = message_seen(state, where, person, chat.pinned);
  return settings;
}

json::object conversation_seen(const world& state, std::int64_t person, std::int64_t peer,
                               const conversation* where) {
  json::object shown{
      {"peer",
       json::object{{"id", peer}, {"type", type_of_peer(peer)}, {"local_id", local_id(peer)}}}};
  const auto* view = where == nullptr ? nullptr : where->view_of(person);
  if (view == nullptr) return shown;
  shown["in_read_cmid"] = view->in_read;
  shown["out_read_cmid"] = out_read(*where, person);
  shown["unread_count"] = view->unread;
  shown["last_conversation_message_id"] = view->last_visible;
  shown["last_message_id"] = state.messages().id_of(*where, person, view->last_visible);
  if (const auto* keyboard = newest_keyboard(*where, person))
    shown["current_keyboard"] = json_or_null(keyboard->json);
  if (where->is_chat()) shown["chat_settings"] = chat_settings(state, *where, person);
  return shown;
}

json::array roster_of(const conversation& where) {
  json::array members;
  for (const auto& member : where.chat->roster)
    if (member.state == member_state::in)
      members.push_back(json::object{{"member_id", member.id},
                                     {"invited_by", member.invited_by},
                                     {"join_date", member.joined},
                                     {"is_admin", member.admin},
                                     {"is_owner", member.id == where.chat->owner}});
  return members;
}

}  // namespace

json::object conversations_seen(const world& state, std::int64_t person, std::size_t count) {
  json::array items;
  const auto& book = state.messages();
  const auto* box = book.box(person);
  if (box != nullptr) {
    for (const auto& [major, order, id] : std::views::reverse(box->order)) {
      if (items.size() >= count) break;
      const auto* where = book.find(id);
      const auto* view = where == nullptr ? nullptr : where->view_of(person);
      if (view == nullptr) continue;
      json::object item{
          {"conversation", conversation_seen(state, person, book.peer_of(*where, person), where)}};
      if (view->last_visible != 0)
        item["last_message"] = message_seen(state, *where, person, view->last_visible);
      items.push_back(std::move(item));
    }
  }
  return {{"count", box == nullptr ? 0 : box->order.size()},
          {"unread_count", box == nullptr ? 0 : box->unread_conversations},
          {"items", std::move(items)}};
}

json::object messages_seen(const world& state, std::int64_t person, std::int64_t peer,
                           const message_query& query) {
  const auto* where = state.messages().at_peer(person, peer);
  json::array items;
  json::object shown{{"conversation", conversation_seen(state, person, peer, where)}};
  const auto* view = where == nullptr ? nullptr : where->view_of(person);
  if (view != nullptr) {
    std::vector<std::uint32_t> cmids;
    for (const auto cmid : query.cmids)
      if (const auto* copy = view->copy_of(cmid); copy != nullptr && where->visible(*copy))
        cmids.push_back(cmid);
    if (query.cmids.empty()) {
      for (const auto& copy : std::ranges::subrange{view->copies} | std::views::reverse) {
        if (cmids.size() >= query.count) break;
        const bool fits = query.before == 0 || copy.cmid < query.before;
        if (fits && where->visible(copy) != nullptr) cmids.push_back(copy.cmid);
      }
      std::ranges::reverse(cmids);
    }
    for (const auto cmid : cmids) items.push_back(message_seen(state, *where, person, cmid));
  }
  shown["items"] = std::move(items);
  if (where != nullptr && where->is_chat()) shown["members"] = roster_of(*where);
  return shown;
}

}  // namespace vkxx::emulation::detail
