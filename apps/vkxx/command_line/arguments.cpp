#include "command_line/arguments.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <optional>
#include <utility>
#include <vkxx/core/json_parts.hpp>
#include <vkxx/core/redaction.hpp>
#include <vkxx/core/secret.hpp>

#include "command_line/usage_failure.hpp"
#include "output/output.hpp"

namespace vkxx::cli {
namespace {

constexpr auto call_help = "vkxx call --help";

[[noreturn]] void refuse(const std::string& message) {
  throw usage_failure{message, call_help};
}

bool is_name_character(char character) noexcept {
  return (character >= 'a' && character <= 'z') || (character >= 'A' && character <= 'Z') ||
         (character >= '0' && character <= '9') || character == '_' || character == '-' ||
         character == '.' || character == '[' || character == ']';
}

bool is_name(std::string_view text) noexcept {
  return !text.empty() && std::ranges::all_of(text, is_name_character);
}

// A token may have been given in place of a name: long texts are not repeated.
std::string shown(std::string_view text) {
  constexpr std::size_t longest_harmless = 20;
  return text.size() <= longest_harmless ? printable(text) : redacted(text);
}

// A JSON text without the white space between its tokens; strings and numbers as they are.
std::string squeezed(std::string_view json) {
  std::string text;
  while (!json.empty()) {
    const bool string = json.starts_with('"');
    const auto size = string ? json_string_size(json) : 1;
    if (string || std::string_view{" \t\r\n"}.find(json.front()) == std::string_view::npos) {
      text += json.substr(0, size);
    }
    json.remove_prefix(size);
  }
  return text;
}

// A scalar as VK reads it; nothing for null.
std::optional<std::string> scalar_text(const boost::json::value& value, std::string_view json) {
  if (value.is_null()) return std::nullopt;
  if (value.is_bool()) return value.get_bool() ? "1" : "0";
  if (value.is_string()) return std::string{value.get_string()};
  return std::string{json};
}

bool is_scalar_list(const boost::json::value& value) {
  return value.is_array() && std::ranges::none_of(value.get_array(), [](const auto& item) {
           return item.is_structured();
         });
}

// The forms are those of `request::set` for a JSON value, but the numbers are taken from the text:
// one of 30 digits arrives with all of them.
std::optional<std::string> json_parameter(const argument& parameter) {
  boost::system::error_code failure;
  const auto value = boost::json::parse(parameter.value, failure);
  if (failure) {
    refuse(fmt::format("{}: what follows := is not JSON: {}; a text is written {}=…",
                       parameter.name, failure.message(), parameter.name));
  }
  const auto text = squeezed(parameter.value);
  if (!value.is_structured()) return scalar_text(value, text);
  if (!is_scalar_list(value)) return text;
  const auto parts = json_elements(text);
  std::string joined;
  bool first = true;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const auto part = scalar_text(value.get_array().at(i), parts[i]);
    if (!part) continue;
    if (!std::exchange(first, false)) joined += ',';
    joined += *part;
  }
  return joined;
}

void check_method(const std::string& method) {
  const auto fits = [](char character) {
    return is_name_character(character) && character != '-' && character != '[' && character != ']';
  };
  // The name of the method is shown and logged, which must not happen to a token in its place.
  if (redacted_text(method) != method) {
    refuse("the name of the method looks like a token");
  }
  if (method.empty() || !std::ranges::all_of(method, fits)) {
    refuse(fmt::format("\"{}\" is not the name of a method; expected one such as users.get",
                       shown(method)));
  }
}

}  // namespace

argument read_argument(std::string_view text, std::size_t number) {
  const auto equals = text.find('=');
  const bool json = equals != std::string_view::npos && equals > 0 && text[equals - 1] == ':';
  const auto name =
      text.substr(0, equals == std::string_view::npos ? equals : equals - (json ? 1 : 0));
  if (equals == std::string_view::npos || !is_name(name)) {
    refuse(fmt::format(
        "parameter {}, \"{}\", does not have the form name=value, name:=json or name=@file", number,
        shown(name)));
  }
  auto value = text.substr(equals + 1);
  auto kind = json ? argument_kind::json : argument_kind::text;
  if (!json && value.starts_with('@')) {
    value.remove_prefix(1);
    if (!value.starts_with('@')) kind = argument_kind::file;
  }
  if (kind == argument_kind::file && value.empty()) {
    refuse(
        fmt::format("{}: the name of a file is missing after @ (a text that begins with @ is "
                    "written {}=@@…)",
                    name, name));
  }
  return {std::string{name}, kind, std::string{value}};
}

request make_request(const std::string& method, const std::vector<std::string>& arguments,
                     const file_reader& read_file) {
  check_method(method);
  request result{method};
  std::vector<std::string> seen;
  bool input_used = false;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const auto parameter = read_argument(arguments[i], i + 1);
    if (std::ranges::find(seen, parameter.name) != seen.end()) {
      refuse(fmt::format("{} is given twice; a list is written {}=1,2 or {}:='[1,2]'",
                         parameter.name, parameter.name, parameter.name));
    }
    seen.push_back(parameter.name);
    switch (parameter.kind) {
      case argument_kind::text:
        result.set(parameter.name, parameter.value);
        break;
      case argument_kind::json:
        if (const auto text = json_parameter(parameter)) {
          result.set(parameter.name, *text);
        } else {
          result.set(parameter.name, nullptr);
        }
        break;
      case argument_kind::file:
        if (parameter.value == "-" && std::exchange(input_used, true)) {
          refuse(parameter.name + ": standard input can be read only once");
        }
        result.set(parameter.name, read_file(parameter.value));
        break;
    }
  }
  return result;
}

}  // namespace vkxx::cli
