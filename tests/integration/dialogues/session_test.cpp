// Sessions, shared values and timers in handlers.
#include <gtest/gtest.h>

#include <boost/describe/class.hpp>
#include <set>
#include <string>
#include <vector>

#include "integration/dialogues/talk_world.hpp"

namespace {

using namespace std::chrono_literals;
namespace asio = boost::asio;
using vkxx::session_scope;
using vkxx::update_context;
using vkxx::testing::talk_world;
using shown_texts = std::vector<std::string>;

struct basket {
  static constexpr std::string_view kind = "basket";
  std::vector<std::string> items;
};
BOOST_DESCRIBE_STRUCT(basket, (), (items))

struct counter {
  static constexpr std::string_view kind = "counter";
  std::int64_t count = 0;
};
BOOST_DESCRIBE_STRUCT(counter, (), (count))

// Cannot be written.
struct brittle_list : std::vector<std::int64_t> {
  [[nodiscard]] const_iterator begin() const {
    if (!empty()) throw 5;
    return std::vector<std::int64_t>::begin();
  }
};
struct brittle {
  static constexpr std::string_view kind = "brittle";
  brittle_list items;
};
BOOST_DESCRIBE_STRUCT(brittle, (), (items))

asio::awaitable<void> show(update_context context, std::string text) {
  const auto peer = vkxx::conversation_of(context.update())->peer;
  auto message = vkxx::request{"messages.send"}.set("peer_id", peer.value()).set("message", text);
  auto sending = context.vk().call(std::move(message));
  co_await std::move(sending);
}

struct session_world : talk_world {
  session_world()
      : talk_world{[](vkxx::dialogues&) {},
                   [this](vkxx::dialogues&, update_context context, std::string text) {
                     return handle(std::move(context), std::move(text));
                   }} {}

  asio::awaitable<void> handle(update_context context, std::string text) {
    auto timed = timers.take(context);
    if (co_await std::move(timed)) co_return;
    if (text.starts_with("remind")) {
      last_timer = timers.later(context, 2h, "remind", text);
      if (text == "remind and fail") throw std::runtime_error{"no"};
      co_return;
    }
    if (text == "forget") {
      timers.cancel(context, last_timer);
      co_return;
    }
    if (text == "count") {
      auto changing = sessions.change_shared<counter>(context, "visits",
                                                      [](counter& visits) { ++visits.count; });
      const auto visits = co_await std::move(changing);
      counts.push_back(visits.count);
      if (visits.count % 4 == 0 && context.attempt() == 1) throw std::runtime_error{"no"};
      co_return;
    }
    if (text == "break") {
      context.write("broken", "yes");
      auto opening = sessions.open<brittle>(context);
      auto mine = co_await std::move(opening);
      mine->items.push_back(1);
      co_return;
    }
    auto opening = sessions.open<basket>(context, scope);
    auto cart = co_await std::move(opening);
    cart->items.push_back(text);
    if (text == "fail" && context.attempt() < 3) throw std::runtime_error{"no"};
    if (text == "reset") cart.reset();
    std::string all;
    for (const auto& item : cart->items) all += item + ";";
    auto showing = show(context, all);
    co_await std::move(showing);
  }

  vkxx::sessions sessions{[this](const vkxx::state_notice& some) { notices.push_back(some); }};
  vkxx::timers timers;
  session_scope scope = session_scope::person;
  std::string last_timer;
  std::vector<std::int64_t> counts;
};

TEST(Session, IsCommittedWithItsHandler) {
  session_world world;
  world.says("tea");
  world.says("milk", 2);
  world.restart();
  world.says("jam");
  EXPECT_EQ(world.heard(), (shown_texts{"tea;", "milk;", "tea;jam;"}));
  world.says("fail");
  for (int retry = 0; retry < 3; ++retry) world.pass(10s);
  EXPECT_EQ(world.heard(), shown_texts{"tea;jam;fail;"});
  world.says("reset");
  EXPECT_FALSE(world.is_stored("session/basket/5/1/1"));
  EXPECT_TRUE(world.is_stored("session/basket/5/2/2"));
}

// The end of a session is a destructor: what goes wrong there is a failure of the handler.
TEST(Session, FailsItsHandlerIfItCannotBeWritten) {
  session_world world;
  world.says("break");
  for (int retry = 0; retry < 3; ++retry) world.pass(30s);
  EXPECT_EQ(world.updates().metrics().dead_letters, 1U);
  EXPECT_FALSE(world.is_stored("broken"));
  world.says("tea");
  EXPECT_EQ(world.heard(), shown_texts{"tea;"});
}

TEST(Session, IsOfAPersonOrOfTheConversation) {
  session_world world;
  world.says("a", 1, "", 2'000'000'001);
  world.says("b", 2, "", 2'000'000'001);
  EXPECT_EQ(world.heard(), (shown_texts{"a;", "b;"}));
  world.scope = session_scope::conversation;
  world.says("c", 1, "", 2'000'000'001);
  world.says("d", 2, "", 2'000'000'001);
  EXPECT_EQ(world.heard(), (shown_texts{"c;", "c;d;"}));
}

TEST(Session, BeginsAgainWhenItCannotBeRead) {
  session_world world;
  vkxx::state_unit unit;
  unit.write("session/basket/5/1/1", "damaged");
  static_cast<void>(vkxx::testing::outcome_of(world.store->commit(std::move(unit))));
  world.says("tea");
  world.says("jam");
  EXPECT_EQ(world.heard(), (shown_texts{"tea;", "tea;jam;"}));
  ASSERT_EQ(world.notices.size(), 1U);
  EXPECT_EQ(world.notices[0].kind, vkxx::state_notice_kind::unreadable);
  const auto aside =
      vkxx::testing::outcome_of(world.store->read("unreadable/session/basket/5/1/1"));
  EXPECT_EQ(aside.value()->bytes, "damaged");
}

TEST(Session, SharedValuesLoseNoChange) {
  session_world world;
  for (std::int64_t person = 1; person <= 20; ++person) world.writes("count", person);
  world.settle();
  EXPECT_EQ(std::set<std::int64_t>(world.counts.begin(), world.counts.end()).size(), 20U);
  for (int retry = 0; retry < 3; ++retry) world.pass(2s);
  EXPECT_EQ(world.counts.size(), 25U);  // with the second runs, which change nothing
  const auto stored = vkxx::testing::outcome_of(world.store->read("shared/counter/visits"));
  EXPECT_EQ(vkxx::from_stored<counter>(stored.value()->bytes)->count, 20);
}

TEST(Timer, ComesInItsLaneAlsoAfterARestart) {
  session_world world;
  std::vector<std::string> rung;
  vkxx::duration late{};
  world.timers.on("remind",
                  [&](update_context context, vkxx::timer_event due) -> asio::awaitable<void> {
                    rung.push_back(due.as<std::string>().value() + " " + context.lane());
                    late = due.late_by();
                    auto opening = world.sessions.open<basket>(context);
                    auto cart = co_await std::move(opening);
                    cart->items.push_back("rung");
                  });
  world.says("remind me");
  world.pass(119min);
  EXPECT_TRUE(rung.empty());
  world.pass(1min);
  EXPECT_EQ(rung, shown_texts{"remind me 5/peer/1"});
  EXPECT_EQ(late, 0s);
  EXPECT_TRUE(world.is_stored("session/basket/5/1/1"));
  world.says("remind again");
  world.kill();
  world.clock->advance(3h);
  world.start();
  EXPECT_EQ(rung.size(), 2U);
  EXPECT_EQ(late, 1h);
}

TEST(Timer, IsCancelledAndGoesWithAFailure) {
  session_world world;
  int rung = 0;
  world.timers.on("remind", [&](update_context, vkxx::timer_event) -> asio::awaitable<void> {
    ++rung;
    co_return;
  });
  world.says("remind me");
  world.says("forget");
  world.says("remind and fail");
  for (int retry = 0; retry < 3; ++retry) world.pass(30s);
  world.pass(3h);
  EXPECT_EQ(rung, 0);
  EXPECT_THROW(world.timers.on("remind", {}), vkxx::usage_exception);
}

}  // namespace
