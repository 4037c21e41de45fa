// Calls at the limit and after failures, by script and by a clock moved by hand.
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/call_bench.hpp"

namespace vkxx::test {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::string vk_error(int code) {
  return R"({"error_code":)" + std::to_string(code) + R"(,"error_msg":"No."})";
}

http::response html_response(int status) {
  return {status, {{"Content-Type", "text/html"}}, "<html></html>"};
}

class Pacing : public ::testing::Test {
 protected:
  Pacing() {
    bench.settings.limits(limits{}.jitter(0ms))
        .retries(retries{}.first_pause(1s).longest_pause(8s));
  }

  void expect_times(int times, const std::string& method = "users.get") {
    for (int i = 0; i < times; ++i) bench.vk->expect(call(method)).reply("1");
  }

  call_bench bench;
  // A call can be cancelled as long as somebody holds it.
  std::vector<started_call> kept;
};

TEST_F(Pacing, SendsThreeCallsASecond) {
  expect_times(5);
  std::vector<started_call> calls;
  for (int i = 0; i < 5; ++i) calls.push_back(bench.start(request{"users.get"}));
  bench.poll();
  EXPECT_EQ(bench.vk->requests().size(), 3U);
  bench.clock->advance(1s);
  bench.poll();
  EXPECT_EQ(bench.vk->requests().size(), 3U);
  bench.clock->advance(8ms);
  bench.poll();
  EXPECT_EQ(bench.vk->requests().size(), 5U);
  for (const auto& call : calls) EXPECT_TRUE(call.outcome());
}

TEST_F(Pacing, SendsTwentyOfACommunity) {
  bench.settings.token_kind(token_kind::community);
  expect_times(21);
  for (int i = 0; i < 21; ++i) kept.push_back(bench.start(request{"users.get"}));
  bench.poll();
  EXPECT_EQ(bench.vk->requests().size(), 20U);
  bench.run();
  EXPECT_EQ(bench.vk->requests().size(), 21U);
}

TEST_F(Pacing, SendsUrgentCallsFirst) {
  expect_times(3);
  for (const auto* method : {"status.get", "friends.get"})
    bench.vk->expect(call(method)).reply("1");
  for (int i = 0; i < 3; ++i) kept.push_back(bench.start(request{"users.get"}));
  bench.poll();
  kept.push_back(bench.start(request{"friends.get"}, call_options{}.priority(call_priority::bulk)));
  kept.push_back(
      bench.start(request{"status.get"}, call_options{}.priority(call_priority::urgent)));
  bench.run();
  EXPECT_EQ(bench.vk->problems(), "");
}

TEST_F(Pacing, CancelsAWaitingCall) {
  expect_times(3);
  for (int i = 0; i < 3; ++i) kept.push_back(bench.start(request{"users.get"}));
  auto waiting = bench.start(request{"users.get"});
  bench.poll();
  waiting.cancel();
  bench.poll();
  EXPECT_EQ(waiting.failure(), errc::cancelled);
  EXPECT_EQ(waiting.failure().effect(), request_effect::not_sent);
}

TEST_F(Pacing, RepeatsACallThatWasTooFast) {
  for (int i = 0; i < 7; ++i) bench.vk->expect(call("wall.post")).reply_error(vk_error(6));
  expect_times(1, "wall.post");
  const auto outcome = bench.call_once(request{"wall.post"});
  EXPECT_TRUE(outcome) << "a write that was refused was not done";
  EXPECT_EQ(bench.vk->requests().size(), 8U);
}

TEST_F(Pacing, LeavesAMethodAloneWhoseQuotaIsUsedUp) {
  bench.vk->expect(call("wall.post")).reply_error(vk_error(29));
  bench.vk->expect(call("wall.get")).reply("1");
  EXPECT_EQ(bench.call_once(request{"wall.post"}).error(), api_errc::rate_limit);
  const auto blocked = bench.call_once(request{"wall.post"}).error();
  EXPECT_EQ(blocked, errc::method_blocked);
  EXPECT_EQ(blocked.method(), "wall.post");
  EXPECT_EQ(blocked.retry_after(), 1h);
  EXPECT_TRUE(bench.call_once(request{"wall.get"}));
}

// The window counts what was sent before.
TEST_F(Pacing, SendsTwentyOnceTheTokenIsKnownToBeOfACommunity) {
  expect_times(24);
  for (int i = 0; i < 3; ++i) kept.push_back(bench.start(request{"users.get"}));
  bench.poll();
  bench.face().token_kind(token_kind::community);
  for (int i = 0; i < 21; ++i) kept.push_back(bench.start(request{"users.get"}));
  bench.poll();
  EXPECT_EQ(bench.vk->requests().size(), 20U);
  bench.clock->advance(1s + 8ms);
  bench.poll();
  EXPECT_EQ(bench.vk->requests().size(), 24U);
}

TEST_F(Pacing, SendsThreeOnceTheTokenIsKnownToBeOfAUser) {
  bench.settings.token_kind(token_kind::community);
  expect_times(10);
  for (int i = 0; i < 5; ++i) kept.push_back(bench.start(request{"users.get"}));
  bench.poll();
  bench.face().token_kind(token_kind::user);
  for (int i = 0; i < 5; ++i) kept.push_back(bench.start(request{"users.get"}));
  bench.poll();
  EXPECT_EQ(bench.vk->requests().size(), 5U);
  bench.clock->advance(1s + 8ms);
  bench.poll();
  EXPECT_EQ(bench.vk->requests().size(), 8U);
}

// Flooding one conversation says nothing of the others.
TEST_F(Pacing, LeavesOneRecipientAloneAfterTooMuchOfTheSame) {
  const auto send_to = [](std::int64_t peer) {
    return request{"messages.send"}.set("peer_id", peer).set("message", "hello");
  };
  bench.vk->expect(call("messages.send").with("peer_id", "2000000001")).reply_error(vk_error(9));
  bench.vk->expect(call("messages.send").with("peer_id", "2")).reply("77");
  bench.vk->expect(call("messages.send").with("peer_id", "3")).reply("78");
  bench.vk->expect(call("messages.send").with("peer_ids", "2,2000000001")).reply("79");
  EXPECT_EQ(bench.call_once(send_to(2'000'000'001)).error(), api_errc::flood);
  EXPECT_TRUE(bench.call_once(send_to(2)));
  EXPECT_TRUE(bench.call_once(send_to(3)));
  const auto blocked = bench.call_once(request{"messages.send"}.set("chat_id", 1)).error();
  EXPECT_EQ(blocked, errc::method_blocked);
  EXPECT_THAT(blocked.message(), HasSubstr("for this recipient with error 9"));
  EXPECT_EQ(blocked.attempts(), 0);
  EXPECT_TRUE(bench.call_once(request{"messages.send"}.set("peer_ids", 2, 2'000'000'001)))
      << "another one is among them";
  bench.clock->advance(1min);
  bench.vk->expect(call("messages.send").with("peer_id", "2000000001")).reply("80");
  EXPECT_TRUE(bench.call_once(send_to(2'000'000'001)));
  EXPECT_EQ(bench.vk->problems(), "");
}

TEST_F(Pacing, DoesNotSendWhatWaitedWhileItsQuotaWasUsedUp) {
  bench.vk->expect(call("wall.post")).reply_error(vk_error(29), after(10ms)).times(3);
  bench.vk->expect(call("users.get")).reply("1");
  for (int i = 0; i < 10; ++i) kept.push_back(bench.start(request{"wall.post"}));
  kept.push_back(bench.start(request{"users.get"}));
  bench.run();
  EXPECT_EQ(bench.vk->requests().size(), 4U);
  for (int i = 3; i < 10; ++i) {
    EXPECT_EQ(kept[static_cast<std::size_t>(i)].failure(), errc::method_blocked);
  }
  EXPECT_TRUE(kept.back().outcome());
}

TEST_F(Pacing, LearnsOfAQuotaInsideAScript) {
  bench.vk->expect(call("execute"))
      .reply_body(R"({"response":[false],"execute_errors":[)"
                  R"({"method":"wall.post","error_code":29,"error_msg":"No."},)"
                  R"({"method":"messages.send","error_code":9,"error_msg":"No."}]})");
  bench.vk->expect(call("messages.send")).reply("1");
  EXPECT_TRUE(bench.call_once(request{"execute"}.set("code", "return 1;")));
  EXPECT_EQ(bench.call_once(request{"wall.post"}).error(), errc::method_blocked);
  EXPECT_TRUE(bench.call_once(request{"messages.send"}.set("peer_id", 1)))
      << "to whom it was, nobody knows";
}

TEST_F(Pacing, KeepsQuotasOfCallsInABatch) {
  bench.settings.batching(batching{}.linger(0ms));
  const auto send_to = [](int peer) {
    return request{"messages.send"}.set("peer_id", peer).set("random_id", 5);
  };
  bench.vk->expect(call("execute"))
      .reply_body(R"({"response":[false],"execute_errors":[)"
                  R"({"method":"messages.send","error_code":9,"error_msg":"No."}]})");
  bench.vk->expect(call("execute")).reply("[7]");
  EXPECT_EQ(bench.call_once(send_to(1)).error(), api_errc::flood);
  EXPECT_EQ(bench.call_once(send_to(1)).error(), errc::method_blocked);
  EXPECT_TRUE(bench.call_once(send_to(2)));
  EXPECT_EQ(bench.vk->problems(), "");
}

TEST_F(Pacing, DoesNotBlameACallForTheQuotaOfItsBatch) {
  bench.settings.batching(batching{}.linger(0ms));
  bench.vk->expect(call("execute")).reply_error(vk_error(29));
  bench.vk->expect(call("users.get")).reply("1").times(2);
  EXPECT_TRUE(bench.call_once(request{"users.get"}));
  EXPECT_TRUE(bench.call_once(request{"users.get"}));
  EXPECT_EQ(bench.vk->problems(), "");
}

TEST_F(Pacing, RepeatsReadsAndWaitsLongerEachTime) {
  bench.vk->expect(call("users.get")).reply_error(vk_error(10));
  bench.vk->expect(call("users.get")).fail(errc::connection_lost, request_effect::unknown);
  bench.vk->expect(call("users.get")).reply_with(html_response(502));
  bench.vk->expect(call("users.get")).reply("7");
  const auto begun = bench.clock->now();
  const auto outcome = bench.call_once(request{"users.get"});
  EXPECT_TRUE(outcome);
  const auto spent = bench.clock->now() - begun;
  EXPECT_GE(spent, 500ms + 1s + 2s);
  EXPECT_LE(spent, 1s + 2s + 4s);
}

TEST_F(Pacing, EndsAfterSoManyTries) {
  for (int i = 0; i < 4; ++i) bench.vk->expect(call("users.get")).reply_error(vk_error(10));
  const auto failure = bench.call_once(request{"users.get"}).error();
  EXPECT_EQ(failure, api_errc::internal_error);
  EXPECT_EQ(failure.attempts(), 4);
}

TEST_F(Pacing, EndsWithTheDeadlineOfTheCall) {
  bench.vk->expect(call("users.get")).reply_with(html_response(503));
  const auto begun = bench.clock->now();
  const auto failure =
      bench.call_once(request{"users.get"}, call_options{}.total_timeout(400ms)).error();
  EXPECT_EQ(failure, errc::http_status);
  EXPECT_EQ(bench.clock->now(), begun) << "no wait that could not help";
}

TEST_F(Pacing, CancelsARestingCall) {
  bench.vk->expect(call("users.get")).reply_error(vk_error(10));
  auto resting = bench.start(request{"users.get"});
  bench.poll();
  EXPECT_FALSE(resting.done());
  resting.cancel();
  bench.poll();
  EXPECT_EQ(resting.failure(), errc::cancelled);
}

TEST_F(Pacing, DoesNotRepeatAWriteThatMayHaveBeenDone) {
  bench.vk->expect(call("wall.edit")).fail(errc::connection_lost, request_effect::unknown);
  const auto failure = bench.call_once(request{"wall.edit"}).error();
  EXPECT_EQ(failure, errc::connection_lost);
  EXPECT_EQ(failure.effect(), request_effect::unknown);
  EXPECT_THAT(failure.to_string(), HasSubstr("It is not known whether VK executed the request."));
  EXPECT_EQ(bench.vk->requests().size(), 1U);
}

TEST_F(Pacing, RepeatsAWriteThatNeverLeft) {
  bench.vk->expect(call("wall.edit")).fail(errc::connection_refused, request_effect::not_sent);
  bench.vk->expect(call("wall.edit")).reply("1");
  EXPECT_TRUE(bench.call_once(request{"wall.edit"}));
}

TEST_F(Pacing, RepeatsAWriteWithAKey) {
  for (const auto* guid : {"a", "b"}) {
    bench.vk->expect(call("wall.post").with("guid", guid))
        .fail(errc::connection_lost, request_effect::unknown);
    bench.vk->expect(call("wall.post").with("guid", guid)).reply("1");
    EXPECT_TRUE(bench.call_once(request{"wall.post"}.set("guid", guid)));
  }
}

TEST_F(Pacing, GivesAMessageOneRandomIdForAllItsRepeats) {
  std::set<std::string> keys;
  for (int message = 0; message < 3; ++message) {
    for (int i = 0; i < 2; ++i) {
      bench.vk->expect(call("messages.send")).fail(errc::connection_lost, request_effect::unknown);
    }
    bench.vk->expect(call("messages.send")).reply("1");
    EXPECT_TRUE(bench.call_once(request{"messages.send"}.set("peer_id", 1)));
  }
  const auto sent = bench.vk->requests();
  ASSERT_EQ(sent.size(), 9U);
  for (std::size_t i = 0; i < sent.size(); ++i) {
    const auto key = sent[i].find("random_id").value_or("");
    EXPECT_EQ(key, sent[i / 3 * 3].find("random_id")) << i;
    EXPECT_NE(key, "0");
    keys.insert(key);
  }
  EXPECT_EQ(keys.size(), 3U);
}

TEST_F(Pacing, GivesAPostOneGuidForAllItsRetries) {
  for (int post = 0; post < 2; ++post) {
    bench.vk->expect(call("wall.post")).fail(errc::connection_lost, request_effect::unknown);
    bench.vk->expect(call("wall.post")).reply("1");
    EXPECT_TRUE(bench.call_once(request{"wall.post"}.set("message", "hi")));
  }
  const auto sent = bench.vk->requests();
  ASSERT_EQ(sent.size(), 4U);
  const auto guid = [&](std::size_t index) { return sent[index].find("guid").value_or(""); };
  EXPECT_EQ(guid(0).size(), 16U);
  EXPECT_EQ(guid(0), guid(1));
  EXPECT_EQ(guid(2), guid(3));
  EXPECT_NE(guid(0), guid(2));
}

TEST_F(Pacing, DoesNotRepeatAPostWithoutAKey) {
  bench.vk->expect(call("wall.post")).fail(errc::connection_lost, request_effect::unknown);
  EXPECT_FALSE(bench.call_once(request{"wall.post"}.set("guid", "")));
}

TEST_F(Pacing, DoesNotRepeatAMessageWithoutAKey) {
  bench.vk->expect(call("messages.send")).fail(errc::connection_lost, request_effect::unknown);
  EXPECT_FALSE(bench.call_once(request{"messages.send"}.set("random_id", 0)));
}

TEST_F(Pacing, SaysThatTheOutcomeIsUnknownWhenAnEarlierTryMayHaveDoneIt) {
  bench.vk->expect(call("messages.send")).fail(errc::connection_lost, request_effect::unknown);
  bench.vk->expect(call("messages.send"))
      .fail(errc::certificate_rejected, request_effect::not_sent);
  const auto failure = bench.call_once(request{"messages.send"}).error();
  EXPECT_EQ(failure, errc::certificate_rejected);
  EXPECT_EQ(failure.effect(), request_effect::unknown);
}

TEST_F(Pacing, LeavesAnEndpointAloneThatFailsAndFails) {
  bench.settings.retries(
      retries{}.max_tries(1).breaker_failures(2).breaker_pause(1s).longest_breaker_pause(4s));
  for (int i = 0; i < 3; ++i) bench.vk->expect(call("users.get")).reply_with(html_response(500));
  bench.vk->expect(call("users.get")).reply("1");
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(bench.call_once(request{"users.get"}).error(), errc::http_status);
  }
  const auto refused = bench.call_once(request{"users.get"}).error();
  EXPECT_EQ(refused, errc::endpoint_unavailable);
  EXPECT_EQ(refused.retry_after(), 1s);
  EXPECT_THAT(refused.message(),
              HasSubstr("2 times in a row or more, the last time with: HTTP 500"));
  EXPECT_EQ(bench.vk->requests().size(), 2U);
  bench.clock->advance(1s);
  EXPECT_EQ(bench.call_once(request{"users.get"}).error(), errc::http_status) << "a probe";
  bench.clock->advance(1s);
  EXPECT_EQ(bench.call_once(request{"users.get"}).error(), errc::endpoint_unavailable);
  bench.clock->advance(1s);
  EXPECT_TRUE(bench.call_once(request{"users.get"}));
}

TEST_F(Pacing, NamesTheCauseOfAnOpenCircuit) {
  bench.settings.retries(retries{}.max_tries(1).breaker_failures(1));
  bench.vk->expect(call("users.get")).fail(errc::connection_refused, request_effect::not_sent);
  EXPECT_FALSE(bench.call_once(request{"users.get"}));
  const auto refused = bench.call_once(request{"users.get"}).error();
  EXPECT_EQ(refused, errc::endpoint_unavailable);
  EXPECT_EQ(refused.effect(), request_effect::not_sent);
  EXPECT_THAT(refused.message(), HasSubstr(std::string{to_string(errc::connection_refused)}));
}

// A mailing outlives an endpoint that is down for a while.
TEST_F(Pacing, LetsCallsWaitForTheEndpointIfToldTo) {
  bench.settings.limits(limits{}.off());
  bench.settings.retries(retries{}
                             .max_tries(2)
                             .first_pause(1s)
                             .longest_pause(1s)
                             .breaker_failures(2)
                             .breaker_pause(1s)
                             .longest_breaker_pause(4s)
                             .when_unavailable(when_unavailable::wait));
  bench.vk->expect(call("messages.send"))
      .fail(errc::connection_refused, request_effect::not_sent)
      .times(4);
  bench.vk->expect(call("messages.send")).reply("1").times(300);
  for (int i = 0; i < 302; ++i) {
    kept.push_back(bench.start(request{"messages.send"}.set("peer_id", i + 1)));
    if (i == 1) bench.poll();
  }
  bench.run();
  std::size_t sent = 0;
  for (const auto& call : kept) sent += call.outcome() ? 1 : 0;
  EXPECT_GE(sent, 300U);
  EXPECT_LE(bench.vk->requests().size(), 306U) << "nothing was sent but probes meanwhile";
}

TEST_F(Pacing, DoesNotWaitForTheEndpointBeyondTheDeadline) {
  bench.settings.retries(retries{}
                             .max_tries(1)
                             .breaker_failures(1)
                             .breaker_pause(10s)
                             .longest_breaker_pause(10s)
                             .when_unavailable(when_unavailable::wait));
  bench.vk->expect(call("users.get")).reply_with(html_response(502));
  EXPECT_FALSE(bench.call_once(request{"users.get"}));
  const auto begun = bench.clock->now();
  const auto refused =
      bench.call_once(request{"users.get"}, call_options{}.total_timeout(5s)).error();
  EXPECT_EQ(refused, errc::endpoint_unavailable);
  EXPECT_THAT(refused.message(), HasSubstr("HTTP 502"));
  EXPECT_EQ(bench.clock->now(), begun) << "no wait that could not help";
}

TEST_F(Pacing, TakesTheCallersWordThatACallOnlyReads) {
  const request procedure{"execute.statistics"};
  bench.vk->expect(call("execute.statistics")).fail(errc::connection_lost, request_effect::unknown);
  EXPECT_EQ(bench.call_once(procedure).error(), errc::connection_lost);
  bench.vk->expect(call("execute.statistics")).fail(errc::connection_lost, request_effect::unknown);
  bench.vk->expect(call("execute.statistics")).reply("1");
  EXPECT_TRUE(bench.call_once(procedure, call_options{}.idempotent(true)));
  bench.vk->expect(call("users.get")).fail(errc::connection_lost, request_effect::unknown);
  EXPECT_FALSE(bench.call_once(request{"users.get"}, call_options{}.idempotent(false)));
  EXPECT_EQ(bench.vk->problems(), "");
}

TEST_F(Pacing, DrawsTheSameWithTheSameSeed) {
  const auto drawn = [](std::uint64_t seed) {
    call_bench own;
    own.settings.retries(retries{}.first_pause(1s).longest_pause(8s).seed(seed));
    own.vk->expect(call("messages.send")).fail(errc::connection_lost, request_effect::unknown);
    own.vk->expect(call("messages.send")).reply("1");
    const auto begun = own.clock->now();
    EXPECT_TRUE(own.call_once(request{"messages.send"}.set("peer_id", 1)));
    return std::pair{own.vk->requests()[0].find("random_id"), own.clock->now() - begun};
  };
  EXPECT_EQ(drawn(1), drawn(1));
  EXPECT_NE(drawn(1), drawn(2));
}

TEST_F(Pacing, TellsADeadlineInTheQueueFromOneAtVk) {
  bench.settings.limits(limits{}.per_second(1).jitter(0ms));
  bench.vk->expect(call("users.get")).never();
  kept.push_back(bench.start(request{"users.get"}, call_options{}.total_timeout(5s)));
  bench.poll();
  // Lets an urgent one before it, so that it is late only when its deadline comes.
  kept.push_back(bench.start(request{"users.get"}, call_options{}.total_timeout(1500ms)));
  bench.poll();
  bench.vk->expect(call("users.get")).never();
  kept.push_back(bench.start(request{"users.get"},
                             call_options{}.priority(call_priority::urgent).total_timeout(5s)));
  bench.run();
  EXPECT_EQ(kept[0].failure(), errc::deadline_exceeded);
  EXPECT_THAT(
      kept[0].failure().message(),
      HasSubstr("(0.000 s in the queue for the limit, 5.000 s for requests and their answers)"));
  EXPECT_EQ(kept[1].failure(), errc::deadline_exceeded);
  EXPECT_THAT(
      kept[1].failure().message(),
      HasSubstr("(1.500 s in the queue for the limit, 0.000 s for requests and their answers)"));
  const auto seen = bench.face().metrics();
  EXPECT_EQ(seen.deadlines_in_queue, 1U);
  EXPECT_EQ(seen.deadlines_at_vk, 2U);
  EXPECT_EQ(seen.deadlines_elsewhere, 0U);
}

}  // namespace
}  // namespace vkxx::test
