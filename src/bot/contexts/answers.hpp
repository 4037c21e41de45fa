// Calls that contexts make.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstddef>
#include <string>
#include <vector>

#include <vkxx/bot/bot_context.hpp>
#include <vkxx/messages/outgoing.hpp>
#include <vkxx/messages/sent_message.hpp>

namespace vkxx::detail {

// What VK takes of a notice for a press; in UTF-16 units, as it counts texts.
inline constexpr std::size_t longest_snackbar = 90;

// To the conversation of the update.
[[nodiscard]] asio::awaitable<std::vector<sent_message>> send_in_run(bot_context context,
                                                                     outgoing message);
// A failure is logged.
[[nodiscard]] asio::awaitable<void> show_typing(bot_context context);
// Answers the press unless it was answered. `data`: JSON, empty: only the waiting ends.
[[nodiscard]] asio::awaitable<void> answer_press(bot_context context, std::string data);

}  // namespace vkxx::detail
