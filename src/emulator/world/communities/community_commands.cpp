#include "emulator/world/communities/community_commands.hpp"

#include <utility>

#include "emulator/api/api_failure.hpp"

namespace vkxx::emulation::detail {
namespace {

// As `join_type` of VK's event group_join.
std::string_view join_type(bool request, bool approved, bool unsure) noexcept {
  if (request) return "request";
  if (approved) return "approved";
  return unsure ? "unsure" : "join";
}

api_failure joining_refused(std::string_view reason) {
  return {api_errc::access_denied, "Access denied: " + std::string{reason}};
}

}  // namespace

void community_commands::join(std::int64_t user, std::int64_t community, bool unsure) {
  const auto& book = memberships();
  const auto& group = *state().find_community(community);
  if (const auto* known = book.find(community, user);
      known != nullptr && (group.type != "event" || known->unsure == unsure))
    throw joining_refused("you are already in this community");
  if (book.find_ban(community, user) != nullptr) throw joining_refused("you are in blacklist");
  if (group.closed == 2) throw joining_refused("this is a private community");
  if (group.closed == 0 || state().accounts().administers(user, community)) {
    add(user, community, unsure && group.type == "event" ? joining::unsure : joining::joined);
    return;
  }
  if (!memberships().add_request(community, user)) throw joining_refused("request already sent");
  add(user, community, joining::request);
}

void community_commands::add(std::int64_t user, std::int64_t community, joining kind) {
  if (kind != joining::request) {
    memberships().add(community, user, kind == joining::unsure);
    accounts().editable_community(community)->members =
        static_cast<std::int64_t>(memberships().members(community).size());
  }
  world_event event;
  event.kind = event_kind::joined_community;
  event.actor = user;
  event.subject = -community;
  event.details["join_type"] =
      join_type(kind == joining::request, kind == joining::approved, kind == joining::unsure);
  append(std::move(event));
}

bool community_commands::drop(std::int64_t user, std::int64_t community, std::int64_t admin) {
  const bool requested = memberships().remove_request(community, user);
  if (!memberships().remove(community, user)) return requested;
  accounts().editable_community(community)->members =
      static_cast<std::int64_t>(memberships().members(community).size());
  world_event event;
  event.kind = event_kind::left_community;
  event.actor = user;
  event.subject = -community;
  event.details["self"] = admin == user ? 1 : 0;
  append(std::move(event));
  return true;
}

void community_commands::leave(std::int64_t user, std::int64_t community) {
  drop(user, community, user);
}

bool community_commands::approve(std::int64_t /*admin*/, std::int64_t community,
                                 std::int64_t user) {
  if (!memberships().remove_request(community, user)) return false;
  add(user, community, joining::approved);
  return true;
}

bool community_commands::remove(std::int64_t admin, std::int64_t community, std::int64_t user) {
  return drop(user, community, admin);
}

void community_commands::ban(std::int64_t community, std::int64_t member, community_ban ban) {
  drop(member, community, ban.admin);
  ban.date = context().date();
  world_event event;
  event.kind = event_kind::blocked;
  event.actor = -community;
  event.subject = member;
  event.details["admin_id"] = ban.admin;
  event.details["unblock_date"] = ban.end_date;
  event.details["reason"] = ban.reason;
  event.details["comment"] = ban.comment;
  event.bytes = ban.comment.size();
  memberships().set_ban(community, member, std::move(ban));
  messages().set_blocked(-community, member, true);
  append(std::move(event));
}

bool community_commands::unban(std::int64_t admin, std::int64_t community, std::int64_t member) {
  if (!memberships().remove_ban(community, member)) return false;
  unblock(admin, community, member, false);
  return true;
}

void community_commands::unblock(std::int64_t admin, std::int64_t community, std::int64_t member,
                                 bool by_end_date) {
  messages().set_blocked(-community, member, false);
  world_event event;
  event.kind = event_kind::unblocked;
  event.actor = -community;
  event.subject = member;
  event.details["admin_id"] = admin;
  event.details["by_end_date"] = by_end_date ? 1 : 0;
  append(std::move(event));
}

void community_commands::expire_bans() {
  while (const auto ended = state().memberships().ended_ban(context().date())) {
    const auto [community, member] = *ended;
    const auto admin = state().memberships().find_ban(community, member)->admin;
    memberships().remove_ban(community, member);
    unblock(admin, community, member, true);
  }
}

}  // namespace vkxx::emulation::detail
