#include "emulator/saving/archive/snapshot_reader.hpp"

#include <cmath>

namespace vkxx::emulation::detail {
namespace {

namespace json = boost::json;

std::string path_to(const snapshot_place& place) {
  auto path = place.outer == nullptr ? std::string{} : path_to(*place.outer);
  if (place.outer == nullptr) return path;
  if (place.name.empty()) return path + "[" + std::to_string(place.index) + "]";
  if (!path.empty()) path += '.';
  return path.append(place.name);
}

constexpr std::size_t longest_shown_name = 100;

}  // namespace

void refuse_at(const snapshot_place& place, std::string_view reason) {
  auto path = path_to(place);
  if (path.empty()) path = "the whole";
  throw snapshot_failure{path + ": " + std::string{reason}};
}

double snapshot_reader::real(const json::value& value, const snapshot_place& place) {
  boost::system::error_code failure;
  const auto found = value.to_number<double>(failure);
  if (failure || !std::isfinite(found)) refuse_at(place, "must be a number");
  return found;
}

std::uint64_t snapshot_reader::number(const json::value& value, std::int64_t least,
                                      std::uint64_t most, bool wide, const snapshot_place& place) {
  if (value.is_int64()) {
    const auto found = value.get_int64();
    if (found >= least && (found < 0 || static_cast<std::uint64_t>(found) <= most))
      return static_cast<std::uint64_t>(found);
  } else if (value.is_uint64() && wide) {
    return value.get_uint64();
  }
  refuse_at(place,
            "must be a whole number from " + std::to_string(least) + " to " + std::to_string(most));
}

const json::value* snapshot_reader::take(std::string_view name) {
  asked_.push_back(name);
  const auto* found = object_.if_contains(name);
  if (found != nullptr) ++found_;
  return found;
}

std::size_t snapshot_reader::choice_of(std::string_view name,
                                       std::span<const std::string_view> names) {
  const auto* found = take(name);
  if (found == nullptr) return 0;
  if (const auto* text = found->if_string())
    for (std::size_t i = 0; i < names.size(); ++i)
      if (names[i] == std::string_view{text->data(), text->size()}) return i;
  std::string known;
  for (const auto each : names) known.append(known.empty() ? "" : ", ").append(each);
  refuse_at(at(name), "must be one of " + known);
}

void snapshot_reader::finish() const {
  if (found_ == object_.size()) return;
  for (const auto& [name, value] : object_) {
    if (std::ranges::find(asked_, std::string_view{name}) != asked_.end()) continue;
    std::string known;
    for (const auto each : asked_) known.append(known.empty() ? "" : ", ").append(each);
    const auto shown = std::string_view{name}.substr(0, longest_shown_name);
    refuse_at(at(shown), "is unknown here; known are " + known);
  }
}

}  // namespace vkxx::emulation::detail
