#include "arguments.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <utility>
#include <vkxx/core/redaction.hpp>
#include <vkxx/core/secret.hpp>

#include "output.hpp"
#include "usage_failure.hpp"

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

// What stands where a name should may be a misplaced token: the longer ones are not repeated.
std::string shown(std::string_view text) {
  constexpr std::size_t longest_harmless = 20;
  return text.size() <= longest_harmless ? printable(text) : redacted(text);
}

boost::json::value read_json(const argument& one) {
  boost::system::error_code failure;
  auto value = boost::json::parse(one.value, failure);
  if (failure) {
    refuse(fmt::format("{}: what follows := is not JSON: {}; a text is written {}=…", one.name,
                       failure.message(), one.name));
  }
  return value;
}

void check_method(const std::string& method) {
  const auto fits = [](char character) {
    return is_name_character(character) && character != '-' && character != '[' && character != ']';
  };
  // A method's name is shown and logged, so a token must not stand in its place.
  if (redacted_text(method) != method) {
    refuse("where the method's name should be there is something like a token");
  }
  if (method.empty() || !std::ranges::all_of(method, fits)) {
    refuse(fmt::format("\"{}\" is not a method's name; expected one such as users.get",
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
    refuse(
        fmt::format("parameter {}, \"{}\", has not the form name=value, name:=json or name=@file",
                    number, shown(name)));
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
  request made{method};
  std::vector<std::string> seen;
  bool input_used = false;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const auto one = read_argument(arguments[i], i + 1);
    if (std::ranges::find(seen, one.name) != seen.end()) {
      refuse(fmt::format("{} is given twice; a list is written {}=1,2 or {}:='[1,2]'", one.name,
                         one.name, one.name));
    }
    seen.push_back(one.name);
    switch (one.kind) {
      case argument_kind::text:
        made.set(one.name, one.value);
        break;
      case argument_kind::json:
        made.set(one.name, read_json(one));
        break;
      case argument_kind::file:
        if (one.value == "-" && std::exchange(input_used, true)) {
          refuse(one.name + ": standard input can be read once only");
        }
        made.set(one.name, read_file(one.value));
        break;
    }
  }
  return made;
}

}  // namespace vkxx::cli
