// The log, questions and steps, event by event.
#include <gtest/gtest.h>

#include <string>

#include <vkxx/dialogues/stored_value.hpp>
#include "dialogues/machine/dialogue_machine.hpp"
#include "dialogues/machine/question_check.hpp"
#include "dialogues/machine/steps_machine.hpp"

namespace {

using namespace std::chrono_literals;
namespace detail = vkxx::detail;
using detail::dialogue_log;
using detail::dialogue_machine;
using detail::input_action_kind;
using detail::record_kind;
using detail::replay_log;
using detail::replay_step_kind;
using detail::steps_action_kind;
using vkxx::answer;
using vkxx::question;

const vkxx::dialogue_texts talk_texts;
constexpr vkxx::wall_time talk_start{};

TEST(ReplayLog, GivesWhatItRecordedInOrder) {
  replay_log first{dialogue_log{}};
  EXPECT_EQ(first.call(record_kind::say, "a").kind, replay_step_kind::perform);
  first.record("");
  EXPECT_EQ(first.call(record_kind::once, "charge").kind, replay_step_kind::perform);
  first.record("7");
  EXPECT_TRUE(first.at_end());
  replay_log second{first.log()};
  EXPECT_EQ(second.call(record_kind::say, "a").kind, replay_step_kind::give);
  EXPECT_EQ(second.call(record_kind::once, "charge"),
            (detail::replay_step{replay_step_kind::give, "7"}));
  EXPECT_EQ(second.call(record_kind::ask, "q").kind, replay_step_kind::perform);
}

TEST(ReplayLog, FindsEveryDifference) {
  replay_log first{dialogue_log{}};
  static_cast<void>(first.call(record_kind::once, "charge"));
  first.record("7");
  for (const auto& [kind, label] :
       {std::pair{record_kind::say, "charge"}, std::pair{record_kind::once, "refund"}}) {
    replay_log second{first.log()};
    const auto step = second.call(kind, label);
    EXPECT_EQ(step.kind, replay_step_kind::mismatch);
    EXPECT_NE(step.text.find("call 1 was once(charge)"), std::string::npos) << step.text;
  }
}

TEST(ReplayLog, FindsAnotherOpenQuestion) {
  dialogue_log log;
  log.open = detail::open_question{"q", 1, 0, std::nullopt};
  EXPECT_EQ(replay_log{log}.call(record_kind::ask, "q").kind, replay_step_kind::perform);
  EXPECT_EQ(replay_log{log}.call(record_kind::ask, "r").kind, replay_step_kind::mismatch);
  EXPECT_EQ(replay_log{log}.call(record_kind::say, "q").kind, replay_step_kind::mismatch);
}

TEST(ReplayLog, HasLimits) {
  dialogue_log many;
  many.records.resize(dialogue_log::most_records);
  replay_log full{many};
  for (std::size_t count = 0; count < dialogue_log::most_records; ++count) {
    ASSERT_EQ(full.call(record_kind::ask, "").kind, replay_step_kind::give);
  }
  const auto step = full.call(record_kind::ask, "");
  EXPECT_EQ(step.kind, replay_step_kind::full);
  EXPECT_NE(step.text.find("again(state)"), std::string::npos);
  dialogue_log large;
  large.state = std::string(dialogue_log::most_bytes + 1, 'x');
  EXPECT_EQ(replay_log{large}.call(record_kind::ask, "").kind, replay_step_kind::full);
}

TEST(ReplayLog, IsStoredAndRead) {
  dialogue_log log;
  log.name = "booking";
  log.state = "{\"a\":1}";
  log.records = {{record_kind::once, "charge", "7"}, {record_kind::say, "ab", ""}};
  log.open = detail::open_question{"q", 3, 2, 1'700'000'000'000};
  const auto read = vkxx::from_stored<dialogue_log>(vkxx::to_stored(log));
  ASSERT_TRUE(read);
  EXPECT_EQ(*read, log);
}

answer with_photo() {
  vkxx::answer_data data;
  data.photos = {"photo1_2"};
  return answer{data};
}
std::string refused(const question& open, const answer& given) {
  const auto checked = detail::check_answer(open, given, talk_texts);
  EXPECT_EQ(checked.accepted.has_value(), checked.refusal.empty());
  return checked.refusal;
}

TEST(Question, TakesANumberInItsRange) {
  const auto open = question{"?"}.number(1, 6);
  const auto checked = detail::check_answer(open, answer{" 3 "}, talk_texts);
  ASSERT_TRUE(checked.accepted);
  EXPECT_EQ(checked.accepted->number(), 3);
  EXPECT_EQ(refused(open, answer{"+6"}), "");
  for (const auto* wrong : {"0", "7", "", "three", "3.5", "3 seats", "99999999999999999999"}) {
    EXPECT_EQ(refused(open, answer{wrong}), "A whole number from 1 to 6, please.") << wrong;
  }
  EXPECT_EQ(refused(question{"?"}.number(1, 6).otherwise("No."), answer{"0"}), "No.");
}

TEST(Question, CountsCharacters) {
  const auto open = question{"?"}.text(2, 4);
  EXPECT_EQ(refused(open, answer{"Аня"}), "");
  EXPECT_EQ(refused(open, answer{"Я"}), "A text of 2 to 4 characters, please.");
  EXPECT_NE(refused(open, answer{"Алина"}), "");
}

TEST(Question, TakesAChoiceByLabelNumberAndPayload) {
  const auto open = question{"?"}.choice("Да", "Нет");
  const auto index_of = [&](const answer& given) {
    const auto checked = detail::check_answer(open, given, talk_texts);
    return checked.accepted ? static_cast<int>(*checked.accepted->choice()) : -1;
  };
  EXPECT_EQ(index_of(answer{"нет"}), 1);
  EXPECT_EQ(index_of(answer{"ДА"}), 0);
  EXPECT_EQ(index_of(answer{"2"}), 1);
  EXPECT_EQ(index_of(answer{"3"}), -1);
  EXPECT_EQ(index_of(answer{""}), -1);
  vkxx::answer_data pressed;
  pressed.payload = R"({"command":"vkxx:choice","index":1})";
  EXPECT_EQ(index_of(answer{pressed}), 1);
  pressed.payload = R"({"command":"vkxx:choice","index":2})";
  EXPECT_EQ(index_of(answer{pressed}), -1);
  pressed.text = "Нет";
  pressed.payload = R"({"command":"vkxx:choice","index":0})";
  EXPECT_EQ(index_of(answer{pressed}), 1);
  EXPECT_EQ(refused(open, answer{"?"}), "One of these, please: Да, Нет.");
  ASSERT_TRUE(open.message().keyboard());
  EXPECT_TRUE(open.message().keyboard()->problems().empty());
}

TEST(Question, MakesKeyboardsThatVkTakes) {
  for (std::size_t count = 2; count <= 40; ++count) {
    std::vector<std::string> labels;
    for (std::size_t index = 0; index < count; ++index) labels.push_back(std::to_string(index));
    const auto open = question{"?"}.choice(labels);
    EXPECT_TRUE(open.message().problems().empty()) << count;
  }
  EXPECT_THROW(question{"?"}.choice(std::vector<std::string>(41, "x")), vkxx::usage_exception);
}

TEST(Question, TakesPhotosPlacesAndPatterns) {
  EXPECT_EQ(refused(question{"?"}.photo(), with_photo()), "");
  EXPECT_EQ(refused(question{"?"}.photo(), answer{"x"}), "A photo, please.");
  vkxx::answer_data here;
  here.place = vkxx::answer_place{1, 2};
  EXPECT_EQ(refused(question{"?"}.location(), answer{here}), "");
  EXPECT_EQ(refused(question{"?"}.location(), answer{"x"}), "A place on the map, please.");
  const auto plate = question{"?"}.matching("[A-Z][0-9]{3}");
  EXPECT_EQ(refused(plate, answer{"A123"}), "");
  EXPECT_EQ(refused(plate, answer{"A1234"}), talk_texts.not_accepted);
  EXPECT_NE(refused(question{"?"}.matching(".*"), answer{std::string(2000, 'x')}), "");
  EXPECT_THROW(question{"?"}.matching("("), vkxx::usage_exception);
  EXPECT_THROW(question{"?"}.matching("\xff"), vkxx::usage_exception);
  // Letters, not bytes.
  const auto word = question{"?"}.matching("[а-яё]{3}.");
  EXPECT_EQ(refused(word, answer{"ёжа!"}), "");
  EXPECT_NE(refused(word, answer{"ёж!"}), "");
  EXPECT_NE(refused(word, answer{"éжа!"}), "");
  EXPECT_EQ(refused(question{"?"}.matching("(.)\\1"), answer{"жж"}), "");
  // In bounded time.
  EXPECT_NE(refused(question{"?"}.matching("(a+)+b"), answer{std::string(900, 'a')}), "");
  const auto even = question{"?"}.number(0, 9).accept_if(
      [](const answer& given) { return given.number() % 2 == 0; });
  EXPECT_EQ(refused(even, answer{"4"}), "");
  EXPECT_NE(refused(even, answer{"5"}), "");
}

// A machine that waits at a question.
dialogue_machine waiting_at(const question& open) {
  dialogue_machine machine{dialogue_log{}};
  EXPECT_EQ(machine.called(record_kind::ask, "q").kind, replay_step_kind::perform);
  EXPECT_TRUE(machine.reached(open, "q", talk_start));
  return machine;
}

TEST(DialogueMachine, EndsAfterTooManyTries) {
  auto machine = waiting_at(question{"?"}.number(1, 2).tries(2));
  EXPECT_EQ(machine.input(answer{"x"}, talk_texts).kind, input_action_kind::say);
  EXPECT_EQ(machine.log().open->tries, 1);
  const auto action = machine.input(answer{"x"}, talk_texts);
  EXPECT_EQ(action.kind, input_action_kind::end);
  EXPECT_EQ(action.text, talk_texts.too_many_tries);
}

TEST(DialogueMachine, KnowsItsOwnTimers) {
  auto machine = waiting_at(question{"?"}.within(10min));
  EXPECT_EQ(*machine.log().open->due, 600'000);
  EXPECT_EQ(machine.timed_out(2, talk_texts).kind, input_action_kind::ignore);
  EXPECT_EQ(machine.timed_out(1, talk_texts).kind, input_action_kind::end);
  auto patient = waiting_at(question{"?"}.within(10min).on_timeout("Well.").continue_on_timeout());
  const auto action = patient.timed_out(1, talk_texts);
  EXPECT_EQ(action.kind, input_action_kind::resume);
  EXPECT_EQ(action.text, "Well.");
  EXPECT_TRUE(action.value->timed_out());
  EXPECT_EQ(waiting_at(question{"?"}).timed_out(1, talk_texts).kind, input_action_kind::ignore);
}

TEST(DialogueMachine, GoesBackToTheQuestionBeforeButNotOverAnEffect) {
  dialogue_log log;
  log.records = {{record_kind::ask, "a", ""},
                 {record_kind::say, "b", ""},
                 {record_kind::ask, "c", ""},
                 {record_kind::now, "", "1"}};
  log.open = detail::open_question{"d", 3, 0, std::nullopt};
  dialogue_machine machine{log};
  EXPECT_EQ(machine.word(vkxx::answer{" НАЗАД "}, talk_texts)->kind, input_action_kind::restart);
  EXPECT_EQ(machine.log().records.size(), 2U);
  EXPECT_FALSE(machine.log().open);
  log.records.push_back({record_kind::once, "charge", "1"});
  dialogue_machine charged{log};
  EXPECT_EQ(charged.word(vkxx::answer{"back"}, talk_texts)->text, talk_texts.no_way_back);
  EXPECT_EQ(charged.log(), log);
  EXPECT_EQ(charged.word(vkxx::answer{"cancel"}, talk_texts)->kind, input_action_kind::end);
  EXPECT_FALSE(charged.word(vkxx::answer{"something"}, talk_texts));
}

TEST(DialogueMachine, LeavesForeignButtonsToOthers) {
  vkxx::answer_data pressed;
  pressed.text = "Tea";
  pressed.payload = R"({"command":"buy"})";
  auto machine = waiting_at(question{"?"});
  EXPECT_EQ(machine.input(answer{pressed}, talk_texts).kind, input_action_kind::ignore);
  auto own = vkxx::keyboard::under_message().text("Tea", vkxx::payload{"buy"});
  auto shop = waiting_at(question{vkxx::outgoing{"?"}.keyboard(own)});
  EXPECT_EQ(shop.input(answer{pressed}, talk_texts).kind, input_action_kind::resume);
}

TEST(DialogueMachine, ReadsCompatibleVersions) {
  dialogue_log log;
  log.dialogue_version = 2;
  EXPECT_EQ(detail::version_fault(log, 2, 2), "");
  EXPECT_EQ(detail::version_fault(log, 3, 2), "");
  EXPECT_NE(detail::version_fault(log, 3, 3), "");
  EXPECT_NE(detail::version_fault(log, 1, 1), "");
}

struct steps_order {
  std::string name;
  std::int64_t seats = 0;
};
BOOST_DESCRIBE_STRUCT(steps_order, (), (name, seats))

vkxx::steps<steps_order> booking_steps() {
  return vkxx::steps<steps_order>{"booking"}
      .step("name", "Your name?",
            [](steps_order& order, const answer& given) {
              order.name = given.text();
              return order.name == "?" ? vkxx::stay("A name.") : vkxx::go_to("seats");
            })
      .step(
          "seats",
          [](const steps_order& order) {
            return question{"Seats, " + order.name + "?"}.number(1, 6);
          },
          [](steps_order& order, const answer& given) {
            order.seats = given.number();
            if (order.seats == 6) return vkxx::go_to("nowhere");
            return vkxx::finish();
          });
}

TEST(StepsMachine, GoesThroughItsSteps) {
  const auto kind = booking_steps();
  detail::steps_machine machine{kind.rules(), {}};
  auto action = machine.begin("");
  ASSERT_EQ(action.kind, steps_action_kind::ask);
  machine.reached(*action.open, talk_start);
  EXPECT_EQ(machine.input(answer{"?"}, talk_texts).text, "A name.");
  action = machine.input(answer{"Anna"}, talk_texts);
  ASSERT_EQ(action.kind, steps_action_kind::ask);
  EXPECT_EQ(action.open->message().text().text(), "Seats, Anna?");
  machine.reached(*action.open, talk_start);
  action = machine.input(answer{"back"}, talk_texts);
  ASSERT_EQ(action.kind, steps_action_kind::ask);
  EXPECT_EQ(machine.log().step, "name");
  machine.reached(*action.open, talk_start);
  EXPECT_EQ(machine.input(answer{"back"}, talk_texts).text, talk_texts.no_way_back);
  machine.reached(*machine.input(answer{"Olga"}, talk_texts).open, talk_start);
  EXPECT_EQ(machine.input(answer{"9"}, talk_texts).kind, steps_action_kind::say);
  // Stored and read by another process.
  const auto stored = vkxx::from_stored<detail::steps_log>(vkxx::to_stored(machine.log()));
  ASSERT_TRUE(stored);
  detail::steps_machine later{kind.rules(), *stored};
  EXPECT_FALSE(later.open_stored());
  auto lost = later;
  EXPECT_EQ(lost.input(answer{"6"}, talk_texts).kind, steps_action_kind::lost);
  EXPECT_EQ(later.input(answer{"2"}, talk_texts).kind, steps_action_kind::finish);
  EXPECT_EQ(later.log().state, R"({"name":"Olga","seats":2})");
  EXPECT_EQ(later.input(answer{"cancel"}, talk_texts).kind, steps_action_kind::end);
}

TEST(StepsMachine, MigratesOrIsLost) {
  detail::steps_log old;
  old.step = "seats";
  old.dialogue_version = 1;
  old.state = R"({"who":"Anna"})";
  old.open = detail::open_question{"seats", 1, 0, std::nullopt};
  auto kind = booking_steps();
  kind.version(2).migrate([](const vkxx::stored_value& before, int from) {
    EXPECT_EQ(from, 1);
    if (before.json() != R"({"who":"Anna"})") throw std::runtime_error{"no"};
    return steps_order{"Anna", 0};
  });
  detail::steps_machine machine{kind.rules(), old};
  EXPECT_FALSE(machine.open_stored());
  EXPECT_EQ(machine.log().state, R"({"name":"Anna","seats":0})");
  old.state = "{}";
  EXPECT_EQ((detail::steps_machine{kind.rules(), old}.open_stored()->kind),
            steps_action_kind::lost);
  old.dialogue_version = 3;
  EXPECT_EQ((detail::steps_machine{kind.rules(), old}.open_stored()->kind),
            steps_action_kind::lost);
  old.dialogue_version = 2;
  old.step = "renamed";
  EXPECT_EQ((detail::steps_machine{kind.rules(), old}.open_stored()->kind),
            steps_action_kind::lost);
  EXPECT_THROW(
      booking_steps().step("name", "?", [](steps_order&, const answer&) { return vkxx::finish(); }),
      vkxx::usage_exception);
}

}  // namespace
