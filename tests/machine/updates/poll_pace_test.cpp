// How often a source may poll.
#include <gtest/gtest.h>

#include "updates/poll/poll_pace.hpp"

namespace vkxx::detail {
namespace {

using namespace std::chrono_literals;
constexpr poll_pace::time_point start{1h};

// How many polls begin at once at that time.
int at_once(poll_pace& pace, poll_pace::time_point now) {
  int count = 0;
  while (pace.begin(now) <= now) ++count;
  return count;
}

TEST(PollPace, LetsATalkPassAtOnce) {
  poll_pace pace;
  EXPECT_EQ(at_once(pace, start), poll_pace::most_at_once);
  // All of it is there again after a while, and no more.
  EXPECT_EQ(at_once(pace, start + 1h), poll_pace::most_at_once);
}

TEST(PollPace, SpreadsWhatGoesOn) {
  poll_pace pace;
  auto now = start;
  for (int poll = 0; poll != 1000; ++poll) now = std::max(now, pace.begin(now));
  EXPECT_EQ(now - start, (1000 - poll_pace::most_at_once) * poll_pace::interval);
}

TEST(PollPace, NeverWaitsLongerThanAnInterval) {
  poll_pace pace;
  auto now = start;
  for (int poll = 0; poll != 1000; ++poll) {
    const auto due = std::max(now, pace.begin(now));
    EXPECT_LE(due - now, poll_pace::interval);
    now = due + 1ms;
  }
}

TEST(PollPace, DoesNotConcernPollsThatTakeLonger) {
  poll_pace pace;
  auto now = start;
  for (int poll = 0; poll != 1000; ++poll) {
    EXPECT_LE(pace.begin(now), now);
    now += poll_pace::interval;
  }
}

}  // namespace
}  // namespace vkxx::detail
