// Updates of the program's own.
#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "integration/dispatch/dispatch_support.hpp"
#include "support/forwarding_state.hpp"

namespace {

using namespace std::chrono_literals;
namespace asio = boost::asio;
using vkxx::errc;
using vkxx::testing::dispatch_world;

vkxx::update own_update(const std::string& key, std::string type = "vkxx:hello",
                        std::string object = "{\"peer_id\":7}") {
  vkxx::update_data data;
  data.type = std::move(type);
  data.group = vkxx::group_id{5};
  data.event_id = key;
  data.object = std::move(object);
  data.received = vkxx::testing::at(1'700'000'000'000);
  return vkxx::update{std::move(data)};
}

struct own_world : dispatch_world {
  explicit own_world(
      std::shared_ptr<vkxx::state_store> store = std::make_shared<vkxx::memory_state>())
      : dispatch_world{std::move(store)} {
    add("source", {}, false);
    updates().on_update([this](vkxx::update_context context) -> asio::awaitable<void> {
      handled.push_back(context.update().type() + " " + context.update().event_id() + " in " +
                        context.lane());
      co_return;
    });
  }
  // The outcome, once nothing happens any more without the clock.
  std::optional<vkxx::result<void>> put(vkxx::update own) {
    std::optional<vkxx::result<void>> outcome;
    asio::co_spawn(io, updates().put(std::move(own)),
                   [&outcome](const std::exception_ptr&, auto ended) { outcome = ended; });
    io.restart();
    io.poll();
    return outcome;
  }

  std::vector<std::string> handled;
};

TEST(OwnUpdates, AreHandledInTheirLaneOnce) {
  own_world world;
  world.start();
  world.io.poll();
  ASSERT_TRUE(world.put(own_update("a")).value());
  EXPECT_TRUE(world.put(own_update("a")).value());
  EXPECT_TRUE(world.put(own_update("b")).value());
  EXPECT_EQ(world.handled,
            (std::vector<std::string>{"vkxx:hello a in 5/peer/7", "vkxx:hello b in 5/peer/7"}));
  EXPECT_EQ(world.updates().metrics().received, 2U);
  EXPECT_EQ(world.updates().metrics().duplicates, 1U);
  world.updates().stop();
  world.turn();
}

TEST(OwnUpdates, AreRefusedWhereTheyWouldBeLost) {
  own_world world;
  EXPECT_EQ(world.put(own_update("a")).value().error(), errc::cancelled);
  world.start();
  world.io.poll();
  EXPECT_EQ(world.put(own_update("a", "message_new")).value().error(), errc::invalid_argument);
  EXPECT_EQ(world.put(own_update("a", "vkxx:hello", "{\"peer_id\":")).value().error(),
            errc::invalid_argument);
  EXPECT_EQ(world.put(own_update("a", "vkxx:hello", "")).value().error(), errc::invalid_argument);
  world.updates().stop();
  world.turn();
  EXPECT_EQ(world.put(own_update("a")).value().error(), errc::cancelled);
  EXPECT_TRUE(world.handled.empty());
}

// A store that takes commits and does not answer, from some moment on.
class silent_state final : public vkxx::testing::forwarding_state {
 public:
  asio::awaitable<vkxx::result<vkxx::commit_receipt>> commit(vkxx::state_unit unit) override {
    if (!silent) co_return co_await base().commit(std::move(unit));
    asio::steady_timer never{co_await asio::this_coro::executor};
    never.expires_at((std::chrono::steady_clock::time_point::max)());
    boost::system::error_code ignored;
    co_await never.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
    co_return vkxx::error{errc::cancelled, vkxx::request_effect::unknown, "no answer"};
  }

  bool silent = false;
};

TEST(OwnUpdates, DoNotWaitForEverForAStore) {
  const auto store = std::make_shared<silent_state>();
  own_world world{store};
  world.start();
  world.io.poll();
  store->silent = true;
  std::optional<vkxx::result<void>> late;
  asio::co_spawn(world.io, world.updates().put(own_update("a")),
                 [&](const std::exception_ptr&, auto ended) { late = ended; });
  world.io.restart();
  world.io.poll();
  world.clock().advance(9s);
  world.io.restart();
  world.io.poll();
  EXPECT_FALSE(late);
  world.clock().advance(2s);
  world.io.restart();
  world.io.poll();
  ASSERT_TRUE(late);
  EXPECT_EQ(late->error(), errc::state_failed);
  EXPECT_EQ(late->error().effect(), vkxx::request_effect::unknown);
}

}  // namespace
