// A store, sources and functions of the program that throw.
#include <gtest/gtest.h>

#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/async_result.hpp>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <vkxx/core/exception.hpp>
#include "integration/dispatch/dispatch_support.hpp"
#include "support/forwarding_state.hpp"

namespace {

namespace asio = boost::asio;
using vkxx::update;
using vkxx::update_context;
using vkxx::testing::dispatch_world;
using vkxx::testing::message;

constexpr int peers_at_once = 20;

// A store of the program, at its n-th operation.
class throwing_state final : public vkxx::testing::forwarding_state {
 public:
  using forwarding_state::forwarding_state;
  asio::awaitable<vkxx::result<vkxx::commit_receipt>> commit(vkxx::state_unit unit) override {
    if (--commits_left < 0) throw std::runtime_error{"a store that throws"};
    return forwarding_state::commit(std::move(unit));
  }
  int commits_left = 0;
};

TEST(ThrowingStore, EndsTheDispatcher) {
  // That it has the store, two batches, and for each of two updates that it runs and has ended.
  for (int commits = 0; commits < 7; ++commits) {
    SCOPED_TRACE(commits);
    const auto store = std::make_shared<throwing_state>();
    store->commits_left = commits;
    dispatch_world world{store};
    world.updates().on_update([](update_context) -> asio::awaitable<void> { co_return; });
    world.add("source", {{message(5, 1, commits), message(5, 2, commits)}, {}}, false);
    world.start();
    world.turn();
    ASSERT_TRUE(world.report);
    ASSERT_FALSE(*world.report);
    EXPECT_EQ(world.report->error(), vkxx::errc::state_failed);
    EXPECT_NE(world.report->error().message().find("a store that throws"), std::string::npos);
  }
}

// Ends inside of its cancellation.
asio::awaitable<void> until_cancelled() {
  auto initiation = [](auto handler) {
    auto slot = asio::get_associated_cancellation_slot(handler);
    auto kept = std::make_shared<decltype(handler)>(std::move(handler));
    slot.assign([kept](asio::cancellation_type) {
      const auto ending = kept;  // the slot is cleared meanwhile
      std::move (*ending)();
    });
  };
  co_await asio::async_initiate<const asio::use_awaitable_t<>&, void()>(initiation,
                                                                        asio::use_awaitable);
}

TEST(ThrowingStore, CancelsTheHandlers) {
  const auto store = std::make_shared<throwing_state>();
  // The end of the only handler that ends.
  store->commits_left = 2 + peers_at_once;
  dispatch_world world{store};
  int cancelled = 0;
  world.updates().on_update([&](update_context context) -> asio::awaitable<void> {
    if (context.update().event_id() == "1.1") co_return;
    auto waiting = until_cancelled();
    co_await std::move(waiting);
    ++cancelled;
  });
  std::vector<update> batch;
  for (int peer = peers_at_once; peer > 0; --peer) batch.push_back(message(5, peer, 1));
  world.add("source", {batch}, false);
  world.start();
  world.turn();
  ASSERT_TRUE(world.report);
  EXPECT_FALSE(*world.report);
  world.io.restart();
  world.io.poll();
  EXPECT_EQ(cancelled, peers_at_once - 1);
}

// What a program throws need not be a std::exception.
class throwing_source final : public vkxx::update_source {
 public:
  asio::awaitable<vkxx::result<vkxx::update_batch>> next() override { throw 1; }
  void commit(const vkxx::update_cursor&) override {}
  void stop() noexcept override {}
  [[nodiscard]] std::string name() const override { return "broken"; }
  [[nodiscard]] vkxx::update_cursor cursor() const override { return {}; }
  [[nodiscard]] vkxx::update_source_metrics metrics() const override { return {}; }
};

TEST(ThrowingSource, EndsAloneAndIsReported) {
  dispatch_world world;
  int handled = 0;
  world.updates().on_update([&handled](update_context) -> asio::awaitable<void> {
    ++handled;
    co_return;
  });
  world.updates().add(std::make_shared<throwing_source>());
  world.add("source", {{message(5, 1, 1)}, {message(5, 1, 2)}});
  EXPECT_EQ(world.run().left, 0U);
  EXPECT_EQ(handled, 2);
  EXPECT_EQ(world.count(vkxx::dispatch_notice_kind::source_ended), 1U);
}

TEST(ThrowingFunctions, OfLanesAndClientsFailTheirUpdateOnly) {
  dispatch_world world;
  world.options().lanes([](const update& received) -> vkxx::update_lane {
    if (received.event_id() == "1.1") throw 1;
    return vkxx::default_lane(received);
  });
  world.options().clients(
      [](const update& received, std::string_view) -> std::optional<vkxx::client> {
        if (received.event_id() == "2.1") throw 2;
        return std::nullopt;
      });
  std::vector<std::string> handled;
  world.updates().on_update([&handled](update_context context) -> asio::awaitable<void> {
    handled.push_back(context.update().event_id());
    co_return;
  });
  world.add("source", {{message(5, 1, 1), message(5, 2, 1), message(5, 3, 1)}});
  EXPECT_EQ(world.run().left, 0U);
  EXPECT_EQ(handled, (std::vector<std::string>{"1.1", "3.1"}));
  EXPECT_EQ(world.count(vkxx::dispatch_notice_kind::retry), 3U);
  EXPECT_EQ(world.count(vkxx::dispatch_notice_kind::dead_letter), 1U);
}

TEST(Dispatcher, RefusesNothingAsAStoreOrASource) {
  dispatch_world world;
  EXPECT_THROW(world.updates().add(nullptr), vkxx::usage_exception);
  EXPECT_THROW((vkxx::dispatcher{world.io.get_executor(), nullptr, world.options()}),
               vkxx::usage_exception);
  EXPECT_THROW((vkxx::dispatcher{{}, std::make_shared<vkxx::memory_state>(), world.options()}),
               vkxx::usage_exception);
}

}  // namespace
