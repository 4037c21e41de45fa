// The machine of the Callback API, event by event.
#include <gtest/gtest.h>

#include "emulator/transports/callback/callback_outbox.hpp"

namespace vkxx::emulation {
namespace {

using namespace vkxx::emulation::detail;

class CallbackOutbox : public testing::Test {
 protected:
  static callback_server server_at(std::string url) {
    callback_server server;
    server.group = 1;
    server.url = std::move(url);
    server.title = "bot";
    server.secret = "s";
    return server;
  }
  /// A server that has confirmed.
  std::int64_t add_confirmed() {
    const auto id = *outbox.add(server_at("http://bot/"));
    answer(start_one(), outbox.confirmation_code(1));
    return id;
  }
  callback_request start_one() {
    const auto begun = outbox.start(now);
    EXPECT_EQ(begun.size(), 1U);
    return begun.empty() ? callback_request{} : begun.front();
  }
  void answer(const callback_request& request, std::string body, unsigned status = 200,
              std::string retry_after = {}) {
    outbox.finish(request.attempt, {status, std::move(body), std::move(retry_after), {}}, now);
  }
  void enqueue(std::int64_t server, std::string body = "{}") {
    outbox.enqueue(server, {"message_new", "id", std::move(body)});
  }
  server_status status(std::int64_t id) { return outbox.find(1, id)->status; }
  std::string verdicts() {
    std::string all;
    for (const auto& attempt : outbox.attempts())
      all += std::string{to_string(attempt->verdict)} + " ";
    return all;
  }

  std::int64_t now = 1'700'000'000'000;
  callback_outbox outbox{1};
};

TEST_F(CallbackOutbox, ServerConfirmsBeforeItGetsEvents) {
  const auto id = *outbox.add(server_at("http://bot/"));
  EXPECT_EQ(status(id), server_status::unconfigured);
  enqueue(id);
  const auto question = start_one();
  EXPECT_EQ(question.body, R"({"type":"confirmation","group_id":1,"secret":"s"})");
  EXPECT_EQ(question.url, "http://bot/");
  EXPECT_EQ(status(id), server_status::wait);
  answer(question, outbox.confirmation_code(1));
  EXPECT_EQ(status(id), server_status::ok);
  EXPECT_TRUE(outbox.start(now).empty()) << "events of before are lost";
  enqueue(id, "event");
  EXPECT_EQ(start_one().body, "event");
}

TEST_F(CallbackOutbox, AnotherConfirmationFails) {
  for (const auto* wrong : {"", "ok", "code\n"}) {
    const auto id = *outbox.add(server_at("http://bot/"));
    answer(start_one(), wrong);
    EXPECT_EQ(status(id), server_status::failed) << wrong;
    outbox.remove(1, id);
  }
  const auto id = *outbox.add(server_at("http://bot/"));
  answer(start_one(), outbox.confirmation_code(1), 500);
  EXPECT_EQ(status(id), server_status::failed);
  EXPECT_TRUE(outbox.edit(1, id, "http://bot/", "bot", "t"));
  EXPECT_EQ(start_one().body, R"({"type":"confirmation","group_id":1,"secret":"t"})");
  EXPECT_EQ(status(id), server_status::wait);
}

TEST_F(CallbackOutbox, OnlyAnotherAddressIsConfirmedAgain) {
  const auto id = add_confirmed();
  EXPECT_TRUE(outbox.edit(1, id, "http://bot/", "other", "s"));
  EXPECT_TRUE(outbox.start(now).empty());
  EXPECT_EQ(status(id), server_status::ok);
  EXPECT_TRUE(outbox.edit(1, id, "http://elsewhere/", "other", "s"));
  EXPECT_EQ(start_one().url, "http://elsewhere/");
  EXPECT_FALSE(outbox.edit(2, id, "http://bot/", "other", "s"));
}

TEST_F(CallbackOutbox, DeliversInOrderAtMostTenAtOnce) {
  const auto id = add_confirmed();
  for (int i = 0; i < 12; ++i) enqueue(id, std::to_string(i));
  const auto first = outbox.start(now);
  ASSERT_EQ(first.size(), 10U);
  for (int i = 0; i < 10; ++i)
    EXPECT_EQ(first[static_cast<std::size_t>(i)].body, std::to_string(i));
  EXPECT_TRUE(outbox.start(now).empty());
  answer(first[3], "ok");
  EXPECT_EQ(start_one().body, "10");
}

TEST_F(CallbackOutbox, RetriesByTheScheduleAndGivesUp) {
  const auto id = add_confirmed();
  enqueue(id);
  auto request = start_one();
  EXPECT_EQ(request.retry, 0);
  int retry = 0;
  for (const auto pause : callback_outbox::schedule) {
    answer(request, "OK");
    EXPECT_EQ(outbox.next_due_ms(), now + pause);
    now += pause - 1;
    EXPECT_TRUE(outbox.start(now).empty());
    ++now;
    request = start_one();
    EXPECT_EQ(request.retry, ++retry);
  }
  answer(request, "ok\n");
  EXPECT_EQ(outbox.next_due_ms(), std::nullopt);
  EXPECT_EQ(outbox.pending(), 0U);
  EXPECT_TRUE(verdicts().ends_with("failed failed given_up ")) << verdicts();
  EXPECT_EQ(status(id), server_status::ok);
}

TEST_F(CallbackOutbox, OthersOvertakeAnEventThatIsRetried) {
  const auto id = add_confirmed();
  enqueue(id, "1");
  answer(start_one(), "", 500);
  enqueue(id, "2");
  EXPECT_EQ(start_one().body, "2");
  now += 10'000;
  EXPECT_EQ(start_one().body, "1");
}

TEST_F(CallbackOutbox, TimesOutAfterTenSeconds) {
  const auto id = add_confirmed();
  enqueue(id);
  const auto request = start_one();
  EXPECT_EQ(outbox.next_due_ms(), now + 10'000);
  now += 10'000;
  EXPECT_TRUE(outbox.start(now).empty());
  EXPECT_TRUE(verdicts().ends_with("timed_out "));
  answer(request, "ok");
  EXPECT_EQ(outbox.pending(), 1U) << "an answer that comes too late means nothing";
  EXPECT_EQ(outbox.next_due_ms(), now + 10'000);
}

TEST_F(CallbackOutbox, RemoveDeletesTheServer) {
  const auto id = add_confirmed();
  enqueue(id);
  enqueue(id);
  const auto both = outbox.start(now);
  answer(both[0], "remove");
  EXPECT_EQ(outbox.find(1, id), nullptr);
  answer(both[1], "ok");
  EXPECT_EQ(outbox.pending(), 0U);
}

TEST_F(CallbackOutbox, VersionChangesTheSettings) {
  const auto id = add_confirmed();
  enqueue(id);
  answer(start_one(), "version 5.103");
  EXPECT_EQ(outbox.find(1, id)->settings.version, (api_version{5, 103}));
  EXPECT_EQ(outbox.pending(), 0U);
  for (const auto* unknown : {"version 5.80", "version 6.1", "version x"}) {
    enqueue(id);
    answer(start_one(), unknown);
    EXPECT_EQ(outbox.pending(), 1U) << unknown;
    now += 10'000;
    answer(start_one(), "ok");
  }
}

TEST_F(CallbackOutbox, RetryAfterPostpones) {
  const auto id = add_confirmed();
  for (const auto code : {410U, 429U, 503U}) {
    enqueue(id);
    answer(start_one(), "", code, "77");
    EXPECT_EQ(outbox.next_due_ms(), now + 77'000) << code;
    now += 77'000;
    answer(start_one(), "ok");
  }
  enqueue(id);
  // 2023-11-14 22:13:20 is 1,700,000,000.
  now = 1'700'000'000'000;
  answer(start_one(), "", 503, "Tue, 14 Nov 2023 22:20:00 GMT");
  EXPECT_EQ(outbox.next_due_ms(), now + 400'000);
  EXPECT_EQ(outbox.find(1, id)->failures, 0);
}

TEST(RetryAfter, IsLessThanThreeHours) {
  EXPECT_EQ(retry_after_ms("0", 0), 0);
  EXPECT_EQ(retry_after_ms(" 10799 ", 0), 10'799'000);
  for (const auto* wrong : {"", "10800", "-1", "soon", "Sun, 99 Nov 1994 08:49:37 GMT",
                            "Sun, 06 Nov 1994 08:49:37 CET", "9999999999999999999999"})
    EXPECT_FALSE(retry_after_ms(wrong, 0)) << wrong;
  EXPECT_EQ(retry_after_ms("Sun, 06 Nov 1994 08:49:37 GMT", 784'111'776'000), 1000);
  EXPECT_EQ(retry_after_ms("Sun, 06 Nov 1994 08:49:37 GMT", 1'700'000'000'000), 0);
}

TEST_F(CallbackOutbox, ManyFailuresInARowEndTheServer) {
  const auto id = add_confirmed();
  for (int i = 0; i < 20; ++i) {
    EXPECT_EQ(status(id), server_status::ok);
    enqueue(id);
    const auto begun = outbox.start(now);
    answer(begun.back(), "", 500);
  }
  EXPECT_EQ(status(id), server_status::failed);
  EXPECT_EQ(outbox.pending(), 0U);
  EXPECT_GT(outbox.dropped(), 0U);
  enqueue(id);
  EXPECT_TRUE(outbox.start(now).empty());
}

TEST_F(CallbackOutbox, TenServersPerCommunity) {
  for (int i = 0; i < 10; ++i) EXPECT_TRUE(outbox.add(server_at("http://bot/")));
  EXPECT_FALSE(outbox.add(server_at("http://bot/")));
  auto other = server_at("http://bot/");
  other.group = 2;
  EXPECT_TRUE(outbox.add(other));
  EXPECT_EQ(outbox.servers(1).size(), 10U);
  EXPECT_NE(outbox.confirmation_code(1), outbox.confirmation_code(2));
}

TEST_F(CallbackOutbox, SwitchesHoldDuplicateAndPad) {
  const auto id = add_confirmed();
  callback_switches switches;
  switches.hold = true;
  switches.duplicate = true;
  switches.padding = 3;
  EXPECT_TRUE(outbox.set_switches(1, id, switches));
  enqueue(id, R"({"a":1})");
  EXPECT_TRUE(outbox.start(now).empty());
  switches.hold = false;
  EXPECT_TRUE(outbox.set_switches(1, id, switches));
  const auto both = outbox.start(now);
  ASSERT_EQ(both.size(), 2U);
  EXPECT_EQ(both[0].body, R"({"a":1,"emulator_padding":"xxx"})");
  EXPECT_EQ(both[1].body, both[0].body);
}

TEST_F(CallbackOutbox, ResendsWhatItHasSentOrAnotherBody) {
  const auto id = add_confirmed();
  enqueue(id, "first");
  const auto request = start_one();
  EXPECT_FALSE(outbox.resend(request.attempt)) << "it has not ended";
  answer(request, "ok");
  EXPECT_TRUE(outbox.resend(request.attempt));
  EXPECT_EQ(start_one().body, "first");
  EXPECT_TRUE(outbox.resend(request.attempt, "other"));
  EXPECT_EQ(start_one().body, "other");
  EXPECT_FALSE(outbox.resend(999));
}

TEST_F(CallbackOutbox, AnotherAddressSaysNothingAboutTheServer) {
  const auto id = add_confirmed();
  enqueue(id, R"({"type":"message_new","secret":"s"})");
  const auto request = start_one();
  answer(request, "ok");
  for (const auto* reply : {"remove", "version 5.90", "no"}) {
    ASSERT_TRUE(outbox.resend(request.attempt, std::nullopt, "http://127.0.0.1:9/"));
    answer(start_one(), reply);
    ASSERT_NE(outbox.find(1, id), nullptr) << reply;
    EXPECT_EQ(outbox.find(1, id)->settings.version, newest_version);
    EXPECT_EQ(outbox.find(1, id)->failures, 0);
    EXPECT_EQ(outbox.pending(), 0U) << "it goes this once";
  }
  ASSERT_TRUE(outbox.resend(request.attempt, std::nullopt, "http://127.0.0.1:9/"));
  static_cast<void>(start_one());
  now += 60'000;
  outbox.expire(now);
  EXPECT_EQ(outbox.pending(), 0U);
  EXPECT_EQ(outbox.find(1, id)->failures, 0);
}

TEST_F(CallbackOutbox, StrangersDoNotGetTheSecret) {
  const auto id = add_confirmed();
  const std::string body = R"({"type":"message_new","secret":"s"})";
  enqueue(id, body);
  const auto request = start_one();
  answer(request, "ok");
  for (const auto* url : {"http://bot/", "http://127.0.0.1:9/", "https://localhost/hook"}) {
    ASSERT_TRUE(outbox.resend(request.attempt, std::nullopt, url));
    EXPECT_EQ(start_one().body, body) << url;
  }
  for (const auto* url : {"http://other/", "http://127.0.0.1@other/", "http://bot/2"}) {
    ASSERT_TRUE(outbox.resend(request.attempt, std::nullopt, url));
    EXPECT_EQ(start_one().body, R"({"type":"message_new"})") << url;
  }
}

TEST_F(CallbackOutbox, AnswersOfAnyBytesAreKeptAsText) {
  const auto id = add_confirmed();
  enqueue(id);
  answer(start_one(), std::string(16'383, 'x') + "\xC3\xA9 and more");
  const auto kept = outbox.attempts().back()->reply.body;
  EXPECT_EQ(kept, std::string(16'383, 'x') + "\xEF\xBF\xBD");
}

TEST(CallbackLimits, BytesOfAReplacedConfirmationAreFreeAgain) {
  callback_limits limits;
  limits.most_bytes = 100;
  callback_outbox outbox{1, limits};
  callback_server server;
  server.group = 1;
  const auto id = *outbox.add(server);
  const auto confirm = [&] {
    const auto attempt = outbox.start(0).front().attempt;
    outbox.finish(attempt, {200, outbox.confirmation_code(1), {}, {}}, 0);
    return attempt;
  };
  const auto attempt = confirm();
  for (int i = 0; i < 4; ++i) {
    EXPECT_TRUE(outbox.resend(attempt, std::string(50, 'x')));
    EXPECT_TRUE(outbox.edit(1, id, "http://bot/" + std::to_string(i), "bot", ""));
    confirm();
  }
  for (int i = 0; i < 2; ++i) outbox.enqueue(id, {"t", "e", std::string(40, 'x')});
  EXPECT_EQ(outbox.dropped(), 0U);
}

TEST(CallbackLimits, OldestEventsAreDroppedAndCounted) {
  callback_limits limits;
  limits.most_waiting = 3;
  callback_outbox outbox{1, limits};
  callback_server server;
  server.group = 1;
  const auto id = *outbox.add(server);
  outbox.finish(outbox.start(0).front().attempt, {200, outbox.confirmation_code(1), {}, {}}, 0);
  for (int i = 0; i < 5; ++i) outbox.enqueue(id, {"t", "e", std::to_string(i)});
  EXPECT_EQ(outbox.dropped(), 2U);
  EXPECT_EQ(outbox.start(0).front().body, "2");
}

}  // namespace
}  // namespace vkxx::emulation
