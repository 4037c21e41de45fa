/// @file
/// Countries, regions, cities and what is in them: a small selection, with VK's ids where known.
#pragma once

#include <cstdint>
#include <span>

namespace vkxx::emulation::detail {

struct country_entry {
  std::int64_t id;
  const char* code;  ///< ISO 3166-1.
  const char* cyrillic;
  const char* latin;
  bool main = true;  ///< Listed without `need_all` and `code`.
};

struct region_entry {
  std::int64_t id;
  std::int64_t country;
  const char* cyrillic;
  const char* latin;
};

struct city_entry {
  std::int64_t id;
  std::int64_t country;
  std::int64_t region;  ///< 0: a city that is a region of its own.
  const char* cyrillic;
  const char* latin;
  bool important = true;  ///< Listed without `need_all` and `q`.
};

struct university_entry {
  std::int64_t id;
  std::int64_t country;
  std::int64_t city;
  const char* cyrillic;
  const char* latin;
};

/// A faculty, a chair, a school or a station: `parent` is the university, faculty or city.
struct place_entry {
  std::int64_t id;
  std::int64_t parent;
  const char* cyrillic;
  const char* latin;
};

struct station_entry {
  std::int64_t id;
  std::int64_t parent;  ///< The city.
  const char* cyrillic;
  const char* latin;
  const char* color;
};

[[nodiscard]] std::span<const country_entry> all_countries() noexcept;
[[nodiscard]] std::span<const region_entry> all_regions() noexcept;
[[nodiscard]] std::span<const city_entry> all_cities() noexcept;
[[nodiscard]] std::span<const university_entry> all_universities() noexcept;
/// Every university has the same three.
[[nodiscard]] std::span<const place_entry> faculties_of(std::int64_t university) noexcept;
[[nodiscard]] std::span<const station_entry> all_stations() noexcept;

}  // namespace vkxx::emulation::detail
