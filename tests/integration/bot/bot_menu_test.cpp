// Menus: pages, old presses, other members, kills, and changes of the program.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/describe/class.hpp>
#include <memory>
#include <string>
#include <vector>

#include <vkxx/bot.hpp>
#include <vkxx/bot_testing.hpp>
#include <vkxx/state/memory_state.hpp>
#include "bot/menus/menu_machine.hpp"
#include "integration/dispatch/state_support.hpp"

namespace {

namespace asio = boost::asio;
namespace detail = vkxx::detail;
using testing::ElementsAre;
using vkxx::bot_testing::bot_fixture;
using vkxx::testing::outcome_of;

struct tea_order {
  static constexpr std::string_view kind = "tea_order";
  std::int64_t cups = 0;
};
BOOST_DESCRIBE_STRUCT(tea_order, (), (cups))

vkxx::menu<tea_order> tea_menu(const std::string& more = "One more") {
  return vkxx::menu<tea_order>{"tea"}
      .page("start",
            [more](const tea_order& order) {
              vkxx::menu_page<tea_order> page{"Cups: " + std::to_string(order.cups)};
              page.button(more, [](tea_order& some) { ++some.cups; });
              page.button("None", [](tea_order& some) {
                some.cups = 0;
                return vkxx::stay("Gone");
              });
              page.row().open("Order", "order");
              return page;
            })
      .page("order",
            [](const tea_order& order) {
              vkxx::menu_page<tea_order> page{"Order " + std::to_string(order.cups) + "?"};
              page.button(
                  "Yes",
                  [](tea_order& some, vkxx::button_context b) -> asio::awaitable<vkxx::step_move> {
                    const auto cups = std::to_string(some.cups);
                    some.cups = 0;
                    auto showing = b.snackbar("Thank you!");
                    co_await std::move(showing);
                    co_return vkxx::cancel("On its way: " + cups);
                  });
              page.open("How?", "help").row().back("Back");
              return page;
            })
      .page("help", [](const tea_order&) {
        vkxx::menu_page<tea_order> page{"By post."};
        page.link("Our site", "https://example.org");
        return page.back("Back");
      });
}

void set_up_tea(vkxx::bot& bot) {
  const vkxx::bot_talks talks{bot};
  bot.on_command("tea", talks.add(tea_menu()));
  bot.on_command("cups", [talks](vkxx::message_context m) -> asio::awaitable<void> {
    auto opening = talks.session<tea_order>(m);
    auto order = co_await std::move(opening);
    auto answering = m.answer(std::to_string(order->cups));
    static_cast<void>(co_await std::move(answering));
  });
}

TEST(BotMenu, ChangesItsMessage) {
  bot_fixture world{set_up_tea};
  auto anna = world.person("Anna");
  anna.says("/tea");
  const auto number = anna.last().number();
  EXPECT_EQ(anna.last().text(), "Cups: 0");
  EXPECT_THAT(anna.last().buttons(), ElementsAre("One more", "None", "Order"));
  anna.presses("One more");
  anna.presses("One more");
  EXPECT_EQ(anna.last().text(), "Cups: 2");
  EXPECT_TRUE(anna.press_answered());
  EXPECT_EQ(anna.snackbar(), "");
  anna.presses("Order");
  EXPECT_EQ(anna.last().text(), "Order 2?");
  anna.presses("How?");
  EXPECT_THAT(anna.last().buttons(), ElementsAre("Our site", "Back"));
  world.restart();
  anna.presses("Back");
  EXPECT_EQ(anna.last().text(), "Order 2?");
  anna.presses("Yes");
  EXPECT_EQ(anna.snackbar(), "Thank you!");
  EXPECT_EQ(anna.last().text(), "On its way: 2");
  EXPECT_THAT(anna.last().buttons(), ElementsAre());
  EXPECT_EQ(anna.last().number(), number);
  anna.says("/cups");
  EXPECT_EQ(anna.last().text(), "0");
}

TEST(BotMenu, AnswersAnOldPressWithTheCurrentMenu) {
  bot_fixture world{set_up_tea};
  auto anna = world.person("Anna");
  anna.says("/tea");
  anna.says("/tea");
  anna.presses("One more");
  anna.presses("Order");
  // Only the first message still has this button.
  anna.presses("One more");
  EXPECT_EQ(anna.snackbar(), "This menu has changed.");
  EXPECT_THAT(anna.answers(), ElementsAre("Order 1?", "Order 1?"));
  anna.says("/cups");
  EXPECT_EQ(anna.last().text(), "1");
}

// A press of a button that the user sees, although the bot has not handled the one before.
void press_twice(bot_fixture& world, const vkxx::bot_testing::person& user,
                 const std::string& label) {
  world.settle();
  const auto body = "{\"to\":" + std::to_string(vkxx::peer_id{world.community()}.value()) +
                    ",\"cmid\":" + std::to_string(user.last().number().value()) + ",\"label\":\"" +
                    label + "\"}";
  for (int press = 0; press < 2; ++press) {
    world.control("POST", "people/" + std::to_string(user.id().value()) + "/press", body);
  }
  world.settle();
}

TEST(BotMenu, CountsTheFirstOfTwoPresses) {
  bot_fixture world{set_up_tea};
  auto anna = world.person("Anna");
  anna.says("/tea");
  press_twice(world, anna, "One more");
  EXPECT_EQ(anna.last().text(), "Cups: 1");
  press_twice(world, anna, "Order");
  EXPECT_EQ(anna.last().text(), "Order 1?");
  press_twice(world, anna, "Yes");
  // The second one finds the menu closed, and leaves what it said.
  EXPECT_EQ(anna.last().text(), "On its way: 1");
}

// Also if the menu begins with what it showed when it was closed.
TEST(BotMenu, IsClosedOnce) {
  bot_fixture world{[](vkxx::bot& bot) {
    const vkxx::bot_talks talks{bot};
    auto sale = vkxx::menu<tea_order>{"sale"};
    sale.page("start", [](const tea_order&) {
      vkxx::menu_page<tea_order> page{"One ticket?"};
      page.button("Yes", [](tea_order& some, const vkxx::button_context&) {
        some.cups += 1;
        return vkxx::cancel("Sold: " + std::to_string(some.cups));
      });
      return page;
    });
    bot.on_command("sale", talks.add(sale));
  }};
  auto anna = world.person("Anna");
  anna.says("/sale");
  press_twice(world, anna, "Yes");
  EXPECT_EQ(anna.last().text(), "Sold: 1");
  anna.says("/sale");
  anna.presses("Yes");
  EXPECT_EQ(anna.last().text(), "Sold: 2");
  // Without numbers of messages what it showed counts: the menu comes once more.
  anna.uses_old_client();
  anna.says("/sale");
  press_twice(world, anna, "Yes");
  EXPECT_THAT(anna.answers(), ElementsAre("Sold: 1", "Sold: 2", "One ticket?", "Sold: 3",
                                          "One ticket?", "This menu has changed."));
}

TEST(BotMenu, CutsALongNotice) {
  std::string notice;
  bot_fixture world{[&](vkxx::bot& bot) {
    const vkxx::bot_talks talks{bot};
    auto menu = vkxx::menu<tea_order>{"note"};
    menu.page("start", [&](const tea_order& order) {
      vkxx::menu_page<tea_order> page{std::to_string(order.cups)};
      page.button("Note", [&](tea_order& some) {
        ++some.cups;
        return vkxx::stay(notice);
      });
      return page;
    });
    bot.on_command("note", talks.add(menu));
  }};
  auto anna = world.person("Anna");
  anna.says("/note");
  notice = std::string(90, 'x');
  anna.presses("Note");
  EXPECT_EQ(anna.snackbar(), notice);
  EXPECT_THAT(world.log(), testing::Not(testing::Contains(testing::HasSubstr("was cut"))));
  notice += 'y';
  anna.presses("Note");
  EXPECT_EQ(anna.snackbar(), std::string(89, 'x') + "…");
  EXPECT_THAT(world.log(),
              testing::Contains(testing::HasSubstr("a notice of 91 characters was cut, lane=")));
  // An emoji counts as two, and is not halved.
  notice.clear();
  for (int count = 0; count < 50; ++count) notice += "\xF0\x9F\x8D\xB5";
  anna.presses("Note");
  EXPECT_EQ(anna.snackbar(), notice.substr(0, 44 * 4) + "…");
  EXPECT_EQ(anna.last().text(), "3");
}

TEST(BotMenu, IsOfThePersonWhoOpenedIt) {
  bot_fixture world{set_up_tea};
  auto anna = world.person("Anna");
  auto boris = world.person("Boris");
  const auto chat = world.chat("Tea", {anna, boris});
  auto there = anna.in(chat);
  auto other = boris.in(chat);
  there.says("/tea");
  other.presses("One more");
  EXPECT_EQ(other.snackbar(), "This is the menu of somebody else.");
  EXPECT_EQ(there.last().text(), "Cups: 0");
  there.presses("One more");
  EXPECT_EQ(there.last().text(), "Cups: 1");
}

TEST(BotMenu, IsOfEverybodyIfSet) {
  bot_fixture world{[](vkxx::bot& bot) {
    const vkxx::bot_talks talks{bot};
    bot.on_command("tea", talks.add(tea_menu().access(vkxx::menu_access::everybody)));
  }};
  auto anna = world.person("Anna");
  auto boris = world.person("Boris");
  const auto chat = world.chat("Tea", {anna, boris});
  auto there = anna.in(chat);
  auto other = boris.in(chat);
  there.says("/tea");
  other.presses("One more");
  there.presses("One more");
  EXPECT_EQ(other.last().text(), "Cups: 2");
}

TEST(BotMenu, CountsAPressOnceThoughTheBotIsKilled) {
  bot_fixture world{set_up_tea};
  auto anna = world.person("Anna");
  anna.says("/tea");
  const auto body = "{\"to\":" + std::to_string(vkxx::peer_id{world.community()}.value()) +
                    ",\"cmid\":" + std::to_string(anna.last().number().value()) +
                    ",\"label\":\"One more\"}";
  world.control("POST", "people/" + std::to_string(anna.id().value()) + "/press", body);
  world.run_until([&] { return anna.last().text() == "Cups: 1"; });
  world.kill();
  world.restart();
  world.settle();
  EXPECT_EQ(anna.last().text(), "Cups: 1");
  anna.says("/cups");
  EXPECT_EQ(anna.last().text(), "1");
}

TEST(BotMenu, IsShownAgainWhenTheProgramHasChanged) {
  std::string label = "One more";
  bot_fixture world{[&label](vkxx::bot& bot) {
    const vkxx::bot_talks talks{bot};
    bot.on_command("tea", talks.add(tea_menu(label)));
  }};
  auto anna = world.person("Anna");
  anna.says("/tea");
  label = "Another cup";
  world.restart();
  anna.presses("None");
  EXPECT_EQ(anna.snackbar(), "This menu has changed.");
  EXPECT_THAT(anna.last().buttons(), ElementsAre("Another cup", "None", "Order"));
  anna.presses("None");
  EXPECT_EQ(anna.snackbar(), "Gone");
}

TEST(BotMenu, BeginsAgainWhenNothingCanBeRead) {
  const auto store = std::make_shared<vkxx::memory_state>();
  std::vector<std::string> noticed;
  bot_fixture world{[&](vkxx::bot& bot) {
    bot.keep_in(store);
    const vkxx::bot_talks talks{
        bot, vkxx::dialogue_options{}.on_notice(
                 [&](const vkxx::state_notice& some) { noticed.push_back(some.key); })};
    bot.on_command("tea", talks.add(tea_menu()));
  }};
  auto anna = world.person("Anna");
  anna.says("/tea");
  anna.presses("One more");
  const auto who = std::to_string(anna.id().value());
  const auto place = "session/menu/tea/1/" + who + "/" + who;
  const auto state = "session/tea_order/1/" + who + "/" + who;
  ASSERT_TRUE(outcome_of(store->read(place)).value());
  vkxx::state_unit unit;
  unit.write(place, "damaged");
  // Of a program that is newer.
  unit.write(state, R"({"kind":"tea_order","version":7,"value":{"cups":"many"}})");
  ASSERT_TRUE(outcome_of(store->commit(std::move(unit))));
  anna.presses("One more");
  EXPECT_EQ(anna.last().text(), "Cups: 0");
  EXPECT_THAT(noticed, testing::UnorderedElementsAre(place, state));
  EXPECT_TRUE(outcome_of(store->read("unreadable/" + state)).value());
  anna.presses("One more");
  EXPECT_EQ(anna.last().text(), "Cups: 1");
  EXPECT_EQ(noticed.size(), 2U);
}

TEST(BotMenu, IsAMessageForClientsWithoutItsButtons) {
  bot_fixture world{set_up_tea};
  auto anna = world.person("Anna");
  anna.uses_old_client();
  anna.says("/tea");
  anna.presses("One more");
  EXPECT_THAT(anna.answers(), ElementsAre("Cups: 0", "Cups: 1"));
}

TEST(BotMenu, RefusesWhatCannotBeShown) {
  vkxx::bot bot{vkxx::config{}.access_token("token")};
  const vkxx::bot_talks talks{bot};
  EXPECT_THROW(talks.add(vkxx::menu<tea_order>{"empty"}), vkxx::usage_exception);
  EXPECT_THROW(talks.add(vkxx::menu<tea_order>{std::string(51, 'x')}), vkxx::usage_exception);
  EXPECT_THROW(talks.add(tea_menu().texts({std::string(91, 'x'), {}})), vkxx::usage_exception);
  talks.add(tea_menu());
  EXPECT_THROW(talks.add(tea_menu()), vkxx::usage_exception);
  EXPECT_THROW(
      tea_menu().page("start", [](const tea_order&) { return vkxx::menu_page<tea_order>{"?"}; }),
      vkxx::usage_exception);
}

TEST(MenuMachine, OpensPagesAndGoesBack) {
  const auto menu = tea_menu();
  detail::menu_machine machine{menu.rules(), {{"order", "a page of another program"}}};
  EXPECT_EQ(machine.page().name, "order");
  machine.move(vkxx::go_to("help"));
  machine.move(vkxx::back());
  EXPECT_EQ(machine.place().pages, std::vector<std::string>{"order"});
  machine.move(vkxx::back());
  EXPECT_EQ(machine.page().name, "order");
  EXPECT_THROW(machine.move(vkxx::go_to("nowhere")), vkxx::usage_exception);
  for (int count = 0; count < 500; ++count) {
    machine.move(vkxx::go_to(count % 2 == 0 ? "help" : "order"));
  }
  EXPECT_LE(machine.place().pages.size(), 50U);
  machine.move(vkxx::finish());
  EXPECT_TRUE(machine.closed());
}

TEST(MenuMachine, KnowsWhatAPersonHasSeen) {
  const auto menu = tea_menu();
  const tea_order none;
  const tea_order two{2};
  const detail::menu_machine machine{menu.rules(), {}};
  const auto view = machine.page().draw(&none);
  const auto seen = machine.fingerprint(view);
  EXPECT_NE(machine.pressed(view, {"tea", vkxx::user_id{1}, 2, seen}), nullptr);
  EXPECT_EQ(machine.pressed(view, {"tea", vkxx::user_id{1}, 3, seen}), nullptr);
  EXPECT_EQ(machine.pressed(machine.page().draw(&two), {"tea", vkxx::user_id{1}, 2, seen}),
            nullptr);
  // The same page by another way has another way back.
  const detail::menu_machine by_order{menu.rules(), {{"start", "order", "help"}}};
  const detail::menu_machine direct{menu.rules(), {{"start", "help"}}};
  const auto help = direct.page().draw(&none);
  EXPECT_NE(by_order.fingerprint(help), direct.fingerprint(help));
  EXPECT_TRUE(machine.message(view, vkxx::user_id{1}).problems().empty());
}

}  // namespace
