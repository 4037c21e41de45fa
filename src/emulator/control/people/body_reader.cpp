#include "emulator/control/people/body_reader.hpp"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <stdexcept>
#include <utility>
#include <vkxx/core/printable.hpp>

namespace vkxx::emulation::detail {
namespace {

namespace json = boost::json;

constexpr std::size_t longest_body = std::size_t{4} << 20U;

[[noreturn]] void wrong_member(std::string_view name, std::string_view expected) {
  throw std::invalid_argument{"\"" + std::string{name} + "\" must be " + std::string{expected}};
}

std::int64_t number_of(const json::value& value, std::string_view name) {
  boost::system::error_code failure;
  const auto number = value.to_number<std::int64_t>(failure);
  if (failure) wrong_member(name, "a whole number");
  return number;
}

}  // namespace

json::object read_body(const http_message& message) {
  if (message.body.size() > longest_body)
    throw std::invalid_argument{"the body is longer than 4 MiB"};
  if (message.body.empty()) return {};
  boost::system::error_code failure;
  auto value = json::parse(message.body, failure);
  if (failure)
    throw std::invalid_argument{"the body must be a JSON object; it is not JSON: " +
                                failure.message()};
  if (!value.is_object()) throw std::invalid_argument{"the body must be a JSON object"};
  return std::move(value.get_object());
}

void body_reader::only(std::initializer_list<std::string_view> names) const {
  for (const auto& member : body_) {
    const std::string_view name{member.key().data(), member.key().size()};
    if (std::ranges::find(names, name) != names.end()) continue;
    std::string known;
    for (const auto each : names) known += (known.empty() ? "" : ", ") + std::string{each};
    throw std::invalid_argument{"\"" + printable(name) + "\" is unknown here; there " +
                                (known.empty() ? "is nothing to give" : "are " + known)};
  }
}

const json::value* body_reader::find(std::string_view name) const noexcept {
  const auto* value = body_.if_contains(name);
  return value == nullptr || value->is_null() ? nullptr : value;
}

std::optional<std::int64_t> body_reader::find_number(std::string_view name) const {
  const auto* value = find(name);
  if (value == nullptr) return std::nullopt;
  return number_of(*value, name);
}

std::int64_t body_reader::number(std::string_view name) const {
  const auto value = find_number(name);
  if (!value) wrong_member(name, "there");
  return *value;
}

std::int64_t body_reader::number_or(std::string_view name, std::int64_t fallback) const {
  return find_number(name).value_or(fallback);
}

std::string body_reader::text(std::string_view name) const {
  auto value = text_or(name);
  if (value.empty()) wrong_member(name, "a text that is not empty");
  return value;
}

std::string body_reader::text_or(std::string_view name, std::string_view fallback) const {
  const auto* value = find(name);
  if (value == nullptr) return std::string{fallback};
  const auto* text = value->if_string();
  if (text == nullptr) wrong_member(name, "a text");
  return std::string{text->data(), text->size()};
}

bool body_reader::flag(std::string_view name) const {
  const auto* value = find(name);
  if (value == nullptr) return false;
  if (!value->is_bool()) wrong_member(name, "true or false");
  return value->get_bool();
}

std::vector<std::int64_t> body_reader::numbers(std::string_view name) const {
  const auto* value = find(name);
  if (value == nullptr) return {};
  const auto* items = value->if_array();
  if (items == nullptr) return {number_of(*value, name)};
  std::vector<std::int64_t> result;
  for (const auto& item : *items) result.push_back(number_of(item, name));
  return result;
}

std::string body_reader::json_text(std::string_view name) const {
  const auto* value = find(name);
  if (value == nullptr) return {};
  const auto* text = value->if_string();
  if (text == nullptr) return json::serialize(*value);
  if (text->empty()) return {};
  boost::system::error_code failure;
  static_cast<void>(json::parse({text->data(), text->size()}, failure));
  if (failure) wrong_member(name, "JSON");
  return std::string{text->data(), text->size()};
}

}  // namespace vkxx::emulation::detail
