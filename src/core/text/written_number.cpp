#include "core/text/written_number.hpp"

#include <algorithm>
#include <cmath>
#include <string>

#include "core/text/number.hpp"

namespace vkxx::detail {
namespace {

// `std::from_chars` takes no plus. Behind it comes no other sign.
std::string_view without_plus(std::string_view text) noexcept {
  const bool signs = text.size() > 1 && (text[1] == '+' || text[1] == '-');
  if (text.starts_with('+') && !signs) text.remove_prefix(1);
  return text;
}

}  // namespace

std::optional<std::int64_t> read_integer(std::string_view text) noexcept {
  return parse_number<std::int64_t>(without_plus(text));
}

std::optional<double> read_real(std::string_view text) {
  std::string written{without_plus(text)};
  std::ranges::replace(written, ',', '.');
  const auto number = parse_number<double>(written);
  return number && std::isfinite(*number) ? number : std::nullopt;
}

}  // namespace vkxx::detail
