#include "auth/flows/phone_number.hpp"

namespace vkxx::auth::detail {
namespace {

std::string digits_of(std::string_view text) {
  std::string digits;
  for (const char c : text) {
    if (c >= '0' && c <= '9') digits += c;
  }
  return digits;
}

}  // namespace

std::optional<std::string> missing_digits(std::string_view number, const phone_fields& shown) {
  // An e-mail address or a name.
  if (number.find_first_not_of("0123456789+-() ") != std::string_view::npos) return std::nullopt;
  auto digits = digits_of(number);
  if (digits.starts_with("00")) digits.erase(0, 2);
  const auto prefix = digits_of(shown.prefix);
  const auto suffix = digits_of(shown.suffix);
  if (digits.size() <= prefix.size() + suffix.size()) return std::nullopt;
  if (!digits.starts_with(prefix) || !digits.ends_with(suffix)) return std::nullopt;
  return digits.substr(prefix.size(), digits.size() - prefix.size() - suffix.size());
}

}  // namespace vkxx::auth::detail
