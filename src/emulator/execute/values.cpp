#include "emulator/execute/values.hpp"

#include <algorithm>
#include <array>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <charconv>
#include <cmath>
#include <compare>
#include <iterator>
#include <optional>
#include <utility>

#include "core/text/number.hpp"
#include "emulator/execute/script.hpp"

namespace vkxx::emulation::detail::script {
namespace json = boost::json;

std::string printed(double number) {
  if (number == std::floor(number) && std::abs(number) < 1e15)
    return std::to_string(static_cast<std::int64_t>(number));
  std::array<char, 32> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
  return {digits.data(), end};
}

namespace {

// A whole number, or a real one, or none.
json::value number_of(const json::value& value, meter& work) {
  if (value.is_int64() || value.is_double()) return value;
  if (value.is_uint64()) {
    // Counts in answers of methods are unsigned.
    const auto whole = value.get_uint64();
    if (std::in_range<std::int64_t>(whole)) return static_cast<std::int64_t>(whole);
    return static_cast<double>(whole);
  }
  if (value.is_bool()) return std::int64_t{value.get_bool()};
  if (value.is_null()) return std::int64_t{0};
  const auto* text = value.if_string();
  if (text == nullptr) return nullptr;
  work.text(text->size());
  const std::string_view digits{text->data(), text->size()};
  if (const auto whole = vkxx::detail::parse_number<std::int64_t>(digits)) return *whole;
  const auto real = vkxx::detail::parse_number<double>(digits);
  if (real && std::isfinite(*real)) return *real;
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

// Two texts, two numbers, or values that can be read as two numbers.
std::optional<std::partial_ordering> compared(const json::value& left, const json::value& right,
                                              meter& work) {
  if (left.is_string() && right.is_string()) {
    work.text(std::min(left.get_string().size(), right.get_string().size()));
    const std::string_view a{left.get_string()};
    const std::string_view b{right.get_string()};
    return a <=> b;
  }
  if (left.is_structured() || right.is_structured()) return std::nullopt;
  const auto a = number_of(left, work);
  const auto b = number_of(right, work);
  if (a.is_null() || b.is_null()) return std::nullopt;
  if (a.is_int64() && b.is_int64()) return a.get_int64() <=> b.get_int64();
  return real_of(a) <=> real_of(b);
}

bool equal(const json::value& left, const json::value& right, meter& work) {
  if (left.is_null() || right.is_null()) return left.is_null() && right.is_null();
  if (left.is_structured() || right.is_structured()) {
    work.value(left);
    return left == right;
  }
  const auto order = compared(left, right, work);
  return order && *order == std::partial_ordering::equivalent;
}

bool is_continuation(char unit) noexcept {
  return (static_cast<unsigned char>(unit) & 0xC0U) == 0x80U;
}

// The byte offset of the character with this number.
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
                     std::size_t otherwise, meter& work) {
  if (which >= arguments.size() || arguments[which].is_null()) return otherwise;
  const auto number = number_of(arguments[which], work);
  if (number.is_null()) return 0;
  auto real = std::trunc(real_of(number));
  if (real < 0) real += static_cast<double>(size);
  if (real < 0) return 0;
  return real < static_cast<double>(size) ? static_cast<std::size_t>(real) : size;
}

[[noreturn]] void no_method(std::string_view name) {
  throw script_runtime_error{"this value has no method " + std::string{name}};
}

// The search of Knuth, Morris and Pratt, whose time is proportional to the text for any pattern.
class text_search {
 public:
  text_search(std::string_view wanted, meter& work) : wanted_{wanted} {
    work.parts(wanted.size());
    borders_.resize(wanted.size());
    for (std::size_t at = 1, border = 0; at < wanted.size(); ++at) {
      while (border > 0 && wanted[at] != wanted[border]) border = borders_[border - 1];
      if (wanted[at] == wanted[border]) ++border;
      borders_[at] = border;
    }
  }

  [[nodiscard]] std::size_t find(std::string_view text, std::size_t from) const {
    if (wanted_.empty()) return std::min(from, text.size());
    std::size_t matched = 0;
    for (auto at = from; at < text.size(); ++at) {
      while (matched > 0 && text[at] != wanted_[matched]) matched = borders_[matched - 1];
      if (text[at] == wanted_[matched]) ++matched;
      if (matched == wanted_.size()) return at + 1 - matched;
    }
    return std::string_view::npos;
  }

 private:
  std::string_view wanted_;
  std::vector<std::size_t> borders_;
};

std::string_view part_of(std::string_view text, std::string_view name, std::size_t size,
                         const argument_values& arguments, meter& work) {
  const auto from = position(arguments, 0, size, 0, work);
  auto to = position(arguments, 1, size, size, work);
  if (name == "substr" && arguments.size() > 1) to = std::min(size, from + to);
  if (to <= from) return {};
  const auto begin = offset_of(text, from);
  return text.substr(begin, offset_of(text.substr(begin), to - from));
}

json::value pieces_of(std::string_view text, const std::string& separator, meter& work) {
  const text_search search{separator, work};
  json::array pieces;
  std::size_t at = 0;
  for (;;) {
    const auto next =
        separator.empty() ? at + offset_of(text.substr(at), 1) : search.find(text, at);
    if (next >= text.size()) break;
    work.parts(1);
    pieces.emplace_back(text.substr(at, next - at));
    at = next + separator.size();
  }
  work.parts(1);
  pieces.emplace_back(text.substr(at));
  return pieces;
}

json::value text_method(std::string_view text, std::string_view name,
                        const argument_values& arguments, meter& work) {
  // The cost of finding characters, and of copying or searching the text between them.
  work.text(text.size());
  work.text(text.size());
  const auto size = characters_in(text);
  if (name == "substr" || name == "slice")
    return json::string{part_of(text, name, size, arguments, work)};
  const std::string wanted = arguments.empty() ? "" : text_of(arguments[0], work);
  if (name == "split") return pieces_of(text, wanted, work);
  if (name != "indexOf") no_method(name);
  const auto from = offset_of(text, position(arguments, 1, size, 0, work));
  const auto found = text_search{wanted, work}.find(text, from);
  if (found == std::string_view::npos) return -1;
  return static_cast<std::int64_t>(characters_in(text.substr(0, found)));
}

json::value spliced(json::array& items, const argument_values& arguments, meter& work) {
  const auto from = position(arguments, 0, items.size(), 0, work);
  const auto left = items.size() - from;
  const auto count = std::min(left, position(arguments, 1, items.size(), left, work));
  const auto begin = items.begin() + static_cast<std::ptrdiff_t>(from);
  const auto end = begin + static_cast<std::ptrdiff_t>(count);
  json::array taken(std::make_move_iterator(begin), std::make_move_iterator(end));
  auto at = items.erase(begin, end);
  if (arguments.size() > 2) items.insert(at, arguments.begin() + 2, arguments.end());
  return taken;
}

json::value array_method(json::array& items, std::string_view name,
                         const argument_values& arguments, meter& work) {
  if (name == "push") {
    for (const auto& item : arguments) items.push_back(item);
    return static_cast<std::int64_t>(items.size());
  }
  if (name == "pop") {
    if (items.empty()) return nullptr;
    auto taken = std::move(items.back());
    items.pop_back();
    return taken;
  }
  // All others move or read every element.
  work.parts(items.size());
  if (name == "unshift") {
    items.insert(items.begin(), arguments.begin(), arguments.end());
    return static_cast<std::int64_t>(items.size());
  }
  if (name == "shift") {
    if (items.empty()) return nullptr;
    auto taken = std::move(items.front());
    items.erase(items.begin());
    return taken;
  }
  if (name == "slice") {
    const auto from = position(arguments, 0, items.size(), 0, work);
    const auto to = std::max(from, position(arguments, 1, items.size(), items.size(), work));
    json::array part;
    for (auto at = from; at < to; ++at) {
      work.value(items[at]);
      part.push_back(items[at]);
    }
    return part;
  }
  if (name == "indexOf") {
    for (std::size_t i = 0; i < items.size() && !arguments.empty(); ++i)
      if (equal(items[i], arguments[0], work)) return static_cast<std::int64_t>(i);
    return -1;
  }
  if (name == "splice") return spliced(items, arguments, work);
  no_method(name);
}

json::value joined(json::value&& left, const json::value& right, meter& work) {
  work.value(right);
  auto result = std::move(left);
  if (auto* items = result.if_array()) {
    items->insert(items->end(), right.get_array().begin(), right.get_array().end());
  } else {
    for (const auto& [name, member] : right.get_object())
      result.get_object().insert_or_assign(name, member);
  }
  return result;
}

}  // namespace

bool is_true(const json::value& value, meter& work) {
  if (value.is_null()) return false;
  if (value.is_bool()) return value.get_bool();
  if (value.is_string()) return !value.get_string().empty();
  if (value.is_structured()) return true;
  return real_of(number_of(value, work)) != 0;
}

std::string text_of(const json::value& value, meter& work) {
  if (value.is_double()) return printed(value.get_double());
  if (value.is_null()) return {};
  const auto* items = value.if_array();
  if (items == nullptr) {
    work.value(value);
    return value.is_string() ? std::string{value.get_string()} : json::serialize(value);
  }
  std::string result;
  for (const auto& item : *items) {
    if (&item != items->data()) result += ',';
    work.parts(1);
    const auto part = text_of(item, work);
    work.text(part.size());
    result += part;
  }
  return result;
}

json::value combined(std::string_view name, json::value&& left, const json::value& right,
                     meter& work) {
  if (name == "==") return equal(left, right, work);
  if (name == "!=") return !equal(left, right, work);
  if (name[0] == '<' || name[0] == '>') {
    const auto order = compared(left, right, work);
    if (!order) return false;
    const bool same = *order == std::partial_ordering::equivalent;
    if (same) return name.size() == 2;
    return name[0] == '<' ? *order == std::partial_ordering::less
                          : *order == std::partial_ordering::greater;
  }
  if (name == "+") {
    if ((left.is_array() && right.is_array()) || (left.is_object() && right.is_object()))
      return joined(std::move(left), right, work);
    if (auto* text = left.if_string()) {
      const auto tail = text_of(right, work);
      text->append(tail);
      return std::move(left);
    }
    if (right.is_string()) {
      const auto tail = text_of(right, work);
      return json::string{text_of(left, work) + tail};
    }
  }
  const auto a = number_of(left, work);
  const auto b = number_of(right, work);
  if (a.is_null() || b.is_null()) return nullptr;
  return calculated(name[0], a, b);
}

json::value negated(const json::value& value, meter& work) {
  const auto number = number_of(value, work);
  if (number.is_null()) return nullptr;
  return calculated('-', std::int64_t{0}, number);
}

json::value parsed(std::string_view name, const json::value& value, meter& work) {
  const auto text = text_of(value, work);
  work.text(text.size());
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

const json::value* find(const json::value& of, std::string_view name, meter& work) {
  work.parts(1);
  work.text(name.size());
  const auto* members = of.if_object();
  return members == nullptr ? nullptr : members->if_contains(name);
}

const json::value* find(const json::value& of, const json::value& index, meter& work) {
  if (of.is_object()) return find(of, text_of(index, work), work);
  const auto* items = of.if_array();
  const auto number = number_of(index, work);
  if (items == nullptr || !number.is_int64() || number.get_int64() < 0) return nullptr;
  const auto at = static_cast<std::size_t>(number.get_int64());
  return at < items->size() ? &(*items)[at] : nullptr;
}

json::value length_of(const json::value& of, meter& work) {
  if (of.is_array()) return static_cast<std::int64_t>(of.get_array().size());
  if (const auto* text = of.if_string()) {
    work.text(text->size());
    return static_cast<std::int64_t>(characters_in(*text));
  }
  return nullptr;
}

json::value call_method(json::value& of, std::string_view name, const argument_values& arguments,
                        meter& work) {
  if (of.is_string()) return text_method(of.get_string(), name, arguments, work);
  if (of.is_array()) return array_method(of.get_array(), name, arguments, work);
  no_method(name);
}

}  // namespace vkxx::emulation::detail::script
