#include "emulator/methods/mailbox/conversation_shapes.hpp"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>

#include "emulator/methods/mailbox/message_shapes.hpp"
#include "emulator/schema/sample_pages.hpp"

namespace vkxx::emulation::detail {
namespace {

namespace json = boost::json;

constexpr std::size_t most_active = 4;

std::string_view right_name(chat_right right) {
  switch (right) {
    case chat_right::owner:
      return "owner";
    case chat_right::owner_and_admins:
      return "owner_and_admins";
    case chat_right::all:
      break;
  }
  return "all";
}

bool has_right(const chat_facts& chat, std::int64_t member, chat_right right) {
  const auto* seat = chat.find(member);
  if (seat == nullptr || seat->state != member_state::in) return false;
  if (right == chat_right::all || chat.owner == member) return true;
  return right == chat_right::owner_and_admins && seat->admin;
}

json::object peer_object(std::int64_t peer) {
  json::object shown;
  shown["id"] = peer;
  if (peer > first_chat_peer) {
    shown["type"] = "chat";
    shown["local_id"] = peer - first_chat_peer;
  } else {
    shown["type"] = peer < 0 ? "group" : "user";
    shown["local_id"] = peer < 0 ? -peer : peer;
  }
  return shown;
}

// VK's reasons are mostly the codes of `messages.send`.
json::object can_write_object(const method_call& request, std::int64_t owner, std::int64_t peer) {
  const auto code = request.change_messages().refusal_of(owner, peer);
  if (!code) return {{"allowed", true}};
  auto reason = *code;
  if (reason == 922) reason = 917;
  if (reason == 902) reason = 18;
  if (reason == 901 && peer < 0) reason = 915;
  if (reason == 900 && peer < 0) reason = 916;
  return {{"allowed", false}, {"reason", reason}};
}

// The newest own message that another member has read.
std::uint32_t read_by_others(const seen_conversation& seen) {
  std::uint32_t newest = 0;
  for (const auto& view : seen.where->views)
    if (view.member != seen.owner) newest = std::max(newest, view.in_read);
  return newest;
}

std::int64_t id_at(const member_view& view, std::uint32_t cmid) {
  const auto* copy = view.copy_of(cmid);
  return copy == nullptr ? 0 : copy->id;
}

std::string_view state_name(const chat_member* seat) {
  if (seat == nullptr) return "out";
  if (seat->state == member_state::kicked) return "kicked";
  return seat->state == member_state::left ? "left" : "in";
}

void add_view(const seen_conversation& seen, json::object& shown) {
  const auto& view = *seen.view;
  const auto out_read = read_by_others(seen);
  shown["last_message_id"] = id_at(view, view.last_visible);
  shown["last_conversation_message_id"] = view.last_visible;
  shown["in_read"] = id_at(view, view.in_read);
  shown["out_read"] = id_at(view, out_read);
  shown["in_read_cmid"] = view.in_read;
  shown["out_read_cmid"] = out_read;
  shown["sort_id"] =
      json::object{{"major_id", view.major}, {"minor_id", id_at(view, view.last_visible)}};
  if (view.unread != 0) shown["unread_count"] = view.unread;
  shown["is_marked_unread"] = view.marked_unread;
  if (seen.owner < 0) {
    shown["important"] = view.important;
    shown["unanswered"] = view.unanswered;
  }
  if (view.archived) shown["is_archived"] = true;
}

}  // namespace

json::object empty_conversation(const method_call& request, std::int64_t owner, std::int64_t peer) {
  json::object shown;
  shown["peer"] = peer_object(peer);
  for (const auto* name :
       {"last_message_id", "last_conversation_message_id", "in_read", "out_read", "version"})
    shown[name] = 0;
  shown["sort_id"] = json::object{{"major_id", 0}, {"minor_id", 0}};
  shown["is_marked_unread"] = false;
  shown["can_write"] = can_write_object(request, owner, peer);
  return shown;
}

json::object conversation_object(const method_call& request, const seen_conversation& seen) {
  const auto peer = request.state.messages().peer_of(*seen.where, seen.owner);
  auto shown = empty_conversation(request, seen.owner, peer);
  shown["version"] = 10'000'000 + std::int64_t{seen.where->last_cmid()};
  add_view(seen, shown);
  if (!seen.where->keyboards.empty())
    shown["current_keyboard"] = json::parse(seen.where->keyboards.back().json);
  if (seen.view->silent_until != 0)
    shown["push_settings"] = json::object{{"disabled_forever", seen.view->silent_until < 0},
                                          {"disabled_until", seen.view->silent_until},
                                          {"no_sound", true}};
  if (seen.where->is_chat()) shown["chat_settings"] = chat_settings_object(request, seen);
  return shown;
}

json::object chat_photo(const method_call& request, const chat_facts& chat) {
  const bool own = !chat.photo.empty();
  const auto picture = [&](std::string_view size) {
    return own ? chat.photo : own_picture(request.base_url, "chat", size);
  };
  return {{"photo_50", picture("50")},
          {"photo_100", picture("100")},
          {"photo_200", picture("200")},
          {"is_default_photo", !own},
          {"is_default_call_photo", false}};
}

json::object chat_settings_object(const method_call& request, const seen_conversation& seen) {
  const auto& chat = *seen.where->chat;
  const auto& rights = chat.rights;
  const auto may = [&](chat_right right) { return has_right(chat, seen.owner, right); };
  json::array admins;
  json::array active;
  for (const auto& seat : chat.roster) {
    if (seat.state != member_state::in) continue;
    if (seat.admin && seat.id != chat.owner) admins.push_back(seat.id);
    if (active.size() < most_active && seat.id != seen.owner && seat.id > 0)
      active.push_back(seat.id);
  }
  json::object shown;
  shown["title"] = chat.title;
  shown["members_count"] = chat.members;
  shown["owner_id"] = chat.owner;
  shown["admin_ids"] = std::move(admins);
  shown["active_ids"] = std::move(active);
  shown["state"] = state_name(chat.find(seen.owner));
  shown["photo"] = chat_photo(request, chat);
  shown["is_group_channel"] = false;
  shown["is_disappearing"] = false;
  shown["is_service"] = false;
  // A pinned message may be deleted or dropped.
  const auto pinned = message_by_cmid(seen, chat.pinned);
  shown["pinned_messages_count"] = pinned ? 1 : 0;
  if (pinned) shown["pinned_message"] = pinned_object(request.state, *pinned, request.base_url);
  shown["acl"] = json::object{{"can_change_info", may(rights.change_info)},
                              {"can_change_invite_link", may(chat_right::owner_and_admins)},
                              {"can_change_pin", may(rights.change_pin)},
                              {"can_invite", may(rights.invite)},
                              {"can_promote_users", may(rights.change_admins)},
                              {"can_see_invite_link", may(rights.see_invite_link)},
                              {"can_moderate", may(chat_right::owner_and_admins)},
                              {"can_copy_chat", may(chat_right::all)},
                              {"can_call", may(chat_right::all)},
                              {"can_use_mass_mentions", may(rights.mass_mentions)},
                              {"can_change_service_type", false}};
  shown["permissions"] = json::object{{"invite", right_name(rights.invite)},
                                      {"change_info", right_name(rights.change_info)},
                                      {"change_pin", right_name(rights.change_pin)},
                                      {"use_mass_mentions", right_name(rights.mass_mentions)},
                                      {"see_invite_link", right_name(rights.see_invite_link)},
                                      {"call", "all"},
                                      {"change_admins", right_name(rights.change_admins)}};
  return shown;
}

json::object chat_object(const method_call& request, const seen_conversation& seen) {
  const auto& chat = *seen.where->chat;
  json::array users;
  for (const auto& seat : chat.roster)
    if (seat.state == member_state::in) users.push_back(seat.id);
  auto shown = chat_photo(request, chat);
  shown.erase("is_default_call_photo");
  shown["id"] = request.state.messages().peer_of(*seen.where, seen.owner) - first_chat_peer;
  shown["type"] = "chat";
  shown["title"] = chat.title;
  shown["admin_id"] = chat.owner;
  shown["members_count"] = chat.members;
  shown["users"] = std::move(users);
  shown["is_group_channel"] = false;
  const auto* seat = chat.find(seen.owner);
  if (seat != nullptr && seat->state == member_state::left) shown["left"] = 1;
  if (seat != nullptr && seat->state == member_state::kicked) shown["kicked"] = 1;
  return shown;
}

json::object member_object(const seen_conversation& seen, const chat_member& member) {
  const auto& chat = *seen.where->chat;
  const bool moderates = has_right(chat, seen.owner, chat_right::owner_and_admins);
  const bool kickable = member.id != seen.owner && member.id != chat.owner &&
                        (moderates || member.invited_by == seen.owner);
  json::object shown{{"member_id", member.id},
                     {"can_kick", kickable},
                     {"invited_by", member.invited_by},
                     {"join_date", member.joined},
                     {"is_admin", member.admin}};
  if (member.id == chat.owner) shown["is_owner"] = true;
  if (member.may_not_write_until != 0) shown["is_restricted_to_write"] = true;
  return shown;
}

json::object chat_restrictions(const chat_facts& chat) {
  const auto admins_only = [](chat_right right) { return right != chat_right::all; };
  return {{"admins_promote_users", chat.rights.change_admins == chat_right::owner_and_admins},
          {"only_admins_edit_info", admins_only(chat.rights.change_info)},
          {"only_admins_edit_pin", admins_only(chat.rights.change_pin)},
          {"only_admins_invite", admins_only(chat.rights.invite)},
          {"only_admins_kick", true}};
}

}  // namespace vkxx::emulation::detail
