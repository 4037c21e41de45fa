// The blacklist of a community.
#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <string>
#include <utility>

#include "emulator/methods/communities/group_fields.hpp"
#include "emulator/methods/communities/group_rows.hpp"

namespace vkxx::emulation::detail {
namespace {

namespace json = boost::json;

constexpr std::size_t longest_ban_comment = 4096;

std::int64_t banned_member(const method_call& request) {
  const auto* name = request.given("owner_id") ? "owner_id" : "user_id";
  const auto member = request.required_integer(name);
  if (!request.state.exists(member)) throw bad_parameter(std::string{name} + " is incorrect");
  return member;
}

json::value groups_ban(const method_call& request) {
  const auto& group = administered_group(request);
  const auto member = banned_member(request);
  if (member == -group.id || request.state.accounts().administers(member, group.id))
    throw api_failure{api_errc::access_denied, "Access denied: can't ban group admin"};
  community_ban ban;
  ban.admin = std::max<std::int64_t>(request.actor(), 1);
  ban.end_date = request.integer("end_date", 0, 0);
  if (ban.end_date != 0 && ban.end_date <= request.now)
    throw bad_parameter("end_date should be in the future");
  ban.reason = static_cast<int>(request.integer("reason", 0, 0, 4));
  ban.comment = request.text("comment");
  if (ban.comment.size() > longest_ban_comment) throw bad_parameter("comment is too long");
  ban.comment_visible = request.flag("comment_visible");
  request.change_communities().ban(group.id, member, std::move(ban));
  return 1;
}

json::value groups_unban(const method_call& request) {
  const auto& group = administered_group(request);
  const auto member = banned_member(request);
  if (!request.change_communities().unban(request.actor(), group.id, member))
    throw api_failure{api_errc::not_found, "Not found: user not found in blacklist"};
  return 1;
}

json::object shown_ban(const method_call& request, std::int64_t member, const community_ban& ban,
                       const std::vector<std::string>& fields) {
  json::object shown;
  if (const auto* who = request.state.find_person(member)) {
    shown["type"] = "profile";
    shown["profile"] = user_object(request, *who, fields);
  } else if (const auto* group = request.state.community_of(member)) {
    shown["type"] = "group";
    shown["group"] = group_object(request, *group, fields);
  }
  shown["ban_info"] = json::object{{"admin_id", ban.admin},
                                   {"date", ban.date},
                                   {"reason", ban.reason},
                                   {"comment", ban.comment},
                                   {"comment_visible", ban.comment_visible},
                                   {"end_date", ban.end_date}};
  return shown;
}

json::value groups_get_banned(const method_call& request) {
  const auto& group = administered_group(request);
  const auto fields = request.list("fields", 200);
  const auto& book = request.state.memberships();
  json::array items;
  if (request.given("owner_id") || request.given("user_id")) {
    const auto member = banned_member(request);
    const auto* ban = book.find_ban(group.id, member);
    if (ban == nullptr)
      throw api_failure{api_errc::not_found, "Not found: user not found in blacklist"};
    items.push_back(shown_ban(request, member, *ban, fields));
    return json::object{{"count", 1}, {"items", std::move(items)}};
  }
  const auto first = request.integer("offset", 0, 0);
  const auto left = request.integer("count", 20, 0, 200);
  std::int64_t index = 0;
  for (const auto& [member, ban] : book.bans(group.id)) {
    if (index >= first && index - first < left)
      items.push_back(shown_ban(request, member, ban, fields));
    ++index;
  }
  return json::object{{"count", index}, {"items", std::move(items)}};
}

}  // namespace

void add_group_bans(method_table& table) {
  add_rows(table, {{"groups.ban", groups_ban},
                   {"groups.unban", groups_unban},
                   {"groups.getBanned", groups_get_banned}});
}

}  // namespace vkxx::emulation::detail
