// How soon a source polls again.
#include <gtest/gtest.h>

#include "updates/poll/poll_pace.hpp"

namespace vkxx::detail {
namespace {

using namespace std::chrono_literals;
constexpr poll_pace::time_point start{1h};

TEST(PollPace, LetsATalkPassAtOnce) {
  poll_pace pace;
  for (int poll = 0; poll != 1000; ++poll) {
    EXPECT_LE(pace.begin(start), start);
    pace.answered(poll_pace::many_updates - 1);
  }
}

TEST(PollPace, SpreadsPollsThatBringMuch) {
  poll_pace pace;
  auto now = start;
  for (int poll = 0; poll != 1000; ++poll) {
    const auto due = pace.begin(now);
    EXPECT_LE(due - now, poll_pace::interval);
    now = std::max(now, due);
    pace.answered(poll_pace::many_updates);
  }
  EXPECT_EQ(now - start, 999 * poll_pace::interval);
}

TEST(PollPace, DoesNotConcernPollsThatTakeLonger) {
  poll_pace pace;
  auto now = start;
  for (int poll = 0; poll != 1000; ++poll) {
    EXPECT_LE(pace.begin(now), now);
    pace.answered(100);
    now += poll_pace::interval;
  }
}

TEST(PollPace, EndsWithAnAnswerThatBringsLittle) {
  poll_pace pace;
  static_cast<void>(pace.begin(start));
  pace.answered(100);
  EXPECT_EQ(pace.begin(start), start + poll_pace::interval);
  pace.answered(0);
  EXPECT_LE(pace.begin(start + poll_pace::interval), start + poll_pace::interval);
}

}  // namespace
}  // namespace vkxx::detail
