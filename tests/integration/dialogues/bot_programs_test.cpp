// Programs as people write them from the pages alone, and what they expect without reading further.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/describe/class.hpp>
#include <chrono>
#include <stdexcept>
#include <string>
#include <vector>

#include <vkxx/bot.hpp>
#include <vkxx/bot_testing.hpp>

namespace programs {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using vkxx::message_context;
using vkxx::bot_testing::bot_fixture;

asio::awaitable<void> buy(vkxx::dialogue talk) {
  const auto sum = co_await talk.ask(vkxx::question{"How much?"}.number(1, 1000));
  const auto sure =
      co_await talk.ask(vkxx::question{"Pay " + sum.text() + "?"}.choice("Pay", "Back", "Cancel"));
  co_await talk.say("Chosen: " + sure.text());
}

// "Cancel" is what people write on a button; what it does is for the program to say.
TEST(ProgramChoice, MayHaveTheWordsThatEndADialogueAsLabels) {
  for (const std::string label : {"Cancel", "Back"}) {
    bot_fixture world{[](vkxx::bot& bot) {
      const vkxx::bot_talks talks{bot};
      bot.on_command("buy", talks.add(vkxx::starts("buy", buy)));
    }};
    auto anna = world.person("Anna");
    anna.says("/buy");
    anna.says("5");
    anna.presses(label);
    EXPECT_EQ(anna.last().text(), "Chosen: " + label);
    // Written by hand they are what they always are; on a button of another question, nothing.
    anna.says("/buy");
    anna.says("6");
    world.control("POST", "people/" + std::to_string(anna.id().value()) + "/press",
                  R"({"to":-1,"cmid":4,"label":")" + label + "\"}");
    world.settle();
    EXPECT_EQ(anna.last().text(), "Pay 6?");
    anna.says(label);
    EXPECT_EQ(anna.last().text(), label == "Cancel" ? "Cancelled." : "How much?");
  }
}

asio::awaitable<void> greet(vkxx::dialogue talk) {
  const auto name = co_await talk.ask("Your name?");
  co_await talk.say("Hello, " + name.text());
}

TEST(ProgramDialogue, BeginsWithAButtonOrAnEvent) {
  bot_fixture world{[](vkxx::bot& bot) {
    const vkxx::bot_talks talks{bot};
    const auto starter = talks.add(vkxx::starts("greet", greet));
    auto keys = vkxx::keyboard::under_message();
    keys.callback("Begin", vkxx::payload{"begin"});
    bot.on_command("start", [keys] { return vkxx::outgoing{"?"}.keyboard(keys); });
    bot.on_button("begin", starter);
    bot.on_update("group_join", starter);
  }};
  auto anna = world.person("Anna");
  anna.says("/start");
  anna.presses("Begin");
  EXPECT_TRUE(anna.press_answered());
  anna.says("Anna");
  EXPECT_EQ(anna.last().text(), "Hello, Anna");
  anna.joins();
  EXPECT_EQ(anna.last().text(), "Your name?");
  anna.says("Ann");
  EXPECT_EQ(anna.last().text(), "Hello, Ann");
}

asio::awaitable<void> find(vkxx::dialogue talk) {
  const auto who = co_await talk.ask(vkxx::question{"Who?"}.choice("Ivan", "ivan", "Ivan"));
  co_await talk.say("Number " + std::to_string(*who.choice()));
}

// Labels come from data: two people have one name.
TEST(ProgramChoice, MayHaveEqualLabels) {
  bot_fixture world{[](vkxx::bot& bot) {
    const vkxx::bot_talks talks{bot};
    bot.on_command("find", talks.add(vkxx::starts("find", find)));
  }};
  auto anna = world.person("Anna");
  anna.says("/find");
  anna.presses("ivan");
  EXPECT_EQ(anna.last().text(), "Number 1");
  anna.says("/find");
  anna.says("IVAN");
  EXPECT_EQ(anna.last().text(), "Number 0");
}

struct visits {
  static constexpr std::string_view kind = "visits";
  std::int64_t seen = 0;
  std::int64_t orders = 0;
};
BOOST_DESCRIBE_STRUCT(visits, (), (seen, orders))

asio::awaitable<void> ask_in_chat(vkxx::dialogue talk) {
  auto question = vkxx::question{vkxx::outgoing{"Tea?"}.reply()}.choice("Yes", "No").within(10min);
  const auto tea = co_await talk.ask(question.continue_on_timeout());
  co_await talk.say(vkxx::outgoing{tea.timed_out() ? "Too late" : "Good"}.reply());
}

// In a chat everybody should see whom the bot answers.
TEST(ProgramReply, IsToTheMessageThatIsHandled) {
  bot_fixture world{[](vkxx::bot& bot) {
    const vkxx::bot_talks talks{bot};
    bot.on_command("ask", talks.add(vkxx::starts("ask", ask_in_chat)));
    bot.on_text("who", [](vkxx::bot_context c) -> asio::awaitable<void> {
      co_await c.answer(vkxx::outgoing{"You"}.reply());
    });
    auto menu = vkxx::menu<visits>{"menu"};
    menu.page("page", [](const visits& mine) {
      vkxx::menu_page<visits> page{vkxx::outgoing{"Seen " + std::to_string(mine.seen)}.reply()};
      page.button("More", [](visits& some) { ++some.seen; });
      return page;
    });
    bot.on_text("menu", talks.add(menu));
  }};
  auto anna = world.person("Anna");
  auto number = anna.says("/ask");
  EXPECT_EQ(anna.last().replies_to(), number);
  number = anna.says("yes");
  EXPECT_EQ(anna.last().text(), "Good");
  EXPECT_EQ(anna.last().replies_to(), number);
  anna.says("/ask");
  world.pass(11min);
  EXPECT_EQ(anna.last().text(), "Too late");
  EXPECT_EQ(anna.last().replies_to(), vkxx::cmid{});
  number = anna.says("who");
  EXPECT_EQ(anna.last().replies_to(), number);
  number = anna.says("menu");
  anna.presses("More");
  EXPECT_EQ(anna.last().text(), "Seen 1");
}

// A middleware and a handler that each keep the same session open: one change would be lost.
TEST(ProgramSession, OpenTwiceLosesNoChange) {
  bool saves = false;
  bot_fixture world{[&saves](vkxx::bot& bot) {
    const vkxx::bot_talks talks{bot};
    bot.around_update(
        [talks, &saves](vkxx::bot_context c, vkxx::middleware_next next) -> asio::awaitable<void> {
          auto mine = co_await talks.session<visits>(c);
          if (c.incoming() != nullptr) ++mine->seen;
          if (saves) mine.save();
          co_await next();
        });
    bot.on_text("order", [talks](message_context m) -> asio::awaitable<void> {
      auto mine = co_await talks.session<visits>(m);
      ++mine->orders;
    });
    bot.on_text([talks](message_context m) -> asio::awaitable<void> {
      auto mine = co_await talks.session<visits>(m);
      const auto text = std::to_string(mine->seen) + " and " + std::to_string(mine->orders);
      co_await m.answer(text);
    });
  }};
  auto anna = world.person("Anna");
  anna.says("order");
  EXPECT_THAT(world.log(), Contains(AllOf(HasSubstr("a handler failed, type=message_new"),
                                          HasSubstr("was changed twice from the same state"))));
  EXPECT_EQ(world.bot().dispatch_metrics().dead_letters, 1U);
  saves = true;
  anna.says("order");
  anna.says("how many");
  EXPECT_EQ(anna.last().text(), "2 and 1");
}

// A vote in a chat by reactions: VK names who reacted in a word of its own.
TEST(ProgramSession, IsOfThePersonWhoReacts) {
  std::vector<std::int64_t> voters;
  std::vector<std::int64_t> counts;
  bot_fixture world{[&](vkxx::bot& bot) {
    const vkxx::bot_talks talks{bot};
    bot.on_command("vote", [] { return "Vote"; });
    bot.on_update("message_reaction_event",
                  [&, talks](vkxx::bot_context c) -> asio::awaitable<void> {
                    voters.push_back(c.from().value());
                    auto mine = co_await talks.session<visits>(c);
                    counts.push_back(++mine->seen);
                  });
  }};
  const auto anna = world.person("Anna");
  const auto boris = world.person("Boris");
  const auto flat = world.chat("Flat", {anna, boris});
  auto here = anna.in(flat);
  auto there = boris.in(flat);
  here.says("/vote");
  here.reacts(1);
  there.reacts(2);
  there.reacts(0);
  EXPECT_THAT(voters, ElementsAre(anna.id().value(), boris.id().value(), boris.id().value()));
  EXPECT_THAT(counts, ElementsAre(1, 1, 2));
}

void set_up_reminders(vkxx::bot& bot) {
  const vkxx::bot_talks talks{bot};
  talks.on_timer("remind", [](vkxx::bot_context c, vkxx::timer_event t) -> asio::awaitable<void> {
    const auto late = std::chrono::duration_cast<std::chrono::minutes>(t.late_by()).count();
    co_await c.answer("Late by " + std::to_string(late) + " min");
  });
  bot.on_pattern("in <minutes:int>", [talks](message_context m) {
    talks.later(m, std::chrono::minutes{m.captures().number("minutes")}, "remind", 0);
  });
}

// The moment may pass between its computation and the call.
TEST(ProgramTimer, OfAMomentThatHasPassedComesAtOnce) {
  bot_fixture world{set_up_reminders};
  auto anna = world.person("Anna");
  anna.says("in -1");
  world.pass(1s);
  EXPECT_EQ(anna.last().text(), "Late by 1 min");
}

// It keeps its minute, although the bot was dead.
TEST(ProgramTimer, SetAgainByItsFunctionDoesNotDrift) {
  std::vector<std::int64_t> minutes;
  bot_fixture world{[&minutes](vkxx::bot& bot) {
    const vkxx::bot_talks talks{bot};
    talks.on_timer(
        "hourly",
        [&minutes, talks](vkxx::bot_context c, vkxx::timer_event t) -> asio::awaitable<void> {
          const auto minute = std::chrono::floor<std::chrono::minutes>(t.due());
          minutes.push_back(minute.time_since_epoch().count() % 60);
          talks.later(c, t.due() + 1h - c.now(), "hourly", 0);
          co_return;
        });
    bot.on_text("hourly", [talks](message_context m) { talks.later(m, 7min, "hourly", 0); });
  }};
  auto anna = world.person("Anna");
  anna.says("hourly");
  world.pass(8min);
  world.kill();
  world.pass(130min);
  world.restart();
  world.pass(1h);
  EXPECT_THAT(minutes, ElementsAre(7, 7, 7, 7));
}

TEST(ProgramTimer, ComesLateIfTheBotWasDeadMeanwhile) {
  bot_fixture world{set_up_reminders};
  auto anna = world.person("Anna");
  anna.says("in 60");
  world.kill();
  world.pass(90min);
  anna.says("in 0");  // while it is dead
  EXPECT_TRUE(anna.answers().empty());
  world.restart();
  world.pass(1s);
  EXPECT_THAT(anna.answers(), testing::UnorderedElementsAre("Late by 30 min", "Late by 0 min"));
}

// Whoever is called at night sees what failed and what to do, and no text of a person.
TEST(ProgramLog, SaysWhatFailedAndWhatToDo) {
  bot_fixture world{[](vkxx::bot& bot) {
    const vkxx::bot_talks talks{bot};
    bot.on_pattern("throw <what>", [](message_context m) -> std::string {
      throw std::out_of_range{"there is no " + m.captures().text("what")};
    });
    bot.on_pattern("label <what>", [](message_context m) {
      auto keys = vkxx::keyboard::under_message();
      keys.text(m.captures().text("what") + " \" " + std::string(40, 'x'));
      return vkxx::outgoing{"Choose"}.keyboard(keys);
    });
    bot.on_pattern("send <what>",
                   [](message_context m) { return "You want " + m.captures().text("what"); });
    bot.on_command("talk",
                   talks.add(vkxx::starts("talk", [](vkxx::dialogue talk) -> asio::awaitable<void> {
                     const auto given = co_await talk.ask("What?");
                     throw std::runtime_error{given.text()};
                   })));
  }};
  auto anna = world.person("Anna");
  for (const auto* const text : {"throw wine", "label wine", "/talk", "wine"}) {
    anna.says(text);
    world.pass(1min);
  }
  world.faults("error=914:messages.send");
  anna.says("send wine");
  const auto line = [](const std::string& part) { return Contains(HasSubstr(part)); };
  EXPECT_THAT(world.log(), line("effect=unknown: the handler threw std::out_of_range"));
  EXPECT_THAT(world.log(), line(R"(button "…": the label has 47 characters; VK takes 40)"));
  EXPECT_THAT(world.log(), line("the function threw std::runtime_error"));
  EXPECT_THAT(world.log(), line("method=messages.send api_code=914 effect=rejected: "));
  EXPECT_THAT(world.log(), line("`vkxx inbox … show "));
  EXPECT_THAT(world.log(), Not(line("wine")));
}

// What a function for failures does, often fails for the same reason.
TEST(ProgramFailure, IsTheFirstOne) {
  bot_fixture world;
  world.bot().on_text([](message_context m) { return m.text(); });
  world.bot().on_failure([](vkxx::bot_context c, const vkxx::error&) -> asio::awaitable<void> {
    co_await c.answer("Oops");
    throw std::out_of_range{"of on_failure"};
  });
  auto anna = world.person("Anna");
  world.faults("error=900:messages.send*2");
  anna.says("hello");
  const auto line = [](const std::string& part) { return Contains(HasSubstr(part)); };
  EXPECT_THAT(world.log(), line("bot: on_failure failed, lane="));
  // Nobody can be written to: that is no failure of the handler.
  EXPECT_THAT(world.log(), line("bot: the conversation takes no messages"));
  world.faults("error=100:messages.send");
  anna.says("again");
  EXPECT_EQ(anna.last().text(), "Oops");
  EXPECT_THAT(world.log(), line("a handler failed, type=message_new lane=1/peer/15 attempt=1 "
                                "method=messages.send api_code=100"));
  EXPECT_EQ(world.bot().dispatch_metrics().dead_letters, 1U);
}

}  // namespace
}  // namespace programs
