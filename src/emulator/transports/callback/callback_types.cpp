#include "emulator/transports/callback/callback_types.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <ctime>
#include <iomanip>
#include <locale>
#include <sstream>

#include "core/text/ascii.hpp"
#include "core/text/number.hpp"

namespace vkxx::emulation::detail {
namespace {

// Unix time of `Sun, 06 Nov 1994 08:49:37 GMT`.
std::optional<std::int64_t> http_date_ms(std::string_view text) {
  std::istringstream stream{std::string{text}};
  stream.imbue(std::locale::classic());
  std::tm fields{};
  stream >> std::get_time(&fields, "%a, %d %b %Y %H:%M:%S");
  std::string zone;
  if (!(stream >> zone) || zone != "GMT") return std::nullopt;
  using namespace std::chrono;
  const year_month_day day{year{fields.tm_year + 1900},
                           month{static_cast<unsigned>(fields.tm_mon + 1)},
                           std::chrono::day{static_cast<unsigned>(fields.tm_mday)}};
  if (!day.ok()) return std::nullopt;
  const auto when =
      sys_days{day} + hours{fields.tm_hour} + minutes{fields.tm_min} + seconds{fields.tm_sec};
  return duration_cast<milliseconds>(when.time_since_epoch()).count();
}

}  // namespace

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
    const auto when = http_date_ms(text);
    if (!when) return std::nullopt;
    delay = std::max<std::int64_t>(0, *when - now_ms);
  }
  if (delay >= most_ms) return std::nullopt;
  return delay;
}

}  // namespace vkxx::emulation::detail
