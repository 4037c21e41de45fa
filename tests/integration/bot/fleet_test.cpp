// Many communities in one process, over sockets.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <memory>
#include <optional>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include <vkxx/bot.hpp>
#include <vkxx/state/memory_state.hpp>
#include "integration/bot/fleet_world.hpp"

#define main fleet_main
#include "../../../examples/fleet_bot.cpp"
#undef main

namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using vkxx::community_state;
using vkxx::message_context;
using vkxx::secret;
using vkxx::testing::fleet_world;
using vkxx::testing::shop;
using report_value = std::optional<vkxx::result<vkxx::drain_report>>;

// A fleet that echoes, in the loop of the world.
class running_fleet {
 public:
  explicit running_fleet(fleet_world& world, vkxx::config settings)
      : world_{world}, bots{std::move(settings)} {}
  explicit running_fleet(fleet_world& world) : running_fleet{world, world.settings()} {}
  running_fleet(const running_fleet&) = delete;
  running_fleet& operator=(const running_fleet&) = delete;
  ~running_fleet() {
    bots.stop(0s);
    if (started_) world_.run_until([this] { return report.has_value(); });
  }

  void echo() {
    bots.on_text([](message_context m) -> asio::awaitable<void> {
      auto answering = m.answer(m.text());
      co_await std::move(answering);
    });
  }
  void add(const shop& some) { bots.add(some.id, secret{some.token}); }
  void start() {
    started_ = true;
    asio::co_spawn(world_.io, bots.async_run(),
                   [this](const std::exception_ptr& failure, auto outcome) {
                     if (failure) std::rethrow_exception(failure);
                     report = std::move(outcome);
                   });
  }
  [[nodiscard]] std::optional<vkxx::fleet_community> shown(const shop& some) const {
    for (const auto& community : bots.communities()) {
      if (community.id == some.id) return community;
    }
    return std::nullopt;
  }
  void wait_until_empty() {
    world_.run_until([this] { return bots.dispatch_metrics().rows == 0; });
  }
  void wait_for(const shop& some, community_state state) {
    world_.run_until([&] {
      const auto now = shown(some);
      return now && now->state == state;
    });
  }

 private:
  fleet_world& world_;
  bool started_ = false;

 public:
  vkxx::fleet bots;
  report_value report;
};

TEST(Fleet, AnswersEachCommunityByItsOwnToken) {
  fleet_world world{3};
  running_fleet fleet{world};
  fleet.echo();
  for (const auto& some : world.shops) fleet.add(some);
  fleet.start();
  world.run_until([&] { return world.polls() == "3"; });
  const auto anna = world.user();
  for (const auto& some : world.shops)
    world.says(anna, some, "to " + std::to_string(some.id.value()));
  for (const auto& some : world.shops) {
    world.run_until([&] { return !world.answers(anna, some).empty(); });
    EXPECT_THAT(world.answers(anna, some), ElementsAre("to " + std::to_string(some.id.value())));
    EXPECT_EQ(fleet.shown(some)->state, community_state::running);
    EXPECT_EQ(fleet.bots.metrics(some.id)->messages, 1U);
  }
  const auto first = std::to_string(world.shops[0].id.value());
  const auto second = std::to_string(world.shops[1].id.value());
  fleet.wait_until_empty();
  const auto text = fleet.bots.prometheus();
  EXPECT_THAT(
      text, HasSubstr("# TYPE vkxx_bot_messages_total counter\n"
                      "vkxx_bot_messages_total{community=\"" +
                      first + "\"} 1\nvkxx_bot_messages_total{community=\"" + second + "\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("vkxx_bot_handler_seconds_count{community=\"" + first +
                              "\",type=\"message_new\",route=\"text any\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("vkxx_bot_receives{community=\"" + first + "\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("\nvkxx_bot_rows 0\n"));
}

TEST(FleetBot, AnswersInTheCommunitiesOfItsFile) {
  fleet_world world{2};
  running_fleet fleet{world};
  set_up(fleet.bots);
  std::stringstream file;
  for (const auto& some : world.shops) file << some.id.value() << ' ' << some.token << '\n';
  add_all(fleet.bots, file);
  fleet.start();
  world.run_until([&] { return world.polls() == "2"; });
  const auto anna = world.user();
  for (const auto& some : world.shops) {
    world.says(anna, some, "hi");
    world.run_until([&] { return !world.answers(anna, some).empty(); });
    EXPECT_THAT(world.answers(anna, some), ElementsAre("You said: hi"));
  }
}

TEST(Fleet, AnswersInThreads) {
  fleet_world world{2};
  running_fleet fleet{world};
  fleet.bots.dispatching(vkxx::dispatcher_options{}.threads(3));
  fleet.echo();
  for (const auto& some : world.shops) fleet.add(some);
  fleet.start();
  world.run_until([&] { return world.polls() == "2"; });
  const std::vector<vkxx::user_id> users{world.user(), world.user(), world.user()};
  for (const auto user : users) {
    for (const auto& some : world.shops) world.says(user, some, "hi");
  }
  fleet.bots.replace_token(world.shops[0].id, secret{world.shops[0].second_token});
  for (const auto user : users) {
    for (const auto& some : world.shops)
      world.run_until([&] { return !world.answers(user, some).empty(); });
  }
}

TEST(Fleet, GivesACommunityHandlersOfItsOwn) {
  fleet_world world{2};
  running_fleet fleet{world};
  fleet.echo();
  vkxx::router other;
  other.on_text([] { return "another answer"; });
  fleet.add(world.shops[0]);
  fleet.bots.add(world.shops[1].id, secret{world.shops[1].token}, other);
  fleet.start();
  world.run_until([&] { return world.polls() == "2"; });
  const auto anna = world.user();
  for (const auto& some : world.shops) world.says(anna, some, "hi");
  world.run_until([&] { return !world.answers(anna, world.shops[1]).empty(); });
  world.run_until([&] { return !world.answers(anna, world.shops[0]).empty(); });
  EXPECT_THAT(world.answers(anna, world.shops[0]), ElementsAre("hi"));
  EXPECT_THAT(world.answers(anna, world.shops[1]), ElementsAre("another answer"));
  EXPECT_THROW(other.on_text([] {}), vkxx::usage_exception);
}

// A dead token, one of another community, and a method that VK refuses for ever.
TEST(Fleet, GoesOnWhateverIsWrongWithOneCommunity) {
  fleet_world world{4};
  const auto& good = world.shops[0];
  const auto& dead = world.shops[1];
  const auto& wrong = world.shops[2];
  const auto& refused = world.shops[3];
  world.dies(dead.token);
  world.fault("error=15:groups.getById*0,token=" + refused.token);
  running_fleet fleet{world};
  fleet.echo();
  std::vector<std::int64_t> reported;
  fleet.bots.on_change([&reported](const vkxx::fleet_community& some) {
    if (some.state == community_state::failing) reported.push_back(some.id.value());
  });
  fleet.add(good);
  fleet.add(dead);
  fleet.bots.add(wrong.id, secret{good.token});
  fleet.add(refused);
  fleet.start();
  for (const auto* some : {&dead, &wrong, &refused}) {
    world.run_until([&] { return fleet.shown(*some)->failures >= 2; });
    EXPECT_THAT(reported, testing::Contains(some->id.value()));
    EXPECT_THAT(fleet.shown(*some)->problem, testing::Not(HasSubstr(some->token)));
  }
  EXPECT_THAT(fleet.shown(wrong)->problem,
              HasSubstr("the token belongs to the community " + std::to_string(good.id.value())));
  const auto anna = world.user();
  world.says(anna, good, "hi");
  world.run_until([&] { return !world.answers(anna, good).empty(); });
  EXPECT_EQ(fleet.shown(good)->state, community_state::running);

  // Another token helps at once, whatever the pause is.
  EXPECT_TRUE(fleet.bots.replace_token(dead.id, secret{dead.second_token}));
  EXPECT_TRUE(fleet.bots.replace_token(wrong.id, secret{wrong.token}));
  world.run_until([&] { return world.polls() == "3"; });
  for (const auto* some : {&dead, &wrong}) {
    EXPECT_EQ(fleet.shown(*some)->state, community_state::running);
    EXPECT_EQ(fleet.shown(*some)->problem, "");
    world.says(anna, *some, "now");
    world.run_until([&] { return !world.answers(anna, *some).empty(); });
  }
  EXPECT_EQ(fleet.shown(refused)->state, community_state::failing);
}

TEST(Fleet, LosesAndRepeatsNothingWhenTokensAreReplaced) {
  fleet_world world{1};
  const auto& some = world.shops.front();
  running_fleet fleet{world};
  fleet.echo();
  fleet.add(some);
  fleet.start();
  world.run_until([&] { return world.polls() == "1"; });
  const auto anna = world.user();
  std::vector<std::string> said;
  for (int round = 0; round < 6; ++round) {
    for (int number = 0; number < 5; ++number) {
      said.push_back(std::to_string(round) + "." + std::to_string(number));
      world.says(anna, some, said.back());
      // In the middle of what goes on: calls are under way.
      world.io.restart();
      world.io.poll();
    }
    const bool second = round % 2 == 0;
    fleet.bots.replace_token(some.id, secret{second ? some.second_token : some.token});
    // VK kills the other one.
    world.emulator.clear_faults();
    world.dies(second ? some.token : some.second_token);
  }
  world.run_until([&] { return world.answers(anna, some).size() >= said.size(); });
  fleet.wait_until_empty();
  EXPECT_EQ(world.answers(anna, some), said);
  EXPECT_EQ(fleet.bots.dispatch_metrics().losses, 0U);
  EXPECT_EQ(fleet.bots.dispatch_metrics().dead_letters, 0U);
}

// Waits until the test lets it go.
class gate {
 public:
  explicit gate(asio::io_context& io) : timer_{io, std::chrono::steady_clock::time_point::max()} {}
  asio::awaitable<void> pass() {
    ++waiting;
    boost::system::error_code ignored;
    auto wait = timer_.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
    co_await std::move(wait);
  }
  void open() { timer_.cancel(); }
  int waiting = 0;

 private:
  asio::steady_timer timer_;
};

TEST(Fleet, RemovesACommunityWhileItsHandlerRuns) {
  fleet_world world{2};
  const auto& leaving = world.shops[0];
  const auto& staying = world.shops[1];
  gate door{world.io};
  running_fleet fleet{world};
  fleet.bots.on_text([&door](message_context m) -> asio::awaitable<void> {
    if (m.text() == "wait") {
      auto passing = door.pass();
      co_await std::move(passing);
    }
    auto answering = m.answer("done " + m.text());
    co_await std::move(answering);
  });
  fleet.add(leaving);
  fleet.add(staying);
  fleet.start();
  world.run_until([&] { return world.polls() == "2"; });
  const auto anna = world.user();
  // VK's own updates about the first message come and go.
  world.says(anna, leaving, "first");
  world.says(anna, staying, "first");
  for (const auto& some : world.shops)
    world.run_until([&] { return !world.answers(anna, some).empty(); });
  fleet.wait_until_empty();
  world.says(anna, leaving, "wait");
  world.run_until([&] { return door.waiting == 1; });
  EXPECT_EQ(fleet.shown(leaving)->handlers, 1U);
  world.says(anna, leaving, "behind it");  // in its lane
  world.run_until([&] { return fleet.bots.dispatch_metrics().rows == 2; });

  EXPECT_TRUE(fleet.bots.remove(leaving.id));
  EXPECT_FALSE(fleet.bots.remove(leaving.id));
  EXPECT_FALSE(fleet.shown(leaving));
  EXPECT_FALSE(fleet.bots.vk(leaving.id));
  world.run_until([&] { return world.polls() == "1"; });
  world.says(anna, leaving, "while it is away");
  door.open();
  world.run_until([&] { return world.answers(anna, leaving).size() == 2; });
  world.says(anna, staying, "hi");
  world.run_until([&] { return world.answers(anna, staying).size() == 2; });
  world.run_until([&] { return fleet.bots.dispatch_metrics().rows == 1; });
  EXPECT_THAT(world.answers(anna, leaving), ElementsAre("done first", "done wait"));

  // It comes back: the inbox first, then what came meanwhile.
  fleet.add(leaving);
  world.run_until([&] { return world.answers(anna, leaving).size() >= 4; });
  fleet.wait_until_empty();
  EXPECT_THAT(world.answers(anna, leaving),
              ElementsAre("done first", "done wait", "done behind it", "done while it is away"));
}

TEST(Fleet, RemovesAndAddsACommunityInOneStep) {
  fleet_world world{1};
  const auto& some = world.shops.front();
  running_fleet fleet{world};
  fleet.echo();
  fleet.start();  // without communities
  const auto anna = world.user();
  fleet.add(some);
  EXPECT_THROW(fleet.add(some), vkxx::usage_exception);
  world.run_until([&] { return world.polls() == "1"; });
  std::vector<std::string> said;
  for (int round = 0; round < 20; ++round) {
    said.push_back(std::to_string(round));
    world.says(anna, some, said.back());
    EXPECT_TRUE(fleet.bots.remove(some.id));
    fleet.bots.add(some.id, secret{round % 2 == 0 ? some.second_token : some.token});
    world.io.restart();
    world.io.poll();
  }
  world.run_until([&] { return world.answers(anna, some).size() >= said.size(); });
  EXPECT_EQ(world.answers(anna, some), said);
}

TEST(Fleet, EndsWhenAnotherFleetTakesItsStoreOver) {
  fleet_world world{1};
  const auto store = std::make_shared<vkxx::memory_state>();
  running_fleet first{world};
  running_fleet second{world};
  for (auto* fleet : {&first, &second}) {
    fleet->echo();
    fleet->bots.keep_in(store);
    fleet->add(world.shops.front());
  }
  first.start();
  world.run_until([&] { return world.polls() == "1"; });
  second.start();
  const auto anna = world.user();
  world.run_until([&] { return world.polls() == "2"; });
  world.says(anna, world.shops.front(), "hi");
  world.run_until([&] { return first.report.has_value(); });
  EXPECT_EQ(first.report->error(), vkxx::errc::state_conflict);
  world.run_until([&] { return !world.answers(anna, world.shops.front()).empty(); });
  EXPECT_THAT(world.answers(anna, world.shops.front()), ElementsAre("hi"));
  EXPECT_FALSE(second.report);
}

TEST(Fleet, StopsDuringItsChecks) {
  fleet_world world{2};
  world.fault("silent:groups.getById*0,token=" + world.shops[0].token);
  running_fleet fleet{
      world, world.settings().timeout(vkxx::duration::max()).total_timeout(vkxx::duration::max())};
  fleet.echo();
  for (const auto& some : world.shops) fleet.add(some);
  fleet.start();
  fleet.wait_for(world.shops[1], community_state::running);
  EXPECT_EQ(fleet.shown(world.shops[0])->state, community_state::starting);
  fleet.bots.stop();
  world.run_until([&] { return fleet.report.has_value(); });
  EXPECT_TRUE(*fleet.report);
}

TEST(Fleet, StopsBeforeItRuns) {
  fleet_world world{1};
  running_fleet fleet{world};
  fleet.add(world.shops.front());
  fleet.bots.stop();
  fleet.start();
  world.run_until([&] { return fleet.report.has_value(); });
  EXPECT_TRUE(*fleet.report);
}

TEST(Fleet, PutsOwnUpdatesIntoTheInboxOfACommunity) {
  fleet_world world{2};
  const auto& some = world.shops.back();
  running_fleet fleet{world};
  std::vector<std::int64_t> seen;
  fleet.bots.on_update("vkxx:note", [&seen](vkxx::bot_context context) {
    seen.push_back(context.community().value());
  });
  for (const auto& each : world.shops) fleet.add(each);
  fleet.start();
  world.run_until([&] { return world.polls() == "2"; });
  for (int round = 0; round < 2; ++round) {  // the same one twice
    std::optional<vkxx::result<void>> put;
    asio::co_spawn(world.io, fleet.bots.put(some.id, "vkxx:note", R"({"peer_id":1})", "key"),
                   [&put](const std::exception_ptr&, vkxx::result<void> outcome) {
                     put = std::move(outcome);
                   });
    world.run_until([&] { return put.has_value(); });
    EXPECT_TRUE(*put);
  }
  world.run_until([&] { return !seen.empty(); });
  EXPECT_THAT(seen, ElementsAre(some.id.value()));
}

TEST(Bot, GoesOnWithAnotherTokenAfterItsOwnDied) {
  fleet_world world{1};
  const auto& some = world.shops.front();
  vkxx::bot bot{world.settings().access_token(some.token)};
  bot.community(some.id);
  bot.on_text([](const vkxx::incoming_message& m) { return m.text(); });
  report_value report;
  asio::co_spawn(world.io, bot.async_run(),
                 [&report](const std::exception_ptr&, auto outcome) { report = outcome; });
  world.run_until([&] { return world.polls() == "1"; });
  const auto anna = world.user();
  world.dies(some.token);
  // VK gives no key for the dead token any more.
  world.control("POST", "transports/" + std::to_string(some.id.value()), R"({"expire_key":true})");
  world.says(anna, some, "while it is dead");
  world.run_until([&] { return world.refusals("groups.getLongPollServer") >= 2; });
  EXPECT_THAT(world.answers(anna, some), ElementsAre());
  bot.replace_token(secret{some.second_token});
  world.run_until([&] { return !world.answers(anna, some).empty(); });
  EXPECT_THAT(world.answers(anna, some), ElementsAre("while it is dead"));
  bot.stop(0s);
  world.run_until([&] { return report.has_value(); });
}

}  // namespace
