// Every event after every action of exchange_machine.
#include "client/exchange/exchange_machine.hpp"

#include <functional>
#include <random>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

// Its own namespace: several sources are compiled as one.
namespace vkxx::detail::exchange_machine_test {
namespace {

using namespace std::chrono_literals;
using action = exchange_action;

constexpr time_point start{1000h};

exchange_rules all_rules(int max_sends = 5) {
  exchange_rules rules;
  rules.max_sends = max_sends;
  rules.token = rules.permit = rules.circuit = rules.retry = true;
  return rules;
}

retries settings() {
  return retries{}.seed(1).max_tries(3).first_pause(100ms).longest_pause(1s).budget(10);
}

constexpr call_helpers nobody{};
constexpr call_helpers code_handler{true, false, false, false};
constexpr call_helpers with_hook{false, true, false, false};
constexpr call_helpers any_handler{false, false, true, false};
constexpr call_helpers with_renewal{false, false, false, true};

event::failed api_failure(const call_helpers& helpers) {
  event::failed failed;
  failed.attempt.effect = request_effect::rejected;
  failed.of_api = true;
  failed.helpers = helpers;
  failed.now = start;
  return failed;
}

event::failed transient() {
  event::failed failed;
  failed.attempt.transient = true;
  failed.attempt.effect = request_effect::not_sent;
  failed.now = start;
  return failed;
}

event::failed for_good() {
  event::failed failed;
  failed.attempt.effect = request_effect::rejected;
  failed.now = start;
  return failed;
}

event::failed over_the_limit() {
  auto failed = api_failure(nobody);
  failed.attempt.over_the_limit = true;
  return failed;
}

// With a guard of its own.
class bench {
 public:
  explicit bench(const exchange_rules& rules = all_rules(), const retries& options = settings())
      : guard_{options}, machine_{rules, guard_} {}

  action operator()(const exchange_event& event) { return machine_.resume(event); }
  [[nodiscard]] exchange_machine& machine() { return machine_; }
  [[nodiscard]] retry_guard& guard() { return guard_; }

  // To the first sending, and to those after.
  action send() {
    auto next = machine_.last() ? *machine_.last() : (*this)(event::begun{});
    while (next != action::send && next != action::fail && next != action::succeed) {
      next = (*this)(event::done{});
    }
    return next;
  }

 private:
  retry_guard guard_;
  exchange_machine machine_;
};

// A machine whose last action is the given one.
bench at(action wanted) {
  auto rules = all_rules();
  if (wanted == action::run_middlewares) rules.middlewares = true;
  if (wanted == action::join_batch) rules.batch = true;
  return bench{rules};
}

void lead_to(bench& driven, action wanted) {
  static_cast<void>(driven(event::begun{wanted == action::run_at_home}));
  while (driven.machine().last() != wanted) {
    const auto last = *driven.machine().last();
    if (last != action::send) {
      static_cast<void>(driven(event::done{}));
      continue;
    }
    switch (wanted) {
      case action::sleep:
        static_cast<void>(driven(transient()));
        break;
      case action::ask_handler:
        static_cast<void>(driven(api_failure(code_handler)));
        break;
      case action::ask_any:
        static_cast<void>(driven(api_failure(any_handler)));
        break;
      case action::answer_challenge:
        static_cast<void>(driven(api_failure(with_hook)));
        break;
      case action::renew_token:
        static_cast<void>(driven(api_failure(with_renewal)));
        break;
      case action::succeed:
        static_cast<void>(driven(event::answered{}));
        break;
      default:
        static_cast<void>(driven(for_good()));
    }
  }
}

const std::vector<action> every_action{action::run_at_home,
                                       action::run_middlewares,
                                       action::join_batch,
                                       action::get_token,
                                       action::acquire_permit,
                                       action::check_circuit,
                                       action::send,
                                       action::sleep,
                                       action::ask_handler,
                                       action::ask_any,
                                       action::answer_challenge,
                                       action::renew_token,
                                       action::succeed,
                                       action::fail};

struct named_event {
  std::string name;
  exchange_event event;
};

const std::vector<named_event> every_event{
    {"begun", event::begun{}},
    {"begun away", event::begun{true}},
    {"refused", event::refused{}},
    {"settled: success", event::settled{true}},
    {"settled: failure", event::settled{false}},
    {"alone", event::alone{}},
    {"done", event::done{}},
    {"answered", event::answered{}},
    {"transient", transient()},
    {"for good", for_good()},
    {"over the limit", over_the_limit()},
    {"for the handler", api_failure(code_handler)},
    {"for the hook", api_failure(with_hook)},
    {"for all", api_failure(any_handler)},
    {"dead token", api_failure(with_renewal)},
    {"chosen: fail", event::chosen{handler_choice::fail}},
    {"chosen: succeed", event::chosen{handler_choice::succeed}},
    {"chosen: send", event::chosen{handler_choice::send}},
    {"gate: answered", event::gate_left{gate_outcome::answered}},
    {"gate: passed", event::gate_left{gate_outcome::passed}},
    {"gate: refused", event::gate_left{gate_outcome::refused}},
    {"interrupted", event::interrupted{}},
};

// What comes after which; what is not here changes nothing.
action expected(action last, const std::string& event) {
  const bool over = last == action::succeed || last == action::fail;
  if (event == "interrupted") return over ? last : action::fail;
  const bool step = last == action::get_token || last == action::acquire_permit ||
                    last == action::check_circuit || last == action::send;
  const bool enclosing =
      last == action::run_at_home || last == action::run_middlewares || last == action::join_batch;
  if (enclosing && event == "settled: success") return action::succeed;
  if (enclosing && event == "settled: failure") return action::fail;
  if (last == action::join_batch && event == "alone") return action::get_token;
  if (event == "done") {
    if (last == action::get_token) return action::acquire_permit;
    if (last == action::acquire_permit) return action::check_circuit;
    if (last == action::check_circuit) return action::send;
    if (last == action::sleep || last == action::renew_token) return action::get_token;
  }
  if (last == action::send && event == "answered") return action::succeed;
  if (step || last == action::renew_token) {
    if (event == "transient") return action::sleep;
    if (event == "over the limit") return last == action::renew_token ? last : action::get_token;
    if (event == "for good") return action::fail;
  }
  if (last == action::renew_token && event.starts_with("for ")) return action::fail;
  if (last == action::renew_token && event == "dead token") return action::fail;
  if (step) {
    if (event == "for the handler") return action::ask_handler;
    if (event == "for the hook") return action::answer_challenge;
    if (event == "for all") return action::ask_any;
    if (event == "dead token") return action::renew_token;
  }
  if (last == action::ask_handler || last == action::ask_any) {
    if (event == "chosen: fail") return action::fail;
    if (event == "chosen: succeed") return action::succeed;
    if (event == "chosen: send") return action::get_token;
  }
  if (last == action::answer_challenge) {
    if (event == "gate: refused") return action::fail;
    if (event.starts_with("gate: ")) return action::get_token;
  }
  return last;
}

TEST(ExchangeMachine, TakesEveryEventAfterEveryAction) {
  for (const auto last : every_action) {
    for (const auto& [name, event] : every_event) {
      auto driven = at(last);
      lead_to(driven, last);
      EXPECT_EQ(driven(event), expected(last, name)) << "after " << last << ": " << name;
    }
  }
}

TEST(ExchangeMachine, BeginsWithWhatApplies) {
  exchange_rules none;
  EXPECT_EQ(bench{none}(event::begun{}), action::send);
  EXPECT_EQ(bench{none}(event::refused{}), action::fail);
  EXPECT_EQ(bench{none}(event::begun{true}), action::run_at_home);
  auto rules = all_rules();
  EXPECT_EQ(bench{rules}(event::begun{}), action::get_token);
  rules.token = false;
  EXPECT_EQ(bench{rules}(event::begun{}), action::acquire_permit);
  rules.permit = false;
  EXPECT_EQ(bench{rules}(event::begun{}), action::check_circuit);
  rules.circuit = false;
  EXPECT_EQ(bench{rules}(event::begun{}), action::send);
  rules.batch = true;
  EXPECT_EQ(bench{rules}(event::begun{}), action::join_batch);
  rules.middlewares = true;
  EXPECT_EQ(bench{rules}(event::begun{}), action::run_middlewares);
}

TEST(ExchangeMachine, BeginsWithNothingElse) {
  for (const auto& [name, event] : every_event) {
    if (name.starts_with("begun") || name == "refused") continue;
    bench driven;
    EXPECT_EQ(driven(event), action::fail) << name;
    if (name != "interrupted") {
      EXPECT_FALSE(driven.machine().last()) << name;
    }
  }
}

TEST(ExchangeMachine, SendsNoMoreThanAllowed) {
  for (int bound = 1; bound <= 6; ++bound) {
    for (const auto& helpers : {code_handler, any_handler, with_hook}) {
      bench driven{all_rules(bound)};
      int sent = 0;
      for (auto next = driven.send(); next == action::send;) {
        ++sent;
        next = driven(api_failure(helpers));
        if (next == action::answer_challenge) {
          next = driven(event::gate_left{gate_outcome::answered});
        } else if (next != action::fail) {
          next = driven(event::chosen{handler_choice::send});
        }
        if (next != action::fail) next = driven.send();
      }
      EXPECT_EQ(sent, bound);
      EXPECT_EQ(driven.machine().sends(), bound);
      EXPECT_EQ(driven.machine().last(), action::fail);
    }
  }
}

TEST(ExchangeMachine, AsksTheHelpersInTheirOrder) {
  struct row {
    call_helpers helpers;
    action before_the_bound;
    action at_the_bound;
  };
  const std::vector<row> table{
      {nobody, action::fail, action::fail},
      {code_handler, action::ask_handler, action::ask_handler},
      {with_hook, action::answer_challenge, action::fail},
      {any_handler, action::ask_any, action::ask_any},
      {{true, true, true, true}, action::ask_handler, action::ask_handler},
      {{false, true, true, true}, action::renew_token, action::fail},
      {{false, true, true, false}, action::answer_challenge, action::fail},
      {{false, false, true, true}, action::renew_token, action::ask_any},
      {with_renewal, action::renew_token, action::fail},
  };
  for (const auto& row : table) {
    bench first;
    ASSERT_EQ(first.send(), action::send);
    EXPECT_EQ(first(api_failure(row.helpers)), row.before_the_bound);
    bench last{all_rules(1)};
    ASSERT_EQ(last.send(), action::send);
    EXPECT_EQ(last(api_failure(row.helpers)), row.at_the_bound);
  }
}

TEST(ExchangeMachine, RenewsADeadTokenOnce) {
  for (const auto& helpers : {nobody, with_hook, any_handler}) {
    auto also = helpers;
    also.renewal = true;
    bench driven;
    ASSERT_EQ(driven.send(), action::send);
    ASSERT_EQ(driven(api_failure(also)), action::renew_token);
    ASSERT_EQ(driven(event::done{}), action::get_token);
    ASSERT_EQ(driven.send(), action::send);
    EXPECT_EQ(driven.machine().sends(), 2);
    EXPECT_NE(driven(api_failure(also)), action::renew_token);
  }
}

TEST(ExchangeMachine, RetriesARenewalAsItRetriesACall) {
  bench driven;
  ASSERT_EQ(driven.send(), action::send);
  ASSERT_EQ(driven(api_failure(with_renewal)), action::renew_token);
  ASSERT_EQ(driven(transient()), action::sleep);
  EXPECT_EQ(driven(event::done{}), action::renew_token);
  ASSERT_EQ(driven(transient()), action::sleep);
  EXPECT_EQ(driven(event::done{}), action::renew_token);
  EXPECT_EQ(driven(transient()), action::fail) << "three tries";
}

TEST(ExchangeMachine, CountsOnlyItsOwnRefusedAnswers) {
  bench driven{all_rules(9)};
  const auto challenged = [&] {
    static_cast<void>(driven.send());
    static_cast<void>(driven(api_failure(with_hook)));
    return driven.machine().wrong_answers();
  };
  EXPECT_EQ(challenged(), 0) << "the first challenge follows no answer";
  static_cast<void>(driven(event::gate_left{gate_outcome::passed}));
  EXPECT_EQ(challenged(), 0) << "another call's answer is not this one's";
  static_cast<void>(driven(event::gate_left{gate_outcome::answered}));
  EXPECT_EQ(challenged(), 1);
  static_cast<void>(driven(event::gate_left{gate_outcome::answered}));
  static_cast<void>(driven.send());
  static_cast<void>(driven(api_failure(code_handler)));
  EXPECT_EQ(driven.machine().wrong_answers(), 1) << "another error says nothing of the answer";
  static_cast<void>(driven(event::chosen{handler_choice::send}));
  EXPECT_EQ(challenged(), 1) << "the answer was not the last thing sent";
}

TEST(ExchangeMachine, SleepsAsLongAsTheRetryWants) {
  bench driven;
  ASSERT_EQ(driven.send(), action::send);
  auto busy = transient();
  busy.attempt.retry_after = 700ms;
  ASSERT_EQ(driven(busy), action::sleep);
  EXPECT_EQ(driven.machine().pause(), 700ms);
  EXPECT_EQ(driven.machine().retry(), retry_step::again);
  ASSERT_EQ(driven(event::done{}), action::get_token);
  ASSERT_EQ(driven.send(), action::send);
  busy.deadline = start + 500ms;
  EXPECT_EQ(driven(busy), action::fail) << "beyond the deadline";
  EXPECT_EQ(driven.machine().retry(), retry_step::give_up);
}

TEST(ExchangeMachine, RetriesNothingIfToldSoButWhatTheCircuitHeldBack) {
  auto rules = all_rules();
  rules.retry = false;
  bench never{rules};
  ASSERT_EQ(never.send(), action::send);
  EXPECT_EQ(never(transient()), action::fail);
  bench held{rules, settings().when_unavailable(when_unavailable::wait)};
  ASSERT_EQ(held(event::begun{}), action::get_token);
  auto open = transient();
  open.attempt.circuit_open = true;
  open.attempt.retry_after = 2s;
  EXPECT_EQ(held(open), action::sleep);
  EXPECT_EQ(held.machine().pause(), 2s);
  EXPECT_EQ(held.machine().retry(), retry_step::for_the_endpoint);
}

TEST(ExchangeMachine, SendsNoWriteAgainThatMayHaveBeenExecuted) {
  for (const auto idempotency : {call_idempotency::read_only, call_idempotency::idempotent,
                                 call_idempotency::not_idempotent}) {
    for (const auto effect :
         {request_effect::not_sent, request_effect::rejected, request_effect::unknown}) {
      bench driven;
      ASSERT_EQ(driven.send(), action::send);
      auto failed = transient();
      failed.attempt.effect = effect;
      failed.idempotency = idempotency;
      const bool may_have_been = effect == request_effect::unknown;
      const bool harmful = may_have_been && idempotency == call_idempotency::not_idempotent;
      EXPECT_EQ(driven(failed), harmful ? action::fail : action::sleep);
    }
  }
}

TEST(ExchangeMachine, GivesBackToTheBudgetWhatASuccessTook) {
  bench driven{all_rules(), settings().budget(3)};
  ASSERT_EQ(driven.send(), action::send);
  ASSERT_EQ(driven(transient()), action::sleep);
  EXPECT_EQ(driven.guard().now().budget, 2);
  ASSERT_EQ(driven(event::done{}), action::get_token);
  ASSERT_EQ(driven.send(), action::send);
  ASSERT_EQ(driven(event::answered{}), action::succeed);
  EXPECT_EQ(driven.guard().now().budget, 3);
}

// Random events: the machine ends exactly once, never sends beyond its bounds, and after an
// interruption never again.
TEST(ExchangeMachine, EndsOnceWhateverHappens) {
  for (unsigned seed = 0; seed != 3000; ++seed) {
    std::mt19937 random{seed};
    bench driven{all_rules(1 + static_cast<int>(random() % 6)), settings().seed(seed)};
    int sent = 0;
    bool over = false;
    static_cast<void>(driven(event::begun{}));
    for (int step = 0; step != 200; ++step) {
      const auto before = *driven.machine().last();
      const auto next = driven(every_event[random() % every_event.size()].event);
      if (over) {
        ASSERT_EQ(next, before) << "seed " << seed;
      }
      if (next == action::send && before != action::send) ++sent;
      over = next == action::succeed || next == action::fail;
    }
    // Each send but the first follows a helper, or one of two retries; those for the limit are
    // free.
    ASSERT_LE(driven.machine().sends(), 6) << "seed " << seed;
    ASSERT_TRUE(over || sent < 200) << "seed " << seed;
  }
}

template <class Value>
std::string printed(const Value& value) {
  std::ostringstream out;
  out << value;
  return out.str();
}

TEST(ExchangeMachine, PrintsItsWords) {
  EXPECT_EQ(printed(action::run_at_home), "run_at_home");
  EXPECT_EQ(printed(action::acquire_permit), "acquire_permit");
  EXPECT_EQ(printed(action::answer_challenge), "answer_challenge");
  EXPECT_EQ(printed(action::fail), "fail");
  EXPECT_EQ(printed(gate_outcome::passed), "passed");
  EXPECT_EQ(printed(exchange_event{event::begun{true}}), "begun away");
  EXPECT_EQ(printed(exchange_event{event::done{}}), "done");
  EXPECT_EQ(printed(exchange_event{event::chosen{handler_choice::send}}), "chosen: send");
  EXPECT_EQ(printed(exchange_event{event::gate_left{gate_outcome::answered}}),
            "gate left: answered");
  EXPECT_EQ(printed(exchange_event{api_failure(with_hook)}),
            "failed: rejected, of VK, challenge hook");
  auto busy = transient();
  busy.attempt.retry_after = 2s;
  EXPECT_EQ(printed(exchange_event{busy}), "failed: not sent, transient, retry after 2000 ms");
}

TEST(ExchangeMachine, ComparesItsEvents) {
  for (const auto& left : every_event) {
    for (const auto& right : every_event) {
      EXPECT_EQ(left.event == right.event, left.name == right.name) << left.name << right.name;
    }
  }
}

}  // namespace
}  // namespace vkxx::detail::exchange_machine_test
