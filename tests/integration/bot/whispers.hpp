// Whether the log of a bot is silent about what people write, whatever fails.
#pragma once

#include <gmock/gmock.h>

#include <chrono>
#include <string>
#include <vector>

#include <vkxx/bot_testing.hpp>

namespace vkxx::bot_testing {

// Every text of a person and of VK in the test has this word.
inline constexpr const char* whisper = "whisper";

inline void expect_no_whisper(const std::vector<std::string>& lines, const std::string& token) {
  for (const auto& line : lines) {
    EXPECT_THAT(line, ::testing::Not(::testing::HasSubstr("hisper")));
    EXPECT_THAT(line, ::testing::Not(::testing::HasSubstr(token)));
  }
}

// `act` has people write to the bot; it is called for each kind of failure.
template <class Act>
void expect_silent_log(bot_fixture& world, Act act) {
  for (const auto* const fault :
       {"error=9:messages.send*5,message=whisper-flood", "error=901:messages.send,message=whisper",
        "html:messages.send,body=whisper-page", "error=10:messages.send*5,message=whisper-inside",
        "broken_json:messages.send"}) {
    world.faults(fault);
    act();
    world.pass(std::chrono::minutes{2});
  }
  ASSERT_FALSE(world.log().empty());
  expect_no_whisper(world.log(), world.emulator().tokens().community);
}

}  // namespace vkxx::bot_testing
