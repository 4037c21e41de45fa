#include "client/pages/page_list.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

#include "client/pages/item_key.hpp"
#include "client/reply/json_slices.hpp"

namespace vkxx::detail {
namespace {

// The upper bound for the length of a list, whatever the server says: sums and positions stay
// within 64 bits.
constexpr std::int64_t most_positions = std::int64_t{1} << 48;

using json_slice = std::optional<std::string_view>;

struct place {
  json_slice list;
  json_slice holder;  // the object that the list is a member of
};

place find_list(std::string_view response, std::string_view path) {
  place found{response, std::nullopt};
  while (!path.empty()) {
    const auto dot = path.find('.');
    found.holder = found.list;
    if (found.list) found.list = member_of(*found.list, path.substr(0, dot));
    path = dot == std::string_view::npos ? std::string_view{} : path.substr(dot + 1);
  }
  return found;
}

bool is_list(json_slice value) noexcept {
  return value && value->starts_with('[');
}

// VK writes null and `false` for nothing.
bool is_nothing(json_slice value) noexcept {
  return !value || *value == "null" || *value == "false";
}

// VK omits empty lists, and writes `false` for an absent one. But an answer without any list, and
// without any hint of one, belongs to a method without pages.
bool may_be_empty_list(std::string_view response) {
  if (!is_json_object(response)) return is_nothing(response);
  bool has_members = false;
  bool has_hint = false;
  visit_members(response, [&](std::string_view name, std::string_view value) {
    has_members = true;
    has_hint = has_hint || name == "count" || name == "next_from" || is_list(value);
  });
  return !has_members || has_hint;
}

std::string text_of(json_slice value) {
  if (is_nothing(value)) return {};
  return value->starts_with('"') ? unescaped_json(*value) : usual_json(*value);
}

// Reads a number, or a text that holds one. A number out of all bounds is ignored.
std::optional<std::int64_t> count_in(json_slice holder) {
  const auto count = holder ? member_of(*holder, "count") : std::nullopt;
  if (!count) return std::nullopt;
  const auto digits = count->starts_with('"') ? unescaped_json(*count) : std::string{*count};
  std::int64_t number = -1;
  const auto* end = digits.data() + digits.size();
  const auto [stop, failure] = std::from_chars(digits.data(), end, number);
  if (failure != std::errc{} || stop != end || number < 0) return std::nullopt;
  return std::min(number, most_positions);
}

// The ids of an outer element.
std::string ids_of(std::string_view element) {
  std::string ids;
  if (!is_json_object(element)) return ids;
  visit_members(element, [&ids](std::string_view name, std::string_view value) {
    const bool is_id = name == "id" || name.ends_with("_id");
    if (is_id && !value.starts_with('{') && !value.starts_with('[')) ids += usual_json(value) + ',';
  });
  return ids;
}

}  // namespace

bool page_list::add_part(std::optional<std::string_view> list,
                         std::optional<std::string_view> holder, std::uint64_t group) {
  const auto part = parts_++;
  if (const auto count = count_in(holder)) counts_[group] = *count;
  if (!is_list(list)) return true;
  left_out_ = false;
  const auto texts = items_of(*list, most_ - items_.size());
  if (!texts) return false;
  for (const auto text : *texts) items_.push_back({text, part, group});
  received_ = std::max(received_, static_cast<std::int64_t>(texts->size()));
  return true;
}

bool page_list::add_elements(std::string_view path) {
  std::map<std::string, std::uint64_t> times;
  for (const auto element : elements_) {
    const auto [list, holder] = find_list(element, path);
    if (!is_list(list) && !is_nothing(list)) return false;
    auto ids = ids_of(element);
    const auto time = times[ids]++;
    ids += std::to_string(time);
    if (!add_part(list, holder, hash_of(ids, key_seed{}).low)) too_long_ = true;
  }
  return true;
}

std::optional<page_list> page_list::read(std::string_view response, std::string_view path,
                                         std::size_t most) {
  page_list found;
  found.most_ = most;
  found.next_from_ = text_of(member_of(response, "next_from"));
  const bool outer = response.starts_with('[');
  if (outer && path.starts_with(nested_list_prefix)) {
    auto elements = items_of(response, most);
    found.too_long_ = !elements.has_value();
    if (elements) found.elements_ = *std::move(elements);
    if (!found.add_elements(path.substr(nested_list_prefix.size()))) return std::nullopt;
    return found;
  }
  const auto [list, holder] = find_list(response, outer ? std::string_view{} : path);
  if (!is_list(list) && !(is_nothing(list) && may_be_empty_list(response))) return std::nullopt;
  found.too_long_ = !found.add_part(list, holder, 0);
  return found;
}

}  // namespace vkxx::detail
