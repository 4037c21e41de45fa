// The process ends, or the store fails, at every step.
#include <gtest/gtest.h>

#include <boost/asio/post.hpp>
#include <map>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

#include "integration/dispatch/dispatch_support.hpp"
#include "support/forwarding_state.hpp"

namespace {

namespace asio = boost::asio;
using vkxx::update;
using vkxx::update_context;
using vkxx::testing::dispatch_world;
using vkxx::testing::message;
using vkxx::testing::outcome_of;

constexpr int crash_peers = 3;
constexpr int crash_messages = 4;

std::vector<std::vector<update>> script() {
  std::vector<std::vector<update>> all;
  for (int number = 1; number <= crash_messages; ++number) {
    all.emplace_back();
    for (int peer = 1; peer <= crash_peers; ++peer) all.back().push_back(message(5, peer, number));
  }
  return all;
}

// What the handler did over all lives of the process.
struct history {
  std::map<std::string, int> runs;
  std::map<std::string, int> last;  // by lane
  bool ordered = true;
};

// Counts in its state; effects are seen in `history`.
vkxx::update_handler counting(history& past) {
  return [&past](update_context context) -> asio::awaitable<void> {
    const auto& id = context.update().event_id();
    const auto number = std::stoi(id.substr(id.find('.') + 1));
    ++past.runs[id];
    // Before it, everything earlier of the lane was committed: a new run is one of the last row.
    auto& last = past.last[context.lane()];
    if (number != last && number != last + 1) past.ordered = false;
    last = number;
    const auto key = "count/" + context.lane();
    auto reading = context.read(key);
    const auto before = (co_await std::move(reading)).value().value_or("0");
    co_await asio::post(co_await asio::this_coro::executor, asio::use_awaitable);
    context.write(key, std::to_string(std::stoi(before) + 1));
  };
}

void expect_everything(vkxx::state_store& store, const history& past) {
  EXPECT_TRUE(past.ordered);
  EXPECT_EQ(past.runs.size(), static_cast<std::size_t>(crash_peers * crash_messages));
  const auto summary = outcome_of(store.summary()).value();
  EXPECT_EQ(summary.rows, 0U);
  EXPECT_EQ(summary.dead, 0U);
  for (int peer = 1; peer <= crash_peers; ++peer) {
    const auto key = "count/5/peer/" + std::to_string(peer);
    const auto count = outcome_of(store.read(key)).value();
    ASSERT_TRUE(count);
    EXPECT_EQ(count->bytes, std::to_string(crash_messages)) << key;
  }
}

TEST(DispatcherCrash, AtEveryStepLosesNothing) {
  for (std::size_t steps = 0;; ++steps) {
    SCOPED_TRACE(steps);
    const auto store = std::make_shared<vkxx::memory_state>();
    history past;
    bool crashed = false;
    {
      dispatch_world world{store};
      world.options().handlers(2);
      world.add("source", script());
      world.updates().on_update(counting(past));
      world.start();
      for (std::size_t step = 0; step < steps && !world.report; ++step) {
        if (world.io.poll_one() == 0 && !world.clock().advance_to_next()) break;
      }
      crashed = !world.report;
    }
    dispatch_world world{store};
    world.add("source", script());
    world.updates().on_update(counting(past));
    world.run();
    expect_everything(*store, past);
    if (!crashed || ::testing::Test::HasFailure()) return;
  }
}

// Fails one operation after so many.
class failing_state final : public vkxx::testing::forwarding_state {
 public:
  failing_state(std::shared_ptr<vkxx::state_store> base, int successes)
      : forwarding_state{std::move(base)}, left_{successes} {}

  asio::awaitable<vkxx::result<vkxx::commit_receipt>> commit(vkxx::state_unit unit) override {
    if (fails()) return failed<vkxx::commit_receipt>();
    return base().commit(std::move(unit));
  }
  asio::awaitable<vkxx::result<vkxx::inbox_page>> take(vkxx::inbox_query query) override {
    if (fails()) return failed<vkxx::inbox_page>();
    return base().take(std::move(query));
  }
  asio::awaitable<vkxx::result<vkxx::due_timers>> timers(vkxx::wall_time now,
                                                         std::size_t limit) override {
    if (fails()) return failed<vkxx::due_timers>();
    return base().timers(now, limit);
  }
  [[nodiscard]] bool has_failed() const { return left_ < 0; }

 private:
  bool fails() { return left_-- == 0; }
  template <class T>
  static asio::awaitable<vkxx::result<T>> failed() {
    co_return vkxx::error{vkxx::errc::state_failed, vkxx::request_effect::not_sent, "disk full"};
  }

  std::shared_ptr<vkxx::state_store> base_;
  int left_;
};

TEST(DispatcherCrash, AFailureOfTheStoreAtEveryOperationLosesNothing) {
  // The first one says who has the store; without it nothing begins.
  for (int operations = 1;; ++operations) {
    SCOPED_TRACE(operations);
    const auto memory = std::make_shared<vkxx::memory_state>();
    const auto store = std::make_shared<failing_state>(memory, operations);
    history past;
    dispatch_world world{store};
    world.add("source", script());
    world.updates().on_update(counting(past));
    world.run();
    expect_everything(*memory, past);
    if (!store->has_failed() || ::testing::Test::HasFailure()) return;
    EXPECT_EQ(world.count(vkxx::dispatch_notice_kind::store_failure), 1U);
    for (const auto& [id, runs] : past.runs) EXPECT_EQ(runs, 1) << id;
  }
}

TEST(DispatcherCrash, AnEffectHappensOnceAlthoughTheStoreFails) {
  for (int operations = 1;; ++operations) {
    SCOPED_TRACE(operations);
    const auto store =
        std::make_shared<failing_state>(std::make_shared<vkxx::memory_state>(), operations);
    dispatch_world world{store};
    world.add("source", {{message(5, 1, 1)}});
    int charged = 0;
    std::set<std::string> receipts;
    world.updates().on_update([&](update_context context) -> asio::awaitable<void> {
      for (int i = 0; i < 2; ++i) {
        auto charging = context.once("charge", [&]() -> asio::awaitable<std::string> {
          co_return "receipt" + std::to_string(++charged);
        });
        receipts.insert((co_await std::move(charging)).value());
      }
      if (context.attempt() < 3) throw std::runtime_error{"after the effect"};
    });
    EXPECT_EQ(world.run().handled, 1U);
    EXPECT_EQ(charged, 1);
    EXPECT_EQ(receipts.size(), 1U);
    if (!store->has_failed() || ::testing::Test::HasFailure()) return;
  }
}

}  // namespace
