#include "output/redacted_json.hpp"

#include <vkxx/core/json_parts.hpp>
#include <vkxx/core/json_text.hpp>
#include <vkxx/core/redaction.hpp>

namespace vkxx::cli {
namespace {

constexpr std::string_view space = " \t\r\n";

bool is_name(std::string_view behind) noexcept {
  const auto next = behind.find_first_not_of(space);
  return next != std::string_view::npos && behind[next] == ':';
}

// `name`: of the member; `key`: the value of the last member called `key`, as of `request_params`.
std::string shown_value(const std::string& name, const std::string& key, const std::string& value) {
  if (name == "key") return value;
  return redacted_parameter(name == "value" ? key : name, value);
}

}  // namespace

std::string redacted_json(std::string_view json,
                          const std::function<std::string(std::string_view)>& strike) {
  std::string shown, name, key;
  while (!json.empty()) {
    if (!json.starts_with('"')) {
      const auto plain = json.substr(0, json.find('"'));
      shown += plain;
      json.remove_prefix(plain.size());
      continue;
    }
    const auto token = json.substr(0, json_string_size(json));
    json.remove_prefix(token.size());
    auto text = json_string_value(token);
    if (is_name(json)) {
      name = std::move(text);
      shown += token;
      continue;
    }
    auto value = shown_value(name, key, text);
    if (strike) value = strike(value);
    shown += value == text ? std::string{token} : json_text(value);
    if (name == "key") key = std::move(text);
  }
  return shown;
}

}  // namespace vkxx::cli
