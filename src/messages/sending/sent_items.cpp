#include "messages/sending/sent_items.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <map>
#include <string>
#include <utility>

#include "core/json/json_field.hpp"

namespace vkxx::detail {
namespace {

namespace json = boost::json;

// VK's pages and other clients differ in the form: a text, or an object with either names.
error refusal_in(const json::value& value) {
  api_error_details details;
  if (const auto* object = value.if_object()) {
    auto code = integer_field(*object, "code");
    if (!code) code = integer_field(*object, "error_code");
    details.code = static_cast<api_errc>(code.value_or(0));
    details.message = text_or_empty(*object, "description");
    if (details.message.empty()) details.message = text_or_empty(*object, "error_msg");
  } else if (const auto text = text_of(value)) {
    details.message = *text;
  }
  error refusal{std::move(details)};
  refusal.set_method("messages.send").set_attempts(1).set_write(true);
  return refusal;
}

result<sent_message> item_of(const json::object& item, peer_id peer) {
  if (const auto* failure = item.if_contains("error"); failure != nullptr && !failure->is_null())
    return refusal_in(*failure);
  sent_message sent{peer, {}, {}};
  auto number = integer_field(item, "conversation_message_id");
  if (!number) number = integer_field(item, "cmid");
  sent.cmid = vkxx::cmid{number.value_or(0)};
  if (const auto id = integer_field(item, "message_id").value_or(0); id > 0)
    sent.id = message_id{id};
  return sent;
}

// The form without `peer_ids`: one number.
std::vector<result<sent_message>> only_id(const reply& answer, std::int64_t number,
                                          const std::vector<peer_id>& peers) {
  std::vector<result<sent_message>> items;
  for (const auto peer : peers) {
    if (peers.size() != 1) {
      items.emplace_back(answer.misfit(errc::unexpected_type, "a number for several receivers"));
      continue;
    }
    sent_message sent{peer, {}, {}};
    if (number > 0) sent.id = message_id{number};
    items.emplace_back(sent);
  }
  return items;
}

}  // namespace

std::vector<result<sent_message>> sent_items(const reply& answer,
                                             const std::vector<peer_id>& peers) {
  const auto value = answer.try_as<json::value>();
  if (!value) return std::vector<result<sent_message>>(peers.size(), value.error());
  if (const auto number = integer_of(*value)) return only_id(answer, *number, peers);
  std::map<std::int64_t, const json::object*> known;
  if (const auto* list = value->if_array()) {
    for (const auto& item : *list) {
      const auto* object = item.if_object();
      if (object == nullptr) continue;
      if (const auto peer = integer_field(*object, "peer_id")) known.emplace(*peer, object);
    }
  }
  std::vector<result<sent_message>> items;
  for (const auto peer : peers) {
    const auto found = known.find(peer.value());
    if (found != known.end()) {
      items.push_back(item_of(*found->second, peer));
      continue;
    }
    auto missing = answer.misfit(errc::unexpected_type,
                                 "the answer says nothing of the peer " + vk_parameter(peer));
    missing.set_effect(request_effect::unknown);
    items.emplace_back(std::move(missing));
  }
  return items;
}

}  // namespace vkxx::detail
