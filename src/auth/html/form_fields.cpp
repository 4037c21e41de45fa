#include "auth/html/form_fields.hpp"

#include <algorithm>
#include <map>

namespace vkxx::auth::detail {
namespace {

int hexadecimal(char c) noexcept {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::optional<std::string> decoded(std::string_view text) {
  std::string plain;
  plain.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '+') {
      plain += ' ';
    } else if (text[i] != '%') {
      plain += text[i];
    } else {
      const int high = i + 2 < text.size() ? hexadecimal(text[i + 1]) : -1;
      const int low = high >= 0 ? hexadecimal(text[i + 2]) : -1;
      if (low < 0) return std::nullopt;
      plain += static_cast<char>(high * 16 + low);
      i += 2;
    }
  }
  return plain;
}

bool unreserved(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '_' || c == '.' || c == '~';
}

}  // namespace

std::optional<std::vector<form_field>> read_form(std::string_view text) {
  std::vector<form_field> fields;
  while (!text.empty()) {
    const auto end = std::min(text.find('&'), text.size());
    const auto pair = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (pair.empty()) continue;
    if (fields.size() == form_field_limit) return std::nullopt;
    const auto middle = std::min(pair.find('='), pair.size());
    auto name = decoded(pair.substr(0, middle));
    auto value = decoded(pair.substr(std::min(middle + 1, pair.size())));
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
    append_url_encoded(text, name, space_as::plus);
    text += '=';
    append_url_encoded(text, value, space_as::plus);
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
  // Not std::stable_sort: libstdc++ builds it on a function that clang reports as deprecated.
  std::multimap<std::string, std::string> sorted;
  for (auto& [name, value] : fields) sorted.emplace(std::move(name), std::move(value));
  fields.assign(sorted.begin(), sorted.end());
}

void append_url_encoded(std::string& out, std::string_view text, space_as space) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  for (const char c : text) {
    if (unreserved(c)) {
      out += c;
    } else if (c == ' ' && space == space_as::plus) {
      out += '+';
    } else {
      out += '%';
      out += digits[static_cast<unsigned char>(c) >> 4U];
      out += digits[static_cast<unsigned char>(c) & 15U];
    }
  }
}

}  // namespace vkxx::auth::detail
