// The machine of a mailing, and what it stores.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include "messages/mailing/mailing_machine.hpp"

namespace vkxx::detail {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;

constexpr wall_time start{std::chrono::hours{500'000}};

mailing_progress progress_of(std::size_t peers) {
  mailing_progress progress;
  progress.fingerprint = "f";
  progress.began = 17;
  progress.peers = peers;
  return progress;
}

mailing_outcome sent_to(std::int64_t peer) {
  return {peer_id{peer}, cmid{1}, std::nullopt, std::nullopt, 1};
}

mailing_outcome refused_by(std::int64_t peer, int code) {
  return {peer_id{peer}, std::nullopt, api_errc{code}, std::nullopt, 0};
}

std::vector<peer_id> five_peers() {
  return {peer_id{1}, peer_id{2}, peer_id{3}, peer_id{4}, peer_id{5}};
}

// As if the process had died.
mailing_machine restarted(const mailing_machine& old, std::size_t peers_per_call,
                          bool repeat_forgotten = false, std::size_t parts = 1) {
  auto stored = progress_from_json(to_json(old.progress()));
  EXPECT_TRUE(stored);
  return mailing_machine{std::move(*stored), parts, peers_per_call, repeat_forgotten};
}

TEST(MailingMachine, CallsUntilEverybodyHasAnOutcome) {
  mailing_machine machine{progress_of(5), 1, 3, false};
  EXPECT_EQ(machine.next(start), mailing_step::send);
  EXPECT_THAT(machine.receivers(five_peers()), ElementsAre(peer_id{1}, peer_id{2}, peer_id{3}));
  const auto number = machine.random_id("key");
  EXPECT_TRUE(machine.answered({sent_to(1), refused_by(2, 901), {}}));
  EXPECT_EQ(machine.next(start), mailing_step::send);
  EXPECT_THAT(machine.receivers(five_peers()), ElementsAre(peer_id{4}, peer_id{5}));
  EXPECT_NE(machine.random_id("key"), number);
  EXPECT_TRUE(machine.answered({sent_to(4), sent_to(5)}));
  EXPECT_EQ(machine.next(start), mailing_step::finish);
  const auto report = report_of(machine.progress(), std::nullopt);
  EXPECT_EQ(report, (mailing_report{mailing_status::finished, 5, 3, 1, 1}));
  EXPECT_EQ(report.left(), 0U);
}

TEST(MailingMachine, RepeatsAnInterruptedCallAsItWas) {
  mailing_machine machine{progress_of(5), 1, 3, false};
  EXPECT_EQ(machine.next(start), mailing_step::send);
  auto later = restarted(machine, 2);
  EXPECT_EQ(later.next(start + 55min), mailing_step::send);
  EXPECT_EQ(later.receivers(five_peers()).size(), 3U);
  EXPECT_EQ(later.random_id("key"), machine.random_id("key"));
}

TEST(MailingMachine, DoesNotRepeatACallThatVkMayHaveForgotten) {
  mailing_machine machine{progress_of(5), 1, 3, false};
  EXPECT_EQ(machine.next(start), mailing_step::send);
  auto careful = restarted(machine, 3);
  EXPECT_EQ(careful.next(start + 55min + 1ms), mailing_step::give_up);
  EXPECT_EQ(careful.receivers(five_peers()).size(), 3U);
  auto insisting = restarted(machine, 3, true);
  EXPECT_EQ(insisting.next(start + 55min + 1ms), mailing_step::send);
  // VK has the number again: from now on.
  EXPECT_EQ(restarted(insisting, 3).next(start + 100min), mailing_step::send);
}

TEST(MailingMachine, ACallThatWasNotExecutedBeginsAtAnyTime) {
  mailing_machine machine{progress_of(5), 1, 3, false};
  EXPECT_EQ(machine.next(start), mailing_step::send);
  machine.not_executed();
  EXPECT_EQ(restarted(machine, 3).next(start + 24h), mailing_step::send);
}

TEST(MailingMachine, ARefusalSaysNothingOfAnEarlierTry) {
  mailing_machine machine{progress_of(5), 1, 3, false};
  EXPECT_EQ(machine.next(start), mailing_step::send);
  auto second = restarted(machine, 3);
  EXPECT_EQ(second.next(start + 1min), mailing_step::send);
  second.not_executed();
  EXPECT_EQ(restarted(second, 3).next(start + 24h), mailing_step::give_up);
}

TEST(MailingMachine, SendsTheNextPartToThoseWhoGotTheOneBefore) {
  mailing_machine machine{progress_of(5), 3, 3, false};
  EXPECT_EQ(machine.next(start), mailing_step::send);
  EXPECT_EQ(machine.part(), 0U);
  const auto number = machine.random_id("key");
  EXPECT_FALSE(machine.answered({sent_to(1), refused_by(2, 901), sent_to(3)}));
  auto later = restarted(machine, 2, false, 3);
  EXPECT_EQ(later.next(start + 24h), mailing_step::send);  // no call of this part was begun
  EXPECT_EQ(later.part(), 1U);
  EXPECT_NE(later.random_id("key"), number);
  EXPECT_THAT(later.receivers(five_peers()), ElementsAre(peer_id{1}, peer_id{3}));
  EXPECT_FALSE(later.answered({sent_to(1), refused_by(3, 9)}));
  EXPECT_EQ(later.next(start + 24h), mailing_step::send);
  EXPECT_THAT(later.receivers(five_peers()), ElementsAre(peer_id{1}));
  const auto whole = later.answered({sent_to(1)});
  ASSERT_TRUE(whole);
  ASSERT_EQ(whole->size(), 3U);
  EXPECT_EQ((*whole)[0].parts, 3U);
  EXPECT_EQ((*whole)[1].parts, 0U);
  EXPECT_EQ((*whole)[2].parts, 1U);
  EXPECT_FALSE((*whole)[2].may_be_tried_again());  // it would get the first part twice
  EXPECT_EQ(outcomes_from_json(outcomes_to_json(*whole)), *whole);
  EXPECT_EQ(report_of(later.progress(), std::nullopt),
            (mailing_report{mailing_status::ready, 5, 1, 2, 0}));
  EXPECT_EQ(later.next(start + 24h), mailing_step::send);
  EXPECT_EQ(later.part(), 0U);
}

TEST(MailingMachine, EndsABatchThatNobodyIsLeftOf) {
  mailing_machine machine{progress_of(1), 2, 3, false};
  EXPECT_EQ(machine.next(start), mailing_step::send);
  EXPECT_TRUE(machine.answered({refused_by(1, 901)}));
  EXPECT_EQ(machine.next(start), mailing_step::finish);
}

TEST(MailingMachine, RepeatsAnInterruptedPartAsItWas) {
  mailing_machine machine{progress_of(5), 2, 3, false};
  EXPECT_EQ(machine.next(start), mailing_step::send);
  EXPECT_FALSE(machine.answered({sent_to(1), refused_by(2, 901), sent_to(3)}));
  EXPECT_EQ(machine.next(start), mailing_step::send);
  auto later = restarted(machine, 3, false, 2);
  EXPECT_EQ(later.next(start + 55min), mailing_step::send);
  EXPECT_EQ(later.random_id("key"), machine.random_id("key"));
  later.not_executed();  // says nothing of the first try
  auto late = restarted(later, 3, false, 2);
  EXPECT_EQ(late.next(start + 56min), mailing_step::give_up);
  std::vector<mailing_outcome> nothing(2);
  nothing[0].peer = peer_id{1};
  nothing[1].peer = peer_id{3};
  const auto whole = late.answered(nothing);
  ASSERT_TRUE(whole);
  EXPECT_EQ(report_of(late.progress(), std::nullopt),
            (mailing_report{mailing_status::ready, 5, 0, 1, 2}));
  EXPECT_EQ(whole->front().parts, 1U);
}

TEST(MailingMachine, APartThatWasNotExecutedBeginsAtAnyTime) {
  mailing_machine machine{progress_of(5), 2, 3, false};
  EXPECT_EQ(machine.next(start), mailing_step::send);
  EXPECT_FALSE(machine.answered({sent_to(1), sent_to(2), sent_to(3)}));
  EXPECT_EQ(machine.next(start), mailing_step::send);
  machine.not_executed();
  auto later = restarted(machine, 3, false, 2);
  EXPECT_EQ(later.next(start + 24h), mailing_step::send);
  EXPECT_EQ(later.part(), 1U);
  EXPECT_THAT(later.receivers(five_peers()), ElementsAre(peer_id{1}, peer_id{2}, peer_id{3}));
}

TEST(MailingMachine, NumbersDependOnTheMailing) {
  mailing_machine machine{progress_of(5), 1, 3, false};
  EXPECT_EQ(machine.next(start), mailing_step::send);
  EXPECT_GT(machine.random_id("a"), 0);
  EXPECT_NE(machine.random_id("a"), machine.random_id("b"));
  auto other = progress_of(5);
  other.began = 18;
  EXPECT_NE((mailing_machine{other, 1, 3, false}.random_id("a")), machine.random_id("a"));
}

TEST(MailingValues, AreReadAsTheyWereWritten) {
  auto progress = progress_of(10);
  progress.attachments = {"photo1_2", "doc3_4"};
  progress.uploaded = true;
  progress.next = 4;
  progress.calls = 2;
  progress.running = 3;
  progress.running_since = 99;
  progress.sent = 2;
  progress.refused = 1;
  progress.unknown = 1;
  EXPECT_EQ(progress_from_json(to_json(progress)), progress);
  EXPECT_EQ(progress_from_json(to_json(progress_of(1))), progress_of(1));

  const std::vector<peer_id> peers{peer_id{5}, peer_id{-7}, peer_id{2'000'000'001}};
  EXPECT_EQ(peers_from_json(peers_to_json(peers)), peers);
  const std::vector<mailing_outcome> outcomes{
      sent_to(5),
      {peer_id{6}, cmid{0}, std::nullopt, std::nullopt, 1},
      {peer_id{6}, cmid{0}, std::nullopt, std::nullopt, 2},
      {peer_id{7}, std::nullopt, api_errc{901}, cannot_write::not_allowed, 0},
      {peer_id{7}, std::nullopt, api_errc{901}, cannot_write::not_allowed, 2},
      {peer_id{8}, std::nullopt, api_errc{914}, std::nullopt, 0},
      {peer_id{9}, std::nullopt, std::nullopt, std::nullopt, 0},
      {peer_id{9}, std::nullopt, std::nullopt, std::nullopt, 1}};
  EXPECT_EQ(outcomes_from_json(outcomes_to_json(outcomes)), outcomes);
}

TEST(MailingValues, OfSomethingElseAreRefused) {
  for (const auto* const text :
       {"", "{}", "[]", "5", R"({"version":2,"peers":1})", R"({"version":1,"peers":1,"next":2})",
        R"({"version":1,"peers":3,"next":2,"running":2})",
        R"({"version":1,"peers":1,"attachments":5})", R"({"version":3,"peers":1})",
        R"({"version":2,"peers":1,"running":1,"part":1,"batch":[]})",
        R"({"version":2,"peers":1,"running":1,"part":0,"batch":[[1,1]]})"})
    EXPECT_FALSE(progress_from_json(text)) << text;
  for (const auto* const text : {"", "{}", R"(["x"])"}) EXPECT_FALSE(peers_from_json(text)) << text;
  for (const auto* const text : {"", "{}", "[1]", "[[1]]", R"([[1,"x"]])"})
    EXPECT_FALSE(outcomes_from_json(text)) << text;
}

TEST(MailingValues, HaveEachPeerOnce) {
  EXPECT_THAT(without_repeats({peer_id{2}, peer_id{1}, peer_id{2}, peer_id{3}, peer_id{1}}),
              ElementsAre(peer_id{2}, peer_id{1}, peer_id{3}));
}

}  // namespace
}  // namespace vkxx::detail
