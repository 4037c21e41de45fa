#include "emulator/execute/values.hpp"

#include <array>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <charconv>
#include <cmath>
#include <compare>
#include <optional>

#include "emulator/execute/script.hpp"

namespace vkxx::emulation::script {
namespace {

namespace json = boost::json;

std::string printed(double number) {
  if (number == std::floor(number) && std::abs(number) < 1e15)
    return std::to_string(static_cast<std::int64_t>(number));
  std::array<char, 32> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
  return {digits.data(), end};
}

// A whole number, or a real one, or none.
json::value number_of(const json::value& value) {
  if (value.is_int64() || value.is_double()) return value;
  if (value.is_uint64()) return static_cast<double>(value.get_uint64());
  if (value.is_bool()) return std::int64_t{value.get_bool()};
  if (value.is_null()) return std::int64_t{0};
  const auto* text = value.if_string();
  if (text == nullptr) return nullptr;
  const auto* end = text->data() + text->size();
  std::int64_t whole = 0;
  const auto as_whole = std::from_chars(text->data(), end, whole);
  if (as_whole.ec == std::errc{} && as_whole.ptr == end) return whole;
  double real = 0;
  const auto as_real = std::from_chars(text->data(), end, real);
  if (as_real.ec == std::errc{} && as_real.ptr == end && std::isfinite(real)) return real;
  return nullptr;
}

double real_of(const json::value& number) {
  return number.is_int64() ? static_cast<double>(number.get_int64()) : number.get_double();
}

json::value finite(double number) {
  if (!std::isfinite(number)) return nullptr;
  return number;
}

// Whole numbers stay whole as long as they fit.
json::value calculated(char name, const json::value& left, const json::value& right) {
  if (left.is_int64() && right.is_int64()) {
    const auto a = left.get_int64();
    const auto b = right.get_int64();
    std::int64_t whole = 0;
    if (name == '+' && !__builtin_add_overflow(a, b, &whole)) return whole;
    if (name == '-' && !__builtin_sub_overflow(a, b, &whole)) return whole;
    if (name == '*' && !__builtin_mul_overflow(a, b, &whole)) return whole;
    const bool divides = b != 0 && b != -1;
    if (name == '/' && divides && a % b == 0) return a / b;
    if (name == '%' && divides) return a % b;
  }
  const auto a = real_of(left);
  const auto b = real_of(right);
  switch (name) {
    case '+':
      return finite(a + b);
    case '-':
      return finite(a - b);
    case '*':
      return finite(a * b);
    case '/':
      return finite(a / b);
    default:
      return finite(std::fmod(a, b));
  }
}

// Two texts, or two numbers, or what can be read as two numbers.
std::optional<std::partial_ordering> compared(const json::value& left, const json::value& right) {
  if (left.is_string() && right.is_string()) {
    const std::string_view a{left.get_string()};
    const std::string_view b{right.get_string()};
    return a <=> b;
  }
  if (left.is_structured() || right.is_structured()) return std::nullopt;
  const auto a = number_of(left);
  const auto b = number_of(right);
  if (a.is_null() || b.is_null()) return std::nullopt;
  if (a.is_int64() && b.is_int64()) return a.get_int64() <=> b.get_int64();
  return real_of(a) <=> real_of(b);
}

bool equal(const json::value& left, const json::value& right) {
  if (left.is_null() || right.is_null()) return left.is_null() && right.is_null();
  if (left.is_structured() || right.is_structured()) return left == right;
  const auto order = compared(left, right);
  return order && *order == std::partial_ordering::equivalent;
}

bool is_continuation(char unit) noexcept {
  return (static_cast<unsigned char>(unit) & 0xC0U) == 0x80U;
}

// Where the character of this number begins.
std::size_t offset_of(std::string_view text, std::size_t character) noexcept {
  std::size_t at = 0;
  for (; character > 0 && at < text.size(); --character) do
      ++at;
    while (at < text.size() && is_continuation(text[at]));
  return at;
}

std::size_t characters_in(std::string_view text) noexcept {
  std::size_t count = 0;
  for (const char unit : text) count += !is_continuation(unit);
  return count;
}

using argument_values = std::vector<json::value>;

// A whole argument, counted from the end when it is negative, within 0 and `size`.
std::size_t position(const argument_values& arguments, std::size_t which, std::size_t size,
                     std::size_t otherwise) {
  if (which >= arguments.size() || arguments[which].is_null()) return otherwise;
  const auto number = number_of(arguments[which]);
  if (number.is_null()) return 0;
  auto real = std::trunc(real_of(number));
  if (real < 0) real += static_cast<double>(size);
  if (real < 0) return 0;
  return real < static_cast<double>(size) ? static_cast<std::size_t>(real) : size;
}

[[noreturn]] void no_method(std::string_view name) {
  throw script_runtime_error{"this value has no method " + std::string{name}};
}

json::value text_method(std::string_view text, std::string_view name,
                        const argument_values& arguments) {
  const auto size = characters_in(text);
  if (name == "substr" || name == "slice") {
    const auto from = position(arguments, 0, size, 0);
    auto to = position(arguments, 1, size, size);
    if (name == "substr" && arguments.size() > 1) {
      const auto count = position(arguments, 1, size, size);
      to = std::min(size, from + count);
    }
    if (to <= from) return "";
    const auto begin = offset_of(text, from);
    return json::string{text.substr(begin, offset_of(text, to) - begin)};
  }
  const std::string wanted = arguments.empty() ? "" : text_of(arguments[0]);
  if (name == "indexOf") {
    const auto found = text.find(wanted, offset_of(text, position(arguments, 1, size, 0)));
    if (found == std::string_view::npos) return -1;
    return static_cast<std::int64_t>(characters_in(text.substr(0, found)));
  }
  if (name != "split") no_method(name);
  json::array parts;
  std::size_t at = 0;
  for (;;) {
    auto next = wanted.empty() ? at + offset_of(text.substr(at), 1) : text.find(wanted, at);
    if (next >= text.size()) break;
    parts.emplace_back(text.substr(at, next - at));
    at = next + wanted.size();
  }
  parts.emplace_back(text.substr(at));
  return parts;
}

json::value spliced(json::array& items, const argument_values& arguments) {
  const auto from = position(arguments, 0, items.size(), 0);
  const auto left = items.size() - from;
  const auto count = std::min(left, position(arguments, 1, items.size(), left));
  const auto begin = items.begin() + static_cast<std::ptrdiff_t>(from);
  const auto end = begin + static_cast<std::ptrdiff_t>(count);
  json::array taken(begin, end);
  auto at = items.erase(begin, end);
  for (std::size_t i = 2; i < arguments.size(); ++i) at = std::next(items.insert(at, arguments[i]));
  return taken;
}

json::value array_method(json::array& items, std::string_view name,
                         const argument_values& arguments) {
  if (name == "push") {
    for (const auto& one : arguments) items.push_back(one);
    return static_cast<std::int64_t>(items.size());
  }
  if (name == "unshift") {
    items.insert(items.begin(), arguments.begin(), arguments.end());
    return static_cast<std::int64_t>(items.size());
  }
  if (name == "pop" || name == "shift") {
    if (items.empty()) return nullptr;
    const auto at = name == "pop" ? std::prev(items.end()) : items.begin();
    auto taken = std::move(*at);
    items.erase(at);
    return taken;
  }
  if (name == "slice") {
    const auto from = position(arguments, 0, items.size(), 0);
    const auto to = std::max(from, position(arguments, 1, items.size(), items.size()));
    return json::array(items.begin() + static_cast<std::ptrdiff_t>(from),
                       items.begin() + static_cast<std::ptrdiff_t>(to));
  }
  if (name == "indexOf") {
    for (std::size_t i = 0; i < items.size() && !arguments.empty(); ++i)
      if (equal(items[i], arguments[0])) return static_cast<std::int64_t>(i);
    return -1;
  }
  if (name == "splice") return spliced(items, arguments);
  no_method(name);
}

}  // namespace

bool is_true(const json::value& value) {
  if (value.is_null()) return false;
  if (value.is_bool()) return value.get_bool();
  if (value.is_string()) return !value.get_string().empty();
  if (value.is_structured()) return true;
  return real_of(number_of(value)) != 0;
}

std::string text_of(const json::value& value) {
  if (value.is_string()) return std::string{value.get_string()};
  if (value.is_double()) return printed(value.get_double());
  if (value.is_null()) return {};
  const auto* items = value.if_array();
  if (items == nullptr) return json::serialize(value);
  std::string result;
  for (const auto& item : *items) {
    if (&item != items->data()) result += ',';
    result += text_of(item);
  }
  return result;
}

json::value combined(std::string_view name, const json::value& left, const json::value& right) {
  if (name == "==") return equal(left, right);
  if (name == "!=") return !equal(left, right);
  if (name[0] == '<' || name[0] == '>') {
    const auto order = compared(left, right);
    if (!order) return false;
    const bool same = *order == std::partial_ordering::equivalent;
    if (same) return name.size() == 2;
    return name[0] == '<' ? *order == std::partial_ordering::less
                          : *order == std::partial_ordering::greater;
  }
  if (name == "+") {
    if (left.is_array() && right.is_array()) {
      auto result = left.get_array();
      result.insert(result.end(), right.get_array().begin(), right.get_array().end());
      return result;
    }
    if (left.is_string() || right.is_string()) return json::string{text_of(left) + text_of(right)};
  }
  const auto a = number_of(left);
  const auto b = number_of(right);
  if (a.is_null() || b.is_null()) return nullptr;
  return calculated(name[0], a, b);
}

json::value negated(const json::value& value) {
  const auto number = number_of(value);
  if (number.is_null()) return nullptr;
  return calculated('-', std::int64_t{0}, number);
}

json::value parsed(std::string_view name, const json::value& value) {
  const auto text = text_of(value);
  const auto* end = text.data() + text.size();
  if (name == "parseInt") {
    std::int64_t whole = 0;
    std::from_chars(text.data(), end, whole);
    return whole;
  }
  double real = 0;
  std::from_chars(text.data(), end, real);
  return std::isfinite(real) ? real : 0;
}

const json::value* find(const json::value& of, std::string_view name) {
  const auto* members = of.if_object();
  return members == nullptr ? nullptr : members->if_contains(name);
}

const json::value* find(const json::value& of, const json::value& index) {
  if (of.is_object()) return find(of, text_of(index));
  const auto* items = of.if_array();
  const auto number = number_of(index);
  if (items == nullptr || !number.is_int64() || number.get_int64() < 0) return nullptr;
  const auto at = static_cast<std::size_t>(number.get_int64());
  return at < items->size() ? &(*items)[at] : nullptr;
}

json::value length_of(const json::value& of) {
  if (of.is_array()) return static_cast<std::int64_t>(of.get_array().size());
  if (of.is_string()) return static_cast<std::int64_t>(characters_in(of.get_string()));
  return nullptr;
}

json::value call_method(json::value& of, std::string_view name, const argument_values& arguments) {
  if (of.is_string()) return text_method(of.get_string(), name, arguments);
  if (of.is_array()) return array_method(of.get_array(), name, arguments);
  no_method(name);
}

}  // namespace vkxx::emulation::script
