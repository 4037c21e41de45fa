// Settings that cannot be used are refused when the client is made, by name.
#include <cmath>
#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vkxx/blocking_client.hpp>
#include <vkxx/http/curl_transport.hpp>
#include "support/call_bench.hpp"

namespace vkxx::test {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

std::string refusal_of(const config& settings) {
  asio::io_context io;
  try {
    const client face{io.get_executor(), settings};
  } catch (const usage_exception& refused) {
    EXPECT_EQ(refused.error(), errc::invalid_argument);
    return refused.what();
  }
  return "accepted";
}

TEST(Settings, WhatCannotBeUsedIsNamed) {
  EXPECT_EQ(refusal_of(config{}), "accepted");
  EXPECT_THAT(refusal_of(config{}.timeout(0s)), HasSubstr("timeout"));
  EXPECT_THAT(refusal_of(config{}.timeout(-1s)), HasSubstr("timeout"));
  EXPECT_THAT(refusal_of(config{}.total_timeout(0s)), HasSubstr("total_timeout"));
  EXPECT_THAT(refusal_of(config{}.max_sends(0)), HasSubstr("max_sends"));
  EXPECT_THAT(refusal_of(config{}.common("bad", "\xFF")), HasSubstr("`bad`"));
  EXPECT_THAT(refusal_of(config{}.ca_file("/nowhere/ca.pem")), HasSubstr("/nowhere/ca.pem"));
}

constexpr double infinite = std::numeric_limits<double>::infinity();
constexpr duration longest = (duration::max)();
constexpr duration lowest = (duration::min)();

TEST(Settings, EveryNumberOfTheLimitsHasARange) {
  const auto refusal = [](limits tried) { return refusal_of(config{}.limits(std::move(tried))); };
  for (const double bad :
       {infinite, -infinite, std::nan(""), 1e300, 1e-300, 5e-324, 0.0, -0.0, -1.0, 1'000'001.0}) {
    EXPECT_THAT(refusal(limits{}.per_second(bad)), HasSubstr("limits::per_second: expected"))
        << bad;
  }
  EXPECT_THAT(refusal(limits{}.per_second(infinite)), HasSubstr("`limits::off()`"));
  for (const double good : {limits::least_per_second, 0.5, 3.0, limits::most_per_second}) {
    EXPECT_EQ(refusal(limits{}.per_second(good)), "accepted") << good;
  }
  EXPECT_THAT(refusal(limits{}.app_users(-1)), HasSubstr("limits::app_users"));
  EXPECT_EQ(refusal(limits{}.app_users(std::numeric_limits<std::int64_t>::max())), "accepted");
  EXPECT_THAT(refusal(limits{}.max_queued(0)), HasSubstr("limits::max_queued"));
  EXPECT_EQ(refusal(limits{}.max_queued(std::numeric_limits<std::size_t>::max())), "accepted");
  for (const auto bad : {duration{-1ns}, lowest, longest}) {
    EXPECT_THAT(refusal(limits{}.jitter(bad)), HasSubstr("limits::jitter"));
    EXPECT_THAT(refusal(limits{}.flood_block(bad)), HasSubstr("limits::flood_block"));
    EXPECT_THAT(refusal(limits{}.quota_block(bad)), HasSubstr("limits::quota_block"));
  }
  EXPECT_EQ(refusal(limits{}.jitter(0s).flood_block(0s).quota_block(366 * 24h)), "accepted");
  for (const std::size_t bad : {std::size_t{0}, std::size_t{10'001}}) {
    EXPECT_THAT(refusal(limits{}.share(nullptr).processes(bad)), HasSubstr("limits::processes"));
  }
}

TEST(Settings, EveryNumberOfTheRetriesHasARange) {
  const auto refusal = [](const retries& tried) { return refusal_of(config{}.retries(tried)); };
  constexpr int most = std::numeric_limits<int>::max();
  constexpr int least = std::numeric_limits<int>::min();
  for (const int bad : {0, -1, least, most}) {
    EXPECT_THAT(refusal(retries{}.max_tries(bad)), HasSubstr("retries::max_tries")) << bad;
    EXPECT_THAT(refusal_of(config{}.max_sends(bad)), HasSubstr("max_sends")) << bad;
  }
  for (const int bad : {-1, least, most}) {
    EXPECT_THAT(refusal(retries{}.budget(bad)), HasSubstr("retries::budget")) << bad;
    EXPECT_THAT(refusal(retries{}.breaker_failures(bad)), HasSubstr("retries::breaker_failures"));
  }
  for (const auto bad : {duration{-1ns}, lowest, longest}) {
    EXPECT_THAT(refusal(retries{}.first_pause(bad).longest_pause(1s)),
                HasSubstr("retries::first_pause"));
    EXPECT_THAT(refusal(retries{}.first_pause(1s).longest_pause(bad)),
                HasSubstr("retries::longest_pause"));
    EXPECT_THAT(refusal(retries{}.breaker_pause(bad).longest_breaker_pause(1s)),
                HasSubstr("retries::breaker_pause"));
    EXPECT_THAT(refusal(retries{}.breaker_pause(1s).longest_breaker_pause(bad)),
                HasSubstr("retries::longest_breaker_pause"));
  }
  EXPECT_EQ(refusal(retries{}.max_tries(1'000'000).budget(1'000'000).breaker_failures(1'000'000)),
            "accepted");
  EXPECT_EQ(refusal(retries{}
                        .first_pause(0s)
                        .longest_pause(24h)
                        .breaker_pause(1ms)
                        .longest_breaker_pause(24h)
                        .budget(0)),
            "accepted");
}

TEST(Settings, EveryNumberOfBatchesHasARange) {
  const auto refusal = [](const batching& tried) { return refusal_of(config{}.batching(tried)); };
  for (const auto bad : {duration{-1ns}, lowest, longest}) {
    EXPECT_THAT(refusal(batching{}.linger(bad)), HasSubstr("batching::linger"));
  }
  for (const std::size_t bad : {std::size_t{0}, std::size_t{26}}) {
    EXPECT_THAT(refusal(batching{}.max_calls(bad)), HasSubstr("batching::max_calls"));
  }
  EXPECT_THAT(refusal(batching{}.max_code(0)), HasSubstr("batching::max_code"));
  EXPECT_EQ(refusal(batching{}.linger(0s).max_calls(1).max_code(1)), "accepted");
}

TEST(Settings, EveryNumberOfTheTransportHasARange) {
  const auto refusal = [](const http::transport_options& tried) -> std::string {
    asio::io_context io;
    try {
      const auto transport = http::make_curl_transport(io.get_executor(), tried);
    } catch (const usage_exception& refused) {
      return refused.what();
    }
    return "accepted";
  };
  for (const auto bad : {duration{0}, duration{-1s}, lowest, longest}) {
    EXPECT_THAT(refusal(http::transport_options{}.connect_timeout(bad)),
                HasSubstr("connect_timeout"));
  }
  EXPECT_THAT(refusal(http::transport_options{}.max_answer_size(0)), HasSubstr("max_answer_size"));
  EXPECT_THAT(refusal(http::transport_options{}.max_in_flight(SIZE_MAX)),
              HasSubstr("max_in_flight"));
  EXPECT_THAT(refusal(http::transport_options{}.max_connections(SIZE_MAX)),
              HasSubstr("max_connections"));
  EXPECT_EQ(refusal(http::transport_options{}.connect_timeout(24h).max_connections(1)), "accepted");
  EXPECT_THAT(refusal_of(config{}.max_answer_size(0)), HasSubstr("max_answer_size"));
}

TEST(Settings, TheConfigReachesTheTransport) {
  const auto reached = config{}
                           .max_connections(3)
                           .max_in_flight(5)
                           .connect_timeout(2s)
                           .user_agent("app/1")
                           .transport_options();
  EXPECT_EQ(reached.max_connections(), 3U);
  EXPECT_EQ(reached.max_in_flight(), 5U);
  EXPECT_EQ(reached.connect_timeout(), 2s);
  EXPECT_EQ(reached.user_agent(), "app/1");
  EXPECT_THAT(refusal_of(config{}.max_connections(SIZE_MAX)), HasSubstr("max_connections"));
  EXPECT_THAT(refusal_of(config{}.connect_timeout(0s)), HasSubstr("connect_timeout"));
  EXPECT_THAT(refusal_of(config{}.challenge_timeout(0s)), HasSubstr("challenge_timeout"));
}

TEST(Settings, TheNumbersOfACallHaveRanges) {
  call_bench bench;
  for (const auto bad : {duration{0}, duration{-1s}, duration{999us}, lowest}) {
    const auto refused = bench.call_once(request{"a.b"}, call_options{}.timeout(bad)).error();
    EXPECT_EQ(refused, errc::invalid_argument);
    EXPECT_THAT(refused.message(), HasSubstr("call_options::timeout"));
    EXPECT_EQ(refused.effect(), request_effect::not_sent);
  }
  for (const auto over : {duration{0}, duration{-1s}, lowest}) {
    EXPECT_EQ(bench.call_once(request{"a.b"}, call_options{}.total_timeout(over)).error(),
              errc::deadline_exceeded);
  }
  EXPECT_EQ(bench.call_once(request{"a.b"}, call_options{}.deadline((time_point::min)())).error(),
            errc::deadline_exceeded);
  const auto odd = call_options{}.priority(static_cast<call_priority>(200));
  EXPECT_EQ(bench.call_once(request{"a.b"}, odd).error(), errc::invalid_argument);
  EXPECT_TRUE(bench.vk->requests().empty());
  bench.vk->expect(call("a.b"));
  EXPECT_TRUE(bench.call_once(
      request{"a.b"},
      call_options{}.timeout(longest).total_timeout(longest).deadline(no_deadline)));
}

TEST(Settings, EndpointsAreChecked) {
  for (const auto* bad : {"", "api.vk.ru", "ftp://api.vk.ru", "https://", "https://u:p@api.vk.ru",
                          "https://api.vk.ru?a=b", "https://api.vk.ru#x", "https://a b"}) {
    EXPECT_THAT(refusal_of(config{}.endpoints(endpoints{}.api(bad))), HasSubstr("`api`")) << bad;
    EXPECT_THAT(refusal_of(config{}.endpoints(endpoints{}.mobile(bad))), HasSubstr("`mobile`"));
  }
  EXPECT_EQ(refusal_of(config{}.endpoints(endpoints{}.api("https://proxy.example/vk/"))),
            "accepted");
}

TEST(Settings, AProxyIsReadAtOnce) {
  EXPECT_NO_THROW(config{}.proxy("socks5h://user:" + secret_of("proxy") + "@127.0.0.1:1080"));
  try {
    config{}.proxy("gopher://user:" + secret_of("proxy") + "@127.0.0.1");
    FAIL() << "accepted";
  } catch (const usage_exception& refused) {
    keep_for_secret_search(refused.what());
    EXPECT_THAT(refused.what(), ::testing::Not(HasSubstr(secret_mark())));
  }
}

TEST(Settings, TheBlockingClientRefusesToo) {
  EXPECT_THROW(blocking_client{config{}.timeout(0s)}, usage_exception);
  EXPECT_THROW((client{asio::any_io_executor{}, config{}}), usage_exception);
}

TEST(Settings, TheLongestLimitsDoNotOverflow) {
  call_bench bench;
  bench.settings.total_timeout((duration::max)()).timeout((duration::max)());
  bench.vk->expect(call("a.b"));
  EXPECT_TRUE(bench.call_once(request{"a.b"}));
}

TEST(Settings, TheEndpointsOfVk) {
  const endpoints where;
  EXPECT_EQ(where.api(), "https://api.vk.ru");
  EXPECT_EQ(where.oauth(), "https://oauth.vk.ru");
  EXPECT_EQ(where.id(), "https://id.vk.ru");
  EXPECT_EQ(where.login(), "https://login.vk.ru");
  EXPECT_EQ(where.mobile(), "https://m.vk.ru");
  const auto all = endpoints{}.all("http://127.0.0.1:5//");
  for (const auto& url : {all.api(), all.oauth(), all.id(), all.login(), all.mobile()}) {
    EXPECT_EQ(url, "http://127.0.0.1:5");
  }
}

}  // namespace
}  // namespace vkxx::test
