// Buttons: presses by event, by message, and their answers.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <stdexcept>
#include <string>

#include <vkxx/bot.hpp>
#include <vkxx/bot_testing.hpp>

namespace {

using namespace std::chrono_literals;
namespace asio = boost::asio;
using testing::ElementsAre;
using vkxx::button_context;
using vkxx::bot_testing::bot_fixture;

vkxx::outgoing button_menu() {
  auto buttons = vkxx::keyboard::under_message();
  buttons.callback("Tea", vkxx::payload{"buy"}.set("item", "tea"));
  buttons.callback("Site", vkxx::payload{"site"});
  buttons.callback("Nothing", vkxx::payload{"nothing"});
  vkxx::outgoing message{"What?"};
  message.keyboard(buttons);
  return message;
}

asio::awaitable<void> sell_one(button_context b) {
  const auto item = b.payload().text("item");
  auto showing = b.snackbar("One " + item + "!");
  co_await std::move(showing);
  vkxx::outgoing message{"On its way: " + item};
  auto editing = b.edit(std::move(message));
  static_cast<void>(co_await std::move(editing));
}

asio::awaitable<void> show_site(button_context b) {
  auto opening = b.open_link("https://example.org");
  co_await std::move(opening);
}

void set_up_buttons(vkxx::bot& bot) {
  bot.on_command("start", [] { return button_menu(); });
  bot.on_button("buy", sell_one);
  bot.on_button("site", show_site);
  bot.on_button("nothing", [](button_context) {});
}

TEST(BotButtons, ShowASnackbarAndEditTheMessage) {
  bot_fixture world{set_up_buttons};
  auto anna = world.person("Anna");
  anna.says("/start");
  const auto number = anna.last().number();
  EXPECT_THAT(anna.last().buttons(), ElementsAre("Tea", "Site", "Nothing"));
  anna.presses("Tea");
  EXPECT_EQ(anna.snackbar(), "One tea!");
  EXPECT_EQ(anna.last().text(), "On its way: tea");
  EXPECT_EQ(anna.last().number(), number);
}

TEST(BotButtons, OpenALink) {
  bot_fixture world{set_up_buttons};
  auto anna = world.person("Anna");
  anna.says("/start");
  anna.presses("Site");
  EXPECT_EQ(anna.opened_link(), "https://example.org");
}

TEST(BotButtons, AreAnsweredWhenTheHandlerDoesNot) {
  bot_fixture world{set_up_buttons};
  auto anna = world.person("Anna");
  anna.says("/start");
  anna.presses("Nothing");
  EXPECT_TRUE(anna.press_answered());
  EXPECT_EQ(anna.snackbar(), "");
}

// A later run may still show something; after the last one nothing comes.
TEST(BotButtons, AreAnsweredWhenTheHandlerFailedForTheLastTime) {
  bot_fixture world;
  int runs = 0;
  auto keyboard = vkxx::keyboard::under_message();
  keyboard.callback("Fail", vkxx::payload{"fail"});
  keyboard.callback("Refused", vkxx::payload{"refused"});
  world.bot().on_command("start", [keyboard] { return vkxx::outgoing{"?"}.keyboard(keyboard); });
  world.bot().on_button("fail", [&runs](vkxx::button_context) {
    ++runs;
    throw std::runtime_error{"always"};
  });
  world.bot().on_button(
      "refused", [](vkxx::button_context b) -> asio::awaitable<void> { co_await b.answer(""); });
  auto anna = world.person("Anna");
  anna.says("/start");
  anna.presses("Fail");
  EXPECT_EQ(runs, 1);
  EXPECT_FALSE(anna.press_answered());
  world.pass(1min);
  EXPECT_EQ(runs, 4);
  EXPECT_TRUE(anna.press_answered());
  // VK would refuse it: nothing is retried.
  anna.presses("Refused");
  EXPECT_EQ(anna.snackbar(), "");
  EXPECT_TRUE(anna.press_answered());
  EXPECT_EQ(world.bot().dispatch_metrics().dead_letters, 2U);
}

TEST(BotButtons, AreNotAnsweredIfThatIsOff) {
  bot_fixture world{set_up_buttons};
  world.bot().options(vkxx::bot_options{}.answer_buttons(false));
  auto anna = world.person("Anna");
  anna.says("/start");
  anna.presses("Nothing");
  EXPECT_FALSE(anna.press_answered());
}

TEST(BotButtons, AreRoutedForOldClients) {
  bot_fixture world;
  world.bot().on_text("tea", [] { return "not a press"; });
  set_up_buttons(world.bot());
  auto anna = world.person("Anna");
  anna.uses_old_client();
  anna.says("/start");
  anna.presses("Tea");
  EXPECT_THAT(anna.answers(), ElementsAre("What?", "One tea!", "On its way: tea"));
}

TEST(BotButtons, AnswerOnceThoughTheHandlerRunsTwice) {
  bot_fixture world;
  int runs = 0;
  world.bot().on_command("start", [] { return button_menu(); });
  world.bot().on_button("buy", [&runs](button_context b) -> asio::awaitable<void> {
    auto showing = b.snackbar("One!");
    co_await std::move(showing);
    if (++runs == 1) throw std::runtime_error{"broken"};
  });
  auto anna = world.person("Anna");
  anna.says("/start");
  anna.presses("Tea");
  world.pass(10s);
  EXPECT_EQ(runs, 2);
  EXPECT_EQ(anna.snackbar(), "One!");
  EXPECT_EQ(world.bot().dispatch_metrics().dead_letters, 0U);
}

}  // namespace
