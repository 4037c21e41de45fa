#include "client/pages/page_list.hpp"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <charconv>
#include <map>
#include <utility>

#include "client/pages/item_key.hpp"

namespace vkxx::detail {
namespace {

namespace json = boost::json;

// The upper bound for the length of a list, whatever the server says: sums and positions stay
// within 64 bits.
constexpr std::int64_t most_positions = std::int64_t{1} << 48;

const json::value* member(const json::value* where, std::string_view name) {
  const auto* object = where == nullptr ? nullptr : where->if_object();
  return object == nullptr ? nullptr : object->if_contains({name.data(), name.size()});
}

struct place {
  const json::value* list = nullptr;
  const json::value* holder = nullptr;  // the object that the list is a member of
};

place find_list(const json::value& response, std::string_view path) {
  place found{&response, nullptr};
  while (!path.empty()) {
    const auto dot = path.find('.');
    found.holder = found.list;
    found.list = member(found.list, path.substr(0, dot));
    path = dot == std::string_view::npos ? std::string_view{} : path.substr(dot + 1);
  }
  return found;
}

// VK omits empty lists, and writes `false` for an absent one. But an answer without any list, and
// without any hint of one, belongs to a method without pages.
bool may_be_empty_list(const json::value& response) {
  const auto* members = response.if_object();
  if (members == nullptr) return response.is_null() || response == json::value(false);
  if (members->empty() || members->contains("count") || members->contains("next_from")) return true;
  return std::ranges::any_of(*members,
                             [](const auto& member) { return member.value().is_array(); });
}

std::string text_of(const json::value* value) {
  if (value == nullptr || value->is_null() || *value == json::value(false)) return {};
  if (value->is_string()) return std::string{value->get_string()};
  return json::serialize(*value);
}

// Reads a number, or a text that holds one. A number out of all bounds is ignored.
std::optional<std::int64_t> count_in(const json::value* holder) {
  const auto* count = member(holder, "count");
  if (count == nullptr) return std::nullopt;
  std::int64_t number = -1;
  if (const auto* text = count->if_string()) {
    const auto* end = text->data() + text->size();
    const auto [stop, failure] = std::from_chars(text->data(), end, number);
    if (failure != std::errc{} || stop != end) return std::nullopt;
  } else if (count->is_int64()) {
    number = count->get_int64();
  }
  if (number < 0) return std::nullopt;
  return std::min(number, most_positions);
}

// The ids of an outer element.
std::string ids_of(const json::value& element) {
  std::string ids;
  const auto* members = element.if_object();
  if (members == nullptr) return ids;
  for (const auto& [name, value] : *members) {
    const bool is_id = name == "id" || name.ends_with("_id");
    if (is_id && value.is_primitive()) ids += json::serialize(value) + ',';
  }
  return ids;
}

// Whether the value may stand for a list: VK writes null and `false` for an empty one.
bool may_be_list(const json::value* value) {
  return value == nullptr || value->is_array() || value->is_null() || *value == json::value(false);
}

}  // namespace

void page_list::add_part(const json::value* list, const json::value* holder, std::uint64_t group) {
  const auto part = parts_++;
  if (const auto count = count_in(holder)) counts_[group] = *count;
  const auto* items = list == nullptr ? nullptr : list->if_array();
  if (items == nullptr) return;
  left_out_ = false;
  for (const auto& value : *items) items_.push_back({&value, part, group});
  received_ = std::max(received_, static_cast<std::int64_t>(items->size()));
}

std::optional<page_list> page_list::read(const json::value& response, std::string_view path) {
  page_list found;
  found.next_from_ = text_of(member(&response, "next_from"));
  const auto* outer = response.if_array();
  if (outer != nullptr && path.starts_with(nested_list_prefix)) {
    std::map<std::string, std::uint64_t> times;
    for (const auto& element : *outer) {
      const auto [list, holder] = find_list(element, path.substr(nested_list_prefix.size()));
      if (!may_be_list(list)) return std::nullopt;
      auto ids = ids_of(element);
      const auto time = times[ids]++;
      ids += std::to_string(time);
      found.add_part(list, holder, hash_of(ids, key_seed{}).low);
    }
    return found;
  }
  const auto [list, holder] = find_list(response, outer != nullptr ? std::string_view{} : path);
  const bool is_list = list != nullptr && list->is_array();
  if (!is_list && !(may_be_list(list) && may_be_empty_list(response))) return std::nullopt;
  found.add_part(list, holder, 0);
  return found;
}

}  // namespace vkxx::detail
