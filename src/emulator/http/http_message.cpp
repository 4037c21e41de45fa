#include "emulator/http/http_message.hpp"

#include "core/text/ascii.hpp"

namespace vkxx::emulation::detail {

using vkxx::detail::same_ignoring_case;

std::optional<std::string_view> http_message::header(std::string_view name) const noexcept {
  for (const auto& [key, value] : headers)
    if (same_ignoring_case(key, name)) return value;
  return std::nullopt;
}

}  // namespace vkxx::emulation::detail
