#include "auth/html/form_fields.hpp"

#include <algorithm>
#include <map>

#include "core/encoding/percent.hpp"

namespace vkxx::auth::detail {

std::optional<std::vector<form_field>> read_form(std::string_view text) {
  std::vector<form_field> fields;
  while (!text.empty()) {
    const auto end = std::min(text.find('&'), text.size());
    const auto pair = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (pair.empty()) continue;
    if (fields.size() == form_field_limit) return std::nullopt;
    const auto middle = std::min(pair.find('='), pair.size());
    auto name = vkxx::detail::percent_decoded(pair.substr(0, middle), vkxx::detail::space_as::plus);
    auto value = vkxx::detail::percent_decoded(pair.substr(std::min(middle + 1, pair.size())),
                                               vkxx::detail::space_as::plus);
    if (!name || !value) return std::nullopt;
    fields.emplace_back(std::move(*name), std::move(*value));
  }
  return fields;
}

std::optional<std::string_view> find_field(const std::vector<form_field>& fields,
                                           std::string_view name) noexcept {
  const auto found = std::find_if(fields.begin(), fields.end(),
                                  [&](const form_field& field) { return field.first == name; });
  if (found == fields.end()) return std::nullopt;
  return found->second;
}

std::string form_text(const std::vector<form_field>& fields) {
  std::string text;
  for (const auto& [name, value] : fields) {
    if (!text.empty()) text += '&';
    vkxx::detail::append_percent_encoded(text, name, vkxx::detail::space_as::plus);
    text += '=';
    vkxx::detail::append_percent_encoded(text, value, vkxx::detail::space_as::plus);
  }
  return text;
}

void set_field(std::vector<form_field>& fields, std::string_view name, std::string value) {
  const auto found = std::find_if(fields.begin(), fields.end(),
                                  [&](const form_field& field) { return field.first == name; });
  if (found == fields.end()) {
    fields.emplace_back(name, std::move(value));
  } else {
    found->second = std::move(value);
  }
}

void sort_by_name(std::vector<form_field>& fields) {
  // Not std::stable_sort: in libstdc++ it uses a function that clang reports as deprecated.
  std::multimap<std::string, std::string> sorted;
  for (auto& [name, value] : fields) sorted.emplace(std::move(name), std::move(value));
  fields.assign(sorted.begin(), sorted.end());
}

}  // namespace vkxx::auth::detail
