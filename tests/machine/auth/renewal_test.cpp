// When a call gets another token.
#include "client/pipeline/call_machine.hpp"

#include <gtest/gtest.h>

namespace vkxx {
namespace {

using namespace vkxx::detail;

call_helpers helpers(bool handler, bool any, bool renewal) {
  call_helpers helpers;
  helpers.code_handler = handler;
  helpers.any_handler = any;
  helpers.renewal = renewal;
  return helpers;
}

TEST(Renewal, HappensOnceAndIsFollowedByOneMoreSending) {
  call_machine machine{5};
  static_cast<void>(machine.start());
  ASSERT_EQ(machine.on_api_error(helpers(false, false, true)), call_action::renew);
  ASSERT_EQ(machine.on_renewal(true), call_action::send);
  EXPECT_EQ(machine.sends(), 2);
  EXPECT_EQ(machine.on_api_error(helpers(false, false, true)), call_action::fail);
}

TEST(Renewal, ThatFailsEndsTheCall) {
  call_machine machine{5};
  static_cast<void>(machine.start());
  ASSERT_EQ(machine.on_api_error(helpers(false, true, true)), call_action::renew);
  EXPECT_EQ(machine.on_renewal(false), call_action::fail);
  EXPECT_EQ(machine.sends(), 1);
}

TEST(Renewal, ComesAfterAHandlerForTheCodeAndBeforeTheOneForAll) {
  call_machine first{5};
  static_cast<void>(first.start());
  EXPECT_EQ(first.on_api_error(helpers(true, true, true)), call_action::ask_handler);
  call_machine second{5};
  static_cast<void>(second.start());
  EXPECT_EQ(second.on_api_error(helpers(false, true, true)), call_action::renew);
  ASSERT_EQ(second.on_renewal(true), call_action::send);
  EXPECT_EQ(second.on_api_error(helpers(false, true, true)), call_action::ask_any);
}

TEST(Renewal, IsNotBegunWhenNothingCouldBeSentAfterIt) {
  call_machine machine{1};
  static_cast<void>(machine.start());
  EXPECT_EQ(machine.on_api_error(helpers(false, false, true)), call_action::fail);
}

}  // namespace
}  // namespace vkxx
