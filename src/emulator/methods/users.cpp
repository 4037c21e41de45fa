#include <algorithm>
#include <array>
#include <boost/json/array.hpp>
#include <set>

#include "emulator/methods/method.hpp"

namespace vkxx::emulation::detail {
namespace {

namespace json = boost::json;

json::value picture(const person& who, int size) {
  return json::string{"https://sun1-1.userapi.com/emulator/" + std::to_string(who.id) + "_" +
                      std::to_string(size) + ".jpg"};
}

void add_personal_field(json::object& result, const method_call& request, const person& who,
                        std::string_view field) {
  if (field == "sex") result["sex"] = who.sex;
  if (field == "bdate" && !who.birthday.empty()) result["bdate"] = who.birthday;
  if (field == "verified") result["verified"] = who.verified ? 1 : 0;
  if (field == "online") result["online"] = 0;
  if (field == "status") result["status"] = who.status;
  if (field == "followers_count") result["followers_count"] = who.followers;
  if (field == "last_seen")
    result["last_seen"] = json::object{{"platform", 7}, {"time", request.now - 60 * who.id}};
  if (field == "city") {
    if (const auto* place = request.state.find_city(who.city))
      result["city"] = json::object{{"id", place->id}, {"title", request.localized(place->title)}};
  }
  if (field == "country" && who.city != 0) {
    const spelling russia{"Россия", "Russia"};
    result["country"] = json::object{{"id", 1}, {"title", request.localized(russia)}};
  }
}

void add_field(json::object& result, const method_call& request, const person& who,
               std::string_view field) {
  if (field == "screen_name" || field == "domain")
    result[field] = who.screen_name.empty() ? "id" + std::to_string(who.id) : who.screen_name;
  if (field == "photo_50") result[field] = picture(who, 50);
  if (field == "photo_100") result[field] = picture(who, 100);
  if (field == "photo_200") result[field] = picture(who, 200);
  if (field == "has_photo") result[field] = 1;
  if (who.deactivated.empty()) add_personal_field(result, request, who, field);
}

void check_name_case(const method_call& request) {
  constexpr std::array<std::string_view, 12> cases{"nom", "gen", "dat", "acc", "ins", "abl",
                                                   "0",   "1",   "2",   "3",   "4",   "5"};
  if (request.given("name_case") &&
      std::ranges::find(cases, request.text("name_case")) == cases.end())
    throw bad_parameter("name_case is invalid");
}

json::value users_get(const method_call& request) {
  check_name_case(request);
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
  for (const auto& field : fields) add_field(result, request, who, field);
  result["first_name"] = request.localized(who.first_name);
  result["last_name"] = request.localized(who.last_name);
  if (who.deactivated.empty()) {
    const auto actor = request.actor();
    const bool is_friend = std::ranges::find(who.friends, actor) != who.friends.end();
    result["can_access_closed"] = !who.closed || is_friend || actor == who.id;
    result["is_closed"] = who.closed;
  }
  return result;
}

void add_users(method_table& table) {
  table["users.get"] = {{.user = true, .community = true, .service = true}, users_get};
}

}  // namespace vkxx::emulation::detail
