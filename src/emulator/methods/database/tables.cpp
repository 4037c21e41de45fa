#include "emulator/methods/database/tables.hpp"

#include <array>

namespace vkxx::emulation::detail {
namespace {

constexpr std::array countries_table{
    country_entry{1, "RU", "Россия", "Russia"},
    country_entry{2, "UA", "Украина", "Ukraine"},
    country_entry{3, "BY", "Беларусь", "Belarus"},
    country_entry{4, "KZ", "Казахстан", "Kazakhstan"},
    country_entry{5, "AZ", "Азербайджан", "Azerbaijan"},
    country_entry{6, "AM", "Армения", "Armenia"},
    country_entry{7, "GE", "Грузия", "Georgia"},
    country_entry{8, "IL", "Израиль", "Israel"},
    country_entry{9, "US", "США", "USA"},
    country_entry{65, "DE", "Германия", "Germany", false},
    country_entry{139, "NZ", "Новая Зеландия", "New Zealand", false},
    country_entry{209, "FI", "Финляндия", "Finland", false},
};

constexpr std::array regions_table{
    region_entry{1'045'244, 1, "Ленинградская область", "Leningrad Oblast"},
    region_entry{1'053'480, 1, "Московская область", "Moscow Oblast"},
    region_entry{1'094'197, 1, "Республика Татарстан", "Republic of Tatarstan"},
    region_entry{1'124'157, 1, "Свердловская область", "Sverdlovsk Oblast"},
    region_entry{1'500'001, 3, "Минская область", "Minsk Region"},
};

constexpr std::array cities_table{
    city_entry{1, 1, 0, "Москва", "Moscow"},
    city_entry{2, 1, 0, "Санкт-Петербург", "Saint Petersburg"},
    city_entry{10, 1, 1'124'157, "Нижний Тагил", "Nizhny Tagil", false},
    city_entry{49, 1, 1'124'157, "Екатеринбург", "Yekaterinburg"},
    city_entry{60, 1, 1'094'197, "Казань", "Kazan"},
    city_entry{282, 3, 1'500'001, "Минск", "Minsk"},
    city_entry{314, 2, 0, "Киев", "Kyiv"},
    city_entry{183, 4, 0, "Алматы", "Almaty"},
    city_entry{1'014'032, 1, 1'045'244, "Выборг", "Vyborg", false},
    city_entry{1'037'352, 1, 1'053'480, "Коломна", "Kolomna", false},
    city_entry{5331, 9, 0, "New York City", "New York City"},
};

constexpr std::array universities_table{
    university_entry{1, 1, 2, "СПбГУ", "SPbU"}, university_entry{2, 1, 1, "МГУ", "MSU"},
    university_entry{3, 1, 60, "КФУ", "KFU"},   university_entry{4, 1, 49, "УрФУ", "UrFU"},
    university_entry{5, 3, 282, "БГУ", "BSU"},
};

constexpr std::array<std::array<place_entry, 3>, universities_table.size()> faculties_table{{
    {{{11, 1, "Математический", "Mathematics"},
      {12, 1, "Физический", "Physics"},
      {13, 1, "Биологический", "Biology"}}},
    {{{21, 2, "Математический", "Mathematics"},
      {22, 2, "Физический", "Physics"},
      {23, 2, "Биологический", "Biology"}}},
    {{{31, 3, "Математический", "Mathematics"},
      {32, 3, "Физический", "Physics"},
      {33, 3, "Биологический", "Biology"}}},
    {{{41, 4, "Математический", "Mathematics"},
      {42, 4, "Физический", "Physics"},
      {43, 4, "Биологический", "Biology"}}},
    {{{51, 5, "Математический", "Mathematics"},
      {52, 5, "Физический", "Physics"},
      {53, 5, "Биологический", "Biology"}}},
}};

constexpr std::array stations_table{
    station_entry{1, 1, "Охотный Ряд", "Okhotny Ryad", "ef1e25"},
    station_entry{2, 1, "Лубянка", "Lubyanka", "ef1e25"},
    station_entry{3, 1, "Театральная", "Teatralnaya", "029a55"},
    station_entry{182, 2, "Невский проспект", "Nevsky Prospekt", "0078c9"},
    station_entry{183, 2, "Гостиный двор", "Gostiny Dvor", "009a49"},
    station_entry{301, 60, "Кремлёвская", "Kremlyovskaya", "cf1126"},
};

}  // namespace

std::span<const country_entry> all_countries() noexcept {
  return countries_table;
}

std::span<const region_entry> all_regions() noexcept {
  return regions_table;
}

std::span<const city_entry> all_cities() noexcept {
  return cities_table;
}

std::span<const university_entry> all_universities() noexcept {
  return universities_table;
}

std::span<const place_entry> faculties_of(std::int64_t university) noexcept {
  const auto known =
      university >= 1 && university <= static_cast<std::int64_t>(faculties_table.size());
  if (!known) return {};
  return faculties_table[static_cast<std::size_t>(university - 1)];
}

std::span<const station_entry> all_stations() noexcept {
  return stations_table;
}

}  // namespace vkxx::emulation::detail
