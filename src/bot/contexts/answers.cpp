#include "bot/contexts/answers.hpp"

#include <utility>

#include <vkxx/client/request.hpp>
#include <vkxx/core/exception.hpp>
#include <vkxx/messages/message_sender.hpp>
#include "bot/contexts/bot_run.hpp"

namespace vkxx::detail {

asio::awaitable<std::vector<sent_message>> send_in_run(bot_context context, outgoing message) {
  const message_sender sender{context.vk()};
  auto sending = sender.send(context.peer(), std::move(message));
  co_return co_await std::move(sending);
}

asio::awaitable<void> show_typing(bot_context context) {
  auto call = request{"messages.setActivity"}.set("peer_id", context.peer()).set("type", "typing");
  auto calling = context.vk().try_call(std::move(call));
  const auto outcome = co_await std::move(calling);
  if (!outcome) {
    context.run().environment->log.write(
        log_level::warning, "bot: messages.setActivity failed, lane=" + context.unit().lane());
  }
}

asio::awaitable<void> answer_press(bot_context context, std::string data) {
  auto& run = context.run();
  if (!run.press || run.answered.exchange(true)) co_return;
  auto call = request{"messages.sendMessageEventAnswer"}
                  .set("event_id", run.press->event_id)
                  .set("user_id", run.press->user)
                  .set("peer_id", run.press->peer);
  if (!data.empty()) call.set("event_data", data);
  auto calling = context.vk().try_call(std::move(call));
  const auto outcome = co_await std::move(calling);
  if (outcome) co_return;
  // An earlier run of this handler has answered.
  if (context.unit().attempt() > 1 && outcome.error() == api_errc{100}) co_return;
  run.answered = false;
  throw_error(outcome.error());
}

}  // namespace vkxx::detail
