#include <utility>

#include <vkxx/bot/message_context.hpp>
#include <vkxx/messages/message_sender.hpp>
#include "bot/contexts/answers.hpp"
#include "bot/contexts/bot_run.hpp"

namespace vkxx {

std::string message_context::arguments() const {
  return captures().has("arguments") ? captures().text("arguments") : std::string{};
}

asio::awaitable<std::vector<sent_message>> message_context::answer(outgoing message) const {
  return detail::send_in_run(*this, std::move(message));
}

asio::awaitable<std::vector<sent_message>> message_context::reply(outgoing message) const {
  message.reply(number());
  return detail::send_in_run(*this, std::move(message));
}

asio::awaitable<void> message_context::typing() const {
  return detail::show_typing(*this);
}

}  // namespace vkxx
