// A bot with users, over sockets.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <optional>
#include <string>

#include <vkxx/blocking_client.hpp>
#include <vkxx/bot.hpp>
#include <vkxx/bot_testing.hpp>

namespace {

using namespace std::chrono_literals;
namespace asio = boost::asio;
namespace filters = vkxx::filters;
using testing::ElementsAre;
using testing::HasSubstr;
using vkxx::bot_context;
using vkxx::incoming_message;
using vkxx::message_context;
using vkxx::bot_testing::bot_fixture;

TEST(Bot, EchoesTexts) {
  bot_fixture world;
  world.bot().on_text([](message_context m) -> asio::awaitable<void> {
    auto answering = m.answer(m.text());
    co_await std::move(answering);
  });
  auto anna = world.person("Anna");
  anna.says("Hello");
  anna.says("  there ");
  EXPECT_THAT(anna.answers(), ElementsAre("Hello", "there"));
}

TEST(Bot, SendsWhatAFunctionReturns) {
  bot_fixture world;
  world.bot()
      .on_text("maybe", [](const incoming_message&) { return std::optional<std::string>{}; })
      .on_text("twice", [](message_context) -> asio::awaitable<std::string> { co_return "2"; })
      .on_text("none", [] {})
      .on_text([](const incoming_message& m) { return "You said: " + m.text(); });
  auto anna = world.person("Anna");
  anna.says("maybe");
  anna.says("twice");
  anna.says("none");
  anna.says("hi");
  EXPECT_THAT(anna.answers(), ElementsAre("2", "You said: hi"));
}

TEST(Bot, RoutesInOrderAndPassesOn) {
  bot_fixture world;
  int unhandled = 0;
  world.bot().always().on_command("help", [] { return "always"; });
  world.bot()
      .on_command("start", [](message_context m) { return "start " + m.arguments(); })
      .on_pattern("my name is <name> and I am <age:int>",
                  [](message_context m) {
                    return m.captures().text("name") + " " +
                           std::to_string(m.captures().number("age") + 1);
                  })
      .on_message(filters::text_contains("pass"), [](message_context m) { m.pass(); })
      .on_message(filters::text_is("pass") || filters::text_is("ok"), [] { return "second"; })
      .on_unhandled([&unhandled](bot_context c) { unhandled += c.incoming() != nullptr ? 1 : 0; });
  auto anna = world.person("Anna");
  anna.says("/START now");
  anna.says("MY NAME IS Ann Lee and i am 41");
  anna.says("pass");
  anna.says("/help");
  anna.says("nothing of these");
  EXPECT_THAT(anna.answers(), ElementsAre("start now", "Ann Lee 42", "second", "always"));
  EXPECT_EQ(unhandled, 1);
}

TEST(Bot, HandsTypedEventsOver) {
  bot_fixture world;
  std::string seen;
  world.bot()
      .on<vkxx::updates::group_join>([&seen](vkxx::event_context<vkxx::updates::group_join> e) {
        seen += "join " + std::to_string(e.object().user_id.value()) + ";";
      })
      .on_update("vkpay_transaction", [&seen](bot_context c) { seen += c.update().type(); });
  auto anna = world.person("Anna");
  anna.joins();
  world.happens("vkpay_transaction", R"({"from_id":1,"amount":1000})");
  EXPECT_EQ(seen, "join " + std::to_string(anna.id().value()) + ";vkpay_transaction");
}

// Its own answer, and that the person has read it.
TEST(Bot, StoresNoUpdatesThatNothingTakes) {
  bot_fixture world;
  world.bot().on_text([](const incoming_message& m) { return m.text(); });
  auto anna = world.person("Anna");
  anna.says("one");
  anna.reads();
  anna.says("two");
  EXPECT_THAT(anna.answers(), ElementsAre("one", "two"));
  const auto numbers = world.bot().dispatch_metrics();
  EXPECT_EQ(numbers.received, 2U);
  EXPECT_GE(numbers.skipped, 2U);
}

TEST(Bot, StoresAllUpdatesForAMiddlewareAndForOnUnhandled) {
  for (const bool middleware : {true, false}) {
    bot_fixture world;
    int joins = 0;
    const auto count = [&joins](const bot_context& c) {
      joins += c.update().type() == "group_join" ? 1 : 0;
    };
    if (middleware) {
      world.bot().around_update([count](bot_context c, vkxx::middleware_next next) {
        count(c);
        return next();
      });
    } else {
      world.bot().use([&] {
        vkxx::router inner;
        inner.on_unhandled(count);
        return inner;
      }());
    }
    world.person("Anna").joins();
    EXPECT_EQ(joins, 1);
  }
}

// As a community that has only begun.
void switch_off(bot_fixture& world) {
  vkxx::blocking_client vk{world.settings()};
  vk.call(vkxx::request{"groups.setLongPollSettings"}
              .set("group_id", 1)
              .set("enabled", 0)
              .set("message_read", 0));
}

TEST(Bot, SwitchesMissingEventTypesOn) {
  bot_fixture world;
  switch_off(world);
  world.bot().on<vkxx::updates::message_read>([](bot_context) {});
  world.settle();
  EXPECT_THAT(world.log(), testing::Contains(HasSubstr("switched on")));
  EXPECT_THAT(world.control("GET", "transports/1"),
              testing::AllOf(HasSubstr("\"enabled\":true"), HasSubstr("\"events_off\":[]")));
}

TEST(Bot, SaysWhatTheTokenMayNotSwitchOn) {
  bot_fixture world;
  switch_off(world);
  world.faults("error=15:groups.setLongPollSettings*0");
  world.bot().on<vkxx::updates::message_read>([](bot_context) {});
  try {
    world.settle();
    FAIL() << "long poll is off";
  } catch (const std::runtime_error& failure) {
    EXPECT_THAT(failure.what(), HasSubstr("Long Poll API: switch it on in the community under "
                                          "Manage > API usage > Long Poll API"));
    EXPECT_THAT(failure.what(), HasSubstr("event type message_read: switch it on"));
  }
}

TEST(Bot, TakesItsMentionOffAndSeesChats) {
  bot_fixture world;
  world.bot()
      .on_message(filters::in_chat() && filters::mentioned() && filters::text_is("hello"),
                  [] { return "in a chat"; })
      .on_message(filters::in_private(), [] { return "in private"; });
  auto anna = world.person("Anna");
  auto boris = world.person("Boris");
  const auto flat = world.chat("Flat", {anna, boris});
  anna.in(flat).says("[club1|@shop], Hello");
  EXPECT_THAT(anna.in(flat).answers(), ElementsAre("in a chat"));
  anna.says("[club1|@shop] hello");
  EXPECT_THAT(anna.answers(), ElementsAre("in private"));
}

TEST(Bot, RepliesToTheMessage) {
  bot_fixture world;
  world.bot().on_text([](message_context m) -> asio::awaitable<void> {
    vkxx::outgoing message{"this one"};
    auto answering = m.reply(std::move(message));
    co_await std::move(answering);
  });
  auto anna = world.person("Anna");
  const auto number = anna.says("which?");
  EXPECT_EQ(anna.last().replies_to(), number);
}

TEST(Bot, IgnoresItsOwnMessages) {
  bot_fixture world;
  int replies = 0;
  world.bot().on_text([] { return "answer"; }).on_update("message_reply", [&](bot_context) {
    ++replies;
  });
  auto anna = world.person("Anna");
  anna.says("hi");
  EXPECT_THAT(anna.answers(), ElementsAre("answer"));
  EXPECT_EQ(replies, 0);
}

TEST(Bot, AsksItsErrorBoundaries) {
  bot_fixture world;
  std::string order;
  vkxx::router inner;
  inner.on_text("inner", []() -> std::string { throw std::runtime_error{"a private text"}; });
  inner.on_failure([&](bot_context, const vkxx::error&) { order += "inner "; });
  world.bot().use(inner);
  world.bot().on_failure([&](bot_context, const vkxx::error&) {
    order += "outer";
    return vkxx::failure_action::handled;
  });
  auto anna = world.person("Anna");
  anna.says("inner");
  world.pass(1min);
  EXPECT_EQ(order, "inner outer");  // once: nothing is retried
  EXPECT_EQ(world.bot().metrics().failures, 0U);
}

TEST(Bot, RetriesAFailedHandlerAndLogsNoTexts) {
  bot_fixture world;
  int runs = 0;
  world.bot().on_text([&runs](message_context m) -> asio::awaitable<void> {
    auto answering = m.answer("once");
    co_await std::move(answering);
    if (++runs < 3) throw std::runtime_error{"secret of " + m.text()};
  });
  auto anna = world.person("Anna");
  anna.says("my secret");
  world.pass(1min);
  EXPECT_EQ(runs, 3);
  EXPECT_THAT(anna.answers(), ElementsAre("once"));
  EXPECT_THAT(world.log(), testing::Contains(HasSubstr("a handler failed, type=message_new")));
  EXPECT_THAT(world.log(), testing::Not(testing::Contains(HasSubstr("secret"))));
}

TEST(Bot, GoesOnAfterAKill) {
  int runs = 0;
  bot_fixture world{[&runs](vkxx::bot& bot) {
    bot.on_text([&runs](message_context m) -> asio::awaitable<void> {
      ++runs;
      auto answering = m.answer(m.text());
      co_await std::move(answering);
    });
  }};
  auto anna = world.person("Anna");
  anna.says("one");
  world.kill();
  world.restart();
  anna.says("two");
  EXPECT_EQ(world.stop().left, 0U);
  world.restart();
  anna.says("three");
  EXPECT_THAT(anna.answers(), ElementsAre("one", "two", "three"));
  EXPECT_EQ(runs, 3);
}

TEST(Bot, RunsMiddlewaresAroundUpdatesAndHandlers) {
  bot_fixture world;
  std::string order;
  const auto noting = [&order](std::string name) {
    return [&order, name](bot_context c, vkxx::middleware_next next) -> asio::awaitable<void> {
      const bool message = c.incoming() != nullptr;
      if (message) order += name + "(";
      auto rest = next();
      co_await std::move(rest);
      if (message) order += ")";
    };
  };
  world.bot().around_update(noting("update"));
  world.bot().around_handler(noting("handler"));
  world.bot().on_text("hi", [&order](message_context) { order += "h"; });
  auto anna = world.person("Anna");
  anna.says("hi");
  EXPECT_EQ(order, "update(handler(h))");
  order.clear();
  anna.says("other");
  EXPECT_EQ(order, "update()");
}

TEST(Bot, RefusesHandlersOnceItRuns) {
  bot_fixture world;
  world.bot().on_text([] { return "x"; });
  world.settle();
  EXPECT_THROW(world.bot().on_text([] {}), vkxx::usage_exception);
  EXPECT_THROW(world.bot().community(vkxx::group_id{2}), vkxx::usage_exception);
}

TEST(Bot, CountsForPrometheus) {
  bot_fixture world;
  world.bot().on_text([] { return "x"; });
  auto anna = world.person("Anna");
  anna.says("hi");
  const auto text = world.bot().prometheus();
  EXPECT_THAT(text, HasSubstr("# TYPE vkxx_bot_messages_total counter\n"
                              "vkxx_bot_messages_total{community=\"1\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("vkxx_bot_rows{community=\"1\"} 0\n"));
}

// Takes a word, timers and own updates before the handlers.
class noting_extension final : public vkxx::bot_extension {
 public:
  asio::awaitable<bool> take_message(message_context context) override {
    if (context.text() != "mine") co_return false;
    context.unit().schedule("later", context.now() + 5min, "value");
    co_return true;
  }
  asio::awaitable<bool> take_timer(bot_context context, vkxx::due_timer timer) override {
    noted += timer.key + "=" + timer.value + "@" + context.unit().lane() + ";";
    co_return true;
  }
  asio::awaitable<bool> take_own_update(bot_context context) override {
    noted += context.update().type() + "@" + context.unit().lane() + ";";
    co_return true;
  }
  std::string noted;
};

TEST(Bot, AsksExtensionsBeforeHandlers) {
  bot_fixture world;
  const auto part = std::make_shared<noting_extension>();
  world.bot().extend(part);
  world.bot().always().on_text("always", [] { return "always"; });
  world.bot().on_text([] { return "handler"; });
  auto anna = world.person("Anna");
  const auto lane = "1/peer/" + std::to_string(anna.id().value());
  anna.says("always");
  anna.says("mine");
  anna.says("other");
  EXPECT_THAT(anna.answers(), ElementsAre("always", "handler"));
  EXPECT_EQ(part->noted, "");
  world.pass(6min);
  EXPECT_EQ(part->noted, "later=value@" + lane + ";");
}

TEST(Bot, PutsOwnUpdatesIntoTheirLane) {
  bot_fixture world;
  const auto part = std::make_shared<noting_extension>();
  world.bot().extend(part);
  world.bot().on_text([&world](message_context m) -> asio::awaitable<void> {
    const auto object = "{\"peer_id\":" + std::to_string(m.peer().value()) + "}";
    auto putting = world.bot().put("vkxx:start", object, "key");
    const auto outcome = co_await std::move(putting);
    EXPECT_TRUE(outcome);
  });
  auto anna = world.person("Anna");
  anna.says("go");
  anna.says("again");  // the same key: handled once
  EXPECT_EQ(part->noted, "vkxx:start@1/peer/" + std::to_string(anna.id().value()) + ";");
}

}  // namespace
