// The registry of suspended requests alone.
#include "emulator/suspension/suspension_registry.hpp"

#include <gtest/gtest.h>

#include <thread>

namespace vkxx::emulation::detail {
namespace {

constexpr time_point start{std::chrono::hours{1}};

class SuspensionRegistry : public testing::Test {
 protected:
  suspension_id add(std::string_view channel, std::chrono::seconds wait = std::chrono::seconds{25},
                    std::string subject = {}) {
    return registry.add(channel, std::move(subject), start + wait).value();
  }
  void listen(suspension_id id) {
    registry.attach(id, [this, id](wake_cause cause) { woken.emplace_back(id, cause); });
  }
  suspension_id waiting(std::string_view channel,
                        std::chrono::seconds wait = std::chrono::seconds{25},
                        std::string subject = {}) {
    const auto id = add(channel, wait, std::move(subject));
    listen(id);
    return id;
  }

  using record = std::vector<std::pair<suspension_id, wake_cause>>;
  suspension_registry registry;
  record woken;
};

TEST_F(SuspensionRegistry, WakesTheRequestsOfOneChannelOnce) {
  const auto first = waiting("a");
  const auto second = waiting("a");
  waiting("b");
  EXPECT_EQ(registry.wake("c"), 0U);
  EXPECT_EQ(registry.wake("a"), 2U);
  EXPECT_EQ(registry.wake("a"), 0U);
  EXPECT_EQ(woken, (record{{first, wake_cause::event}, {second, wake_cause::event}}));
  EXPECT_EQ(registry.size(), 1U);
}

TEST_F(SuspensionRegistry, WakesWhoseTimeIsOverInOrderOfTime) {
  using std::chrono::seconds;
  const auto late = waiting("a", seconds{30});
  const auto early = waiting("b", seconds{10});
  waiting("a", seconds{31});
  EXPECT_EQ(registry.next_due(), start + seconds{10});
  EXPECT_EQ(registry.wake_due(start + seconds{9}), 0U);
  EXPECT_EQ(registry.wake_due(start + seconds{30}), 2U);
  EXPECT_EQ(woken, (record{{early, wake_cause::time}, {late, wake_cause::time}}));
  EXPECT_EQ(registry.next_due(), start + seconds{31});
  registry.end_all();
  EXPECT_EQ(registry.next_due(), no_deadline);
}

TEST_F(SuspensionRegistry, KeepsAWakeForACallbackThatComesLater) {
  const auto id = add("a");
  EXPECT_EQ(registry.wake("a"), 1U);
  EXPECT_EQ(registry.wake("a"), 0U);
  EXPECT_EQ(registry.size(), 1U);
  listen(id);
  EXPECT_EQ(woken, (record{{id, wake_cause::event}}));
  EXPECT_EQ(registry.size(), 0U);
}

TEST_F(SuspensionRegistry, WakesByNamesInFaults) {
  using std::chrono::seconds;
  const auto poll = waiting("a", seconds{25}, "/whp/1");
  waiting("a", seconds{25}, "/whp/2");
  waiting("a");
  EXPECT_EQ(registry.wake_subjects([](std::string_view name) { return name == "/whp/1"; }), 1U);
  EXPECT_EQ(woken, (record{{poll, wake_cause::fault}}));
  EXPECT_EQ(registry.wake("a"), 2U);
}

TEST_F(SuspensionRegistry, ForgetsWithoutACall) {
  const auto id = waiting("a");
  const auto pending = add("a");
  registry.wake("a");
  registry.forget(pending);
  registry.forget(id);
  {
    const suspension scope{registry, add("a")};
    EXPECT_EQ(registry.size(), 1U);
  }
  EXPECT_EQ(registry.size(), 0U);
  EXPECT_EQ(registry.wake("a"), 0U);
  EXPECT_EQ(registry.next_due(), no_deadline);
  listen(pending);
  EXPECT_EQ(woken.size(), 1U);
}

TEST_F(SuspensionRegistry, EndsAll) {
  waiting("a");
  waiting("b");
  EXPECT_EQ(registry.end_all(), 2U);
  EXPECT_EQ(woken.size(), 2U);
  for (const auto& [id, cause] : woken) EXPECT_EQ(cause, wake_cause::ended);
}

TEST_F(SuspensionRegistry, TellsWhenTheFirstEndBecomesEarlier) {
  using std::chrono::seconds;
  int hints = 0;
  registry.on_earlier([&] { ++hints; });
  waiting("a", seconds{20});
  waiting("a", seconds{25});
  EXPECT_EQ(hints, 1);
  waiting("b", seconds{19});
  EXPECT_EQ(hints, 2);
  registry.on_earlier({});
  waiting("b", seconds{1});
  EXPECT_EQ(hints, 2);
}

TEST_F(SuspensionRegistry, RefusesMoreThanItsLimit) {
  for (std::size_t i = 0; i != suspension_registry::limit; ++i) waiting("a");
  EXPECT_FALSE(registry.add("a", {}, start).has_value());
  EXPECT_EQ(registry.refused(), 1U);
  EXPECT_EQ(registry.wake("a"), suspension_registry::limit);
  EXPECT_TRUE(registry.add("a", {}, start).has_value());
}

// A callback may register again at once, as a poll does that an event did not concern.
TEST_F(SuspensionRegistry, MayBeCalledFromACallback) {
  std::optional<suspension_id> again;
  registry.attach(add("a"), [&](wake_cause) { again = registry.add("a", {}, start); });
  registry.wake("a");
  ASSERT_TRUE(again.has_value());
  EXPECT_EQ(registry.size(), 1U);
}

TEST(SuspensionThreads, WakeEachRequestExactlyOnce) {
  constexpr int rounds = 2000;
  suspension_registry registry;
  std::atomic<int> calls{0};
  std::atomic<bool> done{false};
  std::vector<std::thread> wakers;
  for (const auto* channel : {"a", "b"}) {
    wakers.emplace_back([&, channel] {
      while (!done) registry.wake(channel);
    });
  }
  wakers.emplace_back([&] {
    while (!done) registry.wake_due(start);
  });
  for (int i = 0; i != rounds; ++i) {
    const auto id = registry.add(i % 2 == 0 ? "a" : "b", {}, start).value();
    registry.attach(id, [&](wake_cause) { ++calls; });
  }
  while (registry.size() != 0) std::this_thread::yield();
  done = true;
  for (auto& waker : wakers) waker.join();
  EXPECT_EQ(calls, rounds);
}

}  // namespace
}  // namespace vkxx::emulation::detail
