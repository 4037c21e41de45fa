// The dispatcher with sources, a store and handlers.
#include <gtest/gtest.h>

#include <algorithm>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/post.hpp>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <vkxx/state/sqlite_state.hpp>
#include <vkxx/testing/scripted_transport.hpp>
#include "integration/dispatch/dispatch_support.hpp"
#include "support/forwarding_state.hpp"

namespace {

using namespace std::chrono_literals;
namespace asio = boost::asio;
using vkxx::dispatch_notice_kind;
using vkxx::handler_outcome;
using vkxx::update;
using vkxx::update_context;
using vkxx::testing::dispatch_world;
using vkxx::testing::message;

// Messages 1 to `count` of each conversation, in batches of three.
std::vector<std::vector<update>> batches(int peers, int count) {
  std::vector<std::vector<update>> all(1);
  for (int number = 1; number <= count; ++number) {
    for (int peer = 1; peer <= peers; ++peer) {
      if (all.back().size() == 3) all.emplace_back();
      all.back().push_back(message(5, peer, number));
    }
  }
  return all;
}

asio::awaitable<void> give_way() {
  co_await asio::post(co_await asio::this_coro::executor, asio::use_awaitable);
}

TEST(Dispatcher, HandlesALaneInOrderAndOneAtATime) {
  dispatch_world world;
  world.options().handlers(7).lane_window(2).max_in_memory(16);
  world.add("source", batches(10, 20));
  std::map<std::string, std::vector<std::string>> order;
  std::set<std::string> open;
  std::size_t most = 0;
  world.updates().on_update([&](update_context context) -> asio::awaitable<void> {
    const auto lane = context.lane();
    EXPECT_TRUE(open.insert(lane).second);
    most = std::max(most, open.size());
    for (std::size_t step = 0; step < 20 + lane.size() % 4; ++step) co_await give_way();
    order[lane].push_back(context.update().event_id());
    open.erase(lane);
  });
  const auto report = world.run();
  EXPECT_EQ(report.handled, 200U);
  EXPECT_EQ(report.left, 0U);
  EXPECT_EQ(most, 7U);
  ASSERT_EQ(order.size(), 10U);
  for (const auto& [lane, events] : order) {
    ASSERT_EQ(events.size(), 20U);
    for (int number = 1; number <= 20; ++number) {
      const auto ending = "." + std::to_string(number);
      EXPECT_TRUE(events[static_cast<std::size_t>(number - 1)].ends_with(ending)) << lane;
    }
  }
}

TEST(Dispatcher, HandlesAnUpdateOfTwoSourcesOnce) {
  dispatch_world world;
  world.add("poll", {{message(5, 1, 1), message(5, 1, 2), message(5, 1, 1)}});
  world.add("callback", {{message(5, 1, 2, vkxx::update_origin::callback)},
                         {message(5, 1, 3, vkxx::update_origin::callback)}});
  int handled = 0;
  world.updates().on_update([&](update_context) -> asio::awaitable<void> {
    ++handled;
    co_return;
  });
  world.run();
  EXPECT_EQ(handled, 3);
  EXPECT_EQ(world.updates().metrics().duplicates, 2U);
  EXPECT_EQ(world.updates().metrics().received, 3U);
}

TEST(Dispatcher, PutsOnlyWhatIsWantedIntoTheInbox) {
  const auto store = std::make_shared<vkxx::memory_state>();
  dispatch_world world{store};
  world.options().handle_only([](const update& received) {
    if (received.event_id() == "1.3") throw std::runtime_error{"a broken choice loses nothing"};
    return received.event_id().starts_with("2.");
  });
  std::set<std::string> handled;
  world.updates().on_update([&handled](update_context context) -> asio::awaitable<void> {
    handled.insert(context.update().event_id());
    co_return;
  });
  world.add("first", {{message(5, 1, 1), message(5, 2, 1), message(5, 1, 3)}, {message(5, 1, 2)}});
  world.run();
  EXPECT_EQ(handled, (std::set<std::string>{"1.3", "2.1"}));
  const auto numbers = world.updates().metrics();
  EXPECT_EQ(numbers.received, 2U);
  EXPECT_EQ(numbers.skipped, 2U);
  // The position passes a batch of which nothing is wanted, too.
  EXPECT_EQ(vkxx::testing::outcome_of(store->cursor("first")).value(), "2");
}

TEST(Dispatcher, RetriesAndGivesUp) {
  dispatch_world world;
  world.add("source", {{message(5, 1, 1), message(5, 1, 2), message(5, 2, 1)}});
  std::vector<std::string> runs;
  world.updates().on_update([&](update_context context) -> asio::awaitable<handler_outcome> {
    runs.push_back(context.update().event_id() + "#" + std::to_string(context.attempt()));
    if (context.update().event_id() == "1.1") throw std::runtime_error{"a bug"};
    if (context.update().event_id() == "2.1") {
      co_return handler_outcome::failed(
          {vkxx::errc::invalid_argument, vkxx::request_effect::not_sent, "never"});
    }
    co_return handler_outcome::pass();
  });
  const auto begin = world.clock().now();
  const auto report = world.run();
  EXPECT_GE(world.clock().now() - begin, 31s);
  EXPECT_EQ(runs, (std::vector<std::string>{"1.1#1", "2.1#1", "1.1#2", "1.1#3", "1.1#4", "1.2#1"}));
  EXPECT_EQ(world.count(dispatch_notice_kind::retry), 3U);
  EXPECT_EQ(world.count(dispatch_notice_kind::dead_letter), 2U);
  EXPECT_EQ(report.left, 0U);
  EXPECT_EQ(report.handled, 1U);
  EXPECT_EQ(world.updates().metrics().passed, 1U);
  EXPECT_EQ(world.updates().metrics().failures, 5U);
}

TEST(Dispatcher, CancelsHandlersThatTakeTooLong) {
  dispatch_world world;
  world.options().handler_time(2s).retry_after({});
  world.add("source", {{message(5, 1, 1)}});
  world.updates().on_update([&](update_context) -> asio::awaitable<void> {
    asio::steady_timer timer{co_await asio::this_coro::executor};
    timer.expires_at((std::chrono::steady_clock::time_point::max)());
    co_await timer.async_wait(asio::use_awaitable);
  });
  world.run();
  ASSERT_EQ(world.count(dispatch_notice_kind::dead_letter), 1U);
  EXPECT_NE(world.notices.back().text.find("took longer than 2 s"), std::string::npos);
}

TEST(Dispatcher, CommitsWhatAHandlerWroteOnlyWithItsSuccess) {
  const auto store = std::make_shared<vkxx::memory_state>();
  dispatch_world world{store};
  world.add("source", batches(1, 5));
  world.updates().on_update([&](update_context context) -> asio::awaitable<void> {
    auto reading = context.read("count");
    const auto before = (co_await std::move(reading)).value().value_or("0");
    context.write("count", std::to_string(std::stoi(before) + 1));
    auto again = context.read("count");
    const auto written = (co_await std::move(again)).value();
    EXPECT_EQ(written, std::to_string(std::stoi(before) + 1));
    if (context.attempt() == 1) throw std::runtime_error{"once"};
  });
  world.run();
  EXPECT_EQ(vkxx::testing::outcome_of(store->read("count")).value()->bytes, "5");
}

TEST(Dispatcher, RunsAHandlerAgainIfItsStateWasChanged) {
  const auto store = std::make_shared<vkxx::memory_state>();
  dispatch_world world{store};
  // All lanes count in one value.
  world.add("source", batches(5, 3));
  world.updates().on_update([&](update_context context) -> asio::awaitable<void> {
    auto reading = context.read("count");
    const auto before = (co_await std::move(reading)).value().value_or("0");
    co_await give_way();
    context.write("count", std::to_string(std::stoi(before) + 1));
  });
  world.run();
  EXPECT_EQ(vkxx::testing::outcome_of(store->summary()).value().dead, 0U);
  EXPECT_EQ(vkxx::testing::outcome_of(store->read("count")).value()->bytes, "15");
  EXPECT_EQ(world.updates().metrics().failures, 0U);
}

// A handler that ends when it is told to.
vkxx::update_handler waiting_for(dispatch_world& world, const bool& enough, int& started) {
  return [&](update_context) -> asio::awaitable<void> {
    ++started;
    while (!enough) {
      auto waiting = vkxx::wait_until(world.clock(), world.clock().now() + 1s);
      if (const auto failure = co_await std::move(waiting))
        throw boost::system::system_error{failure};
    }
  };
}

TEST(Dispatcher, EndsWhenAnotherOneTakesItsStoreOver) {
  const auto store = std::make_shared<vkxx::memory_state>();
  dispatch_world first{store};
  first.add("source", {{message(5, 1, 1), message(5, 2, 1)}}, false);
  bool enough = false;
  int started = 0;
  first.updates().on_update(waiting_for(first, enough, started));
  first.start();
  first.turn([&] { return started == 2; });

  dispatch_world second{store};
  second.add("another", {{message(5, 1, 2)}});
  std::vector<std::string> handled;
  second.updates().on_update([&](update_context context) -> asio::awaitable<void> {
    handled.push_back(context.update().event_id());
    co_return;
  });
  EXPECT_EQ(second.run().handled, 3U);

  // Nothing is committed, and nothing is handled any more.
  enough = true;
  first.turn();
  ASSERT_TRUE(first.report);
  ASSERT_FALSE(*first.report);
  EXPECT_EQ(first.report->error(), vkxx::errc::state_conflict);
  EXPECT_EQ(first.count(dispatch_notice_kind::taken_over), 1U);
  EXPECT_EQ(first.count(dispatch_notice_kind::row_removed), 0U);
  EXPECT_EQ(first.updates().metrics().handled, 0U);
  EXPECT_EQ(started, 2);
}

TEST(Dispatcher, SaysThatAnUpdateWasRemovedWhileItWasHandled) {
  const auto store = std::make_shared<vkxx::memory_state>();
  dispatch_world world{store};
  world.add("source", {{message(5, 1, 1), message(5, 1, 2)}});
  world.updates().on_update([&](update_context context) -> asio::awaitable<void> {
    if (context.update().event_id() != "1.1") co_return;
    auto removing = store->commit(vkxx::state_unit{}.finish(1, vkxx::testing::at(0)));
    const auto removed = co_await std::move(removing);
    EXPECT_TRUE(removed);
  });
  const auto report = world.run();
  EXPECT_EQ(report.handled, 1U);
  EXPECT_EQ(report.left, 0U);
  EXPECT_EQ(world.count(dispatch_notice_kind::row_removed), 1U);
}

TEST(Dispatcher, RefusesAnEffectThatIsUnderWay) {
  dispatch_world world;
  world.add("source", {{message(5, 1, 1)}});
  int charged = 0;
  world.updates().on_update([&](update_context context) -> asio::awaitable<void> {
    auto outer = context.once("charge", [&]() -> asio::awaitable<std::string> {
      ++charged;
      auto inner = context.once("charge", [&]() -> asio::awaitable<std::string> {
        ++charged;
        co_return "inner";
      });
      const auto refused = co_await std::move(inner);
      EXPECT_EQ(refused.error(), vkxx::errc::invalid_argument);
      co_return "outer";
    });
    EXPECT_EQ((co_await std::move(outer)).value(), "outer");
  });
  world.run();
  EXPECT_EQ(charged, 1);
}

TEST(Dispatcher, GivesTimersInTheirLane) {
  dispatch_world world;
  const auto source = world.add("source", {{message(5, 1, 1)}}, false);
  std::vector<std::string> seen;
  world.updates().on_update([&](update_context context) -> asio::awaitable<void> {
    const auto& received = context.update();
    seen.push_back(received.type() + " " + context.lane());
    if (received.type() == "message_new") {
      context.schedule("wake", vkxx::testing::at(1'700'000'000'000) + 24h + 10min, "later");
      context.schedule("never", vkxx::testing::at(1'700'000'000'000) + 24h + 5min, "no");
      context.cancel_timer("never");
    } else {
      EXPECT_NE(received.raw().find("\"value\":\"later\""), std::string_view::npos);
      world.updates().stop();
    }
    co_return;
  });
  world.run();
  EXPECT_EQ(seen, (std::vector<std::string>{"message_new 5/peer/1", "vkxx:timer 5/peer/1"}));
  EXPECT_GE(world.clock().now().time_since_epoch(), 24h + 10min);
}

TEST(Dispatcher, GivesTimersOfTheFirstMomentAtOnceAndOfTheLastNever) {
  dispatch_world world;
  world.add("source", {{message(5, 1, 1)}}, false);
  const auto begin = world.clock().now();
  std::vector<std::string> seen;
  world.updates().on_update([&](update_context context) -> asio::awaitable<void> {
    seen.push_back(context.update().type());
    if (seen.size() == 1) {
      context.schedule("first", (vkxx::wall_time::min)(), "");
      context.schedule("last", (vkxx::wall_time::max)(), "");
      context.schedule("middle", context.now() + 100h, "");
    } else if (seen.size() == 2) {
      EXPECT_EQ(world.clock().now(), begin);
    } else {
      world.updates().stop();
    }
    co_return;
  });
  world.run();
  EXPECT_EQ(seen, (std::vector<std::string>{"message_new", "vkxx:timer", "vkxx:timer"}));
}

// Somebody cancels the first of the timers that it gives, before they are taken.
class cancelling_state final : public vkxx::testing::forwarding_state {
 public:
  using forwarding_state::forwarding_state;
  asio::awaitable<vkxx::result<vkxx::commit_receipt>> commit(vkxx::state_unit unit) override {
    ++commits;
    return forwarding_state::commit(std::move(unit));
  }
  asio::awaitable<vkxx::result<vkxx::due_timers>> timers(vkxx::wall_time now,
                                                         std::size_t limit) override {
    auto reading = forwarding_state::timers(now, limit);
    auto due = co_await std::move(reading);
    if (!cancels || !due || due->timers.empty()) co_return due;
    cancels = false;
    vkxx::state_unit unit;
    unit.cancel_timer(due->timers.front().key);
    auto cancelling = forwarding_state::commit(std::move(unit));
    static_cast<void>(co_await std::move(cancelling));
    co_return due;
  }
  int commits = 0;
  bool cancels = false;
};

// They are taken in few commits, and one that is gone holds no other up.
TEST(Dispatcher, GivesManyTimersOfTheSameMoment) {
  for (const bool cancels : {false, true}) {
    const auto store = std::make_shared<cancelling_state>();
    store->cancels = cancels;
    dispatch_world world{store};
    constexpr std::size_t all = 150;
    std::set<std::string> seen;
    const auto source = world.add("source", {{message(5, 1, 1)}}, false);
    world.updates().on_update([&](update_context context) -> asio::awaitable<void> {
      if (context.update().type() == "message_new") {
        for (std::size_t number = 0; number < all; ++number)
          context.schedule(std::to_string(number), context.now() + 1h, "x");
        store->commits = 0;
        co_return;
      }
      EXPECT_TRUE(seen.insert(std::string{context.update().raw()}).second);
      if (seen.size() == all - (cancels ? 1 : 0)) world.updates().stop();
    });
    world.run();
    EXPECT_EQ(seen.size(), all - (cancels ? 1 : 0));
    // Each handler has two: its mark and its end.
    const int most = 2 * static_cast<int>(all) + (cancels ? static_cast<int>(all) : 20);
    EXPECT_LT(store->commits, most);
  }
}

TEST(Dispatcher, RemembersEffectsThatHappenOnce) {
  dispatch_world world;
  world.add("source", {{message(5, 1, 1)}});
  int charged = 0;
  std::vector<std::string> receipts;
  world.updates().on_update([&](update_context context) -> asio::awaitable<void> {
    auto charging = context.once("charge", [&]() -> asio::awaitable<std::string> {
      ++charged;
      co_return "receipt";
    });
    receipts.push_back((co_await std::move(charging)).value());
    if (context.attempt() < 3) throw std::runtime_error{"after the effect"};
  });
  world.run();
  EXPECT_EQ(charged, 1);
  EXPECT_EQ(receipts, (std::vector<std::string>(3, "receipt")));
}

TEST(Dispatcher, NumbersMessagesByTheirUpdate) {
  dispatch_world world;
  const auto transport = std::make_shared<vkxx::testing::scripted_transport>();
  transport->expect(vkxx::testing::call("messages.send")).reply("1").times(8);
  world.options().client(vkxx::client{
      world.io.get_executor(), vkxx::config{}.transport(transport).limits(vkxx::limits{}.off())});
  world.add("source", {{message(5, 1, 1)}});
  world.updates().on_update([&](update_context context) -> asio::awaitable<void> {
    const auto vk = context.vk();
    for (const auto* text : {"a", "a", "b"}) {
      auto sending = vkxx::request{"messages.send"}.set("peer_id", 1).set("message", text);
      auto call = vk.call(std::move(sending));
      co_await std::move(call);
    }
    auto own = vkxx::request{"messages.send"}.set("peer_id", 1).set("random_id", 7);
    auto call = vk.call(std::move(own));
    co_await std::move(call);
    if (context.attempt() == 1) throw std::runtime_error{"after the messages"};
  });
  world.run();
  std::vector<std::string> numbers;
  for (const auto& sent : transport->requests()) {
    numbers.push_back(sent.find("random_id").value_or(""));
  }
  ASSERT_EQ(numbers.size(), 8U);
  for (std::size_t call = 0; call < 4; ++call) EXPECT_EQ(numbers[call], numbers[call + 4]);
  EXPECT_EQ(numbers[3], "7");
  EXPECT_EQ(std::set<std::string>(numbers.begin(), numbers.begin() + 4).size(), 4U);
}

TEST(Dispatcher, PausesSourcesWhenTheInboxIsFull) {
  dispatch_world world;
  world.options().inbox_limit(10);
  const auto source = world.add("source", batches(1, 30));
  bool blocked = true;
  world.updates().on_update([&](update_context) -> asio::awaitable<void> {
    while (blocked) {
      auto waiting = vkxx::wait_until(world.clock(), world.clock().now() + 1s);
      co_await std::move(waiting);
    }
  });
  world.start();
  world.turn([&] { return world.updates().metrics().paused; });
  EXPECT_TRUE(world.updates().metrics().paused);
  EXPECT_EQ(source->requested, 4);
  EXPECT_EQ(world.updates().metrics().rows, 12U);
  blocked = false;
  world.turn();
  EXPECT_EQ(world.report.value().value().handled, 30U);
}

TEST(Dispatcher, StopsWhateverHandlersDo) {
  dispatch_world world;
  world.add("source", {{message(5, 1, 1), message(5, 2, 1), message(5, 3, 1)}}, false);
  bool over = false;
  int started = 0;
  world.updates().on_update([&](update_context context) -> asio::awaitable<void> {
    ++started;
    const auto id = context.update().event_id();
    if (id == "2.1") co_return;
    // One can be cancelled; the other does not listen.
    if (id == "3.1")
      co_await asio::this_coro::reset_cancellation_state(asio::disable_cancellation());
    while (!over) {
      auto waiting = vkxx::wait_until(world.clock(), world.clock().now() + 1s);
      const auto failure = co_await std::move(waiting);
      if (failure) throw boost::system::system_error{failure};
    }
  });
  world.start();
  world.turn([&] { return started == 3; });
  const auto begin = world.clock().now();
  world.updates().stop(10s);
  world.turn();
  EXPECT_LE(world.clock().now() - begin, 15s);
  const auto report = world.report.value().value();
  EXPECT_EQ(report.handled, 1U);
  EXPECT_EQ(report.cancelled, 1U);
  EXPECT_EQ(report.abandoned, 1U);
  EXPECT_EQ(report.left, 2U);
  over = true;
  world.destroy();
  world.turn();
}

TEST(Dispatcher, RunIsCancelledLikeAStop) {
  dispatch_world world;
  world.add("source", {}, false);
  asio::cancellation_signal stop;
  bool ended = false;
  asio::co_spawn(world.io, world.updates().run(),
                 asio::bind_cancellation_slot(
                     stop.slot(), [&](auto, const auto& outcome) { ended = outcome.has_value(); }));
  world.turn();
  EXPECT_FALSE(ended);
  stop.emit(asio::cancellation_type::total);
  world.turn();
  EXPECT_TRUE(ended);
}

TEST(Dispatcher, ReportsASourceThatDoesNotBeginAtItsPosition) {
  const auto store = std::make_shared<vkxx::memory_state>();
  vkxx::testing::outcome_of(store->commit(vkxx::state_unit{}.put_cursor("source", "7"))).value();
  dispatch_world world{store};
  world.updates().add(std::make_shared<vkxx::testing::pretend_source>(
      "source", std::vector<std::vector<update>>{}, vkxx::update_cursor{}));
  std::string position;
  world.updates().add("other", [&](const vkxx::update_cursor& cursor) {
    position = cursor.text();
    return std::make_shared<vkxx::testing::pretend_source>(
        "other", std::vector<std::vector<update>>{}, cursor);
  });
  world.run();
  EXPECT_EQ(world.count(dispatch_notice_kind::cursor_ignored), 1U);
  EXPECT_EQ(position, "");
}

TEST(Dispatcher, RefusesASecondSourceOfAName) {
  asio::io_context io{1};
  vkxx::dispatcher updates{io.get_executor(), std::make_shared<vkxx::memory_state>(),
                           vkxx::dispatcher_options{}};
  const vkxx::source_factory none = [](const vkxx::update_cursor&) {
    return std::shared_ptr<vkxx::update_source>{};
  };
  updates.add("user_long_poll", none);
  EXPECT_THROW(updates.add("user_long_poll", none), vkxx::usage_exception);
  updates.add("user_long_poll:2", none);
}

TEST(Dispatcher, RefusesOptionsOutOfRange) {
  asio::io_context io;
  const auto store = std::make_shared<vkxx::memory_state>();
  using options = vkxx::dispatcher_options;
  for (const auto& wrong :
       {options{}.handlers(0), options{}.handler_time(0s), options{}.retry_after({-1s}),
        options{}.threads(1000), options{}.blocking(0), options{}.inbox_limit(0),
        options{}.lane_window(0), options{}.max_in_memory(0), options{}.duplicate_time(0s),
        options{}.max_interruptions(0)}) {
    EXPECT_THROW((vkxx::dispatcher{io.get_executor(), store, wrong}), vkxx::usage_exception);
  }
}

// Both answer at once; a call from each batch to the next would use up the stack.
TEST(Dispatcher, TakesALongBacklogFromASourceAndAStoreThatNeverWait) {
  constexpr int backlog = 5'000;
  std::vector<std::vector<vkxx::update>> all;
  for (int number = 1; number <= backlog; ++number) all.push_back({message(5, number % 4, number)});
  asio::io_context io;
  int handled = 0;
  std::optional<vkxx::drain_report> report;
  vkxx::dispatcher updates{io.get_executor(), std::make_shared<vkxx::memory_state>(),
                           vkxx::dispatcher_options{}};
  updates.add(std::make_shared<vkxx::testing::pretend_source>("source", std::move(all),
                                                              vkxx::update_cursor{}));
  updates.on_update([&handled](update_context /*context*/) -> asio::awaitable<void> {
    ++handled;
    co_return;
  });
  asio::co_spawn(io, updates.run(), [&](auto, auto outcome) { report = outcome.value(); });
  io.run();
  EXPECT_EQ(handled, backlog);
  ASSERT_TRUE(report);
  EXPECT_EQ(report->left, 0U);
}

TEST(Dispatcher, UsesSeveralThreads) {
  const vkxx::testing::temporary_folder folder;
  const auto store =
      vkxx::sqlite_state::open(folder.file("inbox.db"),
                               vkxx::sqlite_options{}.durability(vkxx::sqlite_durability::normal))
          .value();
  asio::io_context io;
  std::mutex mutex;
  std::map<std::string, int> last;
  int wrong = 0;
  std::optional<vkxx::drain_report> report;
  {
    vkxx::dispatcher updates{io.get_executor(), store, vkxx::dispatcher_options{}.threads(4)};
    updates.add(std::make_shared<vkxx::testing::pretend_source>("source", batches(20, 30),
                                                                vkxx::update_cursor{}));
    updates.on_update([&](update_context context) -> asio::awaitable<void> {
      const auto& id = context.update().event_id();
      const auto number = std::stoi(id.substr(id.find('.') + 1));
      {
        const std::lock_guard lock{mutex};
        if (last[context.lane()] != number - 1) ++wrong;
      }
      co_await give_way();
      const std::lock_guard lock{mutex};
      last[context.lane()] = number;
      context.write("last/" + context.lane(), id);
    });
    asio::co_spawn(io, updates.run(), [&](auto, auto outcome) { report = outcome.value(); });
    io.run();
  }
  EXPECT_EQ(wrong, 0);
  EXPECT_EQ(report.value().handled, 600U);
}

}  // namespace
