#include "bench/bench_load.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "bench/bench_target.hpp"

namespace vkxx::cli {
namespace {

using namespace std::chrono_literals;
using counts = std::vector<std::uint64_t>;

TEST(TimeSamples, KnowsTheirOrder) {
  time_samples times;
  EXPECT_EQ(times.quantile(0.5), 0);
  for (int i = 100; i >= 0; --i) times.add(std::chrono::seconds{i});
  EXPECT_EQ(times.size(), 101U);
  EXPECT_EQ(times.quantile(0), 0);
  EXPECT_EQ(times.quantile(0.5), 50);
  EXPECT_EQ(times.quantile(0.95), 95);
  EXPECT_EQ(times.quantile(0.99), 99);
  EXPECT_EQ(times.quantile(1), 100);
}

TEST(TimeLine, CountsByTenthsOfASecond) {
  time_line line;
  line.add(0ms);
  line.add(99ms);
  line.add(100ms, 3);
  line.add(450ms);
  // A clock is not asked twice for a call that begins with the load.
  line.add(-1ns);
  EXPECT_EQ(line.slots(), (counts{3, 3, 0, 0, 1}));
}

TEST(TimeLine, CountsEachFullSecond) {
  time_line line;
  line.add(0ms, 2);
  line.add(950ms, 1);
  line.add(1000ms, 5);
  line.add(1150ms, 7);
  EXPECT_EQ(line.seconds(0.9), counts{});
  EXPECT_EQ(line.seconds(1.0), counts{3});
  EXPECT_EQ(line.seconds(1.19), (counts{3, 6}));
  // Nothing comes after the last event, and the seconds go on.
  EXPECT_EQ(line.seconds(2.3), (counts{3, 6, 13, 13, 13, 13, 13, 13, 13, 13, 12, 7, 0, 0}));
}

TEST(IsVk, KnowsItsHosts) {
  for (const auto* url : {"https://api.vk.ru", "https://vk.com", "http://api.VK.com:8080/method",
                          "https://vk.ru.", "https://user@oauth.vk.com/", "https://m.vk.com?a=1",
                          "https://oauth.vkontakte.ru", "https://pu.userapi.com"}) {
    EXPECT_TRUE(is_vk(url)) << url;
  }
  for (const auto* url : {"http://127.0.0.1:8080", "http://localhost", "http://notvk.ru",
                          "http://vk.ru.example.org", "http://emulator:80/vk.com", "vk", ""}) {
    EXPECT_FALSE(is_vk(url)) << url;
  }
}

}  // namespace
}  // namespace vkxx::cli
