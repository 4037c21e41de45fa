#include "output/exact_items.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <vkxx/core/json_parts.hpp>

namespace vkxx::cli {
namespace {

namespace json = boost::json;

constexpr std::string_view each_element = "[].";

// What is at `path` in the text; empty: nothing.
std::string_view text_at(std::string_view text, std::string_view path) {
  while (!path.empty() && !text.empty()) {
    const auto dot = path.find('.');
    text = json_member(text, path.substr(0, dot)).value_or(std::string_view{});
    path = dot == std::string_view::npos ? std::string_view{} : path.substr(dot + 1);
  }
  return text;
}

std::vector<std::string_view> items_at(std::string_view text, std::string_view path) {
  const auto list = text_at(text, path);
  return list.starts_with('[') ? json_elements(list) : std::vector<std::string_view>{};
}

// The element with `item` in the place of the member `name`.
std::string with_item(const json::object& element, std::string_view text, std::string_view name,
                      std::string_view item) {
  std::string shown;
  for (const auto& [key, value] : element) {
    const std::string_view member{key.data(), key.size()};
    shown += shown.empty() ? '{' : ',';
    shown += json::serialize(json::string{key});
    shown += ':';
    shown += member == name ? item : json_member(text, member).value_or("null");
  }
  return shown + '}';
}

std::vector<std::string> items_of_elements(const reply& answer, std::string_view path) {
  std::vector<std::string> all;
  const auto* elements = answer.json().if_array();
  if (elements == nullptr) return all;
  const auto texts = json_elements(answer.text());
  const auto name = path.substr(0, path.find('.'));
  for (std::size_t i = 0; i < elements->size() && i < texts.size(); ++i) {
    const auto* element = (*elements)[i].if_object();
    if (element == nullptr) continue;
    for (const auto item : items_at(texts[i], path)) {
      all.push_back(with_item(*element, texts[i], name, item));
    }
  }
  return all;
}

}  // namespace

std::vector<std::string> exact_items(const reply& answer, std::string_view path) {
  if (path.starts_with(each_element)) {
    return items_of_elements(answer, path.substr(each_element.size()));
  }
  const auto items = items_at(answer.text(), answer.json().is_array() ? std::string_view{} : path);
  return {items.begin(), items.end()};
}

}  // namespace vkxx::cli
