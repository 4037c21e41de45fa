// What people, clients and VK send that no program expects; and handlers that misbehave.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/describe/class.hpp>
#include <boost/system/system_error.hpp>
#include <chrono>
#include <functional>
#include <new>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include <vkxx/bot.hpp>
#include <vkxx/bot_testing.hpp>
#include <vkxx/core/exception.hpp>

namespace odd {
namespace {

namespace asio = boost::asio;
namespace filters = vkxx::filters;
using namespace std::chrono_literals;
using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using vkxx::bot_context;
using vkxx::message_context;
using vkxx::bot_testing::bot_fixture;

asio::awaitable<void> order_tea(vkxx::dialogue talk) {
  const auto cups = co_await talk.ask(vkxx::question{"How many?"}.number(1, 9));
  const auto kind = co_await talk.ask(vkxx::question{"Which?"}.choice("Green", "Black"));
  co_await talk.say(cups.text() + " of " + kind.text());
}

asio::awaitable<void> ask_soon(vkxx::dialogue talk) {
  const auto day = co_await talk.ask(vkxx::question{"Which day?"}.within(10min));
  co_await talk.say("On " + day.text());
}

// Routes of all kinds.
void set_up(vkxx::bot& bot) {
  const vkxx::bot_talks talks{bot};
  bot.on_command("tea", talks.add(vkxx::starts("tea", order_tea)));
  bot.on_command("soon", talks.add(vkxx::starts("soon", ask_soon)));
  bot.on_pattern("pay <sum:float> to <whom>", [](message_context m) {
    return std::to_string(m.captures().real("sum")) + m.captures().text("whom");
  });
  bot.on_button("buy", [](vkxx::button_context b) -> asio::awaitable<void> {
    auto showing = b.snackbar("bought " + b.payload().text("item"));
    co_await std::move(showing);
  });
  bot.on_message(filters::has_place() || filters::action("") || filters::is_reply(), [] {});
  bot.on_text([](message_context m) { return "got " + std::to_string(m.text().size()); });
  bot.on_unhandled([] {});
}

std::string message_from(std::int64_t peer, std::int64_t from, const std::string& rest) {
  static int number = 1000;
  ++number;
  return R"({"message":{"id":)" + std::to_string(number) + R"(,"date":1700000000,"peer_id":)" +
         std::to_string(peer) + R"(,"from_id":)" + std::to_string(from) +
         R"(,"conversation_message_id":)" + std::to_string(number) + rest + "}}";
}

std::string forwarded(int depth) {
  std::string text = R"(,"text":"deep")";
  for (int level = 0; level < depth; ++level) {
    text = R"(,"text":"","fwd_messages":[{"id":1,"date":1,"from_id":5,"peer_id":5)" + text + "}]";
  }
  return text;
}

TEST(OddMessages, AreHandledOrPassedButNeverFail) {
  bot_fixture world{set_up};
  const auto anna = world.person("Anna").id().value();
  const auto boris = world.person("Boris");
  const auto chat = world.chat("Flat", {boris}).value();
  const std::vector<std::string> all{
      message_from(anna, anna, ""),
      message_from(anna, anna, R"(,"text":"")"),
      message_from(anna, anna, R"(,"text":null)"),
      message_from(-5, -5, R"(,"text":"hello")"),
      message_from(chat, -5, R"(,"text":"hello")"),
      message_from(chat, anna, R"(,"text":"[club1|@shop]")"),
      message_from(chat, anna, R"(,"text":"[club1|")"),
      message_from(anna, anna, R"(,"text":"","payload":"null")"),
      message_from(anna, anna, R"(,"text":"","payload":"[1,2]")"),
      message_from(anna, anna, R"(,"text":"","payload":"not json")"),
      message_from(anna, anna, R"(,"text":"","payload":"")"),
      message_from(anna, anna, R"(,"text":"","payload":"{\"command\":5}")"),
      message_from(anna, anna, R"(,"text":"","payload":"{\"command\":\"buy\",\"item\":[]}")"),
      message_from(anna, anna,
                   R"(,"text":"","payload":"\")" + std::string(100'000, 'x') + R"(\"")"),
      message_from(anna, anna, R"(,"text":")" + std::string(100'000, ' ') + "b\""),
      message_from(anna, anna, R"(,"text":"pay )" + std::string(100'000, '7') + " to x\""),
      message_from(anna, anna, R"(,"text":"pay nan to x")"),
      message_from(anna, anna, ",\"text\":\"\\u202e\\u200b\\u200d\\ufeff\""),
      message_from(anna, anna, ",\"text\":\"\\u0000\""),
      message_from(anna, anna, R"(,"text":"a","attachments":[],"geo":{"type":"point"})"),
      message_from(anna, anna, R"(,"text":"","attachments":[{"type":"unknown_thing"}])"),
      message_from(anna, anna,
                   R"(,"text":"","geo":{"coordinates":{"latitude":1,"longitude":2.5}})"),
      message_from(anna, anna, R"(,"text":"a","ref":"x","ref_source":"y","is_hidden":false)"),
      message_from(chat, anna, R"(,"text":"","action":{"type":"chat_invite_user"})"),
      message_from(chat, anna, R"(,"text":"","action":{"type":"some_new_action","x":{}})"),
      message_from(anna, anna, forwarded(12)),
      message_from(anna, anna, R"(,"text":"a","reply_message":{"id":1,"from_id":5,"text":"b"})"),
  };
  for (const auto& object : all) {
    const auto before = world.log().size();
    world.happens("message_new", object);
    world.pass(1min);
    const std::vector<std::string> lines{world.log().begin() + static_cast<std::ptrdiff_t>(before),
                                         world.log().end()};
    // VK may refuse the answer, to a community for example.
    EXPECT_THAT(lines, Not(Contains(AllOf(HasSubstr("a handler failed"),
                                          Not(HasSubstr("method=messages.send api_code="))))))
        << object.substr(0, 300);
  }
}

TEST(OddMessages, DoNotHoldUpThePersonWhoSendsThem) {
  bot_fixture world{set_up};
  auto anna = world.person("Anna");
  const auto id = anna.id().value();
  // Neither is a message; VK would not send them.
  for (const auto* const object :
       {"{}", R"({"message":null})", R"({"message":[]})", R"({"message":{"text":{}}})"}) {
    world.happens("message_new", object);
  }
  world.happens("message_new", message_from(id, id, R"(,"text":5)"));
  for (const auto* const object : {"{}", R"({"user_id":"x","peer_id":1,"event_id":"1"})"}) {
    world.happens("message_event", object);
  }
  world.pass(2min);
  anna.says("hello");
  EXPECT_EQ(anna.last().text(), "got 5");
}

TEST(OddMessages, InADialogueAreAskedAgain) {
  bot_fixture world{set_up};
  auto anna = world.person("Anna");
  const auto id = anna.id().value();
  anna.says("/tea");
  for (const auto* const text : {"99999999999999999999", "+-5", "1.5", "", "٣", "0x5", "5 5"}) {
    world.happens("message_new", message_from(id, id, R"(,"text":")" + std::string{text} + '"'));
  }
  EXPECT_THAT(anna.answers(), Not(Contains("Which?")));
  anna.says(" +5 ");
  EXPECT_EQ(anna.last().text(), "Which?");
  anna.says("ＧＲＥＥＮ");
  anna.says("green");
  EXPECT_EQ(anna.last().text(), "+5 of Green");
}

TEST(OddMessages, OfACroppedOneVkMayRefuseTheRest) {
  bot_fixture world{set_up};
  auto anna = world.person("Anna");
  const auto id = anna.id().value();
  world.faults("error=917:messages.getByConversationMessageId");
  world.happens("message_new", message_from(id, id, R"(,"text":"the wh","is_cropped":true)"));
  EXPECT_THAT(world.log(), Contains(HasSubstr("a cropped message could not be loaded")));
  EXPECT_THAT(world.log(), Not(Contains(HasSubstr("a handler failed"))));
  world.pass(1min);
}

asio::awaitable<void> ask_anything(vkxx::dialogue talk) {
  const auto given = co_await talk.ask(vkxx::question{"What?"});
  co_await talk.say("Heard " + given.text());
}

// "Anna invited Clara" comes as a message of Anna without a text.
TEST(OddMessages, OfTheChatItselfAreNoAnswers) {
  bot_fixture world{[](vkxx::bot& bot) {
    const vkxx::bot_talks talks{bot};
    bot.on_command("ask", talks.add(vkxx::starts("ask", ask_anything)));
    bot.on_message(filters::action("chat_invite_user"), [] { return "Welcome!"; });
    bot.on_message(filters::action("chat_kick_user"), talks.add(vkxx::starts("why", ask_anything)));
    bot.on_message(filters::action(), [] {});
  }};
  const auto anna = world.person("Anna");
  const auto clara = world.person("Clara");
  const auto flat = world.chat("Flat", {anna});
  auto here = anna.in(flat);
  here.says("/ask");
  here.acts("invite", R"({"to":)" + std::to_string(flat.value()) + R"(,"member":)" +
                          std::to_string(clara.id().value()) + '}');
  world.settle();
  EXPECT_EQ(here.last().text(), "Welcome!");
  here.says("tea");
  EXPECT_EQ(here.last().text(), "Heard tea");
  // But a dialogue may begin with one.
  auto there = clara.in(flat);
  there.acts("leave", R"({"to":)" + std::to_string(flat.value()) + '}');
  world.settle();
  EXPECT_EQ(here.last().text(), "What?");
}

struct visits {
  static constexpr std::string_view kind = "visits";
  int count = 0;
};
BOOST_DESCRIBE_STRUCT(visits, (), (count))

// Sessions and timers belong to a person in handlers of other events, too.
TEST(OddEvents, OfAPersonHaveSessionsAndTimers) {
  bot_fixture world{[](vkxx::bot& bot) {
    const vkxx::bot_talks talks{bot};
    talks.on_timer("after", [](bot_context c, vkxx::timer_event) -> asio::awaitable<void> {
      auto answering = c.answer("How do you like it?");
      co_await std::move(answering);
    });
    bot.on_update("group_join", [talks](bot_context c) -> asio::awaitable<void> {
      auto mine = co_await talks.session<visits>(c);
      ++mine->count;
      talks.later(c, 1h, "after", 1);
    });
    bot.on_text([talks](message_context m) -> asio::awaitable<void> {
      auto mine = co_await talks.session<visits>(m);
      co_await m.answer(std::to_string(mine->count));
    });
  }};
  auto anna = world.person("Anna");
  anna.says("hi");
  anna.joins();
  anna.says("hi");
  EXPECT_EQ(anna.last().text(), "1");
  world.pass(2h);
  EXPECT_EQ(anna.last().text(), "How do you like it?");
  EXPECT_EQ(world.bot().dispatch_metrics().dead_letters, 0U);
}

// A program that was changed while something waited says what it does not know any more.
TEST(OddPrograms, ReportWhatTheyHaveNoFunctionFor) {
  bool first = true;
  bot_fixture world{[&first](vkxx::bot& bot) {
    const vkxx::bot_talks talks{bot};
    if (!first) return;
    talks.on_timer("remind",
                   [](bot_context, vkxx::timer_event) -> asio::awaitable<void> { co_return; });
    bot.on_command("remind", [talks](message_context m) { talks.later(m, 2h, "remind", 1); });
    bot.on_command("ask", talks.add(vkxx::starts("ask", ask_anything)));
  }};
  auto anna = world.person("Anna");
  anna.says("/remind");
  anna.says("/ask");
  first = false;
  world.restart();
  anna.says("tea");
  world.pass(3h);
  EXPECT_THAT(world.log(), Contains(HasSubstr("bot: timer_lost key=later/remind")));
  EXPECT_THAT(world.log(), Contains(HasSubstr("bot: dialogue_lost key=dialogue/1/")));
  EXPECT_EQ(world.bot().dispatch_metrics().dead_letters, 0U);
}

struct own_trouble {};

TEST(OddHandlers, ThrowAnythingAndTheNextMessageIsHandled) {
  bot_fixture world;
  auto& bot = world.bot();
  bot.on_text("int", []() -> std::string { throw 5; });
  bot.on_text("type", []() -> std::string { throw own_trouble{}; });
  bot.on_text("memory", []() -> std::string { throw std::bad_alloc{}; });
  bot.on_text("nested", []() -> std::string {
    try {
      throw std::runtime_error{"inner"};
    } catch (...) {
      std::throw_with_nested(std::logic_error{"outer"});
    }
  });
  bot.on_text("cancelled", [](message_context) -> asio::awaitable<void> {
    vkxx::throw_error(
        vkxx::error{vkxx::errc::cancelled, vkxx::request_effect::not_sent, "by itself"});
    co_return;
  });
  bot.on_text("aborted", [](message_context) -> asio::awaitable<void> {
    throw boost::system::system_error{asio::error::operation_aborted};
    co_return;
  });
  bot.on_text("hello", [] { return "hi"; });
  auto anna = world.person("Anna");
  std::size_t hellos = 0;
  for (const auto* const text : {"int", "type", "memory", "nested", "cancelled", "aborted"}) {
    SCOPED_TRACE(text);
    anna.says(text);
    world.pass(2min);
    anna.says("hello");
    EXPECT_EQ(anna.answers().size(), ++hellos);
  }
  EXPECT_EQ(world.bot().dispatch_metrics().dead_letters, 6U);
}

TEST(OddHandlers, KeepTheirContextAfterTheirEnd) {
  bot_fixture world;
  std::optional<message_context> kept;
  std::string late = "not yet";
  world.bot().on_text("keep", [&](message_context m) { kept = m; });
  world.bot().on_text("spawn", [&](message_context m) -> asio::awaitable<void> {
    const auto executor = co_await asio::this_coro::executor;
    auto work = [](message_context same, std::string& outcome) -> asio::awaitable<void> {
      try {
        auto answering = same.answer("late");
        co_await std::move(answering);
        outcome = "sent";
      } catch (const vkxx::exception& failure) {
        outcome = failure.error().message();
      }
    };
    asio::co_spawn(executor, work(m, late), asio::detached);
  });
  world.bot().on_text("use", [&](message_context) -> asio::awaitable<void> {
    kept->put(5);
    auto answering = kept->answer("by the old one");
    co_await std::move(answering);
  });
  auto anna = world.person("Anna");
  anna.says("keep");
  anna.says("spawn");
  EXPECT_NE(late, "not yet");
  anna.says("use");
  world.pass(1min);
  EXPECT_EQ(kept->text(), "keep");
  anna.says("keep");
}

// VK refuses at each call of a dialogue in turn: nobody is stuck, and nothing is said twice.
TEST(OddAnswers, OfVkLeaveNobodyStuckInADialogue) {
  int at = 0;
  for (const int code : {6, 9, 10, 14, 900, 901, 902, 911, 912, 914, 917, 925}) {
    at = at % 3 + 1;
    SCOPED_TRACE(std::to_string(code) + " at " + std::to_string(at));
    bot_fixture world{set_up};
    auto anna = world.person("Anna");
    int said = 0;
    for (const auto* const text : {"/tea", "2", "Black"}) {
      if (++said == at) world.faults("error=" + std::to_string(code) + ":messages.send");
      anna.says(text);
      world.pass(1min);
    }
    const auto answers = anna.answers();
    for (const auto* const answer : {"How many?", "Which?", "2 of Black"})
      EXPECT_LE(std::ranges::count(answers, answer), 1) << answer;
    // Wherever she is: she can begin again, and come to the end.
    for (const auto* const text : {"cancel", "/tea", "3", "Green"}) anna.says(text);
    EXPECT_EQ(anna.last().text(), "3 of Green");
  }
}

TEST(OddPeople, WhoTakeNoMessagesDoNotKeepADialogueOpen) {
  bot_fixture world{set_up};
  auto anna = world.person("Anna");
  anna.says("/soon");
  anna.blocks();
  world.pass(11min);
  EXPECT_THAT(world.log(), Not(Contains(HasSubstr("dead_letter"))));
  anna.says("hello");  // she takes them again
  EXPECT_EQ(anna.last().text(), "got 5");
}

// 100 messages while one is handled come in order, each once.
TEST(OddPeople, WriteAHundredMessagesWhileOneIsHandled) {
  bot_fixture world;
  std::string seen;
  bool held = true;
  world.bot().on_text([&](message_context m) -> asio::awaitable<void> {
    if (held) {
      held = false;
      auto once = m.vk().try_call(vkxx::request{"users.get"});
      static_cast<void>(co_await std::move(once));
    }
    seen += m.text() + ' ';
  });
  const auto anna = world.person("Anna").id().value();
  world.settle();
  std::string wanted;
  for (int number = 0; number < 100; ++number) {
    world.control("POST", "people/" + std::to_string(anna) + "/say",
                  R"({"to":-)" + std::to_string(world.community().value()) + R"(,"text":")" +
                      std::to_string(number) + "\"}");
    wanted += std::to_string(number) + ' ';
  }
  world.settle();
  EXPECT_EQ(seen, wanted);
}

}  // namespace
}  // namespace odd
