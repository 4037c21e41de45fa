#include "emulator/methods/walls/wall_access.hpp"

#include <algorithm>
#include <string>

#include "emulator/methods/communities/group_fields.hpp"
#include "emulator/world/content/attachment_book.hpp"

namespace vkxx::emulation::detail {
namespace {

constexpr std::size_t longest_attachments = 2048;

api_failure adding_refused(std::string_view reason) {
  return {api_errc::wall_add_post_denied, "Access to adding post denied: " + std::string{reason}};
}

// Without what only messages carry, which VK leaves out.
std::string for_walls(std::string_view attachments) {
  std::string list;
  for (const auto item : attachment_list(attachments)) {
    const auto name = read_attachment(item);
    if (name && (name->kind == "audio_message" || name->kind == "story")) continue;
    if (!list.empty()) list += ',';
    list += item;
  }
  return list;
}

bool is_friend_of_owner(const method_call& request, const person& who) {
  return who.id == request.actor() ||
         std::ranges::find(who.friends, request.actor()) != who.friends.end();
}

void check_wall_of_user(const method_call& request, const person& who) {
  if (!who.deactivated.empty()) throw api_failure{api_errc::user_deleted_or_banned};
  if (who.closed && !is_friend_of_owner(request, who)) throw api_failure{api_errc::private_profile};
  if (request.state.messages().blocks(who.id, request.actor()))
    throw api_failure{api_errc::access_denied, "Access denied: user is in blacklist"};
}

}  // namespace

std::int64_t wall_owner(const method_call& request) {
  if (const auto domain = request.text("domain"); !domain.empty()) {
    if (const auto* who = find_user(request.state, domain)) return who->id;
    if (const auto* group = find_group(request.state, domain)) return -group->id;
    throw bad_parameter("domain is incorrect");
  }
  const auto owner = request.integer("owner_id", request.actor());
  if (owner == 0) throw bad_parameter("owner_id is undefined");
  if (!request.state.exists(owner)) throw bad_parameter("owner_id is incorrect");
  return owner;
}

bool keeps_wall(const method_call& request, std::int64_t owner) {
  if (owner == request.actor()) return true;
  return owner < 0 && !request.state.not_administered(request.actor(), {-owner});
}

void check_wall_is_readable(const method_call& request, std::int64_t owner) {
  if (const auto* who = request.state.find_person(owner)) {
    check_wall_of_user(request, *who);
    return;
  }
  const auto* group = request.state.community_of(owner);
  if (group == nullptr) throw bad_parameter("owner_id is incorrect");
  if (request.state.memberships().find_ban(group->id, request.actor()) != nullptr)
    throw api_failure{api_errc::access_denied, "Access denied: user is in blacklist"};
  if (!seen_community_by(request, *group).open())
    throw api_failure{api_errc::access_denied,
                      "Access denied: this wall available only for community members"};
}

bool can_read_wall(const method_call& request, std::int64_t owner) {
  try {
    check_wall_is_readable(request, owner);
    return true;
  } catch (const api_failure&) {
    return false;
  }
}

void check_wall_is_writable(const method_call& request, std::int64_t owner) {
  if (keeps_wall(request, owner)) return;
  if (const auto* who = request.state.find_person(owner)) {
    if (!who->deactivated.empty()) throw adding_refused("user deactivated");
    if (who->closed && !is_friend_of_owner(request, *who))
      throw adding_refused("access to the wall is closed");
    if (request.state.messages().blocks(owner, request.actor()))
      throw adding_refused("you are in blacklist");
    return;
  }
  const auto& group = *request.state.community_of(owner);
  if (request.state.memberships().find_ban(group.id, request.actor()) != nullptr)
    throw adding_refused("you are in blacklist");
  if (!seen_community_by(request, group).open())
    throw adding_refused("access to the wall is closed");
}

const wall_post* visible_post(const method_call& request, std::int64_t owner, std::int64_t post) {
  const auto* found = request.state.walls().find(owner, post);
  if (found == nullptr || !can_read_wall(request, owner)) return nullptr;
  return is_published(request, *found) || keeps_wall(request, owner) ? found : nullptr;
}

const wall_post& own_post(const method_call& request, std::int64_t owner, std::int64_t post) {
  const auto* found = request.state.walls().find(owner, post);
  if (found == nullptr || !(keeps_wall(request, owner) || found->from == request.actor()))
    throw api_failure{api_errc::wall_post_access};
  return *found;
}

std::optional<post_name> read_post_name(std::string_view text) noexcept {
  const auto line = text.find('_');
  if (line == std::string_view::npos) return std::nullopt;
  const auto owner = whole_number(text.substr(0, line));
  const auto rest = text.substr(line + 1);
  const auto id = whole_number(rest.substr(0, rest.find('_')));
  if (!owner || !id) return std::nullopt;
  return post_name{*owner, *id};
}

std::string checked_attachments(const method_call& request) {
  const auto attachments = request.text("attachments");
  if (attachments.size() > longest_attachments) throw bad_parameter("attachments are too long");
  // VK leaves out what names nothing.
  return names_attachment(attachments) ? for_walls(attachments) : std::string{};
}

}  // namespace vkxx::emulation::detail
