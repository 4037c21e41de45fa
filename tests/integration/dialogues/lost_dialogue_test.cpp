// State that does not fit: of another program, changed from outside, damaged, too much. Nobody is
// stuck.
#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/describe/class.hpp>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <vkxx/core/json_parts.hpp>
#include "integration/dialogues/talk_world.hpp"

namespace {

using namespace std::chrono_literals;
namespace asio = boost::asio;
using vkxx::dialogue;
using vkxx::lost_action;
using vkxx::lost_dialogue;
using vkxx::question;
using vkxx::state_notice_kind;
using vkxx::testing::outcome_of;
using vkxx::testing::talk_world;
using lost_texts = std::vector<std::string>;

const std::string stored_at = "dialogue/5/1/1";
bool has_changed = false;

asio::awaitable<void> changing_talk(dialogue talk) {
  const auto greeting = talk.state<std::string>().value_or("Hello");
  if (has_changed) co_await talk.say("New");
  co_await talk.ask(greeting + ", your name?");
  co_await talk.ask("Your town?");
  co_await talk.say("Done");
}
asio::awaitable<void> other_talk(dialogue talk) {
  co_await talk.ask("Other?");
}

void add_changing(vkxx::dialogues& talks) {
  talks.add(vkxx::starts("changing", changing_talk).version(has_changed ? 3 : 2));
  talks.add(vkxx::starts("other", other_talk));
}

// A program that has changed while somebody is asked for the town.
struct changed_world : talk_world {
  explicit changed_world(std::function<lost_action(const lost_dialogue&)> decide = {})
      : talk_world{add_changing} {
    has_changed = false;
    if (decide) {
      options.on_lost([this, decide](const lost_dialogue& lost) {
        reported.push_back(lost);
        return decide(lost);
      });
    }
    says("/changing");
    says("Anna");
    static_cast<void>(heard());
    has_changed = true;
    restart();
  }
  void store_bytes(const std::string& key, const std::string& bytes) {
    vkxx::state_unit unit;
    unit.write(key, bytes);
    ASSERT_TRUE(outcome_of(store->commit(std::move(unit))));
  }
  std::string stored_bytes(const std::string& key) {
    const auto value = outcome_of(store->read(key)).value();
    return value ? value->bytes : std::string{};
  }

  std::vector<lost_dialogue> reported;
};

TEST(LostDialogue, IsDroppedByDefault) {
  changed_world world;
  world.says("Tver");
  EXPECT_EQ(world.heard(), lost_texts{world.options.texts().lost});
  EXPECT_TRUE(world.is_stored("unreadable/" + stored_at));
  EXPECT_FALSE(world.is_stored(stored_at));
  world.says("/changing");
  EXPECT_EQ(world.heard(), (lost_texts{"New", "Hello, your name?"}));
}

TEST(LostDialogue, IsDroppedWithATextOfTheProgram) {
  changed_world world{
      [](const lost_dialogue& lost) { return lost_action::drop(lost.name + " has changed"); }};
  world.says("Tver");
  EXPECT_EQ(world.heard(), lost_texts{"changing has changed"});
  ASSERT_EQ(world.reported.size(), 1U);
  EXPECT_EQ(world.reported[0].version, 2);
  EXPECT_EQ(world.reported[0].key.person, vkxx::user_id{1});
  EXPECT_NE(world.reported[0].reason.find("version 2"), std::string::npos)
      << world.reported[0].reason;
  ASSERT_EQ(world.notices.size(), 1U);
  EXPECT_EQ(world.notices[0].kind, state_notice_kind::dialogue_lost);
}

TEST(LostDialogue, BeginsAgain) {
  changed_world world{[](const lost_dialogue&) { return lost_action::restart("Once more."); }};
  world.says("Tver");
  EXPECT_EQ(world.heard(), (lost_texts{"Once more.", "New", "Hello, your name?"}));
  EXPECT_TRUE(world.is_stored("unreadable/" + stored_at));
  world.restart();
  for (const auto* text : {"Anna", "Tver"}) world.says(text);
  EXPECT_EQ(world.heard(), (lost_texts{"Your town?", "Done"}));
  EXPECT_EQ(world.notices.size(), 1U);
}

TEST(LostDialogue, BeginsAgainWithItsValueOnceThoughTheHandlerFails) {
  has_changed = false;
  talk_world world{add_changing};
  world.options.on_lost([](const lost_dialogue&) { return lost_action::restart(); });
  world.start();
  const vkxx::conversation_key key{vkxx::group_id{5}, vkxx::peer_id{1}, vkxx::user_id{1}};
  auto start = world.talks().start_request(key, "changing", std::string{"Good morning"});
  asio::co_spawn(world.io(), world.updates().put(std::move(start)), asio::detached);
  world.settle();
  EXPECT_EQ(world.heard(), lost_texts{"Good morning, your name?"});
  has_changed = true;
  world.restart();
  world.failures_after = 1;
  world.says("Anna");
  world.pass(10s);
  EXPECT_EQ(world.heard(), (lost_texts{"New", "Good morning, your name?"}));
}

TEST(LostDialogue, LeadsToAnotherOne) {
  changed_world world{[](const lost_dialogue&) { return lost_action::start("other", ""); }};
  world.says("Tver");
  EXPECT_EQ(world.heard(), lost_texts{"Other?"});
}

TEST(LostDialogue, IsDroppedIfTheProgramCannotSayWhatFollows) {
  for (const bool throws : {false, true}) {
    changed_world world{[throws](const lost_dialogue&) {
      if (throws) throw std::runtime_error{"a bug"};
      return lost_action::start("nothing", "Soon.");
    }};
    world.says("Tver");
    EXPECT_EQ(world.heard(), lost_texts{world.options.texts().lost});
    EXPECT_FALSE(world.is_stored(stored_at));
  }
}

int begun = 0;
asio::awaitable<void> never_same(dialogue talk) {
  co_await talk.ask("Number " + std::to_string(++begun) + "?");
}

TEST(LostDialogue, DoesNotBeginAgainForEver) {
  begun = 0;
  talk_world world{[](vkxx::dialogues& talks) { talks.add(vkxx::starts("never", never_same)); }};
  world.options.replay_always(true);
  world.options.on_lost([](const lost_dialogue&) { return lost_action::restart(); });
  world.says("/never");
  EXPECT_FALSE(world.is_stored(stored_at));
  EXPECT_EQ(world.heard().back(), world.options.texts().lost);
  EXPECT_LE(begun, 4);
}

TEST(LostDialogue, OfANewerProgramOrOfAnotherOneIsPutAside) {
  for (const auto* bytes :
       {R"({"kind":"dialogue","version":9,"value":{"name":"changing"}})",
        R"({"kind":"steps","version":9,"value":{}})",
        R"({"kind":"of another program","version":1,"value":7})", "", "not JSON", "\xFF\xFE"}) {
    changed_world world{[](const lost_dialogue& lost) {
      return lost.name.empty() ? lost_action::start("other") : lost_action::drop();
    }};
    world.store_bytes(stored_at, bytes);
    world.says("Tver");
    EXPECT_EQ(world.heard().back(), "Other?") << bytes;
    ASSERT_EQ(world.notices.size(), 1U) << bytes;
    EXPECT_EQ(world.notices[0].kind, state_notice_kind::unreadable);
    EXPECT_EQ(world.stored_bytes("unreadable/" + stored_at), bytes);
  }
}

// The truth is in the store, whatever waits in memory.
TEST(LostDialogue, ChangedFromOutsideContinuesWhereTheStoreSays) {
  has_changed = false;
  talk_world world{add_changing};
  world.says("/changing");
  const auto first = outcome_of(world.store->read(stored_at)).value()->bytes;
  world.says("Anna");
  ASSERT_EQ(world.talks().frames(), 1U);
  vkxx::state_unit back;
  back.write(stored_at, first);
  ASSERT_TRUE(outcome_of(world.store->commit(std::move(back))));
  static_cast<void>(world.heard());
  world.says("Olga");
  EXPECT_EQ(world.heard(), lost_texts{"Your town?"});
  vkxx::state_unit gone;
  gone.erase(stored_at);
  ASSERT_TRUE(outcome_of(world.store->commit(std::move(gone))));
  world.says("Tver");
  EXPECT_EQ(world.heard(), lost_texts{});
  world.says("/changing");
  EXPECT_EQ(world.heard(), lost_texts{"Hello, your name?"});
  EXPECT_TRUE(world.notices.empty());
}

struct newer_notes {
  static constexpr std::string_view kind = "notes";
  std::vector<std::string> all;
};
BOOST_DESCRIBE_STRUCT(newer_notes, (), (all))

TEST(LostDialogue, WritesASessionOfANewerProgramAgain) {
  vkxx::sessions sessions;
  has_changed = false;
  talk_world world{[&sessions](vkxx::dialogues& talks) {
    talks.add(vkxx::starts("note", [&sessions](dialogue talk) -> asio::awaitable<void> {
      const auto text = co_await talk.ask("What?");
      co_await talk.write("note", [&](vkxx::update_context context) -> asio::awaitable<void> {
        auto opening = sessions.open<newer_notes>(context);
        auto notes = co_await std::move(opening);
        notes->all.push_back(text.text());
      });
      co_await talk.say("Noted");
    }));
  }};
  const std::string key = "session/notes/5/1/1";
  const std::string newer = R"({"kind":"notes","version":4,"value":{"all":{"a":1}}})";
  vkxx::state_unit unit;
  unit.write(key, newer);
  ASSERT_TRUE(outcome_of(world.store->commit(std::move(unit))));
  world.says("/note");
  world.failures_after = 1;
  world.says("tea");
  world.pass(10s);
  EXPECT_EQ(world.heard(), (lost_texts{"What?", "Noted"}));
  EXPECT_EQ(outcome_of(world.store->read(key)).value()->bytes,
            R"({"kind":"notes","version":1,"value":{"all":["tea"]}})");
  EXPECT_EQ(outcome_of(world.store->read("unreadable/" + key)).value()->bytes, newer);
}

TEST(LostDialogue, AnswersThatAreTooLongEndIt) {
  has_changed = false;
  talk_world world{add_changing};
  world.says("/changing");
  world.says(std::string(70 * 1024, 'x'));
  EXPECT_EQ(world.heard().back(), world.options.texts().lost);
  ASSERT_EQ(world.notices.size(), 1U);
  EXPECT_NE(world.notices[0].text.find("64 KB"), std::string::npos);
  world.says("/changing");
  EXPECT_EQ(world.heard().back(), "Hello, your name?");
}

TEST(LostDialogue, AThousandPeopleContinueAfterARestart) {
  has_changed = false;
  talk_world world{add_changing};
  constexpr std::int64_t people = 1000;
  for (std::int64_t person = 1; person <= people; ++person) world.writes("/changing", person);
  world.settle();
  EXPECT_EQ(world.talks().frames(), std::size_t{people});
  world.restart();
  for (std::int64_t person = 1; person <= people; ++person) {
    world.writes("Name" + std::to_string(person), person);
  }
  world.settle();
  EXPECT_EQ(world.heard().size(), std::size_t{2 * people});
  world.kill();
  EXPECT_TRUE(world.notices.empty());
}

asio::awaitable<void> timed_talk(dialogue talk) {
  const auto begun_at = co_await talk.now();
  const auto given = co_await talk.ask(question{"Well?"}.within(10min).continue_on_timeout());
  const auto took = co_await talk.now() - begun_at;
  const auto minutes = std::chrono::duration_cast<std::chrono::minutes>(took).count();
  co_await talk.say((given.timed_out() ? "late " : "in time ") + std::to_string(minutes));
}

// The time of day of a world that somebody sets back.
TEST(LostDialogue, WaitsOnWhenTheTimeOfDayIsSetBack) {
  talk_world world{[](vkxx::dialogues& talks) { talks.add(vkxx::starts("timed", timed_talk)); }};
  world.says("/timed");
  world.pass(5min);
  world.wall_offset = -60min;
  world.pass(6min);
  EXPECT_EQ(world.heard(), lost_texts{"Well?"});
  world.says("yes");
  EXPECT_EQ(world.heard(), lost_texts{"in time -49"});
  // The timer of the question comes, and finds nothing.
  world.pass(70min);
  EXPECT_EQ(world.heard(), lost_texts{});
  world.says("/timed");
  world.pass(1min);
  world.wall_offset = 0min;
  world.pass(1min);
  EXPECT_EQ(world.heard(), (lost_texts{"Well?", "late 62"}));
  EXPECT_TRUE(world.notices.empty());
}

asio::awaitable<void> three_questions(dialogue talk) {
  const auto tea = co_await talk.ask(question{"Tea?"}.choice("Yes", "No"));
  const auto milk = co_await talk.ask(question{"Milk?"}.choice("Yes", "No").tries(1));
  const auto name = co_await talk.ask("Your name?");
  co_await talk.say(tea.text() + " " + milk.text() + " " + name.text());
}

vkxx::steps<newer_notes> three_steps() {
  const auto step_to = [](std::string next) {
    return [next](newer_notes& notes, const vkxx::answer& given) {
      notes.all.push_back(given.text());
      return next.empty() ? vkxx::finish() : vkxx::go_to(next);
    };
  };
  return vkxx::steps<newer_notes>{"three"}
      .step("tea", question{"Tea?"}.choice("Yes", "No"), step_to("milk"))
      .step("milk", question{"Milk?"}.choice("Yes", "No"), step_to("name"))
      .step("name", "Your name?", step_to(""))
      .on_finish([](newer_notes notes, vkxx::finished_dialogue end) -> asio::awaitable<void> {
        co_await end.say(notes.all[0] + " " + notes.all[1] + " " + notes.all[2]);
      });
}

// The payload of the first button, as a member of a message.
std::string first_payload(const std::string& keyboard) {
  const std::string name = "\"payload\":";
  const auto begin = keyboard.find(name);
  const auto text = std::string_view{keyboard}.substr(begin + name.size());
  return "," + name + std::string{text.substr(0, vkxx::json_string_size(text))};
}

TEST(LostDialogue, ASecondPressIsNoAnswerToTheNextQuestion) {
  for (const bool steps : {false, true}) {
    talk_world world{[steps](vkxx::dialogues& talks) {
      if (steps) {
        talks.add(three_steps());
      } else {
        talks.add(vkxx::starts("three", three_questions));
      }
    }};
    world.says("/three");
    const auto yes = first_payload(world.messages->sent.back().keyboard);
    for (int press = 0; press < 2; ++press) world.writes("Yes", 1, yes);
    world.settle();
    EXPECT_EQ(world.heard(), (lost_texts{"Tea?", "Milk?", "Milk?"})) << steps;
    EXPECT_EQ(world.messages->sent[2].keyboard, world.messages->sent[1].keyboard) << steps;
    world.says("Yes", 1, first_payload(world.messages->sent[1].keyboard));
    // A button of the first question.
    world.says("Yes", 1, yes);
    world.says("Anna");
    EXPECT_EQ(world.heard(), (lost_texts{"Your name?", "Your name?", "Yes Yes Anna"})) << steps;
  }
}

TEST(LostDialogue, ATimeThatWasOverWhileTheProgramDidNotRunEndsIt) {
  talk_world world{[](vkxx::dialogues& talks) { talks.add(vkxx::starts("timed", timed_talk)); }};
  world.says("/timed");
  static_cast<void>(world.heard());
  world.kill();
  world.clock->advance(3h);
  world.start();
  EXPECT_EQ(world.heard(), lost_texts{"late 180"});
}

}  // namespace
