// Every event of share_machine in its states: together, alone, settling.
#include "client/limit/share_machine.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vkxx {
namespace {

using namespace vkxx::detail;

using namespace std::chrono_literals;
using ::testing::IsEmpty;
using ::testing::SizeIs;

const time_point begin{1h};

permit_grant answer(std::uint64_t places, duration next = 0s, std::size_t processes = 4) {
  permit_grant grant;
  for (std::uint64_t i = 1; i <= places; ++i) grant.permits.push_back({i, 77});
  grant.retry_in = next;
  grant.processes = processes;
  return grant;
}

TEST(ShareMachine, AsksForWhatWantsToGoAndNothingElse) {
  share_machine machine{1};
  EXPECT_EQ(machine.want(0, begin), std::nullopt);
  EXPECT_EQ(machine.want(3, begin), (share_ask{3, false}));
  EXPECT_TRUE(machine.asking());
  EXPECT_EQ(machine.want(5, begin), std::nullopt) << "a second question at a time";
}

TEST(ShareMachine, LendsThePlacesThatItWasGiven) {
  share_machine machine{1};
  static_cast<void>(machine.want(3, begin));
  machine.given(answer(2, 40ms), begin + 5ms);
  EXPECT_EQ(machine.stock(), 2U);
  const auto lent = machine.use();
  ASSERT_TRUE(lent);
  EXPECT_EQ(lent->permit.granted_at, 77);
  EXPECT_EQ(lent->asked_at, begin) << "it was not given before the question";
  EXPECT_THAT(machine.leftover(), SizeIs(1));
  EXPECT_EQ(machine.use(), std::nullopt);
}

TEST(ShareMachine, AsksForTheRestWhenItWasToldTo) {
  share_machine machine{1};
  static_cast<void>(machine.want(3, begin));
  machine.given(answer(2, 40ms), begin + 5ms);
  EXPECT_EQ(machine.next(begin + 5ms), begin + 45ms);
  EXPECT_EQ(machine.want(1, begin + 44ms), std::nullopt);
  EXPECT_EQ(machine.want(1, begin + 45ms), (share_ask{1, false}));
  EXPECT_EQ(machine.next(begin + 45ms), std::nullopt) << "an answer will come";
}

TEST(ShareMachine, HasTheWholeLimitWhileAllGoesWell) {
  share_machine machine{1};
  EXPECT_EQ(machine.parts(begin), 1U);
  static_cast<void>(machine.want(3, begin));
  machine.given(answer(1), begin);
  EXPECT_FALSE(machine.alone());
  EXPECT_EQ(machine.parts(begin), 1U);
  EXPECT_EQ(machine.processes(), 4U);
}

TEST(ShareMachine, GoesByItsOwnShareWhenNobodyCanBeAsked) {
  share_machine machine{2};
  static_cast<void>(machine.want(3, begin));
  machine.failed(0, begin);
  EXPECT_TRUE(machine.alone());
  EXPECT_EQ(machine.parts(begin), 2U) << "nobody was seen: as many as the program said";
  static_cast<void>(machine.want(0, begin + 250ms));
  machine.failed(5, begin + 250ms);
  EXPECT_EQ(machine.parts(begin + 250ms), 5U) << "five were seen";
  static_cast<void>(machine.want(0, begin + 500ms));
  machine.failed(1, begin + 500ms);
  EXPECT_EQ(machine.parts(begin + 500ms), 2U) << "never more than the program said";
}

TEST(ShareMachine, TriesAgainWhileItIsAlone) {
  share_machine machine{1};
  static_cast<void>(machine.want(1, begin));
  machine.failed(4, begin);
  EXPECT_EQ(machine.next(begin), begin + 250ms);
  EXPECT_EQ(machine.want(1, begin + 249ms), std::nullopt);
  // Also when nothing waits: what is sent by the own share does not.
  EXPECT_EQ(machine.want(0, begin + 250ms), (share_ask{0, true}));
}

TEST(ShareMachine, KeepsItsShareUntilAllHaveReturned) {
  share_machine machine{1};
  static_cast<void>(machine.want(1, begin));
  machine.failed(4, begin);
  static_cast<void>(machine.want(0, begin + 1s));
  // A restarted Redis has seen one only.
  auto first = answer(0, 0s, 1);
  first.settling = 2s;
  machine.given(first, begin + 1s);
  EXPECT_FALSE(machine.alone());
  EXPECT_EQ(machine.parts(begin + 1s), 4U);
  EXPECT_EQ(machine.next(begin + 1s), begin + 3s);
  EXPECT_EQ(machine.parts(begin + 3s), 1U);
  // Lost again before that: the others still are as many.
  machine.failed(1, begin + 2s);
  EXPECT_EQ(machine.parts(begin + 2s), 4U);
}

TEST(ShareMachine, HearsFromOthersThatSomebodyReturned) {
  share_machine machine{1};
  static_cast<void>(machine.want(1, begin));
  auto grant = answer(1);
  grant.settling = 500ms;
  machine.given(grant, begin);
  EXPECT_EQ(machine.parts(begin + 499ms), 4U);
  EXPECT_EQ(machine.parts(begin + 500ms), 1U);
}

// Whoever answers may be broken, or somebody else.
TEST(ShareMachine, DoesNotBelieveWhatCannotBe) {
  share_machine machine{1};
  const time_point moment{1h};
  ASSERT_TRUE(machine.want(2, moment));
  permit_grant answer;
  answer.permits.resize(100'000);
  answer.retry_in = (duration::max)();
  answer.settling = (duration::max)();
  answer.processes = SIZE_MAX;
  machine.given(answer, moment);
  EXPECT_EQ(machine.stock(), 2U);
  EXPECT_EQ(machine.parts(moment), 10'000U);
  EXPECT_EQ(machine.next(moment), moment + 1min);
  EXPECT_EQ(machine.parts(moment + 1min), 1U);
  machine.failed(SIZE_MAX, moment + 1min);
  EXPECT_EQ(machine.parts(moment + 1min), 10'000U);
}

}  // namespace
}  // namespace vkxx
