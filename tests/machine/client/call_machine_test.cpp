// Every event in every state of call_machine, as tables.
#include "client/pipeline/call_machine.hpp"

#include <sstream>
#include <vector>

#include <gtest/gtest.h>

namespace vkxx {
namespace {

using namespace vkxx::detail;

constexpr call_helpers nobody{};
constexpr call_helpers code_handler{true, false, false};
constexpr call_helpers with_hook{false, true, false};
constexpr call_helpers any_handler{false, false, true};
constexpr call_helpers handler_and_hook{true, true, false};
constexpr call_helpers hook_and_any{false, true, true};
constexpr call_helpers handler_and_any{true, false, true};
constexpr call_helpers all_three{true, true, true};

// A machine that has sent so many times, the last time after nothing in particular.
call_machine after_sends(int sends, int max_sends) {
  call_machine machine{max_sends};
  auto action = machine.start();
  for (int sent = 1; sent < sends; ++sent) {
    EXPECT_EQ(machine.on_api_error(code_handler), call_action::ask_handler);
    action = machine.on_handler(handler_choice::send);
  }
  EXPECT_EQ(action, call_action::send);
  EXPECT_EQ(machine.sends(), sends);
  return machine;
}

TEST(CallMachine, StartsBySending) {
  call_machine machine{5};
  EXPECT_EQ(machine.sends(), 0);
  EXPECT_EQ(machine.start(), call_action::send);
  EXPECT_EQ(machine.sends(), 1);
  EXPECT_EQ(machine.wrong_answers(), 0);
}

TEST(CallMachine, EndsWithTheOutcomeWhateverWasBefore) {
  for (const int sends : {1, 2, 5}) {
    EXPECT_EQ(after_sends(sends, 5).on_reply(), call_action::succeed);
    EXPECT_EQ(after_sends(sends, 5).on_failure(), call_action::fail);
  }
}

TEST(CallMachine, AsksTheHelpersInTheirOrder) {
  struct row {
    call_helpers helpers;
    call_action before_the_bound;
    call_action at_the_bound;
  };
  const std::vector<row> table{
      {nobody, call_action::fail, call_action::fail},
      {code_handler, call_action::ask_handler, call_action::ask_handler},
      {with_hook, call_action::ask_challenge, call_action::fail},
      {any_handler, call_action::ask_any, call_action::ask_any},
      {handler_and_hook, call_action::ask_handler, call_action::ask_handler},
      {hook_and_any, call_action::ask_challenge, call_action::fail},
      {handler_and_any, call_action::ask_handler, call_action::ask_handler},
      {all_three, call_action::ask_handler, call_action::ask_handler},
  };
  for (std::size_t i = 0; i != table.size(); ++i) {
    EXPECT_EQ(after_sends(1, 5).on_api_error(table[i].helpers), table[i].before_the_bound) << i;
    EXPECT_EQ(after_sends(4, 5).on_api_error(table[i].helpers), table[i].before_the_bound) << i;
    EXPECT_EQ(after_sends(5, 5).on_api_error(table[i].helpers), table[i].at_the_bound) << i;
    EXPECT_EQ(after_sends(1, 1).on_api_error(table[i].helpers), table[i].at_the_bound) << i;
  }
}

TEST(CallMachine, DoesWhatTheHandlerChose) {
  struct row {
    int sends;
    handler_choice choice;
    call_action expected;
    int sends_then;
  };
  const std::vector<row> table{
      {1, handler_choice::fail, call_action::fail, 1},
      {5, handler_choice::fail, call_action::fail, 5},
      {1, handler_choice::succeed, call_action::succeed, 1},
      {5, handler_choice::succeed, call_action::succeed, 5},
      {1, handler_choice::send, call_action::send, 2},
      {4, handler_choice::send, call_action::send, 5},
      {5, handler_choice::send, call_action::fail, 5},
  };
  for (const auto& helpers : {code_handler, any_handler}) {
    for (const auto& row : table) {
      auto machine = after_sends(row.sends, 5);
      static_cast<void>(machine.on_api_error(helpers));
      EXPECT_EQ(machine.on_handler(row.choice), row.expected) << row.sends;
      EXPECT_EQ(machine.sends(), row.sends_then);
    }
  }
}

TEST(CallMachine, DoesWhatTheGateSaid) {
  struct row {
    int sends;
    gate_outcome outcome;
    call_action expected;
    int sends_then;
  };
  const std::vector<row> table{
      {1, gate_outcome::answered, call_action::send, 2},
      {4, gate_outcome::answered, call_action::send, 5},
      {5, gate_outcome::answered, call_action::fail, 5},
      {1, gate_outcome::passed, call_action::send, 2},
      {4, gate_outcome::passed, call_action::send, 5},
      {5, gate_outcome::passed, call_action::fail, 5},
      {1, gate_outcome::refused, call_action::fail, 1},
      {5, gate_outcome::refused, call_action::fail, 5},
  };
  for (const auto& row : table) {
    auto machine = after_sends(row.sends, 5);
    static_cast<void>(machine.on_api_error(with_hook));
    EXPECT_EQ(machine.on_gate(row.outcome), row.expected) << row.sends << ' ' << row.outcome;
    EXPECT_EQ(machine.sends(), row.sends_then);
  }
}

TEST(CallMachine, RenewsADeadTokenOnce) {
  const auto with_renewal = [](call_helpers helpers) {
    helpers.renewal = true;
    return helpers;
  };
  for (const auto& helpers : {nobody, with_hook, any_handler, hook_and_any}) {
    auto machine = after_sends(1, 5);
    EXPECT_EQ(machine.on_api_error(with_renewal(helpers)), call_action::renew);
    EXPECT_EQ(machine.on_renewal(true), call_action::send);
    EXPECT_EQ(machine.sends(), 2);
    EXPECT_EQ(machine.on_api_error(with_renewal(nobody)), call_action::fail) << "once only";
  }
  EXPECT_EQ(after_sends(1, 5).on_api_error(with_renewal(code_handler)), call_action::ask_handler);
  EXPECT_EQ(after_sends(5, 5).on_api_error(with_renewal(nobody)), call_action::fail);
  EXPECT_EQ(after_sends(5, 5).on_api_error(with_renewal(any_handler)), call_action::ask_any);
  auto machine = after_sends(1, 5);
  static_cast<void>(machine.on_api_error(with_renewal(nobody)));
  EXPECT_EQ(machine.on_renewal(false), call_action::fail);
  EXPECT_EQ(machine.sends(), 1);
}

TEST(CallMachine, CountsOnlyItsOwnRefusedAnswers) {
  call_machine machine{9};
  static_cast<void>(machine.start());
  static_cast<void>(machine.on_api_error(with_hook));
  EXPECT_EQ(machine.wrong_answers(), 0) << "the first challenge follows no answer";
  static_cast<void>(machine.on_gate(gate_outcome::passed));
  static_cast<void>(machine.on_api_error(with_hook));
  EXPECT_EQ(machine.wrong_answers(), 0) << "another call's answer is not this one's";
  static_cast<void>(machine.on_gate(gate_outcome::answered));
  static_cast<void>(machine.on_api_error(with_hook));
  EXPECT_EQ(machine.wrong_answers(), 1);
  static_cast<void>(machine.on_gate(gate_outcome::answered));
  static_cast<void>(machine.on_api_error(code_handler));
  EXPECT_EQ(machine.wrong_answers(), 1) << "another error says nothing of the answer";
  static_cast<void>(machine.on_handler(handler_choice::send));
  static_cast<void>(machine.on_api_error(with_hook));
  EXPECT_EQ(machine.wrong_answers(), 1) << "the answer was not the last thing sent";
}

TEST(CallMachine, NeverSendsMoreOftenThanAllowed) {
  for (int bound = 1; bound <= 6; ++bound) {
    for (const bool by_gate : {false, true}) {
      call_machine machine{bound};
      auto action = machine.start();
      int sent = 0;
      while (action == call_action::send) {
        ++sent;
        action = machine.on_api_error(by_gate ? with_hook : any_handler);
        if (action == call_action::ask_any) action = machine.on_handler(handler_choice::send);
        if (action == call_action::ask_challenge) action = machine.on_gate(gate_outcome::answered);
      }
      EXPECT_EQ(action, call_action::fail);
      EXPECT_EQ(sent, bound);
      EXPECT_EQ(machine.sends(), bound);
    }
  }
}

template <class Value>
std::string printed(Value value) {
  std::ostringstream out;
  out << value;
  return out.str();
}

TEST(CallMachine, PrintsItsWords) {
  EXPECT_EQ(printed(call_action::send), "send");
  EXPECT_EQ(printed(call_action::ask_handler), "ask_handler");
  EXPECT_EQ(printed(call_action::ask_any), "ask_any");
  EXPECT_EQ(printed(call_action::ask_challenge), "ask_challenge");
  EXPECT_EQ(printed(call_action::renew), "renew");
  EXPECT_EQ(printed(call_action::succeed), "succeed");
  EXPECT_EQ(printed(call_action::fail), "fail");
  EXPECT_EQ(printed(gate_outcome::answered), "answered");
  EXPECT_EQ(printed(gate_outcome::passed), "passed");
  EXPECT_EQ(printed(gate_outcome::refused), "refused");
}

}  // namespace
}  // namespace vkxx
