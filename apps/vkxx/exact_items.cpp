#include "exact_items.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <optional>
#include <vkxx/core/json_parts.hpp>

namespace vkxx::cli {
namespace {

namespace json = boost::json;

// The text of `list`, if it is `value` or stands in its members, at any depth. Lists are not looked
// into: a list of pages stands beside no list.
std::optional<std::string_view> text_of_list(const json::value& value, std::string_view text,
                                             const json::array& list) {
  if (value.if_array() == &list) return text;
  const auto* object = value.if_object();
  if (object == nullptr) return std::nullopt;
  for (const auto& [name, member] : *object) {
    if (!member.is_structured()) continue;
    const auto part = json_member(text, {name.data(), name.size()});
    if (!part) continue;
    if (auto found = text_of_list(member, *part, list)) return found;
  }
  return std::nullopt;
}

}  // namespace

std::vector<std::string_view> exact_items(const reply& answer, const json::array& list) {
  return json_elements(text_of_list(answer.json(), answer.text(), list).value_or("[]"));
}

}  // namespace vkxx::cli
