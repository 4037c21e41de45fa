// What the tests of the sample bots have in common.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include <vkxx/bot_testing.hpp>
#include <vkxx/core/json_text.hpp>

namespace vkxx::bot_testing {

// All texts of a conversation, oldest first.
inline std::vector<std::string> transcript_of(const person& user) {
  std::vector<std::string> lines;
  for (const auto& message : user.messages()) lines.push_back(message.text());
  return lines;
}

// Presses a button of a message without waiting for the bot.
inline void press_at_once(bot_fixture& world, const person& user, peer_id peer, cmid message,
                          std::string_view label) {
  const auto path = "people/" + std::to_string(user.id().value()) + "/press";
  const auto body = "{\"to\":" + std::to_string(peer.value()) +
                    ",\"cmid\":" + std::to_string(message.value()) +
                    ",\"label\":" + json_text(label) + "}";
  world.control("POST", path, body);
}

// How many writes of a method VK has executed.
inline std::ptrdiff_t writes_of(bot_fixture& world, std::string_view method) {
  const auto all = world.emulator().journal();
  return std::ranges::count_if(all, [&](const auto& write) { return write.method == method; });
}

}  // namespace vkxx::bot_testing
