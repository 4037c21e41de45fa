#include <algorithm>
#include <boost/json/array.hpp>
#include <set>

#include "core/text/message_text.hpp"
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

// Every word of the query is the beginning of a word of the name.
bool is_called(const person& who, std::string_view query) {
  const auto names =
      ' ' + vkxx::detail::folded(who.first_name.cyrillic + ' ' + who.last_name.cyrillic + ' ' +
                                 who.first_name.latin + ' ' + who.last_name.latin);
  while (!query.empty()) {
    const auto word = query.substr(0, query.find(' '));
    query.remove_prefix(std::min(word.size() + 1, query.size()));
    if (!word.empty() && names.find(' ' + std::string{word}) == std::string::npos) return false;
  }
  return true;
}

json::value users_search(const method_call& request) {
  const auto sex = request.integer("sex", 0, 0, 2);
  const auto city = request.integer(request.given("city") ? "city" : "city_id", 0, 0);
  std::vector<const person*> among;
  for (const auto& who : request.state.accounts().people())
    if ((sex == 0 || who.sex == sex) && (city == 0 || who.city == city)) among.push_back(&who);
  return search_users(request, among);
}

json::value profile_info(const method_call& request) {
  const auto* self = request.state.find_person(request.actor());
  if (self == nullptr) throw api_failure{api_errc::bad_user_id};
  auto shown = user_object(request, *self,
                           {"bdate", "city", "home_town", "screen_name", "sex", "status",
                            "personal", "relation", "photo_200"});
  shown["bdate_visibility"] = 1;
  // As VK shows it: most digits are hidden.
  shown["phone"] = "+7 *** *** ** 12";
  return shown;
}

json::value users_get(const method_call& request) {
  static_cast<void>(case_of_names(request));
  auto names = request.list("user_ids", 1000);
  // A name that the schema does not have, but many programs.
  if (names.empty()) names = request.list("user_id", 1);
  if (names.empty()) {
    // Programs find out by the empty list that the token is a community's.
    if (request.actor() <= 0) return json::array{};
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

json::object search_users(const method_call& request, const std::vector<const person*>& among) {
  constexpr std::size_t longest_query = 1000;
  if (request.text("q").size() > longest_query) throw bad_parameter("q is too long");
  const auto query = vkxx::detail::folded(request.text("q"));
  const auto fields = request.list("fields", 200);
  const auto first = request.integer("offset", 0, 0);
  const auto most = request.integer("count", 20, 0, 1000);
  std::int64_t count = 0;
  json::array items;
  for (const auto* who : among) {
    if (!who->deactivated.empty() || !is_called(*who, query)) continue;
    const auto place = count++;
    if (place >= first && place - first < most) items.push_back(user_object(request, *who, fields));
  }
  return {{"count", count}, {"items", std::move(items)}};
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
  table["account.getProfileInfo"] = {{.user = true}, profile_info};
  table["users.search"] = {{.user = true}, users_search};
  table["users.get"] = {{.user = true, .community = true, .service = true}, users_get};
}

}  // namespace vkxx::emulation::detail
