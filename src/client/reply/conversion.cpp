#include <vkxx/client/conversion.hpp>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include <vkxx/core/redaction.hpp>
#include "core/errors/server_text.hpp"
#include "core/json/json_field.hpp"
#include "core/text/number.hpp"

namespace vkxx::detail {
bool json_view::is_null() const noexcept {
  return value_->is_null();
}

bool json_view::is_list() const noexcept {
  return value_->is_array();
}

bool json_view::is_object() const noexcept {
  return value_->is_object();
}

bool json_view::is_nothing() const noexcept {
  const auto* flag = value_->if_bool();
  return is_null() || (flag != nullptr && !*flag) || (is_list() && size() == 0);
}

std::size_t json_view::size() const noexcept {
  if (const auto* list = value_->if_array()) return list->size();
  if (const auto* object = value_->if_object()) return object->size();
  return 0;
}

json_view json_view::item(std::size_t index) const noexcept {
  return json_view{value_->get_array()[index]};
}

std::pair<std::string_view, json_view> json_view::member(std::size_t index) const noexcept {
  const auto& found = value_->get_object().begin()[index];
  return {{found.key().data(), found.key().size()}, json_view{found.value()}};
}

std::optional<json_view> json_view::member(std::string_view name) const noexcept {
  const auto* object = value_->if_object();
  if (object == nullptr) return std::nullopt;
  const auto* found = object->if_contains({name.data(), name.size()});
  if (found == nullptr) return std::nullopt;
  return json_view{*found};
}

std::optional<std::int64_t> json_view::integer() const {
  return integer_of(*value_);
}

std::optional<std::uint64_t> json_view::large_integer() const {
  if (const auto* number = value_->if_uint64()) return *number;
  if (const auto found = text()) return parse_number<std::uint64_t>(*found);
  return std::nullopt;
}

std::optional<double> json_view::number() const {
  return number_of(*value_);
}

std::optional<bool> json_view::boolean() const {
  const auto found = text();
  if (found == "true") return true;
  if (found == "false") return false;
  return boolean_of(*value_);
}

std::optional<std::string_view> json_view::text() const noexcept {
  const auto* found = value_->if_string();
  if (found == nullptr) return std::nullopt;
  return std::string_view{found->data(), found->size()};
}

std::string json_view::description() const {
  if (is_list()) return size() == 0 ? "an empty list" : "a list";
  if (is_object()) return "an object";
  constexpr std::size_t most_of_a_text = 60;
  if (const auto found = text())
    return "the text \"" + server_text(*found, {}, most_of_a_text) + '"';
  return boost::json::serialize(*value_);
}

bool conversion_fault::expected(std::string_view wanted, json_view found) {
  reason = "expected " + std::string{wanted} + ", got " + found.description();
  return false;
}

bool conversion_fault::at_index(std::size_t index) {
  path.insert(0, '[' + std::to_string(index) + ']');
  return false;
}

bool conversion_fault::at_name(std::string_view name) {
  // A token of unknown form must not be shown because it has the wrong type.
  if (path.empty() && is_secret_parameter(name)) {
    reason = reason.substr(0, reason.find(", got the text"));
  }
  constexpr std::size_t most_of_a_name = 100;
  path.insert(0, '.' + server_text(name, {}, most_of_a_name));
  return false;
}

std::string conversion_fault::text() const {
  if (path.empty()) return reason;
  return (path.front() == '.' ? path.substr(1) : path) + ": " + reason;
}

std::optional<std::int64_t> integer_key(std::string_view name) noexcept {
  return parse_number<std::int64_t>(name);
}

}  // namespace vkxx::detail
