#include <cstddef>
#include <string>
#include <utility>

#include <vkxx/bot/button_context.hpp>
#include <vkxx/core/exception.hpp>
#include <vkxx/core/json_parts.hpp>
#include <vkxx/core/json_text.hpp>
#include <vkxx/messages/message_sender.hpp>
#include <vkxx/messages/rich_text.hpp>
#include "bot/contexts/answers.hpp"
#include "bot/contexts/bot_run.hpp"
#include "core/text/number.hpp"

namespace vkxx {
namespace {

// A notice that is cut is worth more to a person than a handler that fails.
std::string cut_to_snackbar(const button_context& context, std::string text) {
  const auto length = vk_length(text);
  if (length <= detail::longest_snackbar) return text;
  context.run().environment->log.write(
      log_level::warning, "bot: a notice of " + std::to_string(length) +
                              " characters was cut, lane=" + context.unit().lane() + ": VK takes " +
                              std::to_string(detail::longest_snackbar) +
                              "; write a message (answer) for what is longer");
  return rich_text{text}.split(detail::longest_snackbar - 1).front().text() + "…";
}

// Answers by a message where the user has no way to see `data`.
asio::awaitable<void> answer_or_send(button_context context, std::string data, std::string text) {
  if (!context.by_message()) {
    auto answering = detail::answer_press(context, std::move(data));
    co_await std::move(answering);
    co_return;
  }
  auto sending = context.answer(outgoing{std::move(text)});
  static_cast<void>(co_await std::move(sending));
}

asio::awaitable<void> show_snackbar(button_context context, std::string text) {
  if (text.empty()) {
    auto ending = detail::answer_press(context, {});
    co_await std::move(ending);
    co_return;
  }
  if (!context.by_message()) text = cut_to_snackbar(context, std::move(text));
  auto data = "{\"type\":\"show_snackbar\",\"text\":" + json_text(text) + "}";
  auto answering = answer_or_send(context, std::move(data), std::move(text));
  co_await std::move(answering);
}

asio::awaitable<std::vector<sent_message>> edit_in_run(button_context context, outgoing message) {
  // An edit leaves what a message replies to.
  if (message.replies_to_incoming()) message.without_reply();
  const message_sender sender{context.vk()};
  const sent_message target{context.peer(), context.number().value_or(cmid{}), std::nullopt};
  auto editing = sender.edit_or_send(target, std::move(message));
  co_return co_await std::move(editing);
}

}  // namespace

namespace detail {

result<incoming_press> read_press(std::string_view object) {
  const auto number = [object](std::string_view name) {
    const auto member = json_member(object, name);
    return member ? parse_number<std::int64_t>(*member) : std::nullopt;
  };
  const auto event_id = json_member(object, "event_id");
  const auto user = number("user_id");
  const auto peer = number("peer_id");
  if (!event_id || !user || !peer) {
    return error{errc::unexpected_type, request_effect::executed,
                 "message_event: event_id, user_id or peer_id is missing"};
  }
  incoming_press press;
  press.event_id = json_string_value(*event_id);
  press.user = user_id{*user};
  press.peer = peer_id{*peer};
  if (const auto message = number("conversation_message_id")) press.number = cmid{*message};
  // Usually an object, sometimes its text.
  if (const auto carried = json_member(object, "payload"))
    press.payload = payload::from_json(json_string_value(*carried));
  return press;
}

}  // namespace detail

std::optional<cmid> button_context::number() const noexcept {
  return run().press ? run().press->number : std::nullopt;
}

bool button_context::answered() const noexcept {
  return run().answered;
}

asio::awaitable<void> button_context::snackbar(std::string text) const {
  return show_snackbar(*this, std::move(text));
}

asio::awaitable<void> button_context::open_link(std::string address) const {
  auto data = "{\"type\":\"open_link\",\"link\":" + json_text(address) + "}";
  return answer_or_send(*this, std::move(data), std::move(address));
}

asio::awaitable<void> button_context::open_app(app_id app, std::string hash, owner_id owner) const {
  auto address = "https://vk.com/app" + std::to_string(app.value());
  auto data = "{\"type\":\"open_app\",\"app_id\":" + std::to_string(app.value());
  if (owner.value() != 0) {
    address += "_" + std::to_string(owner.value());
    data += ",\"owner_id\":" + std::to_string(owner.value());
  }
  data += ",\"hash\":" + json_text(hash) + "}";
  if (!hash.empty()) address += "#" + hash;
  return answer_or_send(*this, std::move(data), std::move(address));
}

asio::awaitable<void> button_context::acknowledge() const {
  return detail::answer_press(*this, {});
}

asio::awaitable<std::vector<sent_message>> button_context::edit(outgoing message) const {
  return edit_in_run(*this, std::move(message));
}

asio::awaitable<std::vector<sent_message>> button_context::answer(outgoing message) const {
  return detail::send_in_run(*this, std::move(message));
}

}  // namespace vkxx
