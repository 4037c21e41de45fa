#include "schema/method_description.hpp"

#include <fmt/format.h>

#include <array>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>
#include <vkxx/core/api_error_facts.hpp>

#include "command_line/numbers.hpp"

namespace vkxx::cli {
namespace {

namespace json = boost::json;
namespace tables = schema_tables;
using tables::kind;

constexpr std::size_t widest = 100;

std::vector<std::string_view> token_names(tables::method method) {
  static constexpr std::array<std::pair<token_kind, std::string_view>, 4> names{
      {{token_kind::user, "user"},
       {token_kind::community, "group"},
       {token_kind::service, "service"},
       {token_kind::anonymous, "anonymous"}}};
  std::vector<std::string_view> found;
  for (const auto& [token, name] : names) {
    if (method.tokens().contains(token)) found.push_back(name);
  }
  if (method.tokens().open_to_all()) found.push_back("none");
  return found;
}

std::string page_of(tables::method method) {
  return fmt::format("https://dev.vk.com/method/{}", method.name());
}

// Our names of the errors, which `vkxx explain` accepts; VK's own say little.
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
  const auto name = [&](std::string_view singular, std::string_view many) {
    return std::string{plural ? many : singular};
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
      const auto* noun = type.is_uri() ? "address" : "text";
      const auto text = plural ? fmt::format("{}{}", noun, type.is_uri() ? "es" : "s") : noun;
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
  const bool integer = kind_name(type.kind()) == "integer";
  const auto number = integer ? whole_number<std::int64_t>(text) : std::nullopt;
  return number ? json::value(*number) : json::value(json::string{text});
}

template <class Number>
void add_limit(json::object& object, const char* name, std::optional<Number> limit) {
  if (limit) object[name] = *limit;
}

json::object type_json(tables::type type) {
  json::object object;
  object["type"] = kind_name(type.kind());
  if (!type.name().empty()) object["name"] = type.name();
  add_limit(object, "minimum", type.minimum());
  add_limit(object, "maximum", type.maximum());
  add_limit(object, "min_length", type.min_length());
  add_limit(object, "max_length", type.max_length());
  add_limit(object, "min_items", type.min_items());
  add_limit(object, "max_items", type.max_items());
  if (!type.values().empty()) {
    auto& values = object["values"].emplace_array();
    for (const std::string_view value : type.values()) values.push_back(value_json(type, value));
  }
  if (type.kind() == kind::array) object["items"] = type_json(type.item());
  if (!type.alternatives().empty()) {
    auto& others = object["alternatives"].emplace_array();
    for (const tables::type other : type.alternatives()) others.push_back(type_json(other));
  }
  return object;
}

json::array parameters_json(tables::method method) {
  json::array all;
  for (const auto parameter : method.parameters()) {
    json::object object{{"name", parameter.name()}, {"required", parameter.required()}};
    for (auto& [name, value] : type_json(parameter.type())) {
      // The name of an object type is not the parameter's name.
      object[name == "name" ? json::string_view{"object"} : name] = std::move(value);
    }
    if (parameter.json()) object["json"] = true;
    if (const auto value = parameter.default_value()) {
      object["default"] = value_json(parameter.type(), *value);
    }
    all.push_back(std::move(object));
  }
  return all;
}

json::array answers_json(tables::method method) {
  json::array all;
  for (const auto answer : method.answers()) {
    json::object object{{"name", answer.response()}};
    if (!answer.conditions().empty()) {
      auto& conditions = object["if"].emplace_object();
      for (const auto condition : answer.conditions()) {
        conditions[condition.parameter()] =
            condition.value().empty() ? json::value(nullptr) : json::value(condition.value());
      }
    }
    all.push_back(std::move(object));
  }
  return all;
}

// `name` in one column and `text` in the next, broken at spaces.
std::string entry(std::string_view name, std::size_t column, std::string_view text) {
  std::string line = fmt::format("  {:<{}}", name, column);
  const auto indent = 2 + column;
  std::size_t used = line.size();
  if (used > indent) {
    line += "  ";
    used += 2;
  }
  while (!text.empty()) {
    auto word = text.substr(0, text.find(' '));
    text.remove_prefix(std::min(word.size() + 1, text.size()));
    if (used > indent && used + 1 + word.size() > widest) {
      line += '\n' + std::string(indent, ' ');
      used = indent;
    } else if (used > indent && line.back() != ' ') {
      line += ' ';
      ++used;
    }
    line += word;
    used += word.size();
  }
  return line + '\n';
}

std::string parameters_text(tables::method method) {
  if (method.parameters().empty()) return "\nNo parameters.\n";
  std::size_t column = 0;
  for (const auto parameter : method.parameters()) {
    column = std::max(column, parameter.name().size() + 2);
  }
  std::string text = "\nParameters:\n";
  // Required parameters first.
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
    for (const auto condition : answer.conditions()) {
      when += when.empty() ? " with " : " and ";
      when += condition.parameter();
      if (!condition.value().empty()) when += fmt::format("={}", condition.value());
    }
    text += fmt::format("  {}{}\n", answer.response(), when);
  }
  return text;
}

std::string errors_text(tables::method method) {
  if (method.errors().empty()) return "\nNo errors of its own; see vkxx explain --list.\n";
  std::string text = "\nErrors in addition to those of any method (vkxx explain --list):\n";
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
  if (!method.batchable()) text += "  cannot be called inside execute\n";
  if (method.timeout() > 0) {
    text += fmt::format("  may take {} seconds, as VK documents it\n", method.timeout());
  }
  if (!method.idempotency_parameter().empty()) {
    text +=
        fmt::format("  calls with the same {} are idempotent\n", method.idempotency_parameter());
  }
  return text + parameters_text(method) + answers_text(method) + errors_text(method);
}

json::object summarized_json(tables::method method) {
  json::object object{{"name", method.name()}, {"writes", method.writes()}};
  auto& tokens = object["tokens"].emplace_array();
  for (const auto name : token_names(method)) tokens.push_back(json::value(name));
  return object;
}

json::object described_json(tables::method method) {
  auto object = summarized_json(method);
  object["page"] = page_of(method);
  object["batchable"] = method.batchable();
  if (method.timeout() > 0) object["timeout"] = method.timeout();
  if (!method.idempotency_parameter().empty()) {
    object["idempotency_parameter"] = method.idempotency_parameter();
  }
  object["parameters"] = parameters_json(method);
  object["answers"] = answers_json(method);
  auto& errors = object["errors"].emplace_array();
  for (const int code : method.errors()) {
    errors.push_back(json::object{{"code", code}, {"name", error_name(code)}});
  }
  return object;
}

}  // namespace vkxx::cli
