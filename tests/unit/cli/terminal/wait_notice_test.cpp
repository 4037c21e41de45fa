#include "terminal/wait_notice.hpp"

#include <gtest/gtest.h>

namespace vkxx::cli {
namespace {

using namespace std::chrono_literals;
const std::chrono::steady_clock::time_point start{};

TEST(WaitNotices, ComeOnceAfterTwoSecondsOfTheSameWait) {
  wait_notices notices;
  const client_activity limited{3, 0, "ok"};
  EXPECT_EQ(notices.observe(limited, start), std::nullopt);
  EXPECT_EQ(notices.observe(limited, start + 1900ms), std::nullopt);
  const auto line = notices.observe(limited, start + 2s);
  ASSERT_TRUE(line);
  EXPECT_NE(line->find("limit"), std::string::npos);
  EXPECT_EQ(notices.observe(limited, start + 10s), std::nullopt);
}

TEST(WaitNotices, SayWhatIsWaitedFor) {
  const std::pair<client_activity, std::string> samples[] = {
      {{0, 1, ""}, "waiting for a response"},
      {{0, 0, "connection_refused"}, "connection refused"},
      {{0, 0, "6"}, "VK's error 6"},
      {{1, 1, "6"}, "limit"},
  };
  for (const auto& [activity, part] : samples) {
    wait_notices notices;
    static_cast<void>(notices.observe(activity, start));
    const auto line = notices.observe(activity, start + 3s);
    ASSERT_TRUE(line) << part;
    EXPECT_NE(line->find(part), std::string::npos) << *line;
  }
}

TEST(WaitNotices, BeginAgainWhenSomethingElseIsWaitedFor) {
  wait_notices notices;
  static_cast<void>(notices.observe({0, 1, ""}, start));
  EXPECT_EQ(notices.observe({0, 0, "10"}, start + 3s), std::nullopt);
  EXPECT_TRUE(notices.observe({0, 0, "10"}, start + 5s));
  notices.restart();
  EXPECT_EQ(notices.observe({0, 0, "10"}, start + 9s), std::nullopt);
}

TEST(WaitNotices, SayNothingWhereNothingIsKnown) {
  wait_notices notices;
  for (const auto* outcome : {"", "ok"}) {
    static_cast<void>(notices.observe({0, 0, outcome}, start));
    EXPECT_EQ(notices.observe({0, 0, outcome}, start + 9s), std::nullopt);
  }
}

}  // namespace
}  // namespace vkxx::cli
