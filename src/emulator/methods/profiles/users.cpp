#include <boost/json/array.hpp>
#include <set>

#include "emulator/methods/method.hpp"
#include "emulator/methods/profiles/name_cases.hpp"
#include "emulator/methods/profiles/user_fields.hpp"

namespace vkxx::emulation::detail {
namespace {

namespace json = boost::json;

name_case case_of_names(const method_call& request) {
  if (!request.given("name_case")) return name_case::nominative;
  const auto wanted = read_name_case(request.text("name_case"));
  if (!wanted) throw bad_parameter("name_case is invalid");
  return *wanted;
}

json::value users_get(const method_call& request) {
  static_cast<void>(case_of_names(request));
  auto names = request.list("user_ids", 1000);
  if (names.empty()) {
    if (request.actor() <= 0) throw bad_parameter("user_ids is undefined");
    names.push_back(std::to_string(request.actor()));
  }
  const auto fields = request.list("fields", 200);
  json::array result;
  bool any_valid = false;
  std::set<std::int64_t> seen;
  for (const auto& name : names) {
    const auto* who = find_user(request.state, name);
    const auto id = whole_number(name);
    any_valid = any_valid || who != nullptr || (id && *id > 0);
    if (who != nullptr && seen.insert(who->id).second)
      result.push_back(user_object(request, *who, fields));
  }
  if (!any_valid) throw api_failure{api_errc::bad_user_id};
  return result;
}

}  // namespace

const person* find_user(const world& state, std::string_view name) noexcept {
  if (const auto id = whole_number(name)) return state.find_person(*id);
  if (const auto id = prefixed_id(name, {"id"})) return state.find_person(*id);
  return state.find_person(name);
}

json::object user_object(const method_call& request, const person& who,
                         const std::vector<std::string>& fields) {
  json::object result{{"id", who.id}};
  if (!who.deactivated.empty()) result["deactivated"] = who.deactivated;
  const auto seen = seen_person_by(request, who);
  for (const auto& field : fields) add_user_field(result, seen, field);
  const auto wanted = read_name_case(request.text("name_case")).value_or(name_case::nominative);
  result["first_name"] = first_name_in(request.localized(who.first_name), who.sex == 1, wanted);
  result["last_name"] = last_name_in(request.localized(who.last_name), who.sex == 1, wanted);
  if (who.deactivated.empty()) {
    result["can_access_closed"] = seen.open;
    result["is_closed"] = who.closed;
  }
  return result;
}

void add_users(method_table& table) {
  table["users.get"] = {{.user = true, .community = true, .service = true}, users_get};
}

}  // namespace vkxx::emulation::detail
