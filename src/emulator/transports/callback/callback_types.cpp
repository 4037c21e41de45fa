#include "emulator/transports/callback/callback_types.hpp"

#include <algorithm>
#include <array>
#include <chrono>

#include "core/text/ascii.hpp"
#include "core/text/number.hpp"
#include "core/text/retry_after.hpp"

namespace vkxx::emulation::detail {
std::string_view to_string(server_status status) noexcept {
  constexpr std::array<std::string_view, 4> names{"unconfigured", "failed", "wait", "ok"};
  return names[static_cast<std::size_t>(status)];
}

std::string_view to_string(callback_verdict verdict) noexcept {
  constexpr std::array<std::string_view, 9> names{"under_way", "delivered",       "confirmed",
                                                  "removed",   "version_changed", "postponed",
                                                  "failed",    "timed_out",       "given_up"};
  return names[static_cast<std::size_t>(verdict)];
}

std::optional<std::int64_t> retry_after_ms(std::string_view header, std::int64_t now_ms) {
  constexpr std::int64_t most_ms = 3 * 3600 * std::int64_t{1000};
  const auto text = vkxx::detail::trimmed(header);
  if (text.empty()) return std::nullopt;
  std::int64_t delay = 0;
  if (const auto seconds = vkxx::detail::parse_number<std::int64_t>(text)) {
    if (*seconds < 0 || *seconds >= most_ms / 1000) return std::nullopt;
    delay = *seconds * 1000;
  } else {
    const std::chrono::system_clock::time_point now{std::chrono::milliseconds{now_ms}};
    const auto when = vkxx::detail::read_http_date(text, now);
    if (!when) return std::nullopt;
    const std::chrono::milliseconds moment = when->time_since_epoch();
    delay = std::max<std::int64_t>(0, moment.count() - now_ms);
  }
  if (delay >= most_ms) return std::nullopt;
  return delay;
}

}  // namespace vkxx::emulation::detail
