// Conversations that take no messages, and presses that are too old: what a handler says to them is
// refused for good, which is no failure of the program.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <string>
#include <utility>

#include <vkxx/bot.hpp>
#include <vkxx/bot_testing.hpp>

namespace refusals {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using testing::Contains;
using testing::HasSubstr;
using testing::Not;
using vkxx::bot_context;
using vkxx::message_context;
using vkxx::bot_testing::bot_fixture;

struct visit {
  std::string day;
};
BOOST_DESCRIBE_STRUCT(visit, (), (day))

asio::awaitable<void> book(vkxx::dialogue talk) {
  auto asking = talk.ask(vkxx::question{"Which day?"}.within(10min));
  const auto day = co_await std::move(asking);
  auto again = talk.ask("At " + day.text() + "? When?");
  static_cast<void>(co_await std::move(again));
}

asio::awaitable<void> echo(message_context m) {
  auto answering = m.answer("got " + m.text());
  co_await std::move(answering);
}

void set_up(vkxx::bot& bot) {
  const vkxx::bot_talks talks{bot};
  const auto steps = vkxx::steps<visit>{"visit"}.step(
      "day", vkxx::question{"Which day?"}.within(10min),
      [](visit& some, const vkxx::answer& given) {
        some.day = given.text();
        return given.text() == "bad" ? vkxx::stay("No such day.") : vkxx::go_to("day");
      });
  bot.on_command("book", talks.add(vkxx::starts("book", book)));
  bot.on_command("visit", talks.add(steps));
  talks.on_timer("remind", [](bot_context c, vkxx::timer_event t) -> asio::awaitable<void> {
    auto answering = c.answer("Remember: " + t.as<std::string>().value());
    co_await std::move(answering);
  });
  bot.on_command("remind", [talks](message_context m) {
    static_cast<void>(talks.later(m, 10min, "remind", std::string{"tea"}));
    return "I will.";
  });
  bot.on_command("card", [](message_context) {
    return vkxx::outgoing{"Buy?"}.keyboard(
        vkxx::keyboard::under_message().callback("Buy", vkxx::payload{"buy"}));
  });
  bot.on_button("buy", [](vkxx::button_context b) -> asio::awaitable<void> {
    auto showing = b.snackbar("Bought");
    co_await std::move(showing);
    auto editing = b.edit(vkxx::outgoing{"On its way"});
    co_await std::move(editing);
  });
  bot.on_text(echo);
}

// Nothing was given up, and nobody is alarmed.
void expect_quiet(bot_fixture& world, std::uint64_t refused) {
  EXPECT_EQ(world.bot().dispatch_metrics().dead_letters, 0U);
  EXPECT_EQ(world.bot().dispatch_metrics().rows, 0U);
  EXPECT_EQ(world.bot().metrics().failures, 0U);
  EXPECT_EQ(world.bot().metrics().refused, refused);
  EXPECT_THAT(world.log(), Not(Contains(HasSubstr("a handler failed"))));
}

TEST(Refusals, EndATimer) {
  bot_fixture world{set_up};
  auto anna = world.person("Anna");
  anna.says("/remind");
  anna.blocks();
  world.pass(11min);
  expect_quiet(world, 1);
  anna.says("hello");
  EXPECT_EQ(anna.last().text(), "got hello");
}

TEST(Refusals, EndADialogue) {
  for (const auto* const kind : {"/book", "/visit"}) {
    for (const auto* const code : {"18", "901", "917"}) {
      for (const auto* const answer : {"good", "bad"}) {
        SCOPED_TRACE(std::string{kind} + ' ' + code + ' ' + answer);
        bot_fixture world{set_up};
        auto anna = world.person("Anna");
        anna.says(kind);
        world.faults("error=" + std::string{code} + ":messages.send");
        anna.says(answer);
        expect_quiet(world, 0);
        // Nothing is left that could wake later, or that keeps a message from the others.
        world.pass(1h);
        anna.says("hello");
        EXPECT_EQ(anna.last().text(), "got hello");
        anna.says(kind);
        EXPECT_EQ(anna.last().text(), "Which day?");
      }
    }
  }
}

// VK refuses one of several peers in the answer of a call that succeeds.
TEST(Refusals, EndADialogueWithSomebodyWhoBlocksTheCommunity) {
  for (const auto* const kind : {"/book", "/visit"}) {
    SCOPED_TRACE(kind);
    bot_fixture world{[](vkxx::bot& bot) {
      const vkxx::bot_talks talks{bot};
      talks.add(vkxx::starts("late", book));
      talks.on_timer("start", [talks](bot_context c, vkxx::timer_event) -> asio::awaitable<void> {
        auto starting = talks.start(c.peer(), vkxx::user_id{c.from().value()}, "late");
        co_await std::move(starting);
      });
      bot.on_command("late", [talks](message_context m) {
        static_cast<void>(talks.later(m, 1min, "start", 0));
      });
      set_up(bot);
    }};
    auto anna = world.person("Anna");
    anna.says("/late");
    anna.blocks();
    world.pass(2min);
    expect_quiet(world, 0);
    anna.says(kind);  // she takes them again
    EXPECT_EQ(anna.last().text(), "Which day?");
    anna.blocks();
    world.pass(1h);
    expect_quiet(world, 0);
    anna.says("hello");
    EXPECT_EQ(anna.last().text(), "got hello");
  }
}

TEST(Refusals, EndADialogueAtItsBeginning) {
  for (const auto* const kind : {"/book", "/visit"}) {
    bot_fixture world{set_up};
    auto anna = world.person("Anna");
    world.faults("error=901:messages.send");
    anna.says(kind);
    expect_quiet(world, 0);
    anna.says("hello");
    EXPECT_EQ(anna.last().text(), "got hello");
  }
}

TEST(Refusals, EndAHandlerOfAMessage) {
  bot_fixture world{set_up};
  auto anna = world.person("Anna");
  auto in_chat = anna.in(world.chat("Flat", {anna}));
  world.faults("error=917:messages.send");
  in_chat.says("hello");
  expect_quiet(world, 1);
  // Rights that the token lacks are a fault of the program's.
  world.faults("error=7:messages.send");
  in_chat.says("hello");
  EXPECT_EQ(world.bot().metrics().failures, 1U);
  EXPECT_EQ(world.bot().dispatch_metrics().dead_letters, 1U);
}

TEST(Refusals, EndAHandlerThatSendsByASenderOfItsOwn) {
  bot_fixture world{[](vkxx::bot& bot) {
    bot.on_text([](message_context m) -> asio::awaitable<void> {
      const vkxx::message_sender sender{m.vk()};
      auto sending = sender.send(m.peer(), vkxx::outgoing{"hello"});
      co_await std::move(sending);
    });
  }};
  auto anna = world.person("Anna");
  world.faults("error=901:messages.send");
  anna.says("hello");
  expect_quiet(world, 1);
}

TEST(Refusals, OfAnotherConversationAreFailures) {
  bot_fixture world{[](vkxx::bot& bot) {
    bot.on_text([](message_context m) -> asio::awaitable<void> {
      const vkxx::message_sender sender{m.vk()};
      auto sending = sender.send(vkxx::peer_id{77}, vkxx::outgoing{"to an operator"});
      co_await std::move(sending);
    });
  }};
  auto anna = world.person("Anna");
  world.faults("error=901:messages.send");
  anna.says("hello");
  EXPECT_EQ(world.bot().metrics().failures, 1U);
  EXPECT_EQ(world.bot().metrics().refused, 0U);
}

TEST(Refusals, OfAPressThatIsTooOldStopNothing) {
  bot_fixture world{set_up};
  auto anna = world.person("Anna");
  anna.says("/card");
  world.faults("error=100:messages.sendMessageEventAnswer*2");
  anna.presses("Buy");
  EXPECT_EQ(anna.last().text(), "On its way");
  expect_quiet(world, 0);
  EXPECT_FALSE(anna.press_answered());
}

TEST(Refusals, OfWhatAPressIsAnsweredWithAreFailures) {
  bot_fixture world{set_up};
  auto anna = world.person("Anna");
  anna.says("/card");
  world.faults("error=100:messages.sendMessageEventAnswer");
  anna.presses("Buy");
  EXPECT_EQ(world.bot().metrics().failures, 1U);
  EXPECT_EQ(anna.last().text(), "Buy?");
}

TEST(Refusals, EndAPressWhoseMessageCannotBeChanged) {
  bot_fixture world{set_up};
  auto anna = world.person("Anna");
  anna.says("/card");
  world.faults("error=901:messages.edit");
  anna.presses("Buy");
  EXPECT_EQ(anna.snackbar(), "Bought");
  expect_quiet(world, 1);
}

}  // namespace
}  // namespace refusals
