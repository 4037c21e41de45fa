#include "emulator/methods/profiles/biography.hpp"

#include <algorithm>
#include <array>
#include <boost/json/array.hpp>
#include <string>
#include <utility>

#include "emulator/methods/database/tables.hpp"

namespace vkxx::emulation::detail {
namespace {

namespace json = boost::json;

// Who has a university has this one of the tables.
const university_entry& university_of(const seen_person& seen) {
  const auto all = all_universities();
  for (const auto& entry : all)
    if (entry.city == seen.who.city) return entry;
  return all.front();
}

std::string localized_name(const seen_person& seen, const char* cyrillic, const char* latin) {
  return seen.request.cyrillic() ? cyrillic : latin;
}

std::int64_t graduation_of(const seen_person& seen) {
  return 2000 + invented_number(seen.who.id, "graduation", 20);
}

bool has_education(const seen_person& seen) {
  return seen.who.city != 0;
}

json::value education_of(const seen_person& seen) {
  json::object shown{{"university", 0},
                     {"university_name", ""},
                     {"faculty", 0},
                     {"faculty_name", ""},
                     {"graduation", 0}};
  if (!has_education(seen)) return shown;
  const auto& entry = university_of(seen);
  const auto& faculty = faculties_of(entry.id).front();
  shown["university"] = entry.id;
  shown["university_name"] = localized_name(seen, entry.cyrillic, entry.latin);
  shown["faculty"] = faculty.id;
  shown["faculty_name"] = localized_name(seen, faculty.cyrillic, faculty.latin);
  shown["graduation"] = graduation_of(seen);
  return shown;
}

json::value universities_of(const seen_person& seen) {
  if (!has_education(seen)) return json::array{};
  const auto& entry = university_of(seen);
  const auto& faculty = faculties_of(entry.id).front();
  return json::array{
      json::object{{"id", entry.id},
                   {"city", entry.city},
                   {"name", localized_name(seen, entry.cyrillic, entry.latin)},
                   {"faculty", faculty.id},
                   {"faculty_name", localized_name(seen, faculty.cyrillic, faculty.latin)},
                   {"graduation", graduation_of(seen)}}};
}

json::value schools_of(const seen_person& seen) {
  if (!has_education(seen)) return json::array{};
  const auto end = graduation_of(seen) - 5;
  return json::array{json::object{{"id", std::to_string(seen.who.city * 1000 + 1)},
                                  {"city", seen.who.city},
                                  {"name", localized_name(seen, "Школа № 1", "School No. 1")},
                                  {"year_from", end - 11},
                                  {"year_to", end},
                                  {"year_graduated", end},
                                  {"type", 0},
                                  {"type_str", localized_name(seen, "Школа", "School")}}};
}

json::value occupation_of(const seen_person& seen) {
  if (!has_education(seen)) return nullptr;
  const auto& entry = university_of(seen);
  return json::object{{"id", entry.id},
                      {"name", localized_name(seen, entry.cyrillic, entry.latin)},
                      {"type", "university"},
                      {"graduate_year", graduation_of(seen)}};
}

json::value career_of(const seen_person& seen) {
  if (seen.who.id % 2 == 0) return json::array{};
  return json::array{json::object{{"group_id", 1},
                                  {"city_id", std::max<std::int64_t>(seen.who.city, 1)},
                                  {"from", graduation_of(seen)},
                                  {"position", localized_name(seen, "Инженер", "Engineer")}}};
}

json::value military_of(const seen_person& seen) {
  if (seen.who.id % 5 != 0) return json::array{};
  const auto year = graduation_of(seen);
  return json::array{
      json::object{{"unit", "00001"}, {"unit_id", 1}, {"from", year}, {"until", year + 1}}};
}

json::value personal_of(const seen_person& seen) {
  const auto choice = [&seen](const char* purpose) {
    return 1 + invented_number(seen.who.id, purpose, 5);
  };
  return json::object{
      {"alcohol", choice("alcohol")},
      {"smoking", choice("smoking")},
      {"life_main", choice("life")},
      {"people_main", choice("people")},
      {"political", choice("political")},
      {"inspired_by", localized_name(seen, "Лес", "The forest")},
      {"langs", json::array{localized_name(seen, "Русский", "Russian"), "English"}}};
}

json::value relation_of(const seen_person& seen) {
  return invented_number(seen.who.id, "relation", 9);
}

json::value relatives_of(const seen_person& seen) {
  // The first two users with the same family name are brother and sister.
  if (seen.who.id != 2 && seen.who.id != 3) return json::array{};
  return json::array{json::object{{"id", 5 - seen.who.id}, {"type", "sibling"}}};
}

json::value counters_of(const seen_person& seen) {
  const auto& state = seen.request.state;
  std::int64_t groups = 0;
  for (const auto& group : state.accounts().communities())
    groups += state.memberships().is_member(group.id, seen.who.id) ? 1 : 0;
  const auto posts =
      std::ranges::count(state.walls().wall(seen.who.id), false, &wall_post::deleted);
  json::object shown{{"albums", 1},
                     {"audios", 0},
                     {"followers", seen.who.followers},
                     {"friends", seen.who.friends.size()},
                     {"gifts", invented_number(seen.who.id, "gifts", 20)},
                     {"groups", groups},
                     {"online_friends", 0},
                     {"pages", groups},
                     {"photos", 1},
                     {"posts", posts},
                     {"subscriptions", 0},
                     {"user_photos", 0},
                     {"user_videos", 0},
                     {"videos", 0},
                     {"clips", 0},
                     {"clips_followers", seen.who.followers}};
  return shown;
}

json::value telephones_of(const seen_person& seen) {
  const auto number = std::to_string(1'000'000 + invented_number(seen.who.id, "phone", 9'000'000));
  return json::object{{"mobile_phone", "+7900" + number}, {"home_phone", ""}};
}

json::value connections_of(const seen_person& seen) {
  const auto& name = seen.who.screen_name;
  if (name.empty()) return json::object{};
  return json::object{{"skype", name}, {"livejournal", name}};
}

json::value interests_of(const seen_person& seen) {
  constexpr std::array<std::pair<const char*, const char*>, 4> texts{
      {{"лес, птицы", "woods, birds"},
       {"шахматы", "chess"},
       {"велосипед", "cycling"},
       {"чай", "tea"}}};
  const auto index = static_cast<std::size_t>(invented_number(seen.who.id, "interests", 4));
  return json::string{localized_name(seen, texts[index].first, texts[index].second)};
}

json::value home_town_of(const seen_person& seen) {
  const auto* place = seen.request.state.find_city(seen.who.city);
  return json::string{place == nullptr ? std::string{} : seen.request.localized(place->title)};
}

json::value site_of(const seen_person& seen) {
  const auto& name = seen.who.screen_name;
  return json::string{name.empty() ? "" : "https://" + name + ".example"};
}

json::value maiden_name_of(const seen_person& seen) {
  if (seen.who.sex != 1) return nullptr;
  return "";
}

json::value empty_text(const seen_person& /*seen*/) {
  return "";
}

struct biography_field {
  std::string_view name;
  json::value (*value)(const seen_person&);
  bool several = false;  // The value's members are members of the user.
};

constexpr std::array biography_fields{
    biography_field{"education", education_of, true},
    biography_field{"contacts", telephones_of, true},
    biography_field{"connections", connections_of, true},
    biography_field{"universities", universities_of},
    biography_field{"schools", schools_of},
    biography_field{"occupation", occupation_of},
    biography_field{"career", career_of},
    biography_field{"military", military_of},
    biography_field{"personal", personal_of},
    biography_field{"relation", relation_of},
    biography_field{"relatives", relatives_of},
    biography_field{"counters", counters_of},
    biography_field{"home_town", home_town_of},
    biography_field{"maiden_name", maiden_name_of},
    biography_field{"site", site_of},
    biography_field{"interests", interests_of},
    biography_field{"activities", empty_text},
    biography_field{"about", empty_text},
    biography_field{"books", empty_text},
    biography_field{"games", empty_text},
    biography_field{"movies", empty_text},
    biography_field{"music", empty_text},
    biography_field{"quotes", empty_text},
    biography_field{"tv", empty_text},
    biography_field{"activity", empty_text},
};

}  // namespace

void add_biography(json::object& shown, const seen_person& seen, std::string_view field) {
  const auto* row = std::ranges::find(biography_fields, field, &biography_field::name);
  if (row == biography_fields.end()) return;
  auto value = row->value(seen);
  if (value.is_null()) return;
  if (!row->several) {
    shown[field] = std::move(value);
    return;
  }
  for (auto& member : value.as_object()) shown[member.key()] = std::move(member.value());
}

json::object profile_photo(std::int64_t owner, const std::string& base_url) {
  struct size {
    const char* type;
    int width;
  };
  constexpr std::array<size, 4> sizes{{{"s", 75}, {"m", 130}, {"x", 604}, {"z", 1080}}};
  json::array shown;
  for (const auto& item : sizes)
    shown.push_back({{"type", item.type},
                     {"width", item.width},
                     {"height", item.width},
                     {"url", base_url + std::to_string(item.width) + ".png"}});
  // -6: the album of photos of profiles.
  return {{"id", 457'239'000 + (owner < 0 ? -owner : owner)},
          {"owner_id", owner},
          {"album_id", -6},
          {"date", 1'600'000'000},
          {"text", ""},
          {"sizes", std::move(shown)},
          {"has_tags", false}};
}

}  // namespace vkxx::emulation::detail
