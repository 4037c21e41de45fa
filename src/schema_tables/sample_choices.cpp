// Values of enums and sizes of pictures in samples: usual ones, and such that fields agree.
#include <algorithm>
#include <array>
#include <vector>

#include "schema_tables/sample_scalars.hpp"
#include "schema_tables/sample_seed.hpp"

namespace vkxx::schema_tables::detail {
namespace {

// What is usual where the list of values is that of all cases.
struct usual_value {
  std::string_view object, field, value;
};
constexpr std::array usual_values{
    usual_value{"video_video*", "type", "video"},
    usual_value{"video_video*", "type", "music_video"},
    usual_value{"video_video*", "type", "movie"},
    usual_value{"video_video*", "type", "short_video"},
    usual_value{"*_type_video", "type", "video"},
    usual_value{"wall_wallpost*", "type", "post"},
    usual_value{"wall_wallpost*", "post_type", "post"},
    usual_value{"callback_wall*", "post_type", "post"},
    usual_value{"*item_wallpost*", "post_type", "post"},
    usual_value{"messages_chat_settings", "state", "in"},
    usual_value{"base_link_button_action", "type", "open_url"},
    usual_value{"market_item_owner_info", "market_type", "pro"},
};

// Of what has ended badly, or is seldom seen.
bool is_strange(std::string_view value) noexcept {
  constexpr std::array<std::string_view, 12> parts{"deleted", "blocked",  "fail",        "banned",
                                                   "unknown", "disabled", "decline",     "error",
                                                   "email",   "foreign",  "interactive", "temp"};
  return std::ranges::any_of(
      parts, [value](auto part) { return value.find(part) != std::string_view::npos; });
}

// Their list of types is that of the union which they belong to; the first is theirs.
bool is_of_union(std::string_view object) noexcept {
  return object.starts_with("newsfeed_") || object.starts_with("callback_");
}

}  // namespace

bool is_composed(type wanted) noexcept {
  return wanted.kind() == kind::object || wanted.kind() == kind::one_of;
}

picture_size picture_of(std::uint64_t seed, std::size_t scale) {
  struct named_side {
    std::string_view type;
    std::int64_t side;
  };
  constexpr std::array<named_side, picture_scales + 1> sides{
      {{"s", 75}, {"m", 130}, {"x", 604}, {"y", 807}, {"z", 1280}, {"w", 2560}}};
  struct shape {
    std::int64_t width, height;
  };
  constexpr std::array<shape, 5> shapes{{{3, 2}, {4, 3}, {16, 9}, {1, 1}, {3, 4}}};
  const auto& [name, side] = sides[std::min(scale, picture_scales)];
  const auto& [width, height] = shapes[below(derived(seed, "shape"), shapes.size())];
  const auto longer = std::max(width, height);
  return {name, side * width / longer, side * height / longer};
}

bool is_picture(type object) noexcept {
  bool width = false, height = false, address = false;
  if (object.kind() != kind::object) return false;
  for (const auto candidate : object.fields()) {
    const auto name = candidate.name();
    width = width || name == "width";
    height = height || name == "height";
    address = address || name == "url" || name == "src";
  }
  return width && height && address;
}

std::string_view choice_for(type wanted, const scalar_place& place) {
  const auto values = wanted.values();
  std::vector<std::string_view> all, usual, plain;
  for (const std::string_view value : values) {
    if (place.picture && place.name == "type" && place.picture->type == value) return value;
    all.push_back(value);
    if (!is_strange(value)) plain.push_back(value);
    for (const auto& rule : usual_values)
      if (rule.value == value && rule.field == place.name && fits(rule.object, place.object))
        usual.push_back(value);
  }
  const auto& from = !usual.empty() ? usual : !plain.empty() ? plain : all;
  if (usual.empty() && place.name == "type" && is_of_union(place.object)) return all.front();
  return from[below(place.seed, from.size())];
}

bool is_member_of(std::string_view tag, std::string_view member) noexcept {
  return tag == member || (tag == "podcasts" && member == "podcast");
}

std::optional<std::string_view> tag_for(type object, std::uint64_t seed,
                                        const std::function<bool(field)>& allows) {
  std::vector<std::string_view> possible;
  std::size_t members = 0;
  for (const auto tagged : object.fields()) {
    if (tagged.name() != "type" || tagged.type().kind() != kind::string_enum) continue;
    for (const std::string_view value : tagged.type().values())
      for (const auto member : object.fields()) {
        if (!is_member_of(value, member.name()) || !is_composed(member.type())) continue;
        ++members;
        if (allows(member)) possible.push_back(value);
      }
  }
  // One alone is no choice between members.
  if (members < 2 || possible.empty()) return std::nullopt;
  return possible[below(derived(seed, "type"), possible.size())];
}

}  // namespace vkxx::schema_tables::detail
