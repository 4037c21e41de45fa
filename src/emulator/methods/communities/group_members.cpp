// Who belongs to a community; joining and leaving.
#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <iterator>
#include <string_view>
#include <vector>

#include "emulator/methods/communities/group_fields.hpp"
#include "emulator/methods/communities/group_rows.hpp"
#include "emulator/methods/mailbox/messages_request.hpp"

namespace vkxx::emulation::detail {
namespace {

namespace json = boost::json;

using member_list = std::vector<community_member>;

member_list filtered_members(const method_call& request, const community& group,
                             const member_list& all) {
  const auto filter = request.text("filter");
  const auto* caller = request.state.find_person(request.actor());
  const auto is_wanted = [&](const community_member& entry) {
    if (filter == "friends")
      return caller != nullptr &&
             std::ranges::find(caller->friends, entry.user) != caller->friends.end();
    if (filter == "unsure") return entry.unsure;
    return filter == "managers" && request.state.accounts().administers(entry.user, group.id);
  };
  member_list members;
  std::ranges::copy_if(all, std::back_inserter(members), is_wanted);
  return members;
}

std::string_view role_of(const community& group, std::int64_t user) {
  return group.administrators.front() == user ? "creator" : "administrator";
}

json::value shown_member(const method_call& request, const community& group, std::int64_t user,
                         const std::vector<std::string>& fields) {
  const bool managers = request.text("filter") == "managers";
  const auto* who = request.state.find_person(user);
  if (fields.empty() || who == nullptr) {
    if (!managers) return user;
    return json::object{{"id", user}, {"role", role_of(group, user)}};
  }
  auto shown = user_object(request, *who, fields);
  if (managers) shown["role"] = role_of(group, user);
  return shown;
}

json::value groups_get_members(const method_call& request) {
  const auto& group = required_group(request);
  const auto seen = seen_community_by(request, group);
  if (!seen.open()) throw api_failure{api_errc::access_denied, "Access denied: group hide members"};
  if (request.text("filter") == "managers" && !seen.admin)
    throw api_failure{api_errc::access_denied, "Access denied: you should be group admin"};
  const auto order = request.text("sort");
  const auto& book = request.state.memberships();
  const auto& all = order.starts_with("time_") ? book.by_time(group.id) : book.members(group.id);
  const bool filtered = request.given("filter");
  const auto wanted = filtered ? filtered_members(request, group, all) : member_list{};
  const auto& members = filtered ? wanted : all;
  const auto total = static_cast<std::int64_t>(members.size());
  const auto first = std::min(request.integer("offset", 0, 0), total);
  const auto last = std::min(first + request.integer("count", 1000, 0, 1000), total);
  const auto fields = request.list("fields", 200);
  json::array items;
  for (auto i = first; i < last; ++i) {
    const auto index = order.ends_with("_desc") ? total - 1 - i : i;
    const auto user = members[static_cast<std::size_t>(index)].user;
    items.push_back(shown_member(request, group, user, fields));
  }
  return json::object{{"count", total}, {"items", std::move(items)}};
}

json::object membership_of(const method_call& request, const community& group, std::int64_t user) {
  const auto& book = request.state.memberships();
  json::object shown{{"member", book.is_member(group.id, user) ? 1 : 0}};
  if (!request.flag("extended")) return shown;
  shown["request"] = book.has_request(group.id, user) ? 1 : 0;
  shown["invitation"] = 0;
  shown["can_invite"] = request.actor() > 0 && user != request.actor() ? 1 : 0;
  shown["can_recall"] = 0;
  return shown;
}

json::value groups_is_member(const method_call& request) {
  const auto& group = required_group(request);
  if (request.given("user_ids")) {
    json::array all;
    for (const auto user : numbers_of(request, "user_ids", 500)) {
      auto shown = membership_of(request, group, user);
      shown["user_id"] = user;
      all.push_back(std::move(shown));
    }
    return all;
  }
  const auto user = request.integer("user_id", std::max<std::int64_t>(request.actor(), 0), 0);
  if (user == 0) throw bad_parameter("user_id is undefined");
  auto shown = membership_of(request, group, user);
  if (request.flag("extended")) return shown;
  return shown["member"];
}

json::value groups_join(const method_call& request) {
  const auto& group = required_group(request);
  request.change_communities().join(request.actor(), group.id, request.flag("not_sure"));
  return 1;
}

json::value groups_leave(const method_call& request) {
  const auto& group = required_group(request);
  request.change_communities().leave(request.actor(), group.id);
  return 1;
}

json::value groups_get_requests(const method_call& request) {
  const auto& group = administered_group(request);
  const auto first = request.integer("offset", 0, 0);
  const auto left = request.integer("count", 20, 0, 200);
  const auto fields = request.list("fields", 200);
  std::int64_t count = 0;
  json::array items;
  for (const auto user : request.state.memberships().requests_of(group.id)) {
    const auto index = count++;
    if (index < first || index - first >= left) continue;
    const auto* who = request.state.find_person(user);
    if (fields.empty() || who == nullptr)
      items.push_back(user);
    else
      items.push_back(user_object(request, *who, fields));
  }
  return json::object{{"count", count}, {"items", std::move(items)}};
}

json::value groups_approve(const method_call& request) {
  const auto& group = administered_group(request);
  const auto user = request.required_integer("user_id");
  if (!request.change_communities().approve(request.actor(), group.id, user))
    throw bad_parameter("user_id is incorrect");
  return 1;
}

json::value groups_remove_user(const method_call& request) {
  const auto& group = administered_group(request);
  const auto user = request.required_integer("user_id");
  if (!request.change_communities().remove(request.actor(), group.id, user))
    throw bad_parameter("user_id is incorrect");
  return 1;
}

}  // namespace

void add_group_members(method_table& table) {
  add_rows(table, {{"groups.getMembers", groups_get_members},
                   {"groups.isMember", groups_is_member},
                   {"groups.join", groups_join},
                   {"groups.leave", groups_leave},
                   {"groups.getRequests", groups_get_requests},
                   {"groups.approveRequest", groups_approve},
                   {"groups.removeUser", groups_remove_user}});
  table["groups.getMembers"].slow = true;
}

}  // namespace vkxx::emulation::detail
