// The pause that a server demands. Pure: the time is a parameter.
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

namespace vkxx::detail {

// An HTTP date in any of the three forms that a recipient must accept; nothing: not a date. `now`
// determines the century of two-digit years. https://www.rfc-editor.org/rfc/rfc9110#section-5.6.7
[[nodiscard]] std::optional<std::chrono::sys_seconds> read_http_date(
    std::string_view text, std::chrono::system_clock::time_point now);

// The time that the header `Retry-After` demands, in seconds or as a date, counted from the answer;
// 0 for a past date, nothing if it is absent or unreadable. A date is compared with the server's
// own `Date`, so that a wrong clock on either side does no harm; without one, with `now`.
// https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3
[[nodiscard]] std::optional<std::chrono::seconds> read_retry_after(
    std::optional<std::string_view> value, std::optional<std::string_view> date,
    std::chrono::system_clock::time_point now);

}  // namespace vkxx::detail
