#include "client/pages/page_list.hpp"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <utility>

namespace vkxx::detail {
namespace {

namespace json = boost::json;

// No list is longer, whatever its server says: sums and places stay within 64 bits.
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

// VK leaves empty lists out, and writes `false` for what is not there; but an answer that has no
// list anywhere, and says nothing of one, is that of a method without pages.
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

std::optional<std::int64_t> count_in(const json::value* holder) {
  const auto* count = member(holder, "count");
  if (count == nullptr || !count->is_int64() || count->get_int64() < 0) return std::nullopt;
  return std::min(count->get_int64(), most_positions);
}

}  // namespace

void page_list::add_part(const json::value* list, const json::value* holder) {
  const auto part = parts_++;
  if (const auto count = count_in(holder)) {
    total_ = total_.value_or(0) + *count;
    largest_ = std::max(largest_.value_or(0), *count);
  }
  const auto* items = list == nullptr ? nullptr : list->if_array();
  if (items == nullptr) return;
  for (const auto& value : *items) items_.push_back({&value, part});
  received_ = std::max(received_, static_cast<std::int64_t>(items->size()));
}

std::optional<page_list> page_list::read(const json::value& response, std::string_view path) {
  page_list found;
  found.next_from_ = text_of(member(&response, "next_from"));
  const auto* outer = response.if_array();
  if (outer != nullptr && path.starts_with(nested_list_prefix)) {
    for (const auto& element : *outer) {
      const auto [list, holder] = find_list(element, path.substr(nested_list_prefix.size()));
      if (list != nullptr && list->is_object()) return std::nullopt;
      found.add_part(list, holder);
    }
    return found;
  }
  const auto [list, holder] = find_list(response, outer != nullptr ? std::string_view{} : path);
  const bool is_list = list != nullptr && list->is_array();
  const bool is_object = list != nullptr && list->is_object();
  if (!is_list && (is_object || !may_be_empty_list(response))) return std::nullopt;
  found.add_part(list, holder);
  return found;
}

}  // namespace vkxx::detail
