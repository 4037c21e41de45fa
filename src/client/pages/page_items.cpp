// The items of a page, as values and in VK's own text.
#include <vkxx/client/pages.hpp>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <vkxx/core/json_parts.hpp>
#include "client/pages/page_list.hpp"

namespace vkxx {
namespace {

namespace json = boost::json;

// A copy of `element` with one item in place of its list. For `users.items`, the object `users`
// contains only the list and its count.
json::value with_item(const json::value& element, std::string_view path, const json::value& item) {
  const auto name = path.substr(0, path.find('.'));
  json::object copy;
  for (const auto& [key, value] : element.as_object()) {
    const bool is_list = key == json::string_view{name.data(), name.size()};
    copy[key] = is_list ? item : value;
  }
  return copy;
}

// Like `with_item`, as a text.
std::string text_with_item(const json::object& element, std::string_view text,
                           std::string_view path, std::string_view item) {
  const auto name = path.substr(0, path.find('.'));
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

// The items at `path` in the text.
std::vector<std::string_view> texts_at(std::string_view text, std::string_view path) {
  while (!path.empty() && !text.empty()) {
    const auto dot = path.find('.');
    text = json_member(text, path.substr(0, dot)).value_or(std::string_view{});
    path = dot == std::string_view::npos ? std::string_view{} : path.substr(dot + 1);
  }
  return text.starts_with('[') ? json_elements(text) : std::vector<std::string_view>{};
}

std::vector<std::string> texts_in_elements(const reply& answer, std::string_view path) {
  std::vector<std::string> all;
  const auto* elements = answer.json().if_array();
  const auto texts = json_elements(answer.text());
  for (std::size_t i = 0; elements != nullptr && i < elements->size() && i < texts.size(); ++i) {
    const auto* element = (*elements)[i].if_object();
    if (element == nullptr) continue;
    for (const auto item : texts_at(texts[i], path)) {
      all.push_back(text_with_item(*element, texts[i], path, item));
    }
  }
  return all;
}

bool is_nested(const json::value& response, std::string_view path) {
  return response.is_array() && path.starts_with(detail::nested_list_prefix);
}

}  // namespace

std::vector<json::value> page::items() const {
  std::vector<json::value> chosen;
  const auto& response = answer_.json();
  const auto list = detail::page_list::read(response, items_path_);
  if (!list) return chosen;
  std::string_view path = items_path_;
  const bool nested = is_nested(response, path);
  if (nested) path.remove_prefix(detail::nested_list_prefix.size());
  for (const auto position : fresh_) {
    if (position >= list->items().size()) continue;
    const auto& item = list->items()[position];
    chosen.push_back(nested ? with_item(response.as_array()[item.part], path, *item.value)
                            : *item.value);
  }
  return chosen;
}

std::vector<std::string> page::item_texts() const {
  std::string_view path = items_path_;
  std::vector<std::string> all;
  if (is_nested(answer_.json(), path)) {
    path.remove_prefix(detail::nested_list_prefix.size());
    all = texts_in_elements(answer_, path);
  } else {
    const auto texts =
        texts_at(answer_.text(), answer_.json().is_array() ? std::string_view{} : path);
    all.assign(texts.begin(), texts.end());
  }
  std::vector<std::string> chosen;
  for (const auto position : fresh_) {
    if (position < all.size()) chosen.push_back(std::move(all[position]));
  }
  return chosen;
}

}  // namespace vkxx
