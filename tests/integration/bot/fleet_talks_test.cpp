// Dialogues, sessions, timers and menus of a fleet, over sockets.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/describe/class.hpp>
#include <chrono>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <vkxx/bot.hpp>
#include <vkxx/core/exception.hpp>
#include <vkxx/state/memory_state.hpp>
#include "integration/bot/fleet_world.hpp"
#include "integration/bot/whispers.hpp"

namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using vkxx::bot_context;
using vkxx::conversation_key;
using vkxx::message_context;
using vkxx::peer_id;
using vkxx::secret;
using vkxx::timer_event;
using vkxx::user_id;
using vkxx::testing::fleet_world;
using vkxx::testing::shop;
using texts = std::vector<std::string>;

struct visits {
  static constexpr std::string_view kind = "visits";
  std::int64_t count = 0;
};
BOOST_DESCRIBE_STRUCT(visits, (), (count))

asio::awaitable<void> book(vkxx::dialogue talk) {
  const auto name = co_await talk.ask("Your name?");
  const auto seats = co_await talk.ask(vkxx::question{"How many seats?"}.number(1, 6));
  co_await talk.say(seats.text() + " for " + name.text());
}

// A fleet with a dialogue, a session and a timer, in the loop of the world.
class talking_fleet {
 public:
  talking_fleet(fleet_world& world, std::shared_ptr<vkxx::state_store> store)
      : talking_fleet{world, std::move(store), world.settings()} {}
  talking_fleet(fleet_world& world, std::shared_ptr<vkxx::state_store> store, vkxx::config settings)
      : world_{world}, bots{std::move(settings)}, talks{bots} {
    bots.keep_in(std::move(store));
    bots.on_command("book", talks.add(vkxx::starts("booking", book)));
    bots.on_command("count", [talks = talks](message_context m) -> asio::awaitable<void> {
      std::int64_t count = 0;
      {
        auto mine = co_await talks.session<visits>(m);
        count = ++mine->count;
      }
      co_await m.answer("Visit " + std::to_string(count));
    });
    bots.on_command("later", [talks = talks](message_context m) {
      talks.later(m, 0s, "remind", std::string{"tea"});
    });
    talks.on_timer("remind", [](bot_context c, timer_event t) -> asio::awaitable<void> {
      const vkxx::message_sender messages{c.vk()};
      const auto thing = t.as<std::string>().value();
      co_await messages.send(t.key().peer,
                             std::to_string(t.key().group.value()) + ": remember the " + thing);
    });
    for (const auto& some : world.shops) bots.add(some.id, secret{some.token});
  }
  talking_fleet(const talking_fleet&) = delete;
  talking_fleet& operator=(const talking_fleet&) = delete;
  ~talking_fleet() {
    bots.stop(0s);
    if (started_) world_.run_until([this] { return ended_; });
  }

  void start() {
    started_ = true;
    asio::co_spawn(world_.io, bots.async_run(),
                   [this](const std::exception_ptr&, const auto&) { ended_ = true; });
    const auto all = std::to_string(world_.shops.size());
    world_.run_until([&] { return world_.polls() == all; });
  }
  // What goes on outside of handlers; the text of its error.
  std::string outside(asio::awaitable<void> work) {
    std::optional<std::string> outcome;
    asio::co_spawn(world_.io, std::move(work), [&](const std::exception_ptr& failure) {
      outcome.emplace();
      try {
        if (failure) std::rethrow_exception(failure);
      } catch (const vkxx::exception& thrown) {
        outcome = thrown.error().message();
      }
    });
    world_.run_until([&] { return outcome.has_value(); });
    return *outcome;
  }
  void says(user_id who, const shop& where, const std::string& text, const texts& answers) {
    world_.says(who, where, text);
    expect_answers(who, where, answers);
  }
  void expect_answers(user_id who, const shop& where, const texts& answers) {
    world_.run_until([&] { return world_.answers(who, where).size() >= answers.size(); });
    EXPECT_EQ(world_.answers(who, where), answers);
  }

 private:
  fleet_world& world_;
  bool started_ = false;
  bool ended_ = false;

 public:
  vkxx::fleet bots;
  vkxx::bot_talks talks;
};

conversation_key key_of(const shop& where, user_id who) {
  return {where.id, peer_id{who.value()}, who};
}

TEST(FleetTalks, AreThoseOfEachCommunity) {
  fleet_world world{2};
  const auto& first = world.shops[0];
  const auto& second = world.shops[1];
  const auto store = std::make_shared<vkxx::memory_state>();
  const auto anna = world.user();
  {
    talking_fleet fleet{world, store};
    fleet.start();
    fleet.says(anna, first, "/book", {"Your name?"});
    fleet.says(anna, second, "/book", {"Your name?"});
    fleet.says(anna, second, "Bob", {"Your name?", "How many seats?"});
    fleet.says(anna, first, "/count", {"Your name?", "How many seats?"});  // it is the name
    EXPECT_THAT(world.answers(anna, second), ElementsAre("Your name?", "How many seats?"));
  }
  // Another fleet goes on where they were.
  talking_fleet fleet{world, store};
  fleet.start();
  fleet.says(anna, first, "2", {"Your name?", "How many seats?", "2 for /count"});
  fleet.says(anna, second, "3", {"Your name?", "How many seats?", "3 for Bob"});
  fleet.says(anna, first, "/count", {"Your name?", "How many seats?", "2 for /count", "Visit 1"});
  fleet.says(anna, second, "/count", {"Your name?", "How many seats?", "3 for Bob", "Visit 1"});
}

TEST(FleetTalks, SetTimersInTheirCommunity) {
  fleet_world world{2};
  talking_fleet fleet{world, std::make_shared<vkxx::memory_state>()};
  fleet.start();
  const auto anna = world.user();
  for (const auto& some : world.shops) {
    const auto community = std::to_string(some.id.value());
    fleet.says(anna, some, "/later", {community + ": remember the tea"});
  }
}

TEST(FleetTalks, AreStartedAndEndedFromOutside) {
  fleet_world world{2};
  const auto& first = world.shops[0];
  const auto& second = world.shops[1];
  talking_fleet fleet{world, std::make_shared<vkxx::memory_state>()};
  const auto anna = world.user();
  EXPECT_THAT(fleet.outside(fleet.talks.start(key_of(second, anna), "booking")),
              HasSubstr("does not run"));
  fleet.start();
  fleet.says(anna, second, "/count", {"Visit 1"});  // she lets it write
  EXPECT_EQ(fleet.outside(fleet.talks.start(key_of(second, anna), "booking")), "");
  fleet.expect_answers(anna, second, {"Visit 1", "Your name?"});
  EXPECT_THAT(world.answers(anna, first), ElementsAre());
  EXPECT_EQ(fleet.outside(fleet.talks.end(key_of(second, anna))), "");
  fleet.says(anna, second, "/count", {"Visit 1", "Your name?", "Visit 2"});

  const peer_id peer{anna.value()};
  EXPECT_THAT(fleet.outside(fleet.talks.start(peer, anna, "booking")),
              HasSubstr("with the key of its community"));
  const conversation_key nowhere{vkxx::group_id{77}, peer, anna};
  EXPECT_THAT(fleet.outside(fleet.talks.start(nowhere, "booking")), HasSubstr("no community 77"));
}

// Several people at a time, in threads; at the end it is stopped in the middle.
TEST(FleetTalks, RunInThreads) {
  fleet_world world{2};
  talking_fleet fleet{world, std::make_shared<vkxx::memory_state>()};
  vkxx::dispatcher_options options;
  options.threads(4);
  fleet.bots.dispatching(options);
  fleet.start();
  std::vector<user_id> people;
  for (int number = 0; number < 5; ++number) people.push_back(world.user());
  const auto everybody = [&](auto act) {
    for (const auto& some : world.shops) {
      for (const auto who : people) act(who, some);
    }
  };
  texts answers;
  for (const auto& [said, answer] :
       {std::pair{"/book", "Your name?"}, std::pair{"Ann", "How many seats?"},
        std::pair{"2", "2 for Ann"}, std::pair{"/count", "Visit 1"}}) {
    answers.emplace_back(answer);
    everybody([&](user_id who, const shop& where) { world.says(who, where, said); });
    everybody([&](user_id who, const shop& where) { fleet.expect_answers(who, where, answers); });
  }
  for (const auto* const said : {"/book", "Ann", "/later"})
    everybody([&](user_id who, const shop& where) { world.says(who, where, said); });
}

TEST(FleetTalks, RefuseOnceTheFleetIsGone) {
  std::optional<vkxx::fleet> bots{std::in_place, vkxx::config{}};
  const vkxx::bot_talks talks{*bots};
  bots.reset();
  EXPECT_THROW(static_cast<void>(talks.all()), vkxx::usage_exception);
  EXPECT_THROW(talks.add(vkxx::starts("booking", book)), vkxx::usage_exception);
}

TEST(FleetTalks, LogNoTextOfAPerson) {
  fleet_world world{2};
  std::vector<std::string> lines;
  auto settings = world.settings();
  settings.log([&lines](const vkxx::log_line& line) { lines.push_back(line.text); },
               vkxx::log_level::debug);
  const auto anna = world.user();
  const auto& first = world.shops[0];
  const auto& second = world.shops[1];
  {
    talking_fleet fleet{world, std::make_shared<vkxx::memory_state>(), std::move(settings)};
    fleet.bots.on_text("whisper", []() -> asio::awaitable<void> {
      throw std::runtime_error{"whisper"};
      co_return;
    });
    fleet.start();
    world.fault("error=901:messages.send,message=whisper");
    world.says(anna, first, "/book whisper");
    world.says(anna, first, "whisper");
    world.run_until([&] { return fleet.bots.metrics(first.id)->failures != 0; });
    world.dies(second.token);
    world.says(anna, second, "/book whisper");
    EXPECT_TRUE(fleet.bots.replace_token(second.id, secret{second.second_token}));
    fleet.expect_answers(anna, second, {"Your name?"});
  }
  ASSERT_FALSE(lines.empty());
  for (const auto& some : world.shops) {
    vkxx::bot_testing::expect_no_whisper(lines, some.token);
    vkxx::bot_testing::expect_no_whisper(lines, some.second_token);
  }
}

}  // namespace
