#include <algorithm>

#include <vkxx/auth/signed_fields.hpp>

#include "core/text/number.hpp"

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
  return vkxx::detail::parse_number<std::int64_t>(*text);
}

bool signed_fields::flag(std::string_view name) const noexcept {
  return find(name) == "1";
}

}  // namespace vkxx::auth
