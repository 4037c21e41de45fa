#include "bot/contexts/answers.hpp"

#include <utility>

#include <vkxx/client/request.hpp>
#include <vkxx/core/exception.hpp>
#include <vkxx/messages/cannot_write.hpp>
#include <vkxx/messages/message_sender.hpp>
#include "bot/contexts/bot_run.hpp"
#include "core/errors/log_text.hpp"

namespace vkxx::detail {

namespace {

constexpr int invalid_parameter = 100;

asio::awaitable<result<void>> call_answer(bot_context context, std::string data) {
  const auto& press = *context.run().press;
  auto call = request{"messages.sendMessageEventAnswer"}
                  .set("event_id", press.event_id)
                  .set("user_id", press.user)
                  .set("peer_id", press.peer);
  if (!data.empty()) call.set("event_data", data);
  auto calling = context.vk().try_call(std::move(call));
  const auto outcome = co_await std::move(calling);
  if (!outcome) co_return outcome.error();
  co_return result<void>{};
}

// VK takes one answer, within a minute, and says of a later one what it says of a wrong one.
// Whether an answer without data is refused as well shows which it was.
asio::awaitable<bool> is_too_late(bot_context context, std::string data, error failure) {
  if (failure.api_code() != api_errc{invalid_parameter}) co_return false;
  // An earlier run of this handler may have answered.
  if (data.empty() || context.unit().attempt() > 1) co_return true;
  auto calling = call_answer(context, {});
  const auto plain = co_await std::move(calling);
  co_return !plain && plain.error().api_code() == api_errc{invalid_parameter};
}

}  // namespace

asio::awaitable<std::vector<sent_message>> send_in_run(bot_context context, outgoing message) {
  if (context.peer() == peer_id{}) {
    throw_error(error{errc::invalid_argument, request_effect::not_sent,
                      "answer: an update of the type " + context.update().type() +
                          " belongs to no conversation: send by message_sender, to a peer"});
  }
  if (const auto* const incoming = context.incoming();
      incoming != nullptr && message.replies_to_incoming()) {
    message.reply(incoming->number());
  }
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
        log_level::warning, "bot: typing could not be shown, lane=" + context.unit().lane() + ' ' +
                                text_for_log(outcome.error()));
  }
}

asio::awaitable<void> answer_press(bot_context context, std::string data) {
  auto& run = context.run();
  if (!run.press || run.answered.exchange(true)) co_return;
  auto calling = call_answer(context, data);
  const auto outcome = co_await std::move(calling);
  if (outcome) co_return;
  auto asking = is_too_late(context, std::move(data), outcome.error());
  if (co_await std::move(asking)) {
    run.environment->log.write(
        log_level::info, "bot: a press was answered before, or more than a minute ago, lane=" +
                             context.unit().lane());
    co_return;
  }
  run.answered = false;
  if (cannot_write_reason(outcome.error())) context.vk().note_refusal(run.press->peer);
  throw_error(outcome.error());
}

}  // namespace vkxx::detail
