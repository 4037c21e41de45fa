#include "client/reply/json_slices.hpp"

#include <algorithm>
#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/string.hpp>
#include <boost/json/value.hpp>
#include <cstdint>

#include "core/json/json_brackets.hpp"

namespace vkxx::detail {
namespace {

// A parser handler that stores nothing.
struct json_ignorer {
  static constexpr std::size_t max_array_size = static_cast<std::size_t>(-1);
  static constexpr std::size_t max_object_size = static_cast<std::size_t>(-1);
  static constexpr std::size_t max_string_size = static_cast<std::size_t>(-1);
  static constexpr std::size_t max_key_size = static_cast<std::size_t>(-1);

  using code = boost::system::error_code;
  using view = boost::json::string_view;
  static bool on_document_begin(code&) { return true; }
  static bool on_document_end(code&) { return true; }
  static bool on_array_begin(code&) { return true; }
  static bool on_array_end(std::size_t, code&) { return true; }
  static bool on_object_begin(code&) { return true; }
  static bool on_object_end(std::size_t, code&) { return true; }
  static bool on_string_part(view, std::size_t, code&) { return true; }
  static bool on_string(view, std::size_t, code&) { return true; }
  static bool on_key_part(view, std::size_t, code&) { return true; }
  static bool on_key(view, std::size_t, code&) { return true; }
  static bool on_number_part(view, code&) { return true; }
  static bool on_int64(std::int64_t, view, code&) { return true; }
  static bool on_uint64(std::uint64_t, view, code&) { return true; }
  static bool on_double(double, view, code&) { return true; }
  static bool on_bool(bool, code&) { return true; }
  static bool on_null(code&) { return true; }
  static bool on_comment_part(view, code&) { return true; }
  static bool on_comment(view, code&) { return true; }
};

// Loops instead of the searches of std::string_view, which call a function for each character.
constexpr bool is_json_blank(char letter) noexcept {
  return letter == ' ' || letter == '\t' || letter == '\r' || letter == '\n';
}

std::size_t after_json_blanks(std::string_view text, std::size_t at) noexcept {
  while (at < text.size() && is_json_blank(text[at])) ++at;
  return std::min(at, text.size());
}

// The end of the string whose opening quote is at `at`.
std::size_t end_of_string(std::string_view text, std::size_t at) noexcept {
  for (auto from = at + 1; from < text.size();) {
    const auto quote = text.find('"', from);
    if (quote == std::string_view::npos) break;
    auto backslashes = quote;
    while (backslashes > from && text[backslashes - 1] == '\\') --backslashes;
    if ((quote - backslashes) % 2 == 0) return quote + 1;
    from = quote + 1;
  }
  return text.size();
}

// The text of a string as it stands there, also if its end is missing.
std::string_view inside_quotes(std::string_view quoted) noexcept {
  quoted.remove_prefix(1);
  return quoted.substr(0, quoted.empty() ? 0 : quoted.size() - 1);
}

std::size_t end_of_value(std::string_view text, std::size_t at) noexcept {
  if (at >= text.size()) return text.size();
  if (text[at] == '"') return end_of_string(text, at);
  if (text[at] != '{' && text[at] != '[') {
    return std::min(text.find_first_of(",]} \t\r\n", at), text.size());
  }
  return std::min(end_of_brackets(text, at), text.size());
}

}  // namespace

boost::system::error_code check_json(std::string_view text) {
  boost::json::parse_options options;
  options.max_depth = max_json_depth;
  boost::json::basic_parser<json_ignorer> parser{options};
  boost::system::error_code failure;
  const auto read = parser.write_some(false, text.data(), text.size(), failure);
  if (!failure && read < text.size()) failure = boost::json::error::extra_data;
  return failure;
}

std::string_view trimmed_json(std::string_view text) noexcept {
  text.remove_prefix(after_json_blanks(text, 0));
  while (!text.empty() && is_json_blank(text.back())) text.remove_suffix(1);
  return text;
}

std::string unescaped_json(std::string_view quoted) {
  const auto inner = inside_quotes(quoted);
  if (inner.find('\\') == std::string_view::npos) return std::string{inner};
  const auto value = parsed_json(quoted);
  const auto* text = value.if_string();
  return text == nullptr ? std::string{inner} : std::string{text->data(), text->size()};
}

boost::json::value parsed_json(std::string_view text) {
  boost::json::parse_options options;
  options.max_depth = max_json_depth;
  boost::system::error_code failure;
  return boost::json::parse({text.data(), text.size()}, failure, {}, options);
}

bool is_json_object(std::string_view text) noexcept {
  return trimmed_json(text).starts_with('{');
}

namespace {

// Calls `visit` with each name, as it stands there, and its value, until it returns true.
template <class Visit>
void look_through(std::string_view object, Visit visit) {
  object = trimmed_json(object);
  for (auto at = after_json_blanks(object, 1); at < object.size() && object[at] == '"';) {
    const auto name_end = end_of_string(object, at);
    const auto begin = after_json_blanks(object, after_json_blanks(object, name_end) + 1);
    const auto end = end_of_value(object, begin);
    if (visit(object.substr(at, name_end - at), object.substr(begin, end - begin))) return;
    at = after_json_blanks(object, after_json_blanks(object, end) + 1);
  }
}

}  // namespace

void visit_members(
    std::string_view object,
    const std::function<void(std::string_view name, std::string_view value)>& visit) {
  look_through(object, [&](std::string_view quoted, std::string_view value) {
    visit(unescaped_json(quoted), value);
    return false;
  });
}

std::optional<std::string_view> member_of(std::string_view object, std::string_view name) {
  std::optional<std::string_view> found;
  if (!is_json_object(object)) return found;
  look_through(object, [&](std::string_view quoted, std::string_view value) {
    const auto inner = inside_quotes(quoted);
    const bool escaped = inner.find('\\') != std::string_view::npos;
    if (escaped ? unescaped_json(quoted) != name : inner != name) return false;
    found = value;
    return true;
  });
  return found;
}

std::string_view lone_response(std::string_view text) noexcept {
  auto at = after_json_blanks(text, 0);
  for (const std::string_view part : {"{", "\"response\"", ":"}) {
    if (!text.substr(at).starts_with(part)) return {};
    at = after_json_blanks(text, at + part.size());
  }
  if (at == text.size() || (text[at] != '{' && text[at] != '[')) return {};
  const auto end = end_of_brackets(text, at);
  if (end == std::string_view::npos || trimmed_json(text.substr(end)) != "}") return {};
  return text.substr(at, end - at);
}

std::optional<std::vector<std::string_view>> items_of(std::string_view list, std::size_t most) {
  list = trimmed_json(list);
  if (!list.starts_with('[')) return std::nullopt;
  std::vector<std::string_view> found;
  for (auto at = after_json_blanks(list, 1); at < list.size() && list[at] != ']';) {
    if (found.size() == most) return std::nullopt;
    const auto end = end_of_value(list, at);
    if (end == at) return std::nullopt;
    found.push_back(list.substr(at, end - at));
    at = after_json_blanks(list, end);
    if (at == list.size() || list[at] == ']') continue;
    if (list[at] != ',') return std::nullopt;
    at = after_json_blanks(list, at + 1);
    if (at < list.size() && list[at] == ']') return std::nullopt;
  }
  return found;
}

}  // namespace vkxx::detail
