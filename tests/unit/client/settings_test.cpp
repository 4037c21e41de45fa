// Settings that cannot be used are refused when the client is made, by name.
#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vkxx/blocking_client.hpp>
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
  for (const auto& one : {all.api(), all.oauth(), all.id(), all.login(), all.mobile()}) {
    EXPECT_EQ(one, "http://127.0.0.1:5");
  }
}

}  // namespace
}  // namespace vkxx::test
