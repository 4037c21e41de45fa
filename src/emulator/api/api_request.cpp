#include "emulator/api/api_request.hpp"

#include <algorithm>

#include "core/text/ascii.hpp"
#include "emulator/encoding/form_reader.hpp"
#include "emulator/encoding/utf8_repair.hpp"

namespace vkxx::emulation::detail {

using vkxx::detail::lower_case;
using vkxx::detail::same_ignoring_case;
using vkxx::detail::trimmed;
namespace {

constexpr std::string_view method_prefix = "/method/";

// An ending selects the form of the answer; no method name ends like this.
std::string_view without_format(std::string_view method) {
  for (const std::string_view ending : {".json", ".msgpack"})
    if (method.ends_with(ending)) return method.substr(0, method.size() - ending.size());
  return method;
}

std::string bearer_token(std::string_view header) {
  constexpr std::string_view scheme = "bearer ";
  if (header.size() <= scheme.size()) return {};
  if (!same_ignoring_case(header.substr(0, scheme.size()), scheme)) return {};
  return std::string{trimmed(header.substr(scheme.size()))};
}

std::vector<name_value> read_body(const http_message& message) {
  // VK's own PHP SDK sends forms without saying so, and VK's servers take them.
  const auto type = message.header("Content-Type").value_or("application/x-www-form-urlencoded");
  const auto kind = lower_case(trimmed(type.substr(0, type.find(';'))));
  if (kind == "application/x-www-form-urlencoded" || kind == "application/x-www-form-encoded")
    return read_urlencoded(message.body);
  if (kind == "multipart/form-data")
    return read_multipart(message.body, header_parameter(type, "boundary"));
  return {};
}

// `ids` of `ids[]` and `ids[0]`, as PHP and JavaScript write lists; nothing: it is a plain name.
std::optional<std::string> name_of_list(const std::string& name) {
  const auto open = name.rfind('[');
  if (open == 0 || open == std::string::npos || !name.ends_with(']')) return std::nullopt;
  const auto is_digit = [](char letter) { return letter >= '0' && letter <= '9'; };
  if (!std::all_of(name.begin() + static_cast<std::ptrdiff_t>(open) + 1, name.end() - 1, is_digit))
    return std::nullopt;
  return name.substr(0, open);
}

// `name[]=a&name[]=b` and `name[0]=a&name[1]=b` are a list, `name=a,b`, in the order of the fields;
// of a plain name the last value counts.
void add_fields(argument_list& into, std::vector<name_value> fields) {
  argument_list own;
  for (auto& [name, value] : fields) {
    if (auto list = name_of_list(name)) {
      name = std::move(*list);
      if (const auto earlier = own.find(name)) value.insert(0, std::string{*earlier} + ',');
    }
    own.set(std::move(name), std::move(value));
  }
  for (const auto& [name, value] : own.all()) into.set(repaired_utf8(name), repaired_utf8(value));
}

}  // namespace

argument_list::argument_list(std::vector<name_value> values) {
  for (auto& [name, value] : values) set(std::move(name), std::move(value));
}

std::optional<std::string_view> argument_list::find(std::string_view name) const noexcept {
  const auto found = std::ranges::find(values_, name, &name_value::first);
  if (found == values_.end()) return std::nullopt;
  return found->second;
}

void argument_list::set(std::string name, std::string value) {
  const auto found = std::ranges::find(values_, name, &name_value::first);
  if (found == values_.end())
    values_.emplace_back(std::move(name), std::move(value));
  else
    found->second = std::move(value);
}

void argument_list::erase(std::string_view name) {
  std::erase_if(values_, [name](const name_value& entry) { return entry.first == name; });
}

std::string_view path_of(std::string_view target) noexcept {
  // Two searches for a character are faster than one for either.
  const auto path = target.substr(0, target.find('?'));
  return path.substr(0, path.find('#'));
}

std::string_view query_of(std::string_view target) noexcept {
  const auto mark = target.find('?');
  if (mark == std::string_view::npos) return {};
  const auto query = target.substr(mark + 1);
  return query.substr(0, query.find('#'));
}

argument_list read_arguments(const http_message& message) {
  argument_list result;
  add_fields(result, read_urlencoded(query_of(message.target)));
  add_fields(result, read_body(message));
  return result;
}

std::optional<api_request> read_api_request(const http_message& message) {
  const auto path = path_of(message.target);
  if (!path.starts_with(method_prefix)) return std::nullopt;
  api_request result;
  result.method = repaired_utf8(form_decoded(without_format(path.substr(method_prefix.size()))));
  result.arguments = read_arguments(message);
  if (const auto token = result.arguments.find("access_token")) {
    result.token = secret{*token};
  } else if (const auto header = message.header("Authorization")) {
    result.token = secret{bearer_token(*header)};
    result.bearer = !result.token.empty();
  }
  result.arguments.erase("access_token");
  result.cookie = message.header("Cookie").value_or("");
  return result;
}

}  // namespace vkxx::emulation::detail
