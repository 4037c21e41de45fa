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

}  // namespace

const community* find_group(world& state, std::string_view name) noexcept {
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
}

}  // namespace vkxx::emulation::detail
