#include <cmath>
#include <string>

#include <vkxx/schema_tables/sample.hpp>

#include "core/text/number.hpp"

namespace vkxx::schema_tables {
namespace {

using fault = std::optional<std::string>;

std::size_t characters(std::string_view text) noexcept {
  std::size_t count = 0;
  for (const char c : text) count += (static_cast<unsigned char>(c) & 0xC0U) != 0x80U ? 1U : 0U;
  return count;
}

bool listed(type wanted, std::string_view text) {
  for (const std::string_view value : wanted.values()) {
    if (value == text) return true;
  }
  return false;
}

template <class Number>
fault out_of_range(const std::string& name, type wanted, Number number) {
  if (wanted.minimum() && number < static_cast<Number>(*wanted.minimum())) {
    if (*wanted.minimum() == 0 || *wanted.minimum() == 1) return name + " should be positive";
    return name + " should be greater or equal to " + std::to_string(*wanted.minimum());
  }
  if (wanted.maximum() && number > static_cast<Number>(*wanted.maximum())) {
    return name + " should be less or equal to " + std::to_string(*wanted.maximum());
  }
  return std::nullopt;
}

fault integer_fault(const std::string& name, type wanted, std::string_view text) {
  const auto number = vkxx::detail::parse_number<std::int64_t>(text);
  if (!number) return name + " not integer";
  return out_of_range(name, wanted, *number);
}

fault number_fault(const std::string& name, type wanted, std::string_view text) {
  const auto number = vkxx::detail::parse_number<double>(text);
  if (!number || !std::isfinite(*number)) return name + " not number";
  return out_of_range(name, wanted, *number);
}

fault string_fault(const std::string& name, type wanted, std::string_view text) {
  const auto length = characters(text);
  if (wanted.min_length() && length < *wanted.min_length()) {
    return name + " should be at least " + std::to_string(*wanted.min_length()) + " letters length";
  }
  if (wanted.max_length() && length > *wanted.max_length()) {
    return name + " should be less than " + std::to_string(*wanted.max_length() + 1) +
           " letters length";
  }
  return std::nullopt;
}

fault value_fault(const std::string& name, type wanted, std::string_view text);

fault list_fault(const std::string& name, type wanted, std::string_view text) {
  std::size_t count = 0;
  while (!text.empty()) {
    const auto comma = text.find(',');
    if (auto found = value_fault(name, wanted.item(), text.substr(0, comma))) return found;
    ++count;
    if (comma == std::string_view::npos) break;
    text.remove_prefix(comma + 1);
  }
  if (wanted.min_items() && count < *wanted.min_items()) {
    return name + " should have at least " + std::to_string(*wanted.min_items()) + " items";
  }
  if (wanted.max_items() && count > *wanted.max_items()) {
    return name + " should have at most " + std::to_string(*wanted.max_items()) + " items";
  }
  return std::nullopt;
}

fault value_fault(const std::string& name, type wanted, std::string_view text) {
  switch (wanted.kind()) {
    case kind::boolean:
    case kind::bool_int:
      if (text == "0" || text == "1") return std::nullopt;
      return name + " should be 0 or 1";
    case kind::integer:
      return integer_fault(name, wanted, text);
    case kind::number:
      return number_fault(name, wanted, text);
    case kind::string:
      return string_fault(name, wanted, text);
    case kind::string_enum:
    case kind::integer_enum:
      if (listed(wanted, text)) return std::nullopt;
      return name + " has an unknown value";
    case kind::array:
      return list_fault(name, wanted, text);
    case kind::object:
    case kind::one_of:
    case kind::any:
    case kind::scalar:
      return std::nullopt;
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::string> parameter_fault(parameter wanted, std::string_view text) {
  const std::string name{wanted.name()};
  if (wanted.json()) {
    const bool object_or_list = !text.empty() && (text.front() == '{' || text.front() == '[');
    if (object_or_list) return std::nullopt;
    return name + " should be a JSON object or list";
  }
  return value_fault(name, wanted.type(), text);
}

std::optional<std::string> request_fault(method called, const parameter_lookup& sent) {
  for (const auto wanted : called.parameters()) {
    const auto text = sent(wanted.name());
    const bool given = text && !text->empty();
    if (wanted.required() && !given) return std::string{wanted.name()} + " is undefined";
    if (!given) continue;
    if (auto found = parameter_fault(wanted, *text)) return found;
  }
  return std::nullopt;
}

}  // namespace vkxx::schema_tables
