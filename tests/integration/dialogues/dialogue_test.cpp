// Dialogues of a bot that is restarted, killed, and changed.
#include <gtest/gtest.h>

#include <boost/describe/class.hpp>

#include <string>
#include <vector>

#include "integration/dialogues/talk_world.hpp"

namespace {

using namespace std::chrono_literals;
namespace asio = boost::asio;
using vkxx::answer;
using vkxx::dialogue;
using vkxx::question;
using vkxx::state_notice_kind;
using vkxx::testing::talk_world;
using texts = std::vector<std::string>;

asio::awaitable<void> book(dialogue talk) {
  const auto name = co_await talk.ask("Your name?");
  const auto seats = co_await talk.ask(
      question{"How many seats?"}.number(1, 6).otherwise("One to six, please.").within(10min));
  const auto sure =
      co_await talk.ask(question{seats.text() + " for " + name.text() + "?"}.choice("Yes", "No"));
  if (sure.is("No")) co_return;
  const auto number = co_await talk.once("reserve", [&] { return 40 + seats.number(); });
  co_await talk.say("Done: " + std::to_string(number));
}

void add_booking(vkxx::dialogues& talks) {
  talks.add(vkxx::starts("book", book));
}

TEST(Dialogue, AsksAndAnswers) {
  talk_world world{add_booking};
  world.says("/book");
  EXPECT_EQ(world.heard(), texts{"Your name?"});
  world.says("Anna");
  EXPECT_EQ(world.heard(), texts{"How many seats?"});
  world.says("many");
  EXPECT_EQ(world.heard(), texts{"One to six, please."});
  world.says("2");
  EXPECT_EQ(world.heard(), texts{"2 for Anna?"});
  EXPECT_NE(world.messages->sent.back().keyboard.find("Yes"), std::string::npos);
  world.says("yes");
  EXPECT_EQ(world.heard(), texts{"Done: 42"});
  EXPECT_FALSE(world.is_stored("dialogue/5/1/1"));
  world.says("yes");
  EXPECT_EQ(world.heard(), texts{});
  EXPECT_EQ(world.talks().frames(), 0U);
}

TEST(Dialogue, SurvivesARestartAfterEachAnswer) {
  talk_world world{add_booking};
  texts heard;
  for (const auto* text : {"/book", "Anna", "many", "2", "yes"}) {
    world.says(text);
    for (const auto& some : world.heard()) heard.push_back(some);
    world.restart();
  }
  EXPECT_EQ(heard, (texts{"Your name?", "How many seats?", "One to six, please.", "2 for Anna?",
                          "Done: 42"}));
  EXPECT_TRUE(world.notices.empty());
}

TEST(Dialogue, IsWhereTheStoreSaysNotItsFunctionInMemory) {
  talk_world world{add_booking};
  world.says("/book");
  world.failures_after = 2;
  world.says("Anna");
  for (int retry = 0; retry < 2; ++retry) world.pass(10s);
  world.says("2");
  EXPECT_EQ(world.heard(), (texts{"Your name?", "How many seats?", "2 for Anna?"}));
}

TEST(Dialogue, KeepsPeopleApart) {
  talk_world world{add_booking};
  for (std::int64_t person = 1; person <= 3; ++person) {
    world.says("/book", person, "", 2'000'000'001);
  }
  for (std::int64_t person = 1; person <= 3; ++person) {
    world.says("Name" + std::to_string(person), person, "", 2'000'000'001);
  }
  static_cast<void>(world.heard());
  for (std::int64_t person = 1; person <= 3; ++person) {
    world.says(std::to_string(person), person, "", 2'000'000'001);
  }
  EXPECT_EQ(world.heard(), (texts{"1 for Name1?", "2 for Name2?", "3 for Name3?"}));
  EXPECT_EQ(world.talks().frames(), 3U);
}

TEST(Dialogue, IsCancelledAndGoesBack) {
  talk_world world{add_booking};
  world.says("/book");
  world.says("Anna");
  world.says("Назад");
  EXPECT_EQ(world.heard(), (texts{"Your name?", "How many seats?", "Your name?"}));
  world.says("back");
  EXPECT_EQ(world.heard(), texts{"I cannot go back."});
  world.says("Olga");
  world.says("3");
  EXPECT_EQ(world.heard(), (texts{"How many seats?", "3 for Olga?"}));
  world.says("Cancel");
  EXPECT_EQ(world.heard(), texts{"Cancelled."});
  EXPECT_FALSE(world.is_stored("dialogue/5/1/1"));
  EXPECT_EQ(world.talks().frames(), 0U);
}

TEST(Dialogue, EndsWhenTheTimeIsOverAlsoAfterARestart) {
  talk_world world{add_booking};
  world.says("/book");
  world.says("Anna");
  static_cast<void>(world.heard());
  world.pass(9min);
  EXPECT_EQ(world.heard(), texts{});
  world.restart();
  world.pass(2min);
  EXPECT_EQ(world.heard(), texts{"The time for an answer is over."});
  EXPECT_FALSE(world.is_stored("dialogue/5/1/1"));
}

TEST(Dialogue, DropsTheTimerOfAnAnsweredQuestion) {
  talk_world world{add_booking};
  for (const auto* text : {"/book", "Anna", "2"}) world.says(text);
  static_cast<void>(world.heard());
  world.pass(20min);
  EXPECT_EQ(world.heard(), texts{});
  world.says("yes");
  EXPECT_EQ(world.heard(), texts{"Done: 42"});
}

TEST(Dialogue, SendsEachMessageOnceWhateverFails) {
  for (const bool after : {false, true}) {
    talk_world world{add_booking};
    texts heard;
    for (const auto* text : {"/book", "Anna", "many", "2", "yes"}) {
      (after ? world.messages->lost_answers : world.messages->failures) = 2;
      world.says(text);
      for (int retry = 0; retry < 3; ++retry) world.pass(10s);
      for (const auto& some : world.heard()) heard.push_back(some);
    }
    EXPECT_EQ(heard, (texts{"Your name?", "How many seats?", "One to six, please.", "2 for Anna?",
                            "Done: 42"}))
        << after;
    EXPECT_TRUE(world.notices.empty());
  }
}

int effects = 0;
asio::awaitable<void> charge(dialogue talk) {
  const auto price = co_await talk.once("charge", [&] { return std::to_string(++effects); });
  co_await talk.say("Charged " + price);
  const auto first = co_await talk.random();
  const auto begun = co_await talk.now();
  co_await talk.ask("Well?");
  const auto took = co_await talk.now() - begun;
  co_await talk.say(std::to_string(first) + " " +
                    std::to_string(std::chrono::duration_cast<std::chrono::minutes>(took).count()));
}

TEST(Dialogue, HasEffectsOnceAlsoWhenItsHandlerRunsTwice) {
  effects = 0;
  talk_world world{[](vkxx::dialogues& talks) { talks.add(vkxx::starts("charge", charge)); }};
  world.start();
  world.messages->failures = 1;
  world.says("/charge");
  EXPECT_EQ(world.heard(), texts{});
  world.pass(2s);
  EXPECT_EQ(world.heard(), (texts{"Charged 1", "Well?"}));
  world.restart();
  world.pass(5min);
  world.says("ok");
  EXPECT_EQ(world.heard(), texts{"101 5"});
  EXPECT_EQ(effects, 1);
}

bool as_text = false;
asio::awaitable<void> retyped(dialogue talk) {
  if (as_text) {
    co_await talk.once("value", [] { return std::vector<std::string>{"text"}; });
  } else {
    co_await talk.once("value", [] { return 5; });
  }
  co_await talk.ask("Well?");
}

TEST(Dialogue, IsLostWhenAnEffectHasAnotherType) {
  as_text = false;
  talk_world world{[](vkxx::dialogues& talks) { talks.add(vkxx::starts("retyped", retyped)); }};
  world.says("/retyped");
  as_text = true;
  world.restart();
  world.says("yes");
  EXPECT_EQ(world.heard(), (texts{"Well?", world.options.texts().lost}));
  ASSERT_EQ(world.notices.size(), 1U);
  EXPECT_EQ(world.notices[0].kind, state_notice_kind::dialogue_lost);
}

asio::awaitable<void> slow(dialogue talk) {
  co_await talk.ask("Wait?");
  asio::steady_timer never{co_await asio::this_coro::executor};
  never.expires_at((std::chrono::steady_clock::time_point::max)());
  co_await never.async_wait(asio::use_awaitable);
}

TEST(Dialogue, IsCancelledWithItsHandler) {
  talk_world world{[](vkxx::dialogues& talks) { talks.add(vkxx::starts("slow", slow)); }};
  world.says("/slow");
  world.says("yes");
  EXPECT_EQ(world.heard(), texts{"Wait?"});
  for (int run = 0; run < 4; ++run) {
    world.pass(61s);
    world.pass(30s);
  }
  ASSERT_FALSE(world.dispatch_notices.empty());
  EXPECT_EQ(world.dispatch_notices.back().kind, vkxx::dispatch_notice_kind::dead_letter);
  EXPECT_NE(world.dispatch_notices.back().text.find("took longer"), std::string::npos);
  // The person can still get out of it.
  world.says("cancel");
  EXPECT_EQ(world.heard(), texts{"Cancelled."});
}

bool changed = false;
asio::awaitable<void> changing(dialogue talk) {
  if (changed) co_await talk.say("New");
  co_await talk.ask("First?");
  co_await talk.ask("Second?");
}

TEST(Dialogue, IsLostWhenTheProgramHasChanged) {
  changed = false;
  talk_world world{[](vkxx::dialogues& talks) { talks.add(vkxx::starts("changing", changing)); }};
  world.says("/changing");
  world.says("1");
  static_cast<void>(world.heard());
  changed = true;
  world.restart();
  world.says("2");
  EXPECT_EQ(world.heard(), texts{world.options.texts().lost});
  ASSERT_EQ(world.notices.size(), 1U);
  EXPECT_EQ(world.notices[0].kind, state_notice_kind::dialogue_lost);
  EXPECT_NE(world.notices[0].text.find("call 1 was ask"), std::string::npos);
  EXPECT_TRUE(world.is_stored("unreadable/dialogue/5/1/1"));
  EXPECT_FALSE(world.is_stored("dialogue/5/1/1"));
  world.says("/changing");
  EXPECT_EQ(world.heard(), (texts{"New", "First?"}));
}

TEST(Dialogue, IsLostWithAnotherVersionAndAnUnknownName) {
  int version = 1;
  std::string name = "book";
  talk_world world{[&](vkxx::dialogues& talks) {
    talks.add(vkxx::starts(name, book).version(version).compatible_from(1));
  }};
  world.says("/book");
  version = 2;
  world.restart();
  world.says("Anna");
  EXPECT_EQ(world.heard(), (texts{"Your name?", "How many seats?"}));
  version = 1;
  name = "reserve";
  world.restart();
  world.says("2");
  EXPECT_EQ(world.heard(), texts{world.options.texts().lost});
}

TEST(Dialogue, IsNotStuckByUnreadableBytes) {
  talk_world world{add_booking};
  vkxx::state_unit unit;
  unit.write("dialogue/5/1/1", "{\"kind\":\"dialogue\",\"version\":1,\"value\":[]}");
  static_cast<void>(vkxx::testing::outcome_of(world.store->commit(std::move(unit))));
  world.says("hello");
  EXPECT_EQ(world.heard(), texts{world.options.texts().lost});
  world.says("/book");
  EXPECT_EQ(world.heard(), texts{"Your name?"});
}

asio::awaitable<void> failing(dialogue talk) {
  const auto text = co_await talk.ask(question{"What?"}.accept_if([](const vkxx::answer& given) {
    if (given.is("check")) throw 5;
    return true;
  }));
  if (text.is("throw")) throw std::runtime_error{"a bug"};
  co_await talk.once("effect", [&]() -> int { throw std::runtime_error{"no effect"}; });
}

TEST(Dialogue, EndsWhenItsFunctionAlwaysFails) {
  for (const auto* text : {"throw", "effect", "check"}) {
    talk_world world{[](vkxx::dialogues& talks) { talks.add(vkxx::starts("failing", failing)); }};
    world.says("/failing");
    world.says(text);
    for (int retry = 0; retry < 3; ++retry) world.pass(10s);
    EXPECT_EQ(world.heard(), (texts{"What?", world.options.texts().failed}));
    ASSERT_EQ(world.notices.size(), 1U);
    EXPECT_EQ(world.notices[0].kind, state_notice_kind::dialogue_failed);
    EXPECT_EQ(world.talks().frames(), 0U);
    world.says("/failing");
    EXPECT_EQ(world.heard(), texts{"What?"});
  }
}

asio::awaitable<void> forever(dialogue talk) {
  const auto sum = talk.state<std::int64_t>().value_or(0);
  const auto more = co_await talk.ask(question{"Sum " + std::to_string(sum)}.number(0, 1000));
  const auto total = sum + more.number();
  co_await talk.again(total);
}

TEST(Dialogue, BeginsAgainWithAState) {
  talk_world world{[](vkxx::dialogues& talks) { talks.add(vkxx::starts("sum", forever)); }};
  world.says("/sum");
  for (int count = 0; count < 300; ++count) world.says("1");
  const auto heard = world.heard();
  ASSERT_EQ(heard.size(), 301U);
  EXPECT_EQ(heard.back(), "Sum 300");
  world.restart();
  world.says("700");
  EXPECT_EQ(world.heard(), texts{"Sum 1000"});
  EXPECT_TRUE(world.notices.empty());
}

asio::awaitable<void> endless(dialogue talk) {
  while (true) co_await talk.ask("More?");
}

TEST(Dialogue, TellsWhenItIsTooLong) {
  talk_world world{[](vkxx::dialogues& talks) { talks.add(vkxx::starts("endless", endless)); }};
  world.says("/endless");
  for (int count = 0; count < 200; ++count) world.says("yes");
  ASSERT_EQ(world.notices.size(), 1U);
  EXPECT_NE(world.notices[0].text.find("again(state)"), std::string::npos);
}

int unrecorded = 0;
asio::awaitable<void> forgetful(dialogue talk) {
  const auto number = std::to_string(++unrecorded);
  co_await talk.ask("First?");
  co_await talk.ask("Is it " + number + "?");
}

TEST(Dialogue, ReplayAlwaysFindsForgottenEffects) {
  for (const bool always : {false, true}) {
    unrecorded = 0;
    talk_world world{
        [](vkxx::dialogues& talks) { talks.add(vkxx::starts("forgetful", forgetful)); }};
    world.options.replay_always(always);
    world.says("/forgetful");
    world.says("yes");
    EXPECT_EQ(world.notices.size(), always ? 1U : 0U);
    EXPECT_EQ(world.talks().frames(), always ? 0U : 1U);
  }
}

struct guard {
  explicit guard(int& counter) : count{&counter} { ++*count; }
  guard(const guard&) = delete;
  guard& operator=(const guard&) = delete;
  ~guard() { --*count; }
  int* count;
};
int living = 0;
asio::awaitable<void> living_talk(dialogue talk) {
  const guard alive{living};
  co_await talk.ask("Alive?");
  co_await talk.ask("Still?");
}

TEST(Dialogue, LeavesNothingInMemory) {
  living = 0;
  talk_world world{[](vkxx::dialogues& talks) { talks.add(vkxx::starts("living", living_talk)); }};
  world.options.max_frames(2);
  for (std::int64_t person = 1; person <= 5; ++person) world.says("/living", person);
  EXPECT_EQ(world.talks().frames(), 2U);
  EXPECT_EQ(living, 2);
  world.says("yes", 1);
  EXPECT_EQ(living, 2);
  world.says("cancel", 1);
  EXPECT_EQ(living, 1);
  world.talks().clear();
  world.settle();
  EXPECT_EQ(living, 0);
  world.says("yes", 2);
  EXPECT_EQ(living, 1);
  world.kill();
  EXPECT_EQ(living, 0);
}

asio::awaitable<void> greeting(dialogue talk) {
  co_await talk.say("Hello " + talk.state<std::string>().value_or("nobody"));
  co_await talk.ask("How are you?");
}

TEST(Dialogue, IsStartedFoundAndEndedFromOutside) {
  talk_world world{[](vkxx::dialogues& talks) { talks.add(vkxx::starts("greeting", greeting)); }};
  world.start();
  const vkxx::conversation_key key{vkxx::group_id{5}, vkxx::peer_id{7}, vkxx::user_id{7}};
  int completed = 0;
  const auto count = [&](const std::exception_ptr&, const vkxx::result<void>& put) {
    completed += put ? 1 : 0;
  };
  auto start = world.talks().start_request(key, "greeting", std::string{"Anna"});
  asio::co_spawn(world.io(), world.updates().put(std::move(start)), count);
  world.settle();
  EXPECT_EQ(completed, 1);
  EXPECT_EQ(world.heard(), (texts{"Hello Anna", "How are you?"}));
  EXPECT_EQ(world.messages->sent.back().peer, 7);
  const auto found = vkxx::testing::outcome_of(world.talks().find(key));
  ASSERT_TRUE(found);
  EXPECT_EQ(found->name, "greeting");
  asio::co_spawn(world.io(), world.updates().put(world.talks().end_request(key)), count);
  world.settle();
  EXPECT_EQ(completed, 2);
  EXPECT_FALSE(vkxx::testing::outcome_of(world.talks().find(key)));
  EXPECT_EQ(world.talks().frames(), 0U);
}

struct order {
  std::string name;
  std::int64_t seats = 0;
};
BOOST_DESCRIBE_STRUCT(order, (), (name, seats))

TEST(Steps, SurviveARestartAfterEachAnswer) {
  talk_world world{[](vkxx::dialogues& talks) {
    talks.add(vkxx::steps<order>{"order"}
                  .step("name", "Your name?",
                        [](order& some, const answer& given) {
                          some.name = given.text();
                          return vkxx::go_to("seats");
                        })
                  .step("seats", question{"Seats?"}.number(1, 6).within(1min),
                        [](order& some, const answer& given) {
                          some.seats = given.number();
                          return vkxx::finish();
                        })
                  .on_finish([](order some, vkxx::finished_dialogue end) -> asio::awaitable<void> {
                    co_await end.say(some.name + ": " + std::to_string(some.seats));
                  }));
  }};
  texts heard;
  for (const auto* text : {"/order", "Anna", "back", "Olga", "9", "2"}) {
    world.says(text);
    for (const auto& some : world.heard()) heard.push_back(some);
    world.restart();
  }
  EXPECT_EQ(heard, (texts{"Your name?", "Seats?", "Your name?", "Seats?",
                          "A whole number from 1 to 6, please.", "Olga: 2"}));
  EXPECT_FALSE(world.is_stored("dialogue/5/1/1"));
  for (const auto* text : {"/order", "Anna"}) world.says(text);
  static_cast<void>(world.heard());
  world.pass(2min);
  EXPECT_EQ(world.heard(), texts{"The time for an answer is over."});
}

}  // namespace
