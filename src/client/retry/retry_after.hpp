// The pause that a server demands. Pure: the time is handed in.
#pragma once

#include <chrono>
#include <optional>
#include <string_view>
#include <vector>

#include <vkxx/http/message.hpp>

namespace vkxx::detail {

// A date of HTTP in any of the three forms that a recipient has to read; nothing: it is none.
// `now` tells the century of years with two digits.
// https://www.rfc-editor.org/rfc/rfc9110#section-5.6.7
[[nodiscard]] std::optional<std::chrono::sys_seconds> read_http_date(
    std::string_view text, std::chrono::system_clock::time_point now);

// What `Retry-After` says, in seconds or as a date, as a time from the answer on; 0 for a date that
// is past, nothing if there is no such header or it cannot be read. A date is compared with the
// server's own `Date`, so that a wrong clock on either side does no harm; without one, with `now`.
// https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3
[[nodiscard]] std::optional<std::chrono::seconds> retry_after_of(
    const std::vector<http::header>& headers, std::chrono::system_clock::time_point now);

}  // namespace vkxx::detail
