// Events of conversations, as communities get them.
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "emulator/methods/mailbox/message_shapes.hpp"
#include "emulator/transports/rendering/community_table.hpp"

namespace vkxx::emulation::detail {
namespace {

namespace json = boost::json;

// The message of the event in the community's mailbox; nothing: it has no copy of it.
std::optional<seen_message> message_seen_by_community(const community_view& seen) {
  const auto* where = seen.state.messages().find(seen.event.conversation);
  if (where == nullptr) return std::nullopt;
  const auto owner = seen_by(*where, seen.member());
  if (owner.view == nullptr) return std::nullopt;
  return message_by_cmid(owner, seen.event.cmid);
}

// Who has been removed from a chat learns nothing more of it.
bool has_left(const community_view& seen, const seen_message& shown) noexcept {
  return shown.seen.where->is_chat() && !shown.seen.where->is_member(seen.member());
}

bool is_of(const community_view& seen, const seen_message& shown) noexcept {
  return shown.entry->author == seen.member();
}

// What the program of the user can show.
json::object client_info_of(const world& state, std::int64_t user) {
  const auto* who = state.find_person(user);
  const auto client = who == nullptr ? client_kind::full : who->client;
  json::array actions{"text", "vkpay", "open_app", "location", "open_link"};
  if (client != client_kind::no_callback) actions.emplace_back("callback");
  actions.emplace_back("intent_subscribe");
  actions.emplace_back("intent_unsubscribe");
  json::object shown;
  shown["button_actions"] = std::move(actions);
  shown["keyboard"] = client != client_kind::no_keyboard;
  shown["inline_keyboard"] = client != client_kind::no_inline && client != client_kind::no_keyboard;
  shown["carousel"] = client != client_kind::no_carousel && client != client_kind::no_keyboard;
  shown["lang_id"] = who == nullptr ? 0 : who->language;
  return shown;
}

// The private conversation with a user who acts in it; null for all others.
const conversation* private_of(const community_view& seen) {
  const auto* where = seen.state.messages().find(seen.event.conversation);
  if (where == nullptr || where->is_chat() || seen.event.actor <= 0) return nullptr;
  return where->view_of(seen.member()) == nullptr ? nullptr : where;
}

}  // namespace

std::optional<json::value> write_bare_message_new(const community_view& seen) {
  const auto shown = message_seen_by_community(seen);
  if (!shown || is_of(seen, *shown)) return std::nullopt;
  return message_object(seen.state, *shown, seen.state.address());
}

std::optional<json::value> write_message_new(const community_view& seen) {
  auto message = write_bare_message_new(seen);
  if (!message) return std::nullopt;
  json::object shown;
  shown["message"] = std::move(*message);
  shown["client_info"] = client_info_of(seen.state, seen.event.actor);
  return shown;
}

std::optional<json::value> write_message_reply(const community_view& seen) {
  const auto shown = message_seen_by_community(seen);
  if (!shown || !is_of(seen, *shown)) return std::nullopt;
  return message_object(seen.state, *shown, seen.state.address());
}

std::optional<json::value> write_message_edit(const community_view& seen) {
  const auto shown = message_seen_by_community(seen);
  if (!shown || has_left(seen, *shown)) return std::nullopt;
  return message_object(seen.state, *shown, seen.state.address());
}

std::optional<json::value> write_message_read(const community_view& seen) {
  const auto* where = private_of(seen);
  if (where == nullptr) return std::nullopt;
  json::object shown;
  shown["from_id"] = seen.event.actor;
  shown["peer_id"] = seen.event.actor;
  shown["read_message_id"] = seen.state.messages().id_of(*where, seen.member(), seen.event.cmid);
  shown["conversation_message_id"] = seen.event.cmid;
  return shown;
}

std::optional<json::value> write_message_typing(const community_view& seen) {
  if (private_of(seen) == nullptr) return std::nullopt;
  json::object shown;
  shown["state"] = seen.event.details.at("type");
  shown["from_id"] = seen.event.actor;
  shown["to_id"] = seen.member();
  return shown;
}

std::optional<json::value> write_message_reaction(const community_view& seen) {
  const auto message = message_seen_by_community(seen);
  if (!message || has_left(seen, *message) || seen.event.actor == seen.member())
    return std::nullopt;
  json::object shown;
  shown["reacted_id"] = seen.event.actor;
  shown["peer_id"] = seen.state.messages().peer_of(*message->seen.where, seen.member());
  shown["cmid"] = seen.event.cmid;
  if (seen.event.kind == event_kind::reaction_set)
    shown["reaction_id"] = seen.event.details.at("reaction_id");
  return shown;
}

std::optional<json::value> write_message_event(const community_view& seen) {
  const auto& details = seen.event.details;
  const auto* where = seen.state.messages().find(seen.event.conversation);
  if (where == nullptr || seen.event.subject != seen.member()) return std::nullopt;
  if (details.at("type") != "callback") return std::nullopt;
  json::object shown;
  shown["user_id"] = seen.event.actor;
  shown["peer_id"] = seen.state.messages().peer_of(*where, seen.member());
  shown["event_id"] = details.at("event_id");
  shown["payload"] = details.at("payload");
  if (seen.event.cmid != 0) shown["conversation_message_id"] = seen.event.cmid;
  return shown;
}

std::optional<json::value> write_message_allow(const community_view& seen) {
  if (seen.event.subject != seen.member()) return std::nullopt;
  json::object shown;
  shown["user_id"] = seen.event.actor;
  shown["key"] = seen.event.details.at("key");
  return shown;
}

std::optional<json::value> write_message_deny(const community_view& seen) {
  if (seen.event.subject != seen.member()) return std::nullopt;
  json::object shown;
  shown["user_id"] = seen.event.actor;
  return shown;
}

}  // namespace vkxx::emulation::detail
