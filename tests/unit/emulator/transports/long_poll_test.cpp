// Long poll of communities: `ts`, failures, faults.
#include "unit/emulator/transports/hub_fixture.hpp"

namespace vkxx::emulation {
namespace {

using namespace vkxx::emulation::detail;
namespace json = boost::json;

class CommunityLongPoll : public hub_fixture {
 protected:
  std::string answer(const std::string& ts, const std::string& key = "current") {
    return json::serialize(poll(1, ts, key));
  }
  std::string texts(const std::string& ts) {
    std::string all;
    const auto found = poll(1, ts);
    for (const auto& update : found.at("updates").as_array()) {
      const auto* object = update.at("object").if_object();
      const auto* message = object == nullptr ? nullptr : object->if_contains("message");
      all += message == nullptr ? "?" : std::string{message->at("text").as_string()};
    }
    return all;
  }
  void say_all(const std::string& letters) {
    for (const char letter : letters) say(2, -1, std::string{letter});
  }
};

TEST_F(CommunityLongPoll, GivesEventsAfterTs) {
  messages().allow(2, 1, {});
  say_all("abc");
  EXPECT_EQ(texts("1"), "abc");
  EXPECT_EQ(texts("3"), "c");
  EXPECT_EQ(answer("4"), R"({"ts":"4","updates":[]})");
}

TEST_F(CommunityLongPoll, FailsWithItsCodes) {
  say_all("ab");
  EXPECT_EQ(answer("9"), R"({"failed":1,"ts":3})");
  EXPECT_EQ(answer("x"), R"({"failed":1,"ts":3})");
  EXPECT_EQ(answer(""), R"({"failed":1,"ts":3})");
  EXPECT_EQ(answer("0", "wrong"), R"({"failed":2})");
  const auto first = hub.channel(1).key.current();
  hub.expire_key(1);
  EXPECT_EQ(answer("0", first), R"({"failed":2})");
  EXPECT_EQ(texts("1"), "ab");
  const auto second = hub.channel(1).key.current();
  hub.forget(1);
  EXPECT_EQ(answer("3", second), R"({"failed":3})");
  EXPECT_EQ(answer("3", first), R"({"failed":2})");
  EXPECT_EQ(answer("4"), R"({"ts":"4","updates":[]})");
}

TEST_F(CommunityLongPoll, LostHistoryIsNoticedByEveryReader) {
  say_all("ab");
  hub.lose_history(1);
  EXPECT_EQ(answer("3"), R"({"failed":1,"ts":4})");
  EXPECT_EQ(answer("1"), R"({"failed":1,"ts":4})");
  say_all("c");
  EXPECT_EQ(texts("4"), "c");
}

TEST_F(CommunityLongPoll, FaultsChangeAsManyAnswersAsTheySay) {
  messages().allow(2, 1, {});
  say_all("abcdef");
  hub.add_fault(1, {poll_fault_kind::repeat_last, 2, 1});
  EXPECT_EQ(texts("7"), "ef");
  EXPECT_EQ(texts("7"), "");
  hub.add_fault(1, {poll_fault_kind::foreign_type, 0, 2});
  EXPECT_EQ(texts("5"), "?e?f");
  EXPECT_EQ(texts("5"), "?e?f");
  EXPECT_EQ(texts("5"), "ef");
  hub.add_fault(1, {poll_fault_kind::shuffle, 0, 0});
  auto shuffled = texts("1");
  EXPECT_NE(shuffled, "abcdef");
  std::ranges::sort(shuffled);
  EXPECT_EQ(shuffled, "abcdef");
  hub.channel(1).faults.clear();
  hub.channel(1).ring.drop_until(4);
  EXPECT_EQ(answer("1"), R"({"failed":1,"ts":4})");
  hub.add_fault(1, {poll_fault_kind::accept_stale_ts, 0, 1});
  EXPECT_EQ(texts("1"), "def");
  EXPECT_EQ(answer("1"), R"({"failed":1,"ts":4})");
}

TEST(PollFaults, ChangeTheAnswerAsAWhole) {
  poll_faults faults;
  faults.add({poll_fault_kind::delay, 250, 1});
  faults.add({poll_fault_kind::cut, 5, 1});
  faults.add({poll_fault_kind::plain_text, 0, 1});
  answer reply;
  reply.body = "0123456789";
  faults.change(reply);
  EXPECT_EQ(reply.delay, std::chrono::milliseconds{250});
  EXPECT_EQ(reply.end, ending::truncated);
  EXPECT_EQ(reply.cut_at, 5U);
  EXPECT_TRUE(reply.content_type.starts_with("text/plain"));
  EXPECT_TRUE(faults.all().empty());
  faults.add({poll_fault_kind::bad_gateway, 0, 1});
  answer page;
  faults.change(page);
  EXPECT_EQ(page.status, 502U);
  EXPECT_TRUE(page.content_type.starts_with("text/html"));
  for (const auto kind : {poll_fault_kind::accept_stale_ts, poll_fault_kind::plain_text})
    EXPECT_EQ(read_poll_fault(to_string(kind)), kind);
  EXPECT_FALSE(read_poll_fault("nothing"));
}

TEST(EventRing, DropsTheOldestByNumberBytesAndAge) {
  event_ring ring{{3, 100, 1000}};
  for (int i = 1; i <= 5; ++i) EXPECT_EQ(ring.push(std::to_string(i), i), i);
  EXPECT_EQ(ring.oldest(), 2U);
  EXPECT_EQ(ring.since(3).size(), 2U);
  EXPECT_EQ(ring.since(3).front().text, "4");
  ring.push(std::string(99, 'x'), 6);
  EXPECT_EQ(ring.oldest(), 4U);
  ring.expire(1005);
  EXPECT_EQ(ring.oldest(), 5U);
  ring.expire(1006);
  EXPECT_EQ(ring.oldest(), ring.last());
  EXPECT_EQ(ring.bytes(), 0U);
  EXPECT_EQ(ring.dropped(), 6U);
}

TEST(RingBudget, DropsTheOldestEventOfAllRings) {
  ring_budget budget{10};
  event_ring quiet;
  event_ring busy;
  const auto add = [&budget](event_ring& ring) {
    const auto number = ring.push("1234", 0);
    budget.added(ring, number);
  };
  add(quiet);
  add(busy);
  add(busy);
  EXPECT_EQ(quiet.oldest(), 1U);
  EXPECT_EQ(busy.oldest(), 0U);
  for (int i = 0; i < 10'000; ++i) add(busy);
  EXPECT_EQ(busy.last() - busy.oldest(), 2U);
  EXPECT_EQ(budget.bytes(), 8U);
}

TEST(RingBudget, NoticesWhatRingsDropByThemselves) {
  ring_budget budget{10};
  event_ring polled;
  event_ring lost;
  const auto add = [&budget](event_ring& ring) { budget.added(ring, ring.push("1234", 0)); };
  for (int i = 0; i < 10; ++i) {
    add(polled);
    polled.expire(3'600'000);
    add(lost);
    lost.lose();
  }
  add(polled);
  add(lost);
  EXPECT_EQ(polled.last() - polled.oldest(), 1U);
  EXPECT_EQ(lost.last() - lost.oldest(), 1U);
  EXPECT_EQ(budget.bytes(), 8U);
}

}  // namespace
}  // namespace vkxx::emulation
