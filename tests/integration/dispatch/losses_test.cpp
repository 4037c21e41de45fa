// What VK cannot give any more is reported, whatever becomes of the commit.
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <gtest/gtest.h>

#include "integration/dispatch/dispatch_support.hpp"
#include "support/forwarding_state.hpp"

namespace vkxx::testing {
namespace {

// Gives one batch with a loss until it was committed, and then another one.
class losing_source final : public update_source {
 public:
  explicit losing_source(bool needs_position = true) : needs_position_{needs_position} {}
  asio::awaitable<result<update_batch>> next() override {
    if (given_ == 2) {
      co_return error{errc::cancelled, request_effect::not_sent, "the source has ended"};
    }
    const update_loss loss{loss_reason::history_outdated, "1", "1", std::nullopt};
    co_return update_batch{{message(5, 1, given_)}, {loss}, update_cursor{"1"}};
  }
  void commit(const update_cursor& /*cursor*/) override { ++given_; }
  void stop() noexcept override { given_ = 2; }
  [[nodiscard]] std::string name() const override { return "losing"; }
  [[nodiscard]] update_cursor cursor() const override { return {}; }
  [[nodiscard]] bool needs_position() const noexcept override { return needs_position_; }
  [[nodiscard]] update_source_metrics metrics() const override { return {}; }

 private:
  const bool needs_position_;
  int given_ = 0;
};

// The first commits of a position fail.
class failing_state final : public forwarding_state {
 public:
  asio::awaitable<result<commit_receipt>> commit(state_unit unit) override {
    for (const auto& change : unit.changes()) {
      if (!std::holds_alternative<vkxx::detail::put_cursor_change>(change)) continue;
      reported_before.push_back(reported());
      if (std::exchange(failures_, failures_ > 0 ? failures_ - 1 : 0) == 0) continue;
      co_return error{errc::state_failed, request_effect::not_sent, "the disk is full"};
    }
    auto committing = base().commit(std::move(unit));
    co_return co_await std::move(committing);
  }

  std::function<std::size_t()> reported;
  std::vector<std::size_t> reported_before;

 private:
  int failures_ = 3;
};

TEST(Losses, AreReportedOnceAndBeforeTheirPositionIsCommitted) {
  const auto store = std::make_shared<failing_state>();
  dispatch_world world{store};
  store->reported = [&] { return world.count(dispatch_notice_kind::loss); };
  world.updates().add(std::make_shared<losing_source>());
  EXPECT_EQ(world.run().left, 2U);
  EXPECT_EQ(store->reported_before, (std::vector<std::size_t>{1, 1, 1, 1, 2}));
  EXPECT_EQ(world.count(dispatch_notice_kind::loss), 2U);
  EXPECT_EQ(world.updates().metrics().losses, 2U);
}

// What a callback server misses VK posts again.
TEST(Losses, ASourceThatNeedsNoPositionMayBeginAnywhere) {
  for (const bool needs_position : {false, true}) {
    const auto store = std::make_shared<memory_state>();
    outcome_of(store->commit(state_unit{}.put_cursor("losing", "7"))).value();
    dispatch_world world{store};
    world.updates().add(std::make_shared<losing_source>(needs_position));
    world.run();
    EXPECT_EQ(world.count(dispatch_notice_kind::cursor_ignored), needs_position ? 1U : 0U);
  }
}

}  // namespace
}  // namespace vkxx::testing
