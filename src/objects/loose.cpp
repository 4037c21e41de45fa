#include <vkxx/objects/loose.hpp>

#include <cmath>

#include <vkxx/objects/open_enum.hpp>

#include "core/text/number.hpp"

namespace vkxx {

namespace detail {

std::uint16_t enum_index(std::span<const std::string_view> texts, std::string_view text) noexcept {
  for (std::size_t i = 0; i < texts.size(); ++i) {
    if (texts[i] == text) return static_cast<std::uint16_t>(i + 1);
  }
  return 0;
}

}  // namespace detail

std::optional<std::int64_t> scalar::as_integer() const {
  if (const auto* number = std::get_if<std::int64_t>(&value_)) return *number;
  if (const auto* text = std::get_if<std::string>(&value_)) {
    return vkxx::detail::parse_number<std::int64_t>(*text);
  }
  return std::nullopt;
}

std::string scalar::as_text() const {
  switch (value_.index()) {
    case 1:
      return std::to_string(std::get<std::int64_t>(value_));
    case 2: {
      char digits[32];
      const auto end = std::to_chars(digits, digits + sizeof digits, std::get<double>(value_)).ptr;
      return {digits, end};
    }
    case 3:
      return std::get<bool>(value_) ? "true" : "false";
    case 4:
      return std::get<std::string>(value_);
    default:
      return {};
  }
}

struct raw_json::slice {
  std::shared_ptr<const std::string> body;
  std::size_t offset, size;
};

raw_json::raw_json() noexcept = default;
raw_json::raw_json(std::shared_ptr<const std::string> body, std::size_t offset, std::size_t size)
    : slice_{std::make_shared<const slice>(slice{std::move(body), offset, size})} {}
raw_json::raw_json(const raw_json&) noexcept = default;
raw_json::raw_json(raw_json&&) noexcept = default;
raw_json& raw_json::operator=(const raw_json&) noexcept = default;
raw_json& raw_json::operator=(raw_json&&) noexcept = default;
raw_json::~raw_json() = default;

std::string_view raw_json::text() const noexcept {
  if (!slice_) return {};
  return std::string_view{*slice_->body}.substr(slice_->offset, slice_->size);
}

}  // namespace vkxx
