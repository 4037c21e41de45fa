// `database.*`: lists of the tables, by parent and prefix of the name.
#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/text/message_text.hpp"
#include "emulator/methods/database/tables.hpp"
#include "emulator/methods/messages/message_rows.hpp"

namespace vkxx::emulation::detail {
namespace {

namespace json = boost::json;

template <class Entry>
std::string title_of(const method_call& request, const Entry& entry) {
  return request.cyrillic() ? entry.cyrillic : entry.latin;
}

template <class Entry>
json::object titled(const method_call& request, const Entry& entry) {
  return {{"id", entry.id}, {"title", title_of(request, entry)}};
}

json::object paged(const method_call& request, json::array all) {
  const auto total = static_cast<std::int64_t>(all.size());
  const auto first = std::min(request.integer("offset", 0, 0), total);
  const auto last = std::min(first + request.integer("count", 100, 0, 10'000), total);
  json::array items;
  for (auto i = first; i < last; ++i) items.push_back(std::move(all[static_cast<std::size_t>(i)]));
  return {{"count", total}, {"items", std::move(items)}};
}

// Titles are found by their beginning, in either alphabet.
template <class Entry>
bool is_called(const method_call& request, const Entry& entry) {
  const auto query = vkxx::detail::folded(request.text("q"));
  return vkxx::detail::folded(entry.cyrillic).starts_with(query) ||
         vkxx::detail::folded(entry.latin).starts_with(query);
}

json::value get_countries(const method_call& request) {
  const auto codes = request.list("code", 300);
  json::array all;
  for (const auto& entry : all_countries()) {
    const bool wanted = codes.empty() ? entry.main || request.flag("need_all")
                                      : std::ranges::find(codes, entry.code) != codes.end();
    if (wanted) all.push_back(titled(request, entry));
  }
  return paged(request, std::move(all));
}

template <class Range>
json::array found_by_ids(const method_call& request, std::string_view parameter, Range entries) {
  json::array shown;
  for (const auto& text : request.list(parameter)) {
    const auto id = whole_number(text);
    if (!id) throw bad_parameter(std::string{parameter} + " is invalid");
    for (const auto& entry : entries)
      if (entry.id == *id) shown.push_back(titled(request, entry));
  }
  return shown;
}

json::value get_countries_by_id(const method_call& request) {
  return found_by_ids(request, "country_ids", all_countries());
}

json::value get_cities_by_id(const method_call& request) {
  return found_by_ids(request, "city_ids", all_cities());
}

json::value get_regions(const method_call& request) {
  const auto country = request.integer("country_id", 1, 0);
  json::array all;
  for (const auto& entry : all_regions())
    if (entry.country == country && is_called(request, entry))
      all.push_back(titled(request, entry));
  return paged(request, std::move(all));
}

json::object city_object(const method_call& request, const city_entry& entry) {
  auto shown = titled(request, entry);
  if (entry.important) shown["important"] = 1;
  for (const auto& region : all_regions())
    if (region.id == entry.region) shown["region"] = title_of(request, region);
  return shown;
}

json::value get_cities(const method_call& request) {
  const auto country = request.integer("country_id", 1, 0);
  const auto region = request.integer("region_id", 0, 0);
  const bool every = request.flag("need_all") || region != 0 || request.given("q");
  json::array all;
  for (const auto& entry : all_cities()) {
    if (entry.country != country || (region != 0 && entry.region != region)) continue;
    if ((every || entry.important) && is_called(request, entry))
      all.push_back(city_object(request, entry));
  }
  return paged(request, std::move(all));
}

json::value get_universities(const method_call& request) {
  const auto country = request.integer("country_id", 0, 0);
  const auto city = request.integer("city_id", 0, 0);
  json::array all;
  for (const auto& entry : all_universities()) {
    const bool here =
        (country == 0 || entry.country == country) && (city == 0 || entry.city == city);
    if (here && is_called(request, entry)) all.push_back(titled(request, entry));
  }
  return paged(request, std::move(all));
}

json::value get_faculties(const method_call& request) {
  json::array all;
  for (const auto& entry : faculties_of(request.required_integer("university_id")))
    all.push_back(titled(request, entry));
  return paged(request, std::move(all));
}

// Each faculty has two.
json::value get_chairs(const method_call& request) {
  const auto faculty = request.required_integer("faculty_id");
  json::array all;
  for (const auto& university : all_universities()) {
    for (const auto& entry : faculties_of(university.id)) {
      if (entry.id != faculty) continue;
      all.push_back(titled(request, place_entry{faculty * 10 + 1, faculty, "Общая", "General"}));
      all.push_back(
          titled(request, place_entry{faculty * 10 + 2, faculty, "Прикладная", "Applied"}));
    }
  }
  return paged(request, std::move(all));
}

json::value get_schools(const method_call& request) {
  const auto city = request.required_integer("city_id");
  const auto known = std::ranges::find(all_cities(), city, &city_entry::id);
  json::array all;
  for (std::int64_t number = 1; known != all_cities().end() && number <= 3; ++number) {
    const auto end = std::to_string(number);
    const auto cyrillic = "Школа № " + end;
    const auto latin = "School No. " + end;
    const place_entry entry{city * 1000 + number, city, cyrillic.c_str(), latin.c_str()};
    if (is_called(request, entry)) all.push_back(titled(request, entry));
  }
  return paged(request, std::move(all));
}

json::value get_school_classes(const method_call& request) {
  constexpr std::string_view cyrillic = "абвг";
  json::array all;
  for (std::size_t i = 0; i < 4; ++i)
    all.push_back({{"id", i + 1},
                   {"title", request.cyrillic() ? std::string{cyrillic.substr(2 * i, 2)}
                                                : std::string(1, static_cast<char>('a' + i))}});
  return all;
}

json::object station_object(const method_call& request, const station_entry& entry) {
  return {{"id", entry.id},
          {"city_id", entry.parent},
          {"name", title_of(request, entry)},
          {"color", entry.color}};
}

json::value get_stations(const method_call& request) {
  const auto city = request.required_integer("city_id");
  json::array all;
  for (const auto& entry : all_stations())
    if (entry.parent == city) all.push_back(station_object(request, entry));
  return paged(request, std::move(all));
}

json::value get_stations_by_id(const method_call& request) {
  json::array shown;
  for (const auto& text : request.list("station_ids", 30)) {
    const auto id = whole_number(text);
    if (!id) throw bad_parameter("station_ids is invalid");
    for (const auto& entry : all_stations())
      if (entry.id == *id) shown.push_back(station_object(request, entry));
  }
  return shown;
}

}  // namespace

void add_database(method_table& table) {
  add_rows(table, {{"database.getCountries", get_countries},
                   {"database.getCountriesById", get_countries_by_id},
                   {"database.getRegions", get_regions},
                   {"database.getCities", get_cities},
                   {"database.getCitiesById", get_cities_by_id},
                   {"database.getUniversities", get_universities},
                   {"database.getFaculties", get_faculties},
                   {"database.getChairs", get_chairs},
                   {"database.getSchools", get_schools},
                   {"database.getSchoolClasses", get_school_classes},
                   {"database.getMetroStations", get_stations},
                   {"database.getMetroStationsById", get_stations_by_id}});
}

}  // namespace vkxx::emulation::detail
