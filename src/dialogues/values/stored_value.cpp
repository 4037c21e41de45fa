#include <vkxx/dialogues/stored_value.hpp>

#include <algorithm>
#include <boost/json/parse.hpp>
#include <boost/json/parse_options.hpp>
#include <boost/json/value.hpp>
#include <charconv>
#include <cmath>
#include <cstddef>

#include <vkxx/core/json_parts.hpp>
#include <vkxx/core/utf8.hpp>

namespace vkxx {
namespace {

constexpr std::size_t deepest_value = 256;

}  // namespace

namespace detail {

std::string number_text(double number) {
  if (!std::isfinite(number)) return "0";
  char digits[32];
  const auto end = std::to_chars(digits, digits + sizeof digits, number).ptr;
  return std::string{digits, end};
}

std::string stored_text(std::string_view text) {
  if (is_utf8(text)) return json_text(text);
  std::string repaired;
  while (!text.empty()) {
    const auto next = first_character(text);
    repaired += next ? text.substr(0, next->size) : std::string_view{"\xEF\xBF\xBD"};
    text.remove_prefix(next ? next->size : 1);
  }
  return json_text(repaired);
}

result<std::shared_ptr<const boost::json::value>> parsed_stored(std::string_view json) {
  // What was written must be readable; the default is 32 levels.
  boost::json::parse_options options;
  options.max_depth = deepest_value;
  boost::system::error_code failure;
  auto tree = boost::json::parse(json, failure, {}, options);
  if (failure) return misfit_of_stored("it is not JSON");
  return std::make_shared<const boost::json::value>(std::move(tree));
}

std::shared_ptr<const boost::json::value> with_new_members(
    const boost::json::value& stored, const std::vector<std::string_view>& names,
    std::string_view defaults) {
  const auto* const object = stored.if_object();
  const auto fresh = parsed_stored(defaults);
  if (object == nullptr || !fresh || !(*fresh)->is_object()) return nullptr;
  for (const auto& member : *object) {
    const std::string_view name{member.key().data(), member.key().size()};
    if (std::ranges::find(names, name) == names.end()) return nullptr;
  }
  auto whole = std::make_shared<boost::json::value>(stored);
  for (const auto& member : (*fresh)->get_object()) {
    if (!object->contains(member.key())) whole->get_object().insert(member);
  }
  return whole;
}

error misfit_of_stored(const std::string& reason) {
  return error{errc::unexpected_type, request_effect::not_sent,
               "a stored value could not be read: " + reason};
}

}  // namespace detail

namespace {

error damaged_value() {
  return error{errc::malformed_answer, request_effect::not_sent,
               "a stored value could not be read: it has no kind, version and value"};
}

}  // namespace

stored_value::stored_value(std::string kind, int version, std::string json)
    : kind_{std::move(kind)}, version_{version}, json_{std::move(json)} {}

result<stored_value> stored_value::read(std::string_view bytes) {
  if (!bytes.starts_with('{') || !detail::parsed_stored(bytes)) return damaged_value();
  const auto kind = json_member(bytes, "kind");
  const auto version = json_member(bytes, "version");
  const auto value = json_member(bytes, "value");
  if (!kind || !version || !value || !kind->starts_with('"')) return damaged_value();
  int number = 0;
  const auto* end = version->data() + version->size();
  const auto read = std::from_chars(version->data(), end, number);
  if (read.ec != std::errc{} || read.ptr != end || number < 1) return damaged_value();
  return stored_value{json_string_value(*kind), number, std::string{*value}};
}

std::string stored_value::bytes() const {
  return "{\"kind\":" + json_text(kind_) + ",\"version\":" + std::to_string(version_) +
         ",\"value\":" + json_ + "}";
}

}  // namespace vkxx
