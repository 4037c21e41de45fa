#include <algorithm>
#include <charconv>

#include <vkxx/auth/signed_fields.hpp>

namespace vkxx::auth {

std::optional<std::string_view> signed_fields::find(std::string_view name) const noexcept {
  const auto found = std::find_if(fields_.begin(), fields_.end(),
                                  [&](const field& candidate) { return candidate.first == name; });
  if (found == fields_.end()) return std::nullopt;
  return found->second;
}

std::optional<std::int64_t> signed_fields::number(std::string_view name) const noexcept {
  const auto text = find(name);
  if (!text) return std::nullopt;
  std::int64_t value = 0;
  const auto* last = text->data() + text->size();
  const auto [end, failure] = std::from_chars(text->data(), last, value);
  if (failure != std::errc{} || end != last) return std::nullopt;
  return value;
}

bool signed_fields::flag(std::string_view name) const noexcept {
  return find(name) == "1";
}

}  // namespace vkxx::auth
