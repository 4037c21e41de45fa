// The part of the control API for users, communities, chats and events by hand.
#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <limits>
#include <stdexcept>

#include "emulator/api/api_failure.hpp"
#include "emulator/control/control_reply.hpp"
#include "emulator/control/people/body_reader.hpp"
#include "emulator/control/people/person_actions.hpp"
#include "emulator/control/people/person_view.hpp"
#include "emulator/encoding/form_reader.hpp"
#include "emulator/methods/method.hpp"
#include "emulator/service.hpp"
#include "emulator/world/content/upload_commands.hpp"

namespace vkxx::emulation::detail {
namespace {

namespace json = boost::json;

constexpr std::size_t longest_event_type = 100;
constexpr std::int64_t most_shown = 200;

// The next part of a path; `path` keeps the rest.
std::string_view next_part(std::string_view& path) {
  const auto slash = std::min(path.find('/'), path.size());
  const auto part = path.substr(0, slash);
  path.remove_prefix(std::min(slash + 1, path.size()));
  return part;
}

std::int64_t number_in(const argument_list& query, std::string_view name, std::int64_t fallback) {
  const auto text = query.find(name);
  if (!text) return fallback;
  const auto value = whole_number(*text);
  if (!value) throw std::invalid_argument{std::string{name} + " is not a number"};
  return *value;
}

message_query query_of_messages(const argument_list& query) {
  message_query result;
  result.count = static_cast<std::size_t>(
      std::clamp<std::int64_t>(number_in(query, "count", 50), 0, most_shown));
  result.before = static_cast<std::uint32_t>(std::clamp<std::int64_t>(
      number_in(query, "before", 0), 0, std::numeric_limits<std::uint32_t>::max()));
  std::string_view list = query.find("cmids").value_or("");
  while (!list.empty()) {
    if (result.cmids.size() == most_shown)
      throw std::invalid_argument{"cmids is a list of at most 200 numbers"};
    const auto comma = std::min(list.find(','), list.size());
    const auto cmid = whole_number(list.substr(0, comma));
    if (!cmid || *cmid < 0 || *cmid > std::numeric_limits<std::uint32_t>::max())
      throw std::invalid_argument{"cmids is a list of numbers"};
    result.cmids.push_back(static_cast<std::uint32_t>(*cmid));
    list.remove_prefix(std::min(comma + 1, list.size()));
  }
  return result;
}

// Null, or a list of transports by name: a mistyped one would leave the event undelivered.
void check_transports(const json::value* given) {
  if (given == nullptr) return;
  const auto* list = given->if_array();
  const auto known = [](const json::value& name) {
    return name.is_string() &&
           (name.get_string() == "long_poll" || name.get_string() == "callback");
  };
  if (list == nullptr || !std::ranges::all_of(*list, known))
    throw std::invalid_argument{"\"transports\" is a list of long_poll and callback"};
}

// An event of any type; the world has no state for it.
std::uint64_t inject_event(world& state, const command_context& context, const json::object& body,
                           std::size_t bytes) {
  const body_reader fields{body};
  fields.only({"group", "type", "object", "transports"});
  const auto group = fields.number("group");
  auto type = fields.text("type");
  if (state.find_community(group) == nullptr)
    throw std::invalid_argument{"there is no community " + std::to_string(group)};
  if (type.size() > longest_event_type) throw std::invalid_argument{"\"type\" is too long"};
  check_transports(fields.find("transports"));
  json::object details;
  details["type"] = std::move(type);
  const auto* object = fields.find("object");
  details["object"] = object == nullptr ? json::value{} : *object;
  if (const auto* transports = fields.find("transports")) details["transports"] = *transports;
  return upload_commands{state, context}.inject(group, std::move(details), bytes);
}

}  // namespace

std::optional<answer> service::control_world(const http_message& message, std::string_view name) {
  const auto subject = next_part(name);
  const bool posts = message.method == "POST";
  if (subject != "people" && subject != "communities" && subject != "chats" && subject != "events")
    return std::nullopt;
  try {
    if (subject == "people" && !name.empty()) return control_person(message, name);
    if (!posts) return complaint(405, "POST makes one");
    const auto body = read_body(message);
    std::unique_lock lock{mutex_};
    const auto context = control_context();
    auto& state = stage_->state;
    note_request(*stage_, message);
    json::object created;
    if (subject == "people") created = make_person(state, context, body);
    if (subject == "communities") created = make_community(state, context, body);
    if (subject == "chats") created = make_chat(state, context, body);
    if (subject == "events")
      created["number"] = inject_event(state, context, body, message.body.size());
    lock.unlock();
    return control_reply(created);
  } catch (const std::invalid_argument& failure) {
    return complaint(400, failure.what());
  } catch (const api_failure& failure) {
    return control_reply(
        json::object{{"error", failure.message}, {"error_code", static_cast<int>(failure.code)}},
        400);
  }
}

// `ID`, `ID/conversations`, `ID/conversations/PEER/messages`, `ID/ACTION`.
answer service::control_person(const http_message& message, std::string_view path) {
  const auto id = whole_number(next_part(path));
  const auto action = next_part(path);
  if (id && action == "send_file" && message.method == "POST")
    return control_send_file(message, *id);
  const argument_list query{read_urlencoded(query_of(message.target))};
  const bool posts = message.method == "POST";
  const auto body = posts ? read_body(message) : json::object{};
  const std::lock_guard lock{mutex_};
  auto& state = stage_->state;
  if (!id || state.find_person(*id) == nullptr) return complaint(404, "there is no such user");
  if (action == "conversations") {
    if (posts) return complaint(405, "conversations are read with GET");
    if (path.empty())
      return control_reply(conversations_seen(state, *id, static_cast<std::size_t>(most_shown)));
    const auto peer = whole_number(next_part(path));
    if (!peer || path != "messages") return complaint(404, "a conversation has messages");
    return control_reply(messages_seen(state, *id, *peer, query_of_messages(query)));
  }
  if (!posts) return complaint(405, "POST makes the user do something");
  note_request(*stage_, message);
  if (action.empty()) {
    change_person(state, control_context(), *id, body);
    return done();
  }
  return control_reply(act(state, control_context(), *id, action, body));
}

command_context service::control_context() const {
  return {unix_ms(present()), {cause_kind::control, 0}};
}

}  // namespace vkxx::emulation::detail
