#include <vkxx/core/parameter_value.hpp>

#include <algorithm>
#include <array>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <charconv>
#include <cmath>

#include <vkxx/core/utf8.hpp>

namespace vkxx::detail {
namespace {

template <class Integer>
std::string decimal(Integer value) {
  std::array<char, 24> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
  return {digits.data(), end};
}

bool is_scalar_list(const boost::json::array& list) {
  for (const auto& item : list) {
    if (item.is_structured()) return false;
  }
  return true;
}

parameter_text not_sendable(std::string reason) {
  return {std::nullopt, error{errc::invalid_argument, request_effect::not_sent, std::move(reason)}};
}

template <class Number>
parameter_text text_of_number(Number value) {
  if (!std::isfinite(value)) return not_sendable("a number that is not finite cannot be sent");
  // The longest double without an exponent has 309 digits before the point, or 1074 after it.
  std::array<char, 1100> digits{};
  const auto end =
      std::to_chars(digits.data(), digits.data() + digits.size(), value, std::chars_format::fixed)
          .ptr;
  std::string text{digits.data(), end};
  if (text.find('.') == std::string::npos) text += ".0";
  return {std::move(text), {}};
}

// Whether the value can be written as JSON.
result<void> check_json(const boost::json::value& value) {
  if (const auto* number = value.if_double()) return text_of_number(*number).status;
  if (const auto* text = value.if_string()) return text_of_string(*text).status;
  if (const auto* list = value.if_array()) {
    for (const auto& item : *list) {
      if (auto status = check_json(item); !status) return status;
    }
  }
  if (const auto* object = value.if_object()) {
    for (const auto& [name, item] : *object) {
      if (auto status = text_of_string(name).status; !status) return status;
      if (auto status = check_json(item); !status) return status;
    }
  }
  return {};
}

// `structured`: an object or an array.
template <class Structured>
parameter_text json_text_of(const Structured& structured) {
  if (auto status = check_json(boost::json::value(structured)); !status) {
    return {std::nullopt, std::move(status)};
  }
  return {boost::json::serialize(structured), {}, true};
}

}  // namespace

std::string text_of_integer(std::int64_t value) {
  return decimal(value);
}

std::string text_of_integer(std::uint64_t value) {
  return decimal(value);
}

parameter_text text_of_floating(double value) {
  return text_of_number(value);
}

parameter_text text_of_floating(float value) {
  return text_of_number(value);
}

parameter_text text_of_string(std::string_view value) {
  if (!is_utf8(value)) return not_sendable("the text is not UTF-8");
  return {std::string{value}, {}};
}

parameter_text text_of_json(const boost::json::object& value) {
  return json_text_of(value);
}

parameter_text text_of_json(const boost::json::array& value) {
  if (!is_scalar_list(value)) return json_text_of(value);
  std::vector<parameter_text> parts;
  parts.reserve(value.size());
  for (const auto& item : value) parts.push_back(text_of_json(item));
  return joined(std::move(parts), false);
}

parameter_text text_of_json(const boost::json::value& value) {
  switch (value.kind()) {
    case boost::json::kind::null:
      return {};
    case boost::json::kind::bool_:
      return to_parameter(value.get_bool());
    case boost::json::kind::int64:
      return to_parameter(value.get_int64());
    case boost::json::kind::uint64:
      return to_parameter(value.get_uint64());
    case boost::json::kind::double_:
      return text_of_floating(value.get_double());
    case boost::json::kind::string:
      return text_of_string(value.get_string());
    case boost::json::kind::array:
      return text_of_json(value.get_array());
    case boost::json::kind::object:
      return text_of_json(value.get_object());
  }
  return not_sendable("a JSON value of no known kind");
}

parameter_text joined(std::vector<parameter_text> parts, bool objects) {
  objects = objects || std::any_of(parts.begin(), parts.end(),
                                   [](const parameter_text& part) { return part.json; });
  std::string text;
  if (objects) text += '[';
  bool first = true;
  for (auto& part : parts) {
    if (!part.status) return std::move(part);
    if (!part.text) continue;
    if (objects && !part.json) {
      return not_sendable(
          "a list of objects and other values has no form on the wire: pass a "
          "boost::json::array");
    }
    if (!first) text += ',';
    first = false;
    text += *part.text;
  }
  if (objects) text += ']';
  return {std::move(text), {}, objects};
}

}  // namespace vkxx::detail
