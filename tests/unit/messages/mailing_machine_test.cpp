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
  return {peer_id{peer}, cmid{1}, std::nullopt, std::nullopt};
}

// As if the process had died.
mailing_machine restarted(const mailing_machine& old, std::size_t peers_per_call,
                          bool repeat_forgotten = false) {
  auto stored = progress_from_json(to_json(old.progress()));
  EXPECT_TRUE(stored);
  return mailing_machine{std::move(*stored), peers_per_call, repeat_forgotten};
}

TEST(MailingMachine, CallsUntilEverybodyHasAnOutcome) {
  mailing_machine machine{progress_of(5), 3, false};
  EXPECT_EQ(machine.next(start), mailing_step::send);
  EXPECT_EQ(machine.first(), 0U);
  EXPECT_EQ(machine.count(), 3U);
  const auto number = machine.random_id("key");
  machine.answered({sent_to(1), {peer_id{2}, std::nullopt, api_errc{901}, std::nullopt}, {}});
  EXPECT_EQ(machine.next(start), mailing_step::send);
  EXPECT_EQ(machine.first(), 3U);
  EXPECT_EQ(machine.count(), 2U);
  EXPECT_NE(machine.random_id("key"), number);
  machine.answered({sent_to(4), sent_to(5)});
  EXPECT_EQ(machine.next(start), mailing_step::finish);
  const auto report = report_of(machine.progress(), std::nullopt);
  EXPECT_EQ(report, (mailing_report{mailing_status::finished, 5, 3, 1, 1}));
  EXPECT_EQ(report.left(), 0U);
}

TEST(MailingMachine, RepeatsAnInterruptedCallAsItWas) {
  mailing_machine machine{progress_of(5), 3, false};
  EXPECT_EQ(machine.next(start), mailing_step::send);
  auto later = restarted(machine, 2);
  EXPECT_EQ(later.next(start + 55min), mailing_step::send);
  EXPECT_EQ(later.count(), 3U);
  EXPECT_EQ(later.random_id("key"), machine.random_id("key"));
}

TEST(MailingMachine, DoesNotRepeatACallThatVkMayHaveForgotten) {
  mailing_machine machine{progress_of(5), 3, false};
  EXPECT_EQ(machine.next(start), mailing_step::send);
  auto careful = restarted(machine, 3);
  EXPECT_EQ(careful.next(start + 55min + 1ms), mailing_step::give_up);
  EXPECT_EQ(careful.count(), 3U);
  auto insisting = restarted(machine, 3, true);
  EXPECT_EQ(insisting.next(start + 55min + 1ms), mailing_step::send);
  // VK has the number again: from now on.
  EXPECT_EQ(restarted(insisting, 3).next(start + 100min), mailing_step::send);
}

TEST(MailingMachine, ACallThatWasNotExecutedBeginsAtAnyTime) {
  mailing_machine machine{progress_of(5), 3, false};
  EXPECT_EQ(machine.next(start), mailing_step::send);
  machine.not_executed();
  EXPECT_EQ(restarted(machine, 3).next(start + 24h), mailing_step::send);
}

TEST(MailingMachine, ARefusalSaysNothingOfAnEarlierTry) {
  mailing_machine machine{progress_of(5), 3, false};
  EXPECT_EQ(machine.next(start), mailing_step::send);
  auto second = restarted(machine, 3);
  EXPECT_EQ(second.next(start + 1min), mailing_step::send);
  second.not_executed();
  EXPECT_EQ(restarted(second, 3).next(start + 24h), mailing_step::give_up);
}

TEST(MailingMachine, NumbersDependOnTheMailing) {
  mailing_machine machine{progress_of(5), 3, false};
  EXPECT_EQ(machine.next(start), mailing_step::send);
  EXPECT_GT(machine.random_id("a"), 0);
  EXPECT_NE(machine.random_id("a"), machine.random_id("b"));
  auto other = progress_of(5);
  other.began = 18;
  EXPECT_NE((mailing_machine{other, 3, false}.random_id("a")), machine.random_id("a"));
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
      {peer_id{6}, cmid{0}, std::nullopt, std::nullopt},
      {peer_id{7}, std::nullopt, api_errc{901}, cannot_write::not_allowed},
      {peer_id{8}, std::nullopt, api_errc{914}, std::nullopt},
      {peer_id{9}, std::nullopt, std::nullopt, std::nullopt}};
  EXPECT_EQ(outcomes_from_json(outcomes_to_json(outcomes)), outcomes);
}

TEST(MailingValues, OfSomethingElseAreRefused) {
  for (const auto* const text :
       {"", "{}", "[]", "5", R"({"version":2,"peers":1})", R"({"version":1,"peers":1,"next":2})",
        R"({"version":1,"peers":3,"next":2,"running":2})",
        R"({"version":1,"peers":1,"attachments":5})"})
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
