// Chats and their members.
#include <algorithm>
#include <boost/json/serialize.hpp>
#include <utility>

#include "emulator/api/api_failure.hpp"
#include "emulator/world/content/text_size.hpp"
#include "emulator/world/messages/message_commands.hpp"

namespace vkxx::emulation::detail {
namespace {

namespace json = boost::json;

constexpr std::size_t longest_title = 100;

api_failure chat_refused(int code) {
  return api_failure{static_cast<api_errc>(code)};
}

}  // namespace

// Of a member who is in it.
conversation& message_commands::chat_of(std::int64_t actor, conversation_id id) {
  auto& where = messages().editable(id);
  if (!where.is_chat()) throw chat_refused(946);
  const auto* seat = where.chat->find(actor);
  if (seat == nullptr || seat->state == member_state::kicked) throw chat_refused(917);
  if (seat->state == member_state::left) throw chat_refused(922);
  if (where.chat->disabled) throw chat_refused(945);
  return where;
}

void message_commands::check_right(const conversation& chat, std::int64_t actor,
                                   chat_right right) const {
  const auto& facts = *chat.chat;
  if (right == chat_right::all || facts.owner == actor) return;
  const auto* seat = facts.find(actor);
  const bool admin = seat != nullptr && seat->admin;
  if (right == chat_right::owner || !admin) throw chat_refused(925);
}

// A service message.
std::uint32_t message_commands::announce(conversation& chat, std::int64_t actor,
                                         json::object action) {
  message entry;
  entry.author = actor;
  entry.date = context().date();
  entry.extra = std::make_unique<message_extra>();
  entry.extra->action = json::serialize(action);
  const auto cmid = write(chat, std::move(entry), 0);
  report(event_kind::message_sent, chat, cmid, actor, 0, {{"action", action.at("type")}});
  return cmid;
}

conversation_id message_commands::create_chat(std::int64_t creator, std::string title,
                                              const std::vector<std::int64_t>& invited) {
  if (characters_in(title) > longest_title) throw bad_parameter("title is too long");
  const auto& settings = state().settings();
  if (messages().conversations() >= settings.most_conversations ||
      invited.size() >= settings.most_members)
    throw api_failure{api_errc::out_of_limits};
  chat_facts facts;
  facts.title = title;
  facts.owner = creator;
  facts.invite_link = "https://vk.me/join/" + random().hex(32);
  auto& chat = messages().open_chat(std::move(facts));
  chat_member owner;
  owner.id = creator;
  owner.invited_by = creator;
  owner.joined = context().date();
  owner.admin = true;
  messages().join(chat, owner);
  for (const auto member : invited)
    if (state().exists(member) && !chat.is_member(member) &&
        !state().messages().blocks(member, creator))
      add_member(chat, creator, member);
  announce(chat, creator, {{"type", "chat_create"}, {"text", std::move(title)}});
  for (const auto& seat : chat.chat->roster)
    report(event_kind::member_joined, chat, 0, creator, seat.id);
  return chat.id;
}

void message_commands::add_member(conversation& chat, std::int64_t inviter, std::int64_t member) {
  chat_member entry;
  entry.id = member;
  entry.invited_by = inviter;
  entry.joined = context().date();
  entry.sees_all = state().settings().communities_see_chats;
  messages().join(chat, entry);
}

void message_commands::invite(std::int64_t inviter, conversation_id id, std::int64_t member,
                              std::size_t visible_messages) {
  auto& where = messages().editable(id);
  auto* seat = where.is_chat() ? where.chat->find(member) : nullptr;
  // Who left returns without an invitation.
  const bool returns = seat != nullptr && seat->state == member_state::left && inviter == member;
  auto& chat = returns ? where : chat_of(inviter, id);
  if (!returns) check_right(chat, inviter, chat.chat->rights.invite);
  if (!state().exists(member)) throw chat_refused(936);
  const auto* group = member < 0 ? state().find_community(-member) : nullptr;
  if (group != nullptr && !group->settings.may_be_invited) throw chat_refused(932);
  if (state().messages().blocks(member, inviter)) throw chat_refused(900);
  if (chat.is_member(member)) throw api_failure{api_errc::access_denied};
  if (!returns && seat != nullptr && seat->state == member_state::left)
    throw api_failure{api_errc::access_denied};
  if (chat.chat->members >= state().settings().most_members)
    throw api_failure{api_errc::out_of_limits};
  add_member(chat, inviter, member);
  messages().show_earlier(chat, member, visible_messages);
  announce(chat, inviter, {{"type", "chat_invite_user"}, {"member_id", member}});
  report(event_kind::member_joined, chat, 0, inviter, member);
}

void message_commands::kick(std::int64_t actor, conversation_id id, std::int64_t member) {
  if (actor == member) {
    leave(member, id);
    return;
  }
  auto& chat = chat_of(actor, id);
  auto* seat = chat.chat->find(member);
  if (seat == nullptr || seat->state != member_state::in) throw chat_refused(935);
  if (seat->invited_by != actor || seat->admin)
    check_right(chat, actor, chat_right::owner_and_admins);
  if (chat.chat->owner == member) throw chat_refused(925);
  // The member sees that it is removed.
  announce(chat, actor, {{"type", "chat_kick_user"}, {"member_id", member}});
  messages().leave(chat, *seat, member_state::kicked);
  report(event_kind::member_kicked, chat, 0, actor, member);
}

void message_commands::leave(std::int64_t member, conversation_id id) {
  auto& chat = chat_of(member, id);
  announce(chat, member, {{"type", "chat_kick_user"}, {"member_id", member}});
  messages().leave(chat, *chat.chat->find(member), member_state::left);
  report(event_kind::member_left, chat, 0, member, member);
}

conversation_id message_commands::join_by_link(std::int64_t member, std::string_view link) {
  const auto* found = state().messages().by_invite_link(link);
  if (found == nullptr) throw bad_parameter("link is invalid");
  auto& chat = messages().editable(found->id);
  const auto* seat = chat.chat->find(member);
  if (seat != nullptr && seat->state == member_state::kicked) throw chat_refused(917);
  if (chat.is_member(member)) throw api_failure{api_errc::access_denied};
  if (chat.chat->members >= state().settings().most_members)
    throw api_failure{api_errc::out_of_limits};
  add_member(chat, member, member);
  announce(chat, member, {{"type", "chat_invite_user_by_link"}, {"member_id", member}});
  report(event_kind::member_joined, chat, 0, member, member, {{"link", true}});
  return chat.id;
}

std::string message_commands::invite_link(std::int64_t actor, conversation_id id, bool reset) {
  auto& where = messages().editable(id);
  const auto& chat = chat_of(actor, id);
  const auto may = [&](chat_right right, int code) {
    const auto* seat = chat.chat->find(actor);
    const bool owner = chat.chat->owner == actor;
    const bool admin = owner || (seat != nullptr && seat->admin);
    if ((right == chat_right::owner && !owner) || (right != chat_right::all && !admin))
      throw chat_refused(code);
  };
  may(chat.chat->rights.see_invite_link, 919);
  if (reset) {
    may(chat_right::owner_and_admins, 931);
    messages().set_invite_link(where, "https://vk.me/join/" + random().hex(32));
  }
  return chat.chat->invite_link;
}

void message_commands::change_title(std::int64_t actor, conversation_id id, std::string title) {
  auto& chat = chat_of(actor, id);
  check_right(chat, actor, chat.chat->rights.change_info);
  if (title.empty() || characters_in(title) > longest_title)
    throw bad_parameter("title is invalid");
  chat.chat->title = title;
  announce(chat, actor, {{"type", "chat_title_update"}, {"text", title}});
  report(event_kind::chat_changed, chat, 0, actor, 0, {{"title", std::move(title)}});
}

std::uint32_t message_commands::change_photo(std::int64_t actor, conversation_id id,
                                             std::string photo) {
  auto& chat = chat_of(actor, id);
  check_right(chat, actor, chat.chat->rights.change_info);
  const bool removes = photo.empty();
  chat.chat->photo = photo;
  json::object action{{"type", removes ? "chat_photo_remove" : "chat_photo_update"}};
  if (!removes)
    action["photo"] = json::object{{"photo_50", photo}, {"photo_100", photo}, {"photo_200", photo}};
  const auto cmid = announce(chat, actor, std::move(action));
  report(event_kind::chat_changed, chat, 0, actor, 0, {{"photo", std::move(photo)}});
  return cmid;
}

void message_commands::pin(std::int64_t actor, conversation_id id, std::uint32_t cmid) {
  auto& chat = chat_of(actor, id);
  check_right(chat, actor, chat.chat->rights.change_pin);
  const auto* copy = view_for(actor, id).copy_of(cmid);
  const auto* entry = copy == nullptr ? nullptr : chat.visible(*copy);
  if (entry == nullptr || entry->is_service()) throw bad_parameter("cmid is incorrect");
  if (entry->extra != nullptr && entry->extra->expires) throw chat_refused(970);
  chat.chat->pinned = cmid;
  chat.chat->pinned_at = context().date();
  announce(chat, actor,
           {{"type", "chat_pin_message"},
            {"member_id", actor},
            {"conversation_message_id", cmid},
            {"message", entry->text}});
  report(event_kind::pinned, chat, cmid, actor);
}

void message_commands::unpin(std::int64_t actor, conversation_id id) {
  auto& chat = chat_of(actor, id);
  check_right(chat, actor, chat.chat->rights.change_pin);
  const auto cmid = std::exchange(chat.chat->pinned, 0);
  if (cmid == 0) return;
  announce(
      chat, actor,
      {{"type", "chat_unpin_message"}, {"member_id", actor}, {"conversation_message_id", cmid}});
  report(event_kind::unpinned, chat, cmid, actor);
}

void message_commands::set_admin(std::int64_t actor, conversation_id id, std::int64_t member,
                                 bool on) {
  auto& chat = chat_of(actor, id);
  check_right(chat, actor, chat.chat->rights.change_admins);
  auto* seat = chat.chat->find(member);
  if (seat == nullptr || seat->state != member_state::in) throw chat_refused(935);
  if (std::exchange(seat->admin, on) == on) return;
  report(event_kind::chat_changed, chat, 0, actor, member, {{"admin", on}});
}

void message_commands::restrict_writing(std::int64_t actor, conversation_id id, std::int64_t member,
                                        std::int64_t until) {
  auto& chat = chat_of(actor, id);
  check_right(chat, actor, chat_right::owner_and_admins);
  auto* seat = chat.chat->find(member);
  if (seat == nullptr || seat->state != member_state::in) throw chat_refused(935);
  seat->may_not_write_until = until;
  report(event_kind::chat_changed, chat, 0, actor, member, {{"may_not_write_until", until}});
}

void message_commands::set_sees_all(conversation_id id, std::int64_t community, bool on) {
  auto& chat = messages().editable(id);
  auto* seat = chat.is_chat() ? chat.chat->find(-community) : nullptr;
  if (seat == nullptr) throw chat_refused(935);
  seat->sees_all = on;
}

}  // namespace vkxx::emulation::detail
