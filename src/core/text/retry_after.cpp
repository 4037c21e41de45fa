#include "core/text/retry_after.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>

#include "core/text/number.hpp"

namespace vkxx::detail {
namespace {

// Digits only, at most `most` of them.
template <class Number>
std::optional<Number> whole(std::string_view text, std::size_t most) {
  if (text.size() > most || text.starts_with('-')) return std::nullopt;
  return vkxx::detail::parse_number<Number>(text);
}

std::optional<unsigned> month_of(std::string_view name) {
  constexpr std::array<std::string_view, 12> months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                    "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto found = std::find(months.begin(), months.end(), name);
  if (found == months.end()) return std::nullopt;
  return static_cast<unsigned>(found - months.begin()) + 1;
}

std::optional<std::chrono::seconds> time_of_day(std::string_view text) {
  if (text.size() != 8 || text[2] != ':' || text[5] != ':') return std::nullopt;
  const auto hours = whole<unsigned>(text.substr(0, 2), 2);
  const auto minutes = whole<unsigned>(text.substr(3, 2), 2);
  const auto seconds = whole<unsigned>(text.substr(6, 2), 2);
  // 60 is a leap second.
  if (!hours || !minutes || !seconds || *hours > 23 || *minutes > 59 || *seconds > 60) {
    return std::nullopt;
  }
  return std::chrono::hours{*hours} + std::chrono::minutes{*minutes} +
         std::chrono::seconds{*seconds};
}

std::optional<int> year_of(std::string_view text, std::chrono::system_clock::time_point now) {
  const auto number = whole<int>(text, 4);
  if (!number || *number < 0 || (text.size() != 4 && text.size() != 2)) return std::nullopt;
  if (text.size() == 4) return number;
  const std::chrono::year_month_day today{std::chrono::floor<std::chrono::days>(now)};
  const int this_year = static_cast<int>(today.year());
  const int year = this_year - this_year % 100 + *number;
  // A year that seems more than fifty years ahead is in the past.
  return year > this_year + 50 ? year - 100 : year;
}

// The words of a date: `Sun`, `06`, `Nov`, `1994`, `08:49:37`, `GMT`.
struct date_words {
  std::array<std::string_view, 6> all;
  std::size_t count = 0;

  explicit date_words(std::string_view text) {
    constexpr std::string_view between = " ,-";
    for (auto at = text.find_first_not_of(between); at != std::string_view::npos;
         at = text.find_first_not_of(between, at)) {
      const auto end = std::min(text.find_first_of(between, at), text.size());
      if (count == all.size()) {
        count = 0;
        return;
      }
      all[count++] = text.substr(at, end - at);
      at = end;
    }
  }
};

}  // namespace

std::optional<std::chrono::sys_seconds> read_http_date(std::string_view text,
                                                       std::chrono::system_clock::time_point now) {
  const date_words words{text};
  const auto& word = words.all;
  // `Sun, 06 Nov 1994 08:49:37 GMT`, `Sunday, 06-Nov-94 08:49:37 GMT`
  const bool usual = words.count == 6 && word[5] == "GMT";
  // `Sun Nov  6 08:49:37 1994`
  const bool of_c = words.count == 5 && word[4].size() == 4;
  if (!usual && !of_c) return std::nullopt;
  const auto day = whole<unsigned>(usual ? word[1] : word[2], 2);
  const auto month = month_of(usual ? word[2] : word[1]);
  const auto year = year_of(usual ? word[3] : word[4], now);
  const auto time = time_of_day(usual ? word[4] : word[3]);
  if (!day || !month || !year || !time) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year{*year}, std::chrono::month{*month},
                                         std::chrono::day{*day}};
  if (!date.ok()) return std::nullopt;
  return std::chrono::sys_days{date} + *time;
}

std::optional<std::chrono::seconds> read_retry_after(std::optional<std::string_view> value,
                                                     std::optional<std::string_view> date,
                                                     std::chrono::system_clock::time_point now) {
  using std::chrono::seconds;
  if (!value) return std::nullopt;
  if (const auto number = whole<std::uint32_t>(*value, 10)) return seconds{*number};
  const auto until = read_http_date(*value, now);
  if (!until) return std::nullopt;
  const auto its_own = date ? read_http_date(*date, now) : std::nullopt;
  const auto from = its_own.value_or(std::chrono::floor<seconds>(now));
  // Limited to the range of seconds.
  const seconds longest{std::numeric_limits<std::uint32_t>::max()};
  return std::clamp(seconds{*until - from}, seconds{0}, longest);
}

}  // namespace vkxx::detail
