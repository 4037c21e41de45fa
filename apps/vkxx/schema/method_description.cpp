#include "schema/method_description.hpp"

#include <fmt/format.h>

#include <array>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <charconv>
#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>
#include <vkxx/core/api_error_facts.hpp>

namespace vkxx::cli {
namespace {

namespace json = boost::json;
namespace tables = schema_tables;
using tables::kind;

constexpr std::size_t widest = 100;

std::vector<std::string_view> token_names(tables::method method) {
  static constexpr std::array<std::pair<tables::token_kind, std::string_view>, 5> names{
      {{tables::user_token, "user"},
       {tables::group_token, "group"},
       {tables::service_token, "service"},
       {tables::anonymous_token, "anonymous"},
       {tables::open_to_all, "none"}}};
  std::vector<std::string_view> found;
  for (const auto& [bit, name] : names) {
    if ((method.tokens() & bit) != 0) found.push_back(name);
  }
  return found;
}

std::string page_of(tables::method method) {
  return fmt::format("https://dev.vk.com/method/{}", method.name());
}

// VK's names of errors say little; ours are those that `vkxx explain` takes.
std::string_view error_name(int code) {
  if (const auto* facts = find_facts(api_errc{code})) return facts->name;
  const auto known = tables::find_error(code);
  return known ? known->name() : std::string_view{};
}

template <class Number>
std::string range_text(std::optional<Number> least, std::optional<Number> most) {
  if (least && most) return fmt::format(", {} to {}", *least, *most);
  if (least) return fmt::format(", {} or more", *least);
  if (most) return fmt::format(", at most {}", *most);
  return {};
}

std::string values_text(tables::type type) {
  std::string text;
  for (const std::string_view value : type.values()) {
    text += (text.empty() ? "" : ", ") + std::string{value};
  }
  return "one of " + text;
}

// `plural`: of the items of a list.
std::string type_text(tables::type type, bool plural) {
  const auto name = [&](std::string_view one, std::string_view many) {
    return std::string{plural ? many : one};
  };
  switch (type.kind()) {
    case kind::boolean:
    case kind::bool_int:
      return name("1 or 0", "1 or 0");
    case kind::integer:
      return name("integer", "integers") + range_text(type.minimum(), type.maximum());
    case kind::number:
      return name("number", "numbers") + range_text(type.minimum(), type.maximum());
    case kind::string: {
      const auto length = range_text(type.min_length(), type.max_length());
      const auto* what = type.is_uri() ? "address" : "text";
      const auto text = plural ? fmt::format("{}{}", what, type.is_uri() ? "es" : "s") : what;
      return text + (length.empty() ? "" : length + " characters");
    }
    case kind::string_enum:
    case kind::integer_enum:
      return values_text(type);
    case kind::array:
      return "list of " + type_text(type.item(), true) +
             (range_text(type.min_items(), type.max_items()).empty()
                  ? ""
                  : range_text(type.min_items(), type.max_items()) + " items");
    case kind::object:
      return name("object ", "objects ") + std::string{type.name()};
    case kind::one_of: {
      std::string text;
      for (const tables::type other : type.alternatives()) {
        text += (text.empty() ? "" : " or ") + type_text(other, plural);
      }
      return text;
    }
    case kind::any:
      return "any JSON";
    case kind::scalar:
      return name("text or number", "texts or numbers");
  }
  return {};
}

std::string_view kind_name(kind of) noexcept {
  switch (of) {
    case kind::boolean:
    case kind::bool_int:
      return "boolean";
    case kind::integer:
    case kind::integer_enum:
      return "integer";
    case kind::number:
      return "number";
    case kind::string:
    case kind::string_enum:
      return "string";
    case kind::array:
      return "array";
    case kind::object:
      return "object";
    case kind::one_of:
      return "one_of";
    case kind::any:
      return "any";
    case kind::scalar:
      return "scalar";
  }
  return {};
}

json::value value_json(tables::type type, std::string_view text) {
  std::int64_t number = 0;
  const auto* end = text.data() + text.size();
  const bool integer = kind_name(type.kind()) == "integer" &&
                       std::from_chars(text.data(), end, number).ptr == end && !text.empty();
  return integer ? json::value(number) : json::value(json::string{text});
}

template <class Number>
void add_limit(json::object& made, const char* name, std::optional<Number> limit) {
  if (limit) made[name] = *limit;
}

json::object type_json(tables::type type) {
  json::object made;
  made["type"] = kind_name(type.kind());
  if (!type.name().empty()) made["name"] = type.name();
  add_limit(made, "minimum", type.minimum());
  add_limit(made, "maximum", type.maximum());
  add_limit(made, "min_length", type.min_length());
  add_limit(made, "max_length", type.max_length());
  add_limit(made, "min_items", type.min_items());
  add_limit(made, "max_items", type.max_items());
  if (!type.values().empty()) {
    auto& values = made["values"].emplace_array();
    for (const std::string_view value : type.values()) values.push_back(value_json(type, value));
  }
  if (type.kind() == kind::array) made["items"] = type_json(type.item());
  if (!type.alternatives().empty()) {
    auto& others = made["alternatives"].emplace_array();
    for (const tables::type other : type.alternatives()) others.push_back(type_json(other));
  }
  return made;
}

json::array parameters_json(tables::method method) {
  json::array all;
  for (const auto parameter : method.parameters()) {
    json::object made{{"name", parameter.name()}, {"required", parameter.required()}};
    for (auto& [name, value] : type_json(parameter.type())) {
      // An object's own name is not the parameter's.
      made[name == "name" ? json::string_view{"object"} : name] = std::move(value);
    }
    if (parameter.json()) made["json"] = true;
    if (const auto value = parameter.default_value()) {
      made["default"] = value_json(parameter.type(), *value);
    }
    all.push_back(std::move(made));
  }
  return all;
}

json::array answers_json(tables::method method) {
  json::array all;
  for (const auto answer : method.answers()) {
    json::object made{{"name", answer.response()}};
    if (!answer.conditions().empty()) {
      auto& conditions = made["if"].emplace_object();
      for (const auto one : answer.conditions()) {
        conditions[one.parameter()] =
            one.value().empty() ? json::value(nullptr) : json::value(one.value());
      }
    }
    all.push_back(std::move(made));
  }
  return all;
}

// `name` in a column of its own, and `text` beside it, broken at spaces.
std::string entry(std::string_view name, std::size_t column, std::string_view text) {
  std::string made = fmt::format("  {:<{}}", name, column);
  const auto indent = 2 + column;
  std::size_t used = made.size();
  if (used > indent) {
    made += "  ";
    used += 2;
  }
  while (!text.empty()) {
    auto word = text.substr(0, text.find(' '));
    text.remove_prefix(std::min(word.size() + 1, text.size()));
    if (used > indent && used + 1 + word.size() > widest) {
      made += '\n' + std::string(indent, ' ');
      used = indent;
    } else if (used > indent && made.back() != ' ') {
      made += ' ';
      ++used;
    }
    made += word;
    used += word.size();
  }
  return made + '\n';
}

std::string parameters_text(tables::method method) {
  if (method.parameters().empty()) return "\nIt has no parameters.\n";
  std::size_t column = 0;
  for (const auto parameter : method.parameters()) {
    column = std::max(column, parameter.name().size() + 2);
  }
  std::string text = "\nParameters:\n";
  // The required ones first: without them nothing works.
  for (const bool required : {true, false}) {
    for (const auto parameter : method.parameters()) {
      if (parameter.required() != required) continue;
      text += entry(parameter.name(), column,
                    (required ? "required; " : "") + cli::type_text(parameter));
    }
  }
  return text;
}

std::string answers_text(tables::method method) {
  std::string text = "\nAnswers:\n";
  for (const auto answer : method.answers()) {
    std::string when;
    for (const auto one : answer.conditions()) {
      when += when.empty() ? " with " : " and ";
      when += one.parameter();
      if (!one.value().empty()) when += fmt::format("={}", one.value());
    }
    text += fmt::format("  {}{}\n", answer.response(), when);
  }
  return text;
}

std::string errors_text(tables::method method) {
  if (method.errors().empty()) return "\nIt has no errors of its own; vkxx explain --list.\n";
  std::string text = "\nErrors besides those of any method (vkxx explain --list):\n";
  for (const int code : method.errors()) {
    const auto* facts = find_facts(api_errc{code});
    const auto label = fmt::format("{:>5}  {:<30}", code, error_name(code));
    text += facts != nullptr ? entry(label, 39, facts->meaning) : entry(label, 0, {});
  }
  return text;
}

}  // namespace

std::string token_kinds(tables::method method) {
  std::string text;
  for (const auto name : token_names(method)) {
    text += (text.empty() ? "" : ", ") + std::string{name};
  }
  return text;
}

std::string type_text(tables::parameter parameter) {
  auto text = type_text(parameter.type(), false);
  if (parameter.json()) text = "JSON: " + text;
  const auto value = parameter.default_value();
  if (value && !value->empty()) text += fmt::format("; default {}", *value);
  return text;
}

std::string summarized(tables::method method) {
  return fmt::format("{:<44}  {:<5}  {}", method.name(), method.writes() ? "write" : "read",
                     token_kinds(method));
}

std::string described(tables::method method) {
  auto text = fmt::format("{}\n{}\n\n  {}; tokens: {}\n", method.name(), page_of(method),
                          method.writes() ? "write" : "read", token_kinds(method));
  if (!method.batchable()) text += "  cannot stand in a script of execute\n";
  if (method.timeout() > 0) {
    text += fmt::format("  may take {} seconds by VK's word\n", method.timeout());
  }
  if (!method.idempotency_parameter().empty()) {
    text += fmt::format("  the same {} makes a repeated call harmless\n",
                        method.idempotency_parameter());
  }
  return text + parameters_text(method) + answers_text(method) + errors_text(method);
}

json::object summarized_json(tables::method method) {
  json::object made{{"name", method.name()}, {"writes", method.writes()}};
  auto& tokens = made["tokens"].emplace_array();
  for (const auto name : token_names(method)) tokens.push_back(json::value(name));
  return made;
}

json::object described_json(tables::method method) {
  auto made = summarized_json(method);
  made["page"] = page_of(method);
  made["batchable"] = method.batchable();
  if (method.timeout() > 0) made["timeout"] = method.timeout();
  if (!method.idempotency_parameter().empty()) {
    made["idempotency_parameter"] = method.idempotency_parameter();
  }
  made["parameters"] = parameters_json(method);
  made["answers"] = answers_json(method);
  auto& errors = made["errors"].emplace_array();
  for (const int code : method.errors()) {
    errors.push_back(json::object{{"code", code}, {"name", error_name(code)}});
  }
  return made;
}

}  // namespace vkxx::cli
