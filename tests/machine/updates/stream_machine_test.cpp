// The state machine of the Streaming API, event by event, and its frames.
#include <chrono>
#include <cstdint>
#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "updates/stream/held_updates.hpp"
#include "updates/stream/stream_frame.hpp"
#include "updates/stream/stream_machine.hpp"

namespace vkxx::detail {
namespace {

using namespace std::chrono_literals;
using act = stream_action;

constexpr time_point start = time_point{} + 1h;

stream_machine open_machine() {
  stream_machine machine{1s};
  EXPECT_EQ(machine.resume(stream_event::begun{}, start), act::ask_url);
  EXPECT_EQ(machine.resume(stream_event::url_given{}, start), act::connect);
  EXPECT_EQ(machine.resume(stream_event::opened{}, start), act::read);
  return machine;
}

TEST(StreamMachine, AsksForAnotherKeyWhenItIsRefused) {
  for (const int code : {1003, 1004}) {
    auto machine = open_machine();
    EXPECT_EQ(machine.resume(stream_event::refused{code}, start), act::ask_url);
    EXPECT_EQ(machine.resume(stream_event::refused{code}, start + 1s), act::wait);
  }
}

TEST(StreamMachine, WaitsUntilTheOldStreamIsGone) {
  auto machine = open_machine();
  EXPECT_EQ(machine.resume(stream_event::refused{1006}, start), act::wait);
  EXPECT_EQ(machine.due() - start, 1s);
  EXPECT_EQ(machine.resume(stream_event::waited{}, machine.due()), act::connect);
}

TEST(StreamMachine, EndsWhenVkDoesNotWantIt) {
  for (const int code : {1000, 1001, 1002, 1005}) {
    auto machine = open_machine();
    EXPECT_EQ(machine.resume(stream_event::refused{code}, start), act::end);
    EXPECT_EQ(machine.refusal(), code);
  }
}

TEST(StreamMachine, ReconnectsWithGrowingPausesAndAnotherKeyAfterThree) {
  auto machine = open_machine();
  auto now = start;
  duration before{};
  for (int i = 1; i <= 9; ++i) {
    EXPECT_EQ(machine.resume(stream_event::closed{}, now), act::wait);
    EXPECT_GE(machine.due() - now, before);
    EXPECT_LE(machine.due() - now, 60s);
    before = machine.due() - now;
    now = machine.due();
    EXPECT_EQ(machine.resume(stream_event::waited{}, now),
              i % 3 == 0 ? act::ask_url : act::connect);
  }
  machine.resume(stream_event::opened{}, now);
  EXPECT_EQ(machine.resume(stream_event::delivered{}, now), act::read);
  EXPECT_EQ(machine.resume(stream_event::closed{}, now), act::wait);
  EXPECT_EQ(machine.due() - now, 1s);
}

TEST(StreamMachine, FollowsServiceMessages) {
  auto machine = open_machine();
  EXPECT_EQ(machine.resume(stream_event::service{7}, start), act::read);
  EXPECT_EQ(machine.resume(stream_event::service{3000}, start), act::ask_url);
  EXPECT_EQ(machine.resume(stream_event::service{3001}, start + 1s), act::wait);
}

TEST(StreamMachine, DropsASilentStream) {
  auto machine = open_machine();
  EXPECT_EQ(machine.resume(stream_event::silent{}, start), act::connect);
  EXPECT_EQ(machine.resume(stream_event::silent{}, start + 1s), act::wait);
}

TEST(StreamMachine, ForgetsFailuresOnceAStreamWasOpenForLong) {
  auto machine = open_machine();
  auto now = start;
  for (int i = 0; i < 20; ++i) {
    now += 1h;
    EXPECT_EQ(machine.resume(stream_event::closed{}, now), act::wait);
    EXPECT_EQ(machine.due() - now, 1s);
    now = machine.due();
    EXPECT_EQ(machine.resume(stream_event::waited{}, now), act::connect);
    EXPECT_EQ(machine.resume(stream_event::opened{}, now), act::read);
  }
  // One that is closed at once is the second failure in a row.
  machine.resume(stream_event::closed{}, now);
  EXPECT_EQ(machine.due() - now, 2s);
}

update post(const std::string& text) {
  update_data data;
  data.object = text;
  return update{std::move(data)};
}

TEST(HeldUpdates, ReportsWhatWasDroppedBetweenThem) {
  held_updates held{2};
  EXPECT_FALSE(held.take());
  EXPECT_TRUE(held.add(post("1")));
  EXPECT_TRUE(held.add(post("2")));
  EXPECT_FALSE(held.add(post("3")));
  EXPECT_FALSE(held.add(post("4")));
  const auto first = held.take();
  ASSERT_TRUE(first);
  EXPECT_EQ(first->size(), 2U);
  EXPECT_TRUE(first->losses().empty());
  EXPECT_TRUE(held.add(post("5")));
  held.disconnected();
  held.disconnected();
  EXPECT_TRUE(held.add(post("6")));
  EXPECT_FALSE(held.add(post("7")));
  const auto second = held.take();
  ASSERT_TRUE(second);
  ASSERT_EQ(second->losses().size(), 1U);
  EXPECT_EQ(second->losses()[0].reason, loss_reason::overflow);
  EXPECT_EQ(second->losses()[0].count, 2U);
  ASSERT_EQ(second->size(), 1U);
  EXPECT_EQ(second->updates()[0].raw(), "5");
  const auto third = held.take();
  ASSERT_TRUE(third);
  ASSERT_EQ(third->losses().size(), 1U);
  EXPECT_EQ(third->losses()[0].reason, loss_reason::disconnected);
  ASSERT_EQ(third->size(), 1U);
  EXPECT_EQ(third->updates()[0].raw(), "6");
  // No update follows: the loss comes by itself.
  const auto last = held.take();
  ASSERT_TRUE(last);
  EXPECT_TRUE(last->empty());
  ASSERT_EQ(last->losses().size(), 1U);
  EXPECT_EQ(last->losses()[0].count, 1U);
  EXPECT_NE(last->cursor(), third->cursor());
  EXPECT_FALSE(held.take());
}

TEST(HeldUpdates, ReportsLossesToAProgramThatNeverCatchesUp) {
  held_updates held{300};
  std::uint64_t given = 0;
  std::uint64_t lost = 0;
  for (int i = 0; i < 100; ++i) {
    for (int j = 0; j < 400; ++j) held.add(post("x"));
    const auto batch = held.take();
    ASSERT_TRUE(batch);
    EXPECT_LE(batch->size(), 256U);
    given += batch->size();
    for (const auto& loss : batch->losses()) lost += loss.count.value_or(0);
  }
  EXPECT_GT(given, 0U);
  EXPECT_GT(lost, 0U);
  while (const auto batch = held.take()) {
    given += batch->size();
    for (const auto& loss : batch->losses()) lost += loss.count.value_or(0);
  }
  EXPECT_EQ(given + lost, 40'000U);
}

TEST(StreamFrame, ReadsEveryKind) {
  const auto event = read_stream_frame(
      R"({"code":100,"event":{"event_type":"post","event_id":{"post_id":2},"text":"a"}})");
  EXPECT_EQ(event.content, stream_content::update);
  EXPECT_EQ(event.update.type, "stream:post");
  EXPECT_EQ(event.update.object, R"({"event_type":"post","event_id":{"post_id":2},"text":"a"})");
  const auto service =
      read_stream_frame(R"({"code":300,"service_message":{"message":"x","service_code":3000}})");
  EXPECT_EQ(service.content, stream_content::service);
  EXPECT_EQ(service.code, 3000);
  const auto failure = read_stream_frame(R"({"code":400,"error":{"error_code":"1006"}})");
  EXPECT_EQ(failure.content, stream_content::error);
  EXPECT_EQ(failure.code, 1006);
  EXPECT_EQ(read_stream_frame(R"({"code":500})").content, stream_content::other);
  EXPECT_EQ(read_stream_frame("[]").content, stream_content::other);
  EXPECT_EQ(read_stream_frame("junk").content, stream_content::unreadable);
  EXPECT_EQ(read_stream_frame(R"({"code":100})").update.type, "");
}

}  // namespace
}  // namespace vkxx::detail
