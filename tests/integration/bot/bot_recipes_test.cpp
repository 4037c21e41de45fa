// Every recipe of examples/bot_recipes.cpp, with users.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <vkxx/bot_testing.hpp>

#include "bot_recipes.hpp"

namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using vkxx::bot_testing::bot_fixture;

class Recipes : public testing::Test {
 protected:
  // What the bot answers to these texts.
  std::vector<std::string> answers(const std::function<void(vkxx::bot&)>& recipe,
                                   const std::vector<std::string>& texts) {
    bot_fixture world{recipe};
    auto anna = world.person("Anna");
    for (const auto& text : texts) anna.says(text);
    return anna.answers();
  }
};

TEST_F(Recipes, Texts) {
  EXPECT_THAT(answers(recipes::say, {"/say good morning"}), ElementsAre("good morning"));
  EXPECT_THAT(answers(recipes::say, {"/say"}), ElementsAre("Say what?"));
  EXPECT_THAT(answers(recipes::introduce, {"My name is Anna and I am 29"}),
              ElementsAre("Anna, next year you will be 30"));
  EXPECT_THAT(answers(recipes::addressed, {"Ping"}), ElementsAre("pong"));
  EXPECT_THAT(answers(recipes::count_digits, {"digits of 1234"}), ElementsAre("10"));
  EXPECT_THAT(answers(recipes::help, {"what?"}), ElementsAre("I know: /menu, /pages, /price."));
  EXPECT_THAT(answers(recipes::apologise, {"fail"}),
              ElementsAre("Something went wrong. We are looking into it."));
  EXPECT_THAT(answers(recipes::price, {"/price"}), ElementsAre("Tea: 100, order"));
}

TEST_F(Recipes, KeyboardsAndButtons) {
  bot_fixture world{[](vkxx::bot& bot) {
    recipes::menu(bot);
    recipes::pages(bot);
    recipes::like(bot);
    recipes::catalogue(bot);
  }};
  auto anna = world.person("Anna");
  anna.says("/menu");
  EXPECT_EQ(anna.last().text(), "What will it be?");
  anna.presses("Close");
  EXPECT_EQ(anna.last().text(), "Closed");
  anna.says("/pages");
  anna.presses("Next");
  EXPECT_EQ(anna.last().text(), "Page 2");
  EXPECT_THAT(anna.last().buttons(), ElementsAre("Back", "Next"));
  anna.says("/like");
  anna.presses("Like");
  EXPECT_EQ(anna.snackbar(), "Thank you!");
  anna.says("/catalogue");
  EXPECT_EQ(anna.last().text(), "We have:");
  anna.presses("Buy");
  EXPECT_THAT(anna.last().text(), HasSubstr("On its way: "));
}

TEST_F(Recipes, Menus) {
  bot_fixture world{recipes::tea};
  auto anna = world.person("Anna");
  anna.says("/tea");
  anna.presses("One more");
  world.restart();
  anna.presses("Order");
  EXPECT_EQ(anna.last().text(), "Order 1?");
  anna.presses("Back");
  EXPECT_EQ(anna.last().text(), "Cups of tea: 1");
  anna.presses("Order");
  anna.presses("Yes");
  EXPECT_EQ(anna.last().text(), "On its way!");
}

TEST_F(Recipes, FilesAndReplies) {
  bot_fixture world{[](vkxx::bot& bot) {
    recipes::report(bot);
    recipes::quote(bot);
    recipes::photos(bot);
  }};
  auto anna = world.person("Anna");
  anna.says("/report");
  EXPECT_THAT(anna.last().attachments(), ElementsAre("doc"));
  const auto question = anna.says("quote me");
  EXPECT_EQ(anna.last().replies_to(), question);
  anna.sends_photo();
  EXPECT_EQ(anna.last().text(), "A nice photo.");
}

TEST_F(Recipes, ValuesAndEffectsSurviveAKill) {
  int charged = 0;
  bot_fixture world{[&charged](vkxx::bot& bot) {
    recipes::count_messages(bot);
    recipes::pay(bot, [&charged] {
      ++charged;
      return "receipt";
    });
  }};
  auto anna = world.person("Anna");
  anna.says("count");
  world.kill();
  world.restart();
  anna.says("count");
  anna.says("/pay");
  EXPECT_THAT(anna.answers(), ElementsAre("1", "2", "Paid: receipt"));
  EXPECT_EQ(charged, 1);
}

TEST_F(Recipes, OtherPeople) {
  bot_fixture world{[](vkxx::bot& bot) { recipes::notify(bot); }};
  auto anna = world.person("Anna");
  auto boris = world.person("Boris");
  boris.says("hello");
  anna.says("notify " + std::to_string(boris.id().value()));
  EXPECT_EQ(boris.last().text(), "News!");
  EXPECT_EQ(anna.last().text(), "Sent");
  boris.blocks();
  anna.says("notify " + std::to_string(boris.id().value()));
  EXPECT_THAT(anna.last().text(), HasSubstr("Cannot write: "));
}

TEST_F(Recipes, EventsAndMiddleware) {
  int measured = 0;
  bot_fixture world{[&measured](vkxx::bot& bot) {
    recipes::joined(bot);
    recipes::measure(
        bot,
        [&measured](vkxx::bot_context, vkxx::middleware_next next) -> boost::asio::awaitable<void> {
          ++measured;
          auto running = next();
          co_await std::move(running);
        });
  }};
  auto anna = world.person("Anna");
  anna.says("hello");
  world.happens("message_allow",
                "{\"user_id\":" + std::to_string(anna.id().value()) + ",\"key\":\"\"}");
  EXPECT_EQ(anna.last().text(), "Thank you for letting us write.");
  EXPECT_GE(measured, 2);
}

TEST_F(Recipes, Chats) {
  bot_fixture world{[](vkxx::bot& bot) {
    recipes::greet(bot);
    recipes::shut(bot);
  }};
  auto anna = world.person("Anna");
  auto boris = world.person("Boris");
  const auto chat = world.chat("Tea", {anna, boris});
  auto there = boris.in(chat);
  there.says("/shut");
  EXPECT_THAT(there.answers(), ElementsAre("Welcome!"));
  auto owner = anna.in(chat);
  owner.says("/shut");
  EXPECT_THAT(owner.answers(), ElementsAre("Welcome!", "Closed."));
}

class Moderation : public testing::Test {
 protected:
  // What Anna, the owner of the chat, reads after her message.
  std::string told(const std::string& text) {
    anna.says(text);
    return anna.last().text();
  }
  std::string about(const vkxx::bot_testing::person& whom, const std::string& command) {
    return "/" + command + " [id" + std::to_string(whom.id().value()) + "|@somebody]";
  }
  void act(vkxx::bot_testing::person& who, std::string_view action, std::int64_t member) {
    who.acts(action, R"({"to":)" + std::to_string(flat.value()) + R"(,"member":)" +
                         std::to_string(member) + '}');
    world.settle();
  }
  // Only members can write.
  [[nodiscard]] bool is_there(const vkxx::bot_testing::person& whom) {
    try {
      whom.in(flat).says("hi");
      return true;
    } catch (const std::runtime_error&) {
      return false;
    }
  }

  bot_fixture world{recipes::moderate};
  vkxx::bot_testing::person owner = world.person("Anna");
  vkxx::bot_testing::person boris = world.person("Boris");
  vkxx::peer_id flat = world.chat("Flat", {owner, boris});
  vkxx::bot_testing::person anna = owner.in(flat);
};

TEST_F(Moderation, NeedsARightOfTheBotAndOfThePerson) {
  EXPECT_THAT(told(about(boris, "kick")), HasSubstr("I may not"));
  EXPECT_EQ(told("/kick"), "Whom? Reply to a message, or mention somebody.");
  act(anna, "promote", -world.community().value());
  boris.in(flat).says(about(owner, "kick"));
  EXPECT_EQ(anna.last().text(), "Whom? Reply to a message, or mention somebody.");
  EXPECT_THAT(told(about(owner, "kick")), HasSubstr("I may not"));
  EXPECT_EQ(told(about(boris, "kick")), "Removed");
  EXPECT_FALSE(is_there(boris));
  EXPECT_EQ(told(about(boris, "kick")), "Removed");
  act(anna, "invite", boris.id().value());
  EXPECT_TRUE(is_there(boris));
}

TEST_F(Moderation, WarnsMutesAndBans) {
  act(anna, "promote", -world.community().value());
  const auto rude = boris.in(flat).says("rude");
  anna.replies(rude, "/warn");
  EXPECT_EQ(anna.last().text(), "Warning 1 of 3");
  EXPECT_EQ(told(about(boris, "warn")), "Warning 2 of 3");
  EXPECT_EQ(told(about(boris, "mute") + " 10"), "Silent for 10 min");
  const auto seen = [&] { return anna.messages().back().text(); };
  boris.in(flat).says("still rude");
  EXPECT_NE(seen(), "still rude");
  world.kill();
  world.restart();
  world.pass(std::chrono::minutes{11});
  boris.in(flat).says("sorry");
  EXPECT_EQ(seen(), "sorry");
  EXPECT_EQ(told(about(boris, "warn")), "Removed");
  act(anna, "invite", boris.id().value());
  EXPECT_TRUE(is_there(boris));
  EXPECT_EQ(told(about(boris, "ban")), "Removed");
  act(anna, "invite", boris.id().value());
  EXPECT_FALSE(is_there(boris));
}

}  // namespace
