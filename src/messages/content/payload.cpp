#include <vkxx/messages/payload.hpp>

#include <algorithm>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <cmath>

#include <vkxx/core/json_text.hpp>
#include <vkxx/core/utf8.hpp>
#include "core/json/json_field.hpp"

namespace vkxx {
namespace {

constexpr std::string_view slug_member = "command";
constexpr std::string_view wrapped_slug = "not_supported_button";
constexpr int most_layers = 8;

std::optional<boost::json::value> parsed(std::string_view text) {
  boost::system::error_code failure;
  auto value = boost::json::parse({text.data(), text.size()}, failure);
  if (failure) return std::nullopt;
  return value;
}

// What a client without callback buttons has wrapped; nothing if this is no wrapping.
std::optional<boost::json::value> inner_of(const boost::json::value& value) {
  const auto* object = value.if_object();
  if (object == nullptr) return std::nullopt;
  const auto* command = object->if_contains(slug_member);
  const auto* inner = object->if_contains("payload");
  if (command == nullptr || inner == nullptr) return std::nullopt;
  const auto* slug = command->if_string();
  if (slug == nullptr || std::string_view{slug->data(), slug->size()} != wrapped_slug)
    return std::nullopt;
  if (const auto* text = inner->if_string()) return parsed({text->data(), text->size()});
  return *inner;
}

}  // namespace

payload::payload(std::string_view slug) : slug_{slug} {
  if (!is_utf8(slug)) faults_.emplace_back("the payload's name is not UTF-8");
  members_.emplace_back(slug_member, json_text(slug));
}

payload payload::from_json(std::string_view json) {
  payload read;
  auto value = parsed(json);
  if (!value) {
    read.foreign_ = json;
    return read;
  }
  for (int layer = 0; layer < most_layers; ++layer) {
    auto inner = inner_of(*value);
    if (!inner) break;
    value = std::move(inner);
    read.unwrapped_ = true;
  }
  const auto* object = value->if_object();
  if (object == nullptr) {
    read.foreign_ = read.unwrapped_ ? boost::json::serialize(*value) : std::string{json};
    return read;
  }
  for (const auto& [name, member] : *object) {
    read.members_.emplace_back(name, boost::json::serialize(member));
    if (name != slug_member) continue;
    if (const auto* text = member.if_string()) read.slug_ = *text;
  }
  return read;
}

payload& payload::set(std::string_view name, std::string_view value) {
  if (!is_utf8(value)) {
    faults_.push_back("the payload's member " + std::string{name} + " is not UTF-8");
  }
  return put(name, json_text(value));
}

payload& payload::set_real(std::string_view name, double value) {
  if (!std::isfinite(value)) {
    faults_.push_back("the payload's member " + std::string{name} + " is not a finite number");
    value = 0;
  }
  return put(name, boost::json::serialize(boost::json::value(value)));
}

payload& payload::put(std::string_view name, std::string json) {
  if (name == slug_member) {
    faults_.emplace_back("the payload's member command is its name: give it to the constructor");
    return *this;
  }
  if (!foreign_.empty()) {
    faults_.push_back("the payload is no object, so it cannot have the member " + json_text(name));
    return *this;
  }
  if (!is_utf8(name)) faults_.emplace_back("the name of a member of the payload is not UTF-8");
  const auto known = std::find_if(members_.begin(), members_.end(),
                                  [name](const auto& member) { return member.first == name; });
  if (known == members_.end()) {
    members_.emplace_back(name, std::move(json));
  } else {
    known->second = std::move(json);
  }
  return *this;
}

const std::string* payload::find(std::string_view name) const noexcept {
  for (const auto& [known, json] : members_) {
    if (known == name) return &json;
  }
  return nullptr;
}

bool payload::has(std::string_view name) const noexcept {
  return find(name) != nullptr;
}

std::string payload::text(std::string_view name, std::string_view fallback) const {
  const auto* json = find(name);
  const auto value = json == nullptr ? std::nullopt : parsed(*json);
  if (value && value->is_bool()) return value->as_bool() ? "true" : "false";
  auto text = value ? detail::text_of(*value) : std::nullopt;
  return text ? *std::move(text) : std::string{fallback};
}

std::optional<std::int64_t> payload::number(std::string_view name) const {
  const auto* json = find(name);
  const auto value = json == nullptr ? std::nullopt : parsed(*json);
  return value ? detail::integer_of(*value) : std::nullopt;
}

std::optional<double> payload::real(std::string_view name) const {
  const auto* json = find(name);
  const auto value = json == nullptr ? std::nullopt : parsed(*json);
  return value ? detail::number_of(*value) : std::nullopt;
}

bool payload::flag(std::string_view name) const {
  const auto value = text(name);
  return value == "true" || value == "1";
}

std::string payload::to_json() const {
  if (!foreign_.empty() || members_.empty()) return foreign_;
  std::string json = "{";
  for (const auto& [name, value] : members_) {
    if (json.size() > 1) json += ',';
    json += json_text(name);
    json += ':';
    json += value;
  }
  return json + '}';
}

std::vector<std::string> payload::problems(std::size_t limit) const {
  auto found = faults_;
  if (!foreign_.empty() && !parsed(foreign_))
    found.emplace_back("the payload is not JSON, or too deep");
  const auto size = to_json().size();
  if (size > limit) {
    found.push_back("the payload has " + std::to_string(size) + " bytes of JSON; VK takes " +
                    std::to_string(limit));
  }
  return found;
}

}  // namespace vkxx
