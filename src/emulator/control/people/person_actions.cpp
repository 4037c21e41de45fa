#include "emulator/control/people/person_actions.hpp"

#include <algorithm>
#include <array>
#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <limits>
#include <stdexcept>
#include <string>
#include <utility>

#include "emulator/api/api_failure.hpp"
#include "emulator/control/people/body_reader.hpp"
#include "emulator/control/people/message_view.hpp"
#include "emulator/world/communities/community_commands.hpp"
#include "emulator/world/messages/message_commands.hpp"

namespace vkxx::emulation::detail {
namespace {

namespace json = boost::json;

constexpr std::size_t longest_format = 16'384;
constexpr std::size_t longest_permission_key = 256;
constexpr std::int64_t whole_conversation = std::numeric_limits<std::uint32_t>::max();

std::uint32_t to_cmid(std::int64_t value) {
  if (value < 0 || value > whole_conversation)
    throw std::invalid_argument{"\"cmid\" is not the number of a message"};
  return static_cast<std::uint32_t>(value);
}

class person_action {
 public:
  person_action(world& state, const command_context& context, std::int64_t person,
                const json::object& body)
      : state_{state}, context_{context}, commands_{state, context}, person_{person}, body_{body} {}

  json::object say();
  json::object press();
  json::object read();
  json::object type();
  json::object react();
  json::object edit();
  json::object remove();
  json::object pin();
  json::object unpin();
  json::object join();
  json::object leave();
  json::object invite();
  json::object promote();
  json::object demote();
  json::object allow();
  json::object deny();

 private:
  [[nodiscard]] const conversation& open() const {
    const auto peer = body_.number("to");
    const auto* where = state_.messages().at_peer(person_, peer);
    if (where == nullptr)
      throw std::invalid_argument{"there is no conversation with " + std::to_string(peer)};
    return *where;
  }
  [[nodiscard]] std::uint32_t cmid() const { return to_cmid(body_.number("cmid")); }
  // Permissions are kept by community, whether it exists or not.
  [[nodiscard]] std::int64_t community() const {
    const auto id = body_.number("community");
    if (state_.find_community(id) == nullptr)
      throw std::invalid_argument{"there is no community " + std::to_string(id)};
    return id;
  }
  [[nodiscard]] std::string format() const;
  [[nodiscard]] message_draft draft() const;
  [[nodiscard]] button_place place(const conversation& where) const;
  [[nodiscard]] json::object written(const sent_message& sent) const {
    const auto* where = state_.messages().find(sent.conversation);
    return {{"peer", where == nullptr ? 0 : state_.messages().peer_of(*where, person_)},
            {"cmid", sent.cmid},
            {"id", sent.id},
            {"number", sent.event}};
  }

  world& state_;
  command_context context_;
  message_commands commands_;
  std::int64_t person_;
  body_reader body_;
};

// Readers of the message parse it again.
std::string person_action::format() const {
  auto text = body_.json_text("format");
  if (text.empty()) return text;
  const auto value = json_or_null(text);
  const auto* members = value.if_object();
  const auto* items = members == nullptr ? nullptr : members->if_contains("items");
  if (items == nullptr || !items->is_array() || text.size() > longest_format)
    throw std::invalid_argument{"\"format\" must be an object with \"items\", as format_data"};
  return text;
}

message_draft person_action::draft() const {
  message_draft result;
  result.text = body_.text_or("text");
  result.payload = body_.json_text("payload");
  result.format = format();
  if (const auto* list = body_.find("attachments"); list != nullptr && list->is_array()) {
    for (const auto& item : list->get_array()) {
      if (!item.is_string()) throw std::invalid_argument{"\"attachments\" is a list of texts"};
      if (!result.attachments.empty()) result.attachments += ',';
      result.attachments += item.get_string();
    }
  } else {
    result.attachments = body_.text_or("attachments");
  }
  if (const auto* geo = body_.find("geo"); geo != nullptr)
    result.geo = json::serialize(json::object{{"type", "point"}, {"coordinates", *geo}});
  if (const auto reply = body_.find_number("reply_to")) {
    forward_request request;
    request.cmids = {*reply};
    request.is_reply = true;
    result.forwards.push_back(std::move(request));
  }
  if (const auto* forward = body_.find("forward"); forward != nullptr) {
    if (!forward->is_object())
      throw std::invalid_argument{"\"forward\" must be an object with \"peer\" and \"cmids\""};
    const body_reader fields{forward->get_object()};
    fields.only({"peer", "cmids"});
    forward_request request;
    request.peer = fields.number_or("peer", 0);
    request.cmids = fields.numbers("cmids");
    result.forwards.push_back(std::move(request));
  }
  return result;
}

json::object person_action::say() {
  auto message = draft();
  if (message.text.empty() && message.attachments.empty() && message.forwards.empty() &&
      message.geo.empty())
    throw std::invalid_argument{"a message needs text, attachments, geo or forward"};
  const auto sent = commands_.send(person_, body_.number("to"), std::move(message));
  return written(sent);
}

std::string_view label_of(const json::value& button) {
  const auto* fields = button.if_object();
  const auto* action = fields == nullptr ? nullptr : fields->if_contains("action");
  const auto* members = action == nullptr ? nullptr : action->if_object();
  const auto* label = members == nullptr ? nullptr : members->if_contains("label");
  if (label == nullptr || !label->is_string()) return {};
  return label->get_string();
}

// The place of the button with this label.
button_place find_place(std::string_view keyboard, std::string_view label, button_place place) {
  const auto parsed = json_or_null(keyboard);
  const auto* members = parsed.if_object();
  const auto* rows = members == nullptr ? nullptr : members->if_contains("buttons");
  const bool cards = rows == nullptr && members != nullptr;
  if (cards) rows = members->if_contains("elements");
  if (rows == nullptr || !rows->is_array()) throw std::invalid_argument{"there is no keyboard"};
  std::size_t row = 0;
  for (const auto& entry : rows->get_array()) {
    const auto* fields = entry.if_object();
    const auto* inner = fields == nullptr ? &entry : fields->if_contains("buttons");
    const auto* buttons = inner == nullptr ? nullptr : inner->if_array();
    for (std::size_t column = 0; buttons != nullptr && column < buttons->size(); ++column) {
      if (label_of((*buttons)[column]) != label) continue;
      place.row = row;
      place.column = column;
      return place;
    }
    ++row;
  }
  throw std::invalid_argument{"no button has this label"};
}

button_place person_action::place(const conversation& where) const {
  button_place result;
  std::string_view keyboard;
  if (const auto inline_cmid = body_.find_number("cmid")) {
    result.cmid = to_cmid(*inline_cmid);
    const auto* entry = where.find(result.cmid);
    if (entry == nullptr || !entry->extra) throw std::invalid_argument{"there is no keyboard"};
    keyboard = entry->extra->carousel.empty() ? entry->extra->keyboard : entry->extra->carousel;
  } else {
    const shown_keyboard* newest = nullptr;
    for (const auto& shown : where.keyboards)
      if (newest == nullptr || shown.cmid > newest->cmid) newest = &shown;
    if (newest == nullptr) throw std::invalid_argument{"there is no keyboard"};
    result.keyboard_author = newest->author;
    keyboard = newest->json;
  }
  if (body_.find("label") != nullptr) return find_place(keyboard, body_.text("label"), result);
  const auto row = body_.number("row");
  const auto column = body_.number_or("column", 0);
  const auto element = body_.find_number("element");
  const auto most = std::int64_t{1} << 16U;
  if (row < 0 || row > most || column < 0 || column > most || element.value_or(0) < 0 ||
      element.value_or(0) > most)
    throw std::invalid_argument{"there is no such button"};
  // The buttons of a carousel's element stand below each other.
  result.row = static_cast<std::size_t>(element.value_or(row));
  result.column = static_cast<std::size_t>(element ? row : column);
  return result;
}

json::object person_action::press() {
  const auto& where = open();
  const auto outcome = commands_.press(person_, where.id, place(where));
  json::object result{{"type", outcome.type}};
  if (!outcome.event_id.empty()) result["event_id"] = outcome.event_id;
  if (!outcome.link.empty()) result["link"] = outcome.link;
  if (outcome.message.cmid != 0) result["cmid"] = outcome.message.cmid;
  return result;
}

json::object person_action::read() {
  const auto& where = open();
  commands_.mark_as_read(person_, where.id, to_cmid(body_.number_or("cmid", where.last_cmid())));
  return {{"ok", true}};
}

json::object person_action::type() {
  commands_.set_typing(person_, body_.number("to"), body_.text_or("kind", "typing"));
  return {{"ok", true}};
}

json::object person_action::react() {
  const auto& where = open();
  const auto reaction = body_.number("reaction_id");
  if (reaction == 0)
    static_cast<void>(commands_.remove_reaction(person_, where.id, cmid()));
  else
    commands_.react(person_, where.id, cmid(), reaction);
  return {{"ok", true}};
}

json::object person_action::edit() {
  commands_.edit(person_, open().id, cmid(), draft());
  return {{"ok", true}};
}

json::object person_action::remove() {
  commands_.remove(person_, open().id, cmid(), body_.flag("for_all"), body_.flag("spam"));
  return {{"ok", true}};
}

json::object person_action::pin() {
  if (cmid() == 0)
    commands_.unpin(person_, open().id);
  else
    commands_.pin(person_, open().id, cmid());
  return {{"ok", true}};
}

json::object person_action::unpin() {
  commands_.unpin(person_, open().id);
  return {{"ok", true}};
}

json::object person_action::join() {
  if (body_.find("community") != nullptr) {
    community_commands{state_, context_}.join(person_, community());
    return {{"number", state_.events().last_number()}};
  }
  const auto chat = commands_.join_by_link(person_, body_.text("link"));
  return {{"peer", state_.messages().peer_of(*state_.messages().find(chat), person_)}};
}

json::object person_action::leave() {
  if (body_.find("community") != nullptr) {
    community_commands{state_, context_}.leave(person_, community());
    return {{"number", state_.events().last_number()}};
  }
  commands_.leave(person_, open().id);
  return {{"ok", true}};
}

json::object person_action::invite() {
  const auto member = body_.number("member");
  if (!state_.exists(member)) throw std::invalid_argument{"there is no such member"};
  commands_.invite(person_, open().id, member);
  return {{"ok", true}};
}

json::object person_action::promote() {
  commands_.set_admin(person_, open().id, body_.number("member"), true);
  return {{"ok", true}};
}

json::object person_action::demote() {
  commands_.set_admin(person_, open().id, body_.number("member"), false);
  return {{"ok", true}};
}

json::object person_action::allow() {
  auto key = body_.text_or("key");
  if (key.size() > longest_permission_key)
    throw std::invalid_argument{"\"key\" is longer than 256 bytes"};
  commands_.allow(person_, community(), std::move(key));
  return {{"ok", true}};
}

json::object person_action::deny() {
  commands_.deny(person_, community());
  return {{"ok", true}};
}

using action_function = json::object (person_action::*)();

struct action_row {
  std::string_view name;
  action_function run;
};

constexpr std::array person_actions{
    action_row{"say", &person_action::say},         action_row{"press", &person_action::press},
    action_row{"read", &person_action::read},       action_row{"type", &person_action::type},
    action_row{"react", &person_action::react},     action_row{"edit", &person_action::edit},
    action_row{"delete", &person_action::remove},   action_row{"pin", &person_action::pin},
    action_row{"unpin", &person_action::unpin},     action_row{"join", &person_action::join},
    action_row{"leave", &person_action::leave},     action_row{"invite", &person_action::invite},
    action_row{"promote", &person_action::promote}, action_row{"demote", &person_action::demote},
    action_row{"allow", &person_action::allow},     action_row{"deny", &person_action::deny},
};

}  // namespace

json::object act(world& state, const command_context& context, std::int64_t person,
                 std::string_view action, const json::object& body) {
  const auto* row = std::ranges::find(person_actions, action, &action_row::name);
  if (row == person_actions.end())
    throw std::invalid_argument{
        "a person can say, press, read, type, react, edit, delete, pin, unpin, "
        "join, leave, invite, promote, demote, allow, deny, send_file"};
  // All of them for each: programs send the same `to` with whatever a user does.
  body_reader{body}.only({"to",     "text",   "payload", "attachments", "reply_to",    "forward",
                          "format", "geo",    "row",     "column",      "element",     "label",
                          "cmid",   "kind",   "for_all", "spam",        "reaction_id", "community",
                          "link",   "member", "key"});
  person_action running{state, context, person, body};
  return (running.*row->run)();
}

}  // namespace vkxx::emulation::detail
