// Deleting, reading, typing, reactions, flags, permissions.
#include <algorithm>
#include <array>
#include <utility>

#include "emulator/api/api_failure.hpp"
#include "emulator/world/messages/message_commands.hpp"

namespace vkxx::emulation::detail {
namespace {

namespace json = boost::json;

constexpr std::int64_t last_reaction = 16;
constexpr std::size_t most_reactions = 1000;

api_failure change_refused(int code) {
  return api_failure{static_cast<api_errc>(code)};
}

void check_community(const world& state, std::int64_t community) {
  if (state.find_community(community) == nullptr) throw bad_parameter("group_id is incorrect");
}

}  // namespace

member_view& message_commands::view_for(std::int64_t owner, conversation_id where) {
  auto* view = messages().editable(where).view_of(owner);
  if (view == nullptr) throw change_refused(917);
  return *view;
}

void message_commands::remove(std::int64_t owner, conversation_id where, std::uint32_t cmid,
                              bool for_all, bool spam) {
  auto& place = messages().editable(where);
  auto& view = view_for(owner, where);
  auto* copy = view.copy_of(cmid);
  const auto* entry = copy == nullptr ? nullptr : place.visible(*copy);
  if (entry == nullptr)
    throw api_failure{api_errc::access_denied, "Access denied: message can not be found"};
  if (!for_all) {
    copy->spam = spam;
    messages().hide(place, view, *copy);
    report(event_kind::message_deleted, place, cmid, owner, owner,
           spam ? json::object{{"spam", true}} : json::object{});
    return;
  }
  const auto* seat = place.is_chat() ? place.chat->find(owner) : nullptr;
  const bool admin = seat != nullptr && (seat->admin || place.chat->owner == owner);
  const bool recent = context().date() - entry->date < state().settings().deletion_window;
  if (!admin && (entry->author != owner || !recent)) throw change_refused(924);
  messages().hide_for_all(place, cmid);
  report(event_kind::message_deleted, place, cmid, owner, 0, {{"for_all", true}});
}

void message_commands::restore(std::int64_t owner, conversation_id where, std::uint32_t cmid) {
  auto& place = messages().editable(where);
  auto& view = view_for(owner, where);
  auto* copy = view.copy_of(cmid);
  const auto* entry = copy == nullptr ? nullptr : place.find(cmid);
  if (entry == nullptr || entry->deleted || !copy->deleted)
    throw api_failure{api_errc::access_denied, "Access denied: message can not be found"};
  messages().show(place, view, *copy);
  report(event_kind::message_restored, place, cmid, owner, owner);
}

void message_commands::mark_as_read(std::int64_t owner, conversation_id where,
                                    std::uint32_t up_to_cmid) {
  auto& place = messages().editable(where);
  auto& view = view_for(owner, where);
  if (messages().mark_read(place, view, up_to_cmid))
    report(event_kind::read, place, view.in_read, owner);
}

void message_commands::set_typing(std::int64_t member, std::int64_t peer, std::string type) {
  constexpr std::array<std::string_view, 6> types{"typing", "audiomessage", "photo",
                                                  "video",  "file",         "videomessage"};
  if (std::ranges::find(types, type) == types.end()) throw bad_parameter("type is invalid");
  const auto* known = admitted(member, peer);
  if (known == nullptr) return;  // Nobody looks at a conversation that has not begun.
  auto& place = messages().editable(known->id);
  std::erase_if(place.typing, [&](const auto& entry) {
    return entry.member == member || entry.until_ms <= context().time_ms;
  });
  place.typing.push_back({member, context().time_ms + state().settings().typing_lifetime_ms, type});
  report(event_kind::typing, place, 0, member, 0, {{"type", type}});
}

void message_commands::react(std::int64_t member, conversation_id where, std::uint32_t cmid,
                             std::int64_t reaction_id) {
  if (reaction_id < 1 || reaction_id > last_reaction) throw change_refused(1009);
  auto& place = messages().editable(where);
  auto& view = view_for(member, where);
  const auto* copy = view.copy_of(cmid);
  auto* entry = copy == nullptr || place.visible(*copy) == nullptr ? nullptr : place.find(cmid);
  if (entry == nullptr) throw bad_parameter("cmid is incorrect");
  if (place.is_chat()) check_chat(place, member);
  if (entry->is_service()) throw change_refused(1010);
  if (entry->extra == nullptr) {
    messages().replace(place, cmid, entry->text, std::make_unique<message_extra>());
    entry = place.find(cmid);
    if (entry == nullptr) return;  // It was the oldest, and there are too many.
  }
  auto& all = entry->extra->reactions;
  const auto own = std::ranges::find(all, member, &reaction::member);
  if (own != all.end() && own->id == reaction_id) return;
  if (own != all.end())
    all.erase(own);
  else if (all.size() >= most_reactions)
    throw change_refused(1011);
  all.push_back({member, reaction_id, context().date()});
  report(event_kind::reaction_set, place, cmid, member, entry->author,
         {{"reaction_id", reaction_id}});
}

bool message_commands::remove_reaction(std::int64_t member, conversation_id where,
                                       std::uint32_t cmid) {
  auto& place = messages().editable(where);
  auto* entry = place.find(cmid);
  if (entry == nullptr || view_for(member, where).copy_of(cmid) == nullptr)
    throw bad_parameter("cmid is incorrect");
  if (entry->extra == nullptr) return false;
  auto& all = entry->extra->reactions;
  const auto own = std::ranges::find(all, member, &reaction::member);
  if (own == all.end()) return false;
  const auto former = own->id;
  all.erase(own);
  report(event_kind::reaction_removed, place, cmid, member, entry->author,
         {{"reaction_id", former}});
  return true;
}

void message_commands::set_flag(std::int64_t owner, conversation_id where, view_flag flag,
                                bool on) {
  constexpr std::array<std::string_view, 4> names{"important", "unanswered", "marked_unread",
                                                  "archived"};
  auto& place = messages().editable(where);
  auto& view = view_for(owner, where);
  const std::array<bool*, 4> flags{&view.important, &view.unanswered, &view.marked_unread,
                                   &view.archived};
  const auto index = static_cast<std::size_t>(flag);
  if (std::exchange(*flags[index], on) == on) return;
  report(event_kind::flags_changed, place, 0, owner, owner, {{names[index], on}});
}

void message_commands::set_flag(std::int64_t owner, conversation_id where, std::uint32_t cmid,
                                copy_flag flag, bool on) {
  auto& place = messages().editable(where);
  auto* copy = view_for(owner, where).copy_of(cmid);
  if (copy == nullptr || place.visible(*copy) == nullptr)
    throw bad_parameter("message_id is incorrect");
  const bool is_important = flag == copy_flag::important;
  if (std::exchange(is_important ? copy->important : copy->listened, on) == on) return;
  report(event_kind::flags_changed, place, cmid, owner, owner,
         {{is_important ? "important" : "listened", on}});
}

std::int64_t message_commands::delete_conversation(std::int64_t owner, conversation_id where) {
  auto& place = messages().editable(where);
  auto& view = view_for(owner, where);
  const auto* newest = view.copy_of(view.last_visible);
  const auto last = newest == nullptr ? 0 : std::int64_t{newest->id};
  const auto last_cmid = view.last_visible;
  // The newest last: it decides the place of the conversation.
  for (auto& copy : view.copies)
    if (!copy.deleted) messages().hide(place, view, copy);
  if (last_cmid != 0)
    report(event_kind::message_deleted, place, last_cmid, owner, owner, {{"conversation", true}});
  return last;
}

void message_commands::allow(std::int64_t user, std::int64_t community, std::string key) {
  check_community(state(), community);
  auto& granted = messages().editable_permission(user, community);
  granted.state = permission_state::allowed;
  granted.key = key;
  world_event event;
  event.kind = event_kind::allowed;
  event.actor = user;
  event.subject = -community;
  event.details["key"] = std::move(key);
  append(std::move(event));
}

void message_commands::deny(std::int64_t user, std::int64_t community) {
  check_community(state(), community);
  auto& granted = messages().editable_permission(user, community);
  if (granted.state == permission_state::denied) return;
  granted.state = permission_state::denied;
  granted.key.clear();
  granted.intents.clear();
  world_event event;
  event.kind = event_kind::denied;
  event.actor = user;
  event.subject = -community;
  append(std::move(event));
}

void message_commands::set_intent(std::int64_t user, std::int64_t community,
                                  const std::string& intent, bool on) {
  auto& intents = messages().editable_permission(user, community).intents;
  if (on)
    intents.insert(intent);
  else
    intents.erase(intent);
}

void message_commands::ban(std::int64_t member, std::int64_t other) {
  if (!messages().set_blocked(member, other, true)) return;
  world_event event;
  event.kind = event_kind::blocked;
  event.actor = member;
  event.subject = other;
  append(std::move(event));
}

void message_commands::unban(std::int64_t member, std::int64_t other) {
  if (!messages().set_blocked(member, other, false)) return;
  world_event event;
  event.kind = event_kind::unblocked;
  event.actor = member;
  event.subject = other;
  append(std::move(event));
}

}  // namespace vkxx::emulation::detail
