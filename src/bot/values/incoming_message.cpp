#include <array>
#include <optional>
#include <string>
#include <utility>

#include <vkxx/bot/incoming_message.hpp>
#include <vkxx/objects/decode.hpp>
#include "bot/values/peers.hpp"
#include "core/json/json_members.hpp"
#include "core/text/message_text.hpp"

namespace vkxx {

struct incoming_message::parts {
  api::messages::message message;
  std::optional<api::callback::info_for_bots> client;
  std::string raw_text;
  std::string text;
  vkxx::payload payload;
  bool mentions = false;
};

result<incoming_message> incoming_message::read(std::string_view object, group_id community) {
  constexpr std::array<std::string_view, 2> names{"message", "client_info"};
  const auto parts_of_object = detail::json_members(object, names);
  const auto& inner = parts_of_object[0];
  auto message = decode<api::messages::message>(inner.value_or(object));
  if (!message) return message.error();
  auto read = std::make_shared<parts>();
  read->message = *std::move(message);
  if (const auto& info = parts_of_object[1]; inner && info) {
    auto client = decode<api::callback::info_for_bots>(*info);
    // Only what the client can show; the message is worth more.
    if (client) read->client = *std::move(client);
  }
  const auto number = std::to_string(community.value());
  read->raw_text = std::string{*read->message.text};
  read->text =
      std::string{detail::without_outer_spaces(detail::without_mention(read->raw_text, number))};
  read->mentions = detail::has_mention(read->raw_text, number);
  if (!read->message.payload.empty())
    read->payload = vkxx::payload::from_json(*read->message.payload);
  return incoming_message{std::move(read)};
}

const std::string& incoming_message::text() const noexcept {
  return parts_->text;
}
const std::string& incoming_message::raw_text() const noexcept {
  return parts_->raw_text;
}
bool incoming_message::mentions_community() const noexcept {
  return parts_->mentions;
}
peer_id incoming_message::peer() const noexcept {
  return parts_->message.peer_id;
}
owner_id incoming_message::from() const noexcept {
  return parts_->message.from_id;
}
cmid incoming_message::number() const noexcept {
  return parts_->message.conversation_message_id;
}
bool incoming_message::in_chat() const noexcept {
  return detail::is_chat(peer());
}
const vkxx::payload& incoming_message::payload() const noexcept {
  return parts_->payload;
}
const api::messages::message& incoming_message::message() const noexcept {
  return parts_->message;
}
const api::callback::info_for_bots* incoming_message::client() const noexcept {
  return parts_->client ? &*parts_->client : nullptr;
}
bool incoming_message::is_cropped() const noexcept {
  return parts_->message.is_cropped.value_or(false);
}

bool incoming_message::has(std::string_view attachment_type) const noexcept {
  for (const auto& attachment : parts_->message.attachments) {
    if (attachment.type.text() == attachment_type) return true;
  }
  return false;
}

}  // namespace vkxx
