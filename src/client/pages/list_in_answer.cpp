#include "client/pages/list_in_answer.hpp"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

namespace vkxx::detail {
namespace {

namespace json = boost::json;

constexpr std::string_view each_element = "[].";

const json::value* member_of(const json::value* holder, std::string_view name) {
  const auto* object = holder == nullptr ? nullptr : holder->if_object();
  return object == nullptr ? nullptr : object->if_contains({name.data(), name.size()});
}

// VK leaves empty lists out, and writes `false` for what is not there; but an answer that has no
// list anywhere, and says nothing of one, is that of a method without pages.
bool may_be_empty(const json::value& response) {
  const auto* members = response.if_object();
  if (members == nullptr) return response.is_null() || response == json::value(false);
  if (members->empty() || members->contains("count") || members->contains("next_from")) return true;
  return std::ranges::any_of(*members,
                             [](const auto& member) { return member.value().is_array(); });
}

std::optional<std::int64_t> count_in(const json::value* holder) {
  const auto* count = member_of(holder, "count");
  if (count == nullptr || !count->is_int64()) return std::nullopt;
  return count->get_int64();
}

bool add_list(list_in_answer& found, const json::value& response, std::string_view path) {
  const auto [list, holder] = value_at(response, path);
  const auto* items = list == nullptr ? nullptr : list->if_array();
  const bool other = list != nullptr && list->is_object();
  // Nothing on the way to the list: an empty one when the answer could be that of an empty list.
  if (items == nullptr && (other || !(may_be_empty(response) || holder != &response))) return false;
  if (const auto total = count_in(holder)) found.total = std::max(found.total.value_or(0), *total);
  if (items == nullptr) return true;
  found.received = std::max(found.received, static_cast<std::int64_t>(items->size()));
  for (const auto& item : *items) found.items.push_back(&item);
  return true;
}

}  // namespace

value_and_holder value_at(const json::value& response, std::string_view path) {
  value_and_holder found{&response, nullptr};
  while (!path.empty()) {
    const auto dot = path.find('.');
    found = {member_of(found.value, path.substr(0, dot)), found.value};
    path = dot == std::string_view::npos ? std::string_view{} : path.substr(dot + 1);
  }
  return found;
}

std::optional<list_in_answer> find_list(const json::value& response, std::string_view path) {
  list_in_answer found;
  if (path.starts_with(each_element)) {
    const auto* elements = response.if_array();
    if (elements == nullptr) {
      return may_be_empty(response) ? std::optional{found} : std::nullopt;
    }
    for (const auto& element : *elements) {
      if (!add_list(found, element, path.substr(each_element.size()))) return std::nullopt;
    }
    return found;
  }
  if (!add_list(found, response, response.is_array() ? std::string_view{} : path)) {
    return std::nullopt;
  }
  return found;
}

}  // namespace vkxx::detail
