// The order of many updates in many lanes, on several threads.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "integration/dispatch/dispatch_support.hpp"

namespace {

namespace asio = boost::asio;
using vkxx::update_context;
using vkxx::testing::message;

constexpr int lanes = 1'000;
constexpr int each = 100;
constexpr std::size_t largest_batch = 100;

// The lanes in any order, in batches; each lane in its own.
std::vector<std::vector<vkxx::update>> mixed(std::mt19937& random) {
  std::vector<int> order;
  for (int lane = 0; lane < lanes; ++lane) order.insert(order.end(), each, lane);
  std::shuffle(order.begin(), order.end(), random);
  std::vector<int> numbers(lanes);
  std::vector<std::vector<vkxx::update>> batches(1);
  for (const int lane : order) {
    if (batches.back().size() == 1 + random() % largest_batch) batches.emplace_back();
    if (batches.back().size() == largest_batch) batches.emplace_back();
    const auto place = static_cast<std::size_t>(lane);
    batches.back().push_back(message(1 + lane % 7, 1 + lane, ++numbers[place]));
  }
  return batches;
}

struct lane_state {
  std::atomic<bool> open = false;
  int last = 0;
};

TEST(Order, OfAHundredThousandUpdatesInAThousandLanes) {
  std::mt19937 random{20'261'129};
  std::array<lane_state, lanes> states;
  std::atomic<int> together = 0;
  std::atomic<int> misplaced = 0;
  std::optional<vkxx::drain_report> report;
  asio::io_context io;
  vkxx::dispatcher updates{io.get_executor(), std::make_shared<vkxx::memory_state>(),
                           vkxx::dispatcher_options{}.threads(4).handlers(64)};
  updates.add(std::make_shared<vkxx::testing::pretend_source>("source", mixed(random),
                                                              vkxx::update_cursor{}));
  updates.on_update([&](update_context context) -> asio::awaitable<void> {
    const auto& id = context.update().event_id();
    const auto point = id.find('.');
    auto& state = states.at(std::stoul(id.substr(0, point)) - 1);
    const auto number = std::stoi(id.substr(point + 1));
    if (state.open.exchange(true)) ++together;
    if (state.last != number - 1) ++misplaced;
    for (int turn = 0; turn < number % 4; ++turn)
      co_await asio::post(co_await asio::this_coro::executor, asio::use_awaitable);
    state.last = number;
    state.open = false;
  });
  asio::co_spawn(io, updates.run(), [&](auto, auto outcome) { report = outcome.value(); });
  io.run();
  EXPECT_EQ(together, 0);
  EXPECT_EQ(misplaced, 0);
  ASSERT_TRUE(report);
  EXPECT_EQ(report->handled, std::size_t{lanes} * each);
  for (const auto& state : states) EXPECT_EQ(state.last, each);
}

}  // namespace
