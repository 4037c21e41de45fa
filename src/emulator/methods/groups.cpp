#include <algorithm>
#include <boost/json/array.hpp>

#include "emulator/methods/method.hpp"

namespace vkxx::emulation::detail {
namespace {

namespace json = boost::json;

std::string picture(const community& group, int size) {
  return "https://sun1-1.userapi.com/emulator/club" + std::to_string(group.id) + "_" +
         std::to_string(size) + ".jpg";
}

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
      groups.push_back(group_object(*group, fields));
  if (groups.empty()) throw bad_parameter("group_ids not valid");
  json::object result;
  result["groups"] = std::move(groups);
  result["profiles"] = json::array{};
  return result;
}

// The members of a community are the first users, as many as it has.
json::value groups_get_members(const method_call& request) {
  const auto* group = find_group(request.state, request.required("group_id"));
  if (group == nullptr) throw bad_parameter("group_id is incorrect");
  const auto& people = request.state.accounts().people();
  const auto total = std::min(group->members, static_cast<std::int64_t>(people.size()));
  const auto first = std::min(request.integer("offset", 0, 0), total);
  const auto last = std::min(first + request.integer("count", 1000, 0, 1000), total);
  const bool descending = request.text("sort") == "id_desc";
  const auto fields = request.list("fields", 200);
  json::array items;
  for (auto i = first; i < last; ++i) {
    const auto& who = people[static_cast<std::size_t>(descending ? total - 1 - i : i)];
    if (fields.empty())
      items.push_back(who.id);
    else
      items.push_back(user_object(request, who, fields));
  }
  json::object result;
  result["count"] = total;
  result["items"] = std::move(items);
  return result;
}

}  // namespace

const community* find_group(const world& state, std::string_view name) noexcept {
  if (const auto id = whole_number(name)) return state.find_community(*id);
  if (const auto id = prefixed_id(name, {"club", "public", "event"}))
    return state.find_community(*id);
  return state.find_community(name);
}

json::object group_object(const community& group, const std::vector<std::string>& fields) {
  json::object result{{"id", group.id},
                      {"name", group.name},
                      {"screen_name", group.screen_name},
                      {"is_closed", group.closed},
                      {"type", group.type},
                      {"photo_50", picture(group, 50)},
                      {"photo_100", picture(group, 100)},
                      {"photo_200", picture(group, 200)}};
  for (const auto& field : fields) {
    if (field == "members_count") result["members_count"] = group.members;
    if (field == "description") result["description"] = group.description;
    if (field == "status") result["status"] = group.status;
  }
  return result;
}

void add_groups(method_table& table) {
  table["groups.getById"] = {{.user = true, .community = true, .service = true}, groups_get_by_id};
  table["groups.getMembers"] = {{.user = true, .community = true, .service = true},
                                groups_get_members};
}

}  // namespace vkxx::emulation::detail
