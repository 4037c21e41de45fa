#include "core/json/json_field.hpp"

#include <cmath>
#include <limits>

#include <vkxx/core/parameter_value.hpp>

#include "core/text/number.hpp"

namespace vkxx::detail {
namespace {

const boost::json::value* find(const boost::json::object& object, std::string_view name) {
  return object.if_contains(boost::json::string_view{name.data(), name.size()});
}

template <class Reader>
auto read_field(const boost::json::object& object, std::string_view name, Reader reader)
    -> decltype(reader(std::declval<const boost::json::value&>())) {
  const auto* value = find(object, name);
  if (value == nullptr) return std::nullopt;
  return reader(*value);
}

}  // namespace

std::optional<std::string> text_of(const boost::json::value& value) {
  if (value.is_structured()) return std::nullopt;
  // A double as VK wrote it: decimal, 2.6 and not 2.6000000000000001.
  return to_parameter(value).text;
}

std::optional<std::int64_t> integer_of(const boost::json::value& value) {
  if (const auto* number = value.if_int64()) return *number;
  if (const auto* text = value.if_string()) {
    return vkxx::detail::parse_number<std::int64_t>({text->data(), text->size()});
  }
  if (const auto* flag = value.if_bool()) return *flag ? 1 : 0;
  if (const auto* real = value.if_double()) {
    // 2^63 is a double, the largest std::int64_t is not.
    constexpr double limit = 9223372036854775808.0;
    if (std::trunc(*real) == *real && *real >= -limit && *real < limit) {
      return static_cast<std::int64_t>(*real);
    }
  }
  return std::nullopt;
}

std::optional<double> number_of(const boost::json::value& value) {
  // The parser makes infinity of 1e999.
  if (const auto* real = value.if_double(); real != nullptr && std::isfinite(*real)) return *real;
  if (const auto* number = value.if_int64()) return static_cast<double>(*number);
  if (const auto* number = value.if_uint64()) return static_cast<double>(*number);
  if (const auto* text = value.if_string()) {
    const auto number = vkxx::detail::parse_number<double>({text->data(), text->size()});
    if (number && std::isfinite(*number)) return number;
  }
  return std::nullopt;
}

std::optional<bool> boolean_of(const boost::json::value& value) {
  if (const auto* flag = value.if_bool()) return *flag;
  const auto number = integer_of(value);
  if (!number) return std::nullopt;
  return *number != 0;
}

std::optional<std::string> text_field(const boost::json::object& object, std::string_view name) {
  return read_field(object, name, text_of);
}

std::string text_or_empty(const boost::json::object& object, std::string_view name) {
  return text_field(object, name).value_or(std::string{});
}

std::optional<std::int64_t> integer_field(const boost::json::object& object,
                                          std::string_view name) {
  return read_field(object, name, integer_of);
}

std::optional<double> number_field(const boost::json::object& object, std::string_view name) {
  return read_field(object, name, number_of);
}

std::optional<bool> boolean_field(const boost::json::object& object, std::string_view name) {
  return read_field(object, name, boolean_of);
}

}  // namespace vkxx::detail
