// `groups.getById`, `groups.get`: communities and their lists.
#include <algorithm>
#include <boost/json/array.hpp>
#include <string_view>

#include "emulator/methods/communities/group_fields.hpp"
#include "emulator/methods/communities/group_rows.hpp"

namespace vkxx::emulation::detail {
namespace {

namespace json = boost::json;

json::value groups_get_by_id(const method_call& request) {
  auto names = request.list("group_ids", 500);
  if (names.empty() && request.given("group_id")) names.emplace_back(request.text("group_id"));
  if (names.empty()) {
    if (request.actor() >= 0) throw bad_parameter("group_ids is undefined");
    names.push_back(std::to_string(-request.actor()));
  }
  const auto fields = request.list("fields", 200);
  json::array groups;
  for (const auto& name : names)
    if (const auto* group = find_group(request.state, name))
      groups.push_back(group_object(request, *group, fields));
  if (groups.empty()) throw bad_parameter("group_ids not valid");
  json::object result;
  result["groups"] = std::move(groups);
  result["profiles"] = json::array{};
  return result;
}

bool passes(const method_call& request, const community& group, std::int64_t user,
            const std::vector<std::string>& filters) {
  if (filters.empty()) return true;
  return std::ranges::any_of(filters, [&](const std::string& filter) {
    if (filter == "groups") return group.type == "group";
    if (filter == "publics") return group.type == "page";
    if (filter == "events") return group.type == "event";
    const bool rights =
        filter == "admin" || filter == "editor" || filter == "moder" || filter == "advertiser";
    return rights && request.state.accounts().administers(user, group.id);
  });
}

json::value groups_get(const method_call& request) {
  const auto user = request.integer("user_id", request.actor(), 1);
  const auto* who = request.state.find_person(user);
  if (who == nullptr) throw api_failure{api_errc::bad_user_id};
  if (!who->deactivated.empty()) throw api_failure{api_errc::user_deleted_or_banned};
  const auto filters = request.list("filter", 20);
  const bool friendly = std::ranges::find(who->friends, request.actor()) != who->friends.end();
  if (user != request.actor() && who->closed && !friendly)
    throw api_failure{api_errc::groups_list_hidden,
                      "Access to the groups list is denied due to the user's privacy settings"};
  const auto first = request.integer("offset", 0, 0);
  const auto left = request.integer("count", 1000, 0, 1000);
  const bool extended = request.flag("extended");
  const auto fields = request.list("fields", 200);
  std::int64_t count = 0;
  json::array items;
  for (const auto& group : request.state.accounts().communities()) {
    if (!request.state.memberships().is_member(group.id, user)) continue;
    if (!passes(request, group, user, filters)) continue;
    const auto index = count++;
    if (index < first || index - first >= left) continue;
    if (extended)
      items.push_back(group_object(request, group, fields));
    else
      items.push_back(group.id);
  }
  return json::object{{"count", count}, {"items", std::move(items)}};
}

}  // namespace

const community* find_group(const world& state, std::string_view name) noexcept {
  if (const auto id = whole_number(name)) return state.find_community(*id);
  if (const auto id = prefixed_id(name, {"club", "public", "event"}))
    return state.find_community(*id);
  return state.find_community(name);
}

void add_groups(method_table& table) {
  table["groups.getById"] = {{.user = true, .community = true, .service = true}, groups_get_by_id};
  add_rows(table, {{"groups.get", groups_get}});
  add_group_members(table);
  add_group_bans(table);
  add_group_settings(table);
}

}  // namespace vkxx::emulation::detail
