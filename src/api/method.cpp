#include <vkxx/api/method.hpp>

#include <array>
#include <charconv>

namespace vkxx {

namespace detail {
namespace {

std::string& next_item(std::string& list) {
  if (!list.empty()) list += ',';
  return list;
}

}  // namespace

void append_item(std::string& list, std::int64_t item) {
  next_item(list) += std::to_string(item);
}

void append_item(std::string& list, double item) {
  const auto encoded = to_parameter(item);
  next_item(list) += encoded.text.value_or("");
}

void append_item(std::string& list, std::string_view item) {
  next_item(list) += item;
}

}  // namespace detail

namespace {

std::size_t characters(std::string_view text) noexcept {
  std::size_t count = 0;
  for (const char c : text) count += (static_cast<unsigned char>(c) & 0xC0U) != 0x80U ? 1U : 0U;
  return count;
}

std::size_t items(std::string_view text) noexcept {
  if (text.empty()) return 0;
  std::size_t count = 1;
  for (const char c : text) count += c == ',' ? 1U : 0U;
  return count;
}

bool below(std::string_view text, std::int64_t bound) noexcept {
  double number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number < static_cast<double>(bound);
}

bool above(std::string_view text, std::int64_t bound) noexcept {
  double number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number > static_cast<double>(bound);
}

bool holds(const parameter_limit& limit, std::string_view text) noexcept {
  const auto size = static_cast<std::size_t>(limit.bound);
  switch (limit.kind) {
    case limit_kind::minimum:
      return !below(text, limit.bound);
    case limit_kind::maximum:
      return !above(text, limit.bound);
    case limit_kind::min_length:
      return characters(text) >= size;
    case limit_kind::max_length:
      return characters(text) <= size;
    case limit_kind::min_items:
      return items(text) >= size;
    case limit_kind::max_items:
      return items(text) <= size;
  }
  return true;
}

std::string in_words(const parameter_limit& limit) {
  const auto bound = std::to_string(limit.bound);
  std::string name{limit.parameter};
  switch (limit.kind) {
    case limit_kind::minimum:
      return name + " should be at least " + bound;
    case limit_kind::maximum:
      return name + " should be at most " + bound;
    case limit_kind::min_length:
      return name + " should have at least " + bound + " characters";
    case limit_kind::max_length:
      return name + " should have at most " + bound + " characters";
    case limit_kind::min_items:
      return name + " should have at least " + bound + " items";
    case limit_kind::max_items:
      return name + " should have at most " + bound + " items";
  }
  return name;
}

}  // namespace

request typed_method::to_request() const {
  request untyped{std::string{facts_->name}};
  untyped.parameters() = parameters_;
  return untyped;
}

result<void> typed_method::check_limits() const {
  for (const auto& limit : facts_->limits) {
    const auto text = parameters_.find(limit.parameter);
    if (!text || holds(limit, *text)) continue;
    error failure{errc::invalid_argument, request_effect::not_sent, in_words(limit)};
    failure.set_method(std::string{facts_->name});
    return failure;
  }
  return {};
}

void typed_method::put_integer(std::string_view name, std::int64_t value) {
  parameters_.set(name, value);
}
void typed_method::put_number(std::string_view name, double value) {
  parameters_.set(name, value);
}
void typed_method::put_flag(std::string_view name, bool value) {
  parameters_.set(name, value);
}
void typed_method::put_text(std::string_view name, std::string_view value) {
  parameters_.set(name, value);
}

}  // namespace vkxx
