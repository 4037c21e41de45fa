// The pause that a server demands: seconds, and dates in each form of RFC 9110.
#include "core/text/retry_after.hpp"

#include <gtest/gtest.h>

#include "support/call_bench.hpp"

namespace vkxx::test {
namespace {

using namespace vkxx::detail;

using namespace std::chrono_literals;

// 6 November 1994, 08:49:37.
constexpr std::chrono::sys_seconds example{784'111'777s};

TEST(HttpDate, IsReadInItsThreeForms) {
  for (const auto* text : {"Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT",
                           "Sun Nov  6 08:49:37 1994"}) {
    EXPECT_EQ(read_http_date(text, example), example) << text;
  }
  EXPECT_EQ(read_http_date("Thu, 29 Feb 2024 23:59:60 GMT", example),
            std::chrono::sys_seconds{1'709'251'200s});
}

TEST(HttpDate, TakesAYearOfTwoDigitsForTheNearestPast) {
  const auto in_2026 = std::chrono::sys_days{std::chrono::January / 1 / 2026};
  const auto year_of = [&](const char* text) {
    const auto read = read_http_date(text, in_2026);
    return static_cast<int>(
        std::chrono::year_month_day{std::chrono::floor<std::chrono::days>(read.value())}.year());
  };
  EXPECT_EQ(year_of("Sunday, 06-Nov-26 08:49:37 GMT"), 2026);
  EXPECT_EQ(year_of("Sunday, 06-Nov-76 08:49:37 GMT"), 2076);
  EXPECT_EQ(year_of("Sunday, 06-Nov-77 08:49:37 GMT"), 1977);
}

TEST(HttpDate, IsNothingElse) {
  for (const auto* text :
       {"", "7", "tomorrow", "Sun, 06 Nov 1994 08:49:37", "Sun, 06 Nov 1994 08:49:37 CET",
        "Sun, 31 Nov 1994 08:49:37 GMT", "Sun, 06 nov 1994 08:49:37 GMT",
        "Sun, 06 Nov 1994 24:00:00 GMT", "Sun, 06 Nov 1994 8:49:37 GMT",
        "Sun, 06 Nov 199 08:49:37 GMT", "Sun, 06 Nov 19945 08:49:37 GMT",
        "Sun, 006 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 08:-9:37 GMT",
        "Sun, 06 Nov 1994 08:49:37 GMT and more", "Sun Nov 6 08:49:37 94"}) {
    EXPECT_FALSE(read_http_date(text, example)) << text;
  }
}

std::optional<std::chrono::seconds> wait_by(const char* text, const char* date = nullptr) {
  std::vector<http::header> headers{{"retry-after", text}};
  if (date != nullptr) headers.push_back({"date", date});
  return http::retry_after(headers, example);
}

TEST(RetryAfter, IsATimeFromTheAnswerOn) {
  EXPECT_EQ(wait_by("0"), 0s);
  EXPECT_EQ(wait_by("120"), 120s);
  EXPECT_EQ(wait_by("4294967295"), 4'294'967'295s);
  EXPECT_EQ(wait_by("Sun, 06 Nov 1994 08:49:44 GMT"), 7s);
  EXPECT_EQ(wait_by("Sun, 06 Nov 1994 08:00:00 GMT"), 0s) << "it is past";
  EXPECT_EQ(http::retry_after({}, example), std::nullopt);
  for (const auto* text : {"", "-1", "1.5", "soon", "4294967296", "99999999999999999999"}) {
    EXPECT_EQ(wait_by(text), std::nullopt) << text;
  }
}

TEST(RetryAfter, IsCountedByTheServersOwnClock) {
  const auto* in_an_hour = "Sun, 06 Nov 1994 09:49:37 GMT";
  EXPECT_EQ(wait_by(in_an_hour, "Sun, 06 Nov 1994 09:49:30 GMT"), 7s);
  EXPECT_EQ(wait_by(in_an_hour, "nonsense"), 1h);
  EXPECT_EQ(wait_by("Fri, 31 Dec 9999 23:59:59 GMT"), 4'294'967'295s) << "bounded";
}

TEST(RetryAfter, IsWaitedForBeforeTheNextTry) {
  call_bench bench;
  bench.settings.retries(retries{});
  http::response busy;
  busy.status = 503;
  busy.headers = {{"Date", "Sun, 06 Nov 1994 08:49:37 GMT"},
                  {"Retry-After", "Sun, 06 Nov 1994 08:49:57 GMT"}};
  bench.vk->expect(call("users.get")).reply_with(busy);
  bench.vk->expect(call("users.get")).reply("1");
  const auto started = bench.start(request{"users.get"});
  bench.poll();
  bench.clock->advance(19'999ms);
  bench.poll();
  EXPECT_EQ(bench.vk->requests().size(), 1U);
  bench.clock->advance(1ms);
  bench.poll();
  EXPECT_EQ(bench.vk->requests().size(), 2U);
  ASSERT_TRUE(started.done());
  EXPECT_TRUE(started.outcome());
}

}  // namespace
}  // namespace vkxx::test
