#include "updates/values/checked_json.hpp"

#include <algorithm>
#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/parse_options.hpp>
#include <cstddef>

#include <vkxx/core/json_parts.hpp>
#include <vkxx/core/utf8.hpp>
#include "core/json/half_pairs.hpp"
#include "core/text/number.hpp"

namespace vkxx::detail {
namespace {

// The parser calls itself for each level, a few hundred bytes of stack each.
constexpr std::size_t deepest_json = 1000;
constexpr std::size_t longest_short_text = 100;

// Takes every value and keeps none.
struct json_listener {
  static constexpr std::size_t max_object_size = static_cast<std::size_t>(-1);
  static constexpr std::size_t max_array_size = static_cast<std::size_t>(-1);
  static constexpr std::size_t max_key_size = static_cast<std::size_t>(-1);
  static constexpr std::size_t max_string_size = static_cast<std::size_t>(-1);

  using failure = boost::json::error_code;
  using text = boost::json::string_view;
  static bool on_document_begin(failure&) { return true; }
  static bool on_document_end(failure&) { return true; }
  static bool on_object_begin(failure&) { return true; }
  static bool on_object_end(std::size_t, failure&) { return true; }
  static bool on_array_begin(failure&) { return true; }
  static bool on_array_end(std::size_t, failure&) { return true; }
  static bool on_key_part(text, std::size_t, failure&) { return true; }
  static bool on_key(text, std::size_t, failure&) { return true; }
  static bool on_string_part(text, std::size_t, failure&) { return true; }
  static bool on_string(text, std::size_t, failure&) { return true; }
  static bool on_number_part(text, failure&) { return true; }
  static bool on_int64(std::int64_t, text, failure&) { return true; }
  static bool on_uint64(std::uint64_t, text, failure&) { return true; }
  static bool on_double(double, text, failure&) { return true; }
  static bool on_bool(bool, failure&) { return true; }
  static bool on_null(failure&) { return true; }
  static bool on_comment_part(text, failure&) { return true; }
  static bool on_comment(text, failure&) { return true; }
};

bool is_json(std::string_view text) {
  boost::json::parse_options options;
  options.max_depth = deepest_json;
  boost::json::basic_parser<json_listener> parser{options};
  boost::json::error_code failure;
  return parser.write_some(false, text.data(), text.size(), failure) == text.size() && !failure;
}

std::string as_utf8(std::string_view text) {
  std::string repaired;
  repaired.reserve(text.size());
  while (!text.empty()) {
    const auto character = first_character(text);
    repaired += character ? text.substr(0, character->size) : std::string_view{"\xEF\xBF\xBD"};
    text.remove_prefix(character ? character->size : 1);
  }
  return repaired;
}

}  // namespace

std::optional<std::string> checked_json(std::string text) {
  if (text.starts_with("\xEF\xBB\xBF")) text.erase(0, 3);
  replace_half_pairs(text.data(), text.size());
  if (!is_utf8(text)) text = as_utf8(text);
  if (!is_json(text)) return std::nullopt;
  return text;
}

std::string_view json_part(std::string_view object, std::string_view name) {
  const auto found = json_member(object, name);
  return found && *found != "null" ? *found : std::string_view{};
}

std::optional<std::string> short_text(std::string_view value) {
  if (value.empty()) return std::nullopt;
  const bool number = value.front() == '-' || (value.front() >= '0' && value.front() <= '9');
  if (!number && value.front() != '"') return std::nullopt;
  auto text = number ? std::string{value} : json_string_value(value);
  if (text.empty() || text.size() > longest_short_text) return std::nullopt;
  // Six bytes each where it is written as JSON: a cursor would be longer than what is read again.
  const auto is_control = [](unsigned char byte) { return byte < 0x20 || byte == 0x7F; };
  if (std::any_of(text.begin(), text.end(), is_control)) return std::nullopt;
  return text;
}

std::optional<std::int64_t> integer_text(std::string_view value) {
  const auto text = short_text(value);
  return text ? parse_number<std::int64_t>(*text) : std::nullopt;
}

}  // namespace vkxx::detail
