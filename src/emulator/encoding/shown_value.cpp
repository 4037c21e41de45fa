#include "emulator/encoding/shown_value.hpp"

#include <cstddef>

namespace vkxx::emulation::detail {
namespace {

constexpr std::size_t longest_shown = std::size_t{64} << 10U;

}  // namespace

std::string_view front_of(std::string_view value) noexcept {
  if (value.size() <= longest_shown) return value;
  const auto end = value.substr(0, longest_shown).find_last_of(" \t\r\n,;&=\"'(){}[]");
  return value.substr(0, end == std::string_view::npos ? 0 : end);
}

}  // namespace vkxx::emulation::detail
