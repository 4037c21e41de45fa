// Buttons of keyboards and carousels.
#include <algorithm>
#include <array>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <utility>

#include "emulator/api/api_failure.hpp"
#include "emulator/world/content/keyboard.hpp"
#include "emulator/world/content/text_size.hpp"
#include "emulator/world/messages/message_commands.hpp"

namespace vkxx::emulation::detail {
namespace {

namespace json = boost::json;

constexpr std::size_t longest_snackbar = 90;
constexpr std::size_t longest_event_data = 1000;

struct pressed_keyboard {
  std::string json_text;
  std::int64_t author = 0;
  std::uint32_t inline_cmid = 0;
};

pressed_keyboard keyboard_at(const conversation& where, std::int64_t user,
                             const button_place& button) {
  if (button.cmid != 0) {
    const auto* view = where.view_of(user);
    const auto* copy = view == nullptr ? nullptr : view->copy_of(button.cmid);
    const auto* entry = copy == nullptr ? nullptr : where.visible(*copy);
    const auto* extra = entry == nullptr ? nullptr : entry->extra.get();
    if (extra == nullptr) throw bad_parameter("cmid has no buttons");
    if (!extra->carousel.empty()) return {extra->carousel, entry->author, button.cmid};
    if (extra->inline_keyboard) return {extra->keyboard, entry->author, button.cmid};
    throw bad_parameter("cmid has no buttons");
  }
  const auto found =
      button.keyboard_author == 0
          ? (where.keyboards.empty() ? where.keyboards.end() : std::prev(where.keyboards.end()))
          : std::ranges::find(where.keyboards, button.keyboard_author, &shown_keyboard::author);
  if (found == where.keyboards.end()) throw bad_parameter("there is no keyboard");
  return {found->json, found->author, 0};
}

std::string member_text(const json::object& object, std::string_view name) {
  const auto* found = object.if_contains(name);
  return found != nullptr && found->is_string() ? std::string{found->get_string()} : std::string{};
}

// The payload of events is the JSON value, not its text.
json::value payload_value(const std::string& text) {
  boost::system::error_code failure;
  auto value = json::parse(text, failure);
  return failure ? json::value{} : value;
}

void check_event_data(std::string_view text) {
  if (text.empty()) return;
  if (characters_in(text) > longest_event_data) throw bad_parameter("event_data is too long");
  boost::system::error_code failure;
  const auto value = json::parse({text.data(), text.size()}, failure);
  const auto* data = failure ? nullptr : value.if_object();
  if (data == nullptr) throw bad_parameter("event_data is invalid");
  const auto type = member_text(*data, "type");
  if (type == "show_snackbar") {
    const auto shown = member_text(*data, "text");
    if (shown.empty() || characters_in(shown) > longest_snackbar)
      throw bad_parameter("event_data: text is invalid");
  } else if (type == "open_link") {
    if (member_text(*data, "link").empty()) throw bad_parameter("event_data: link is invalid");
  } else if (type == "open_app") {
    const auto* app = data->if_contains("app_id");
    if (app == nullptr || !app->is_int64()) throw bad_parameter("event_data: app_id is invalid");
  } else {
    throw bad_parameter("event_data: type is invalid");
  }
}

}  // namespace

press_outcome message_commands::press_callback(std::int64_t user, conversation& where,
                                               const button_place& button,
                                               const json::object& action) {
  const auto keyboard = keyboard_at(where, user, button);
  press_outcome outcome;
  outcome.type = "callback";
  const auto payload = member_text(action, "payload");
  const auto* who = state().find_person(user);
  if (who != nullptr && who->client == client_kind::no_callback) {
    message_draft draft;
    draft.text = member_text(action, "label");
    json::object fallback{{"command", "not_supported_button"}, {"button_type", "callback"}};
    if (!payload.empty()) fallback["payload"] = payload;
    draft.payload = json::serialize(fallback);
    draft.keyboard_author = keyboard.author;
    outcome.message = send(user, messages().peer_of(where, user), std::move(draft));
    return outcome;
  }
  outcome.event_id = random().hex(12);
  pending_press press;
  press.community = -keyboard.author;
  press.user = user;
  press.conversation = where.id;
  press.cmid = keyboard.inline_cmid;
  press.until_ms = context().time_ms + state().settings().press_lifetime_ms;
  press.event = report(event_kind::pressed, where, keyboard.inline_cmid, user, keyboard.author,
                       {{"type", "callback"},
                        {"event_id", outcome.event_id},
                        {"label", member_text(action, "label")},
                        {"payload", payload_value(payload)},
                        {"row", button.row},
                        {"column", button.column}});
  messages().add_press(outcome.event_id, press);
  return outcome;
}

press_outcome message_commands::press(std::int64_t user, conversation_id id,
                                      const button_place& button) {
  expire();
  auto& where = messages().editable(id);
  if (!where.is_member(user)) throw api_failure{api_errc{917}};
  const auto keyboard = keyboard_at(where, user, button);
  const auto found = find_button(keyboard.json_text, button.row, button.column);
  if (!found) throw bad_parameter("there is no such button");
  const auto& action = found->at("action").as_object();
  press_outcome outcome;
  outcome.type = member_text(action, "type");
  if (outcome.type == "callback") return press_callback(user, where, button, action);
  outcome.link = member_text(action, "link");
  message_draft draft;
  draft.payload = member_text(action, "payload");
  draft.keyboard_author = keyboard.author;
  const bool writes = outcome.type == "text" || outcome.type == "location";
  const auto pressed =
      report(event_kind::pressed, where, keyboard.inline_cmid, user, keyboard.author,
             {{"type", outcome.type},
              {"label", member_text(action, "label")},
              {"row", button.row},
              {"column", button.column}});
  if (outcome.type.starts_with("intent_"))
    set_intent(user, -keyboard.author, member_text(action, "intent"),
               outcome.type == "intent_subscribe");
  if (!writes) return outcome;
  if (outcome.type == "text") draft.text = member_text(action, "label");
  if (outcome.type == "location")
    draft.geo = R"({"type":"point","coordinates":{"latitude":59.935634,"longitude":30.325935}})";
  const auto shown = payload_value(keyboard.json_text);
  const bool one_time = keyboard.inline_cmid == 0 && shown.as_object().at("one_time").as_bool();
  const command_context follow{context().time_ms, {cause_kind::event, pressed}};
  message_commands following{world_of(), follow};
  outcome.message = following.send(user, messages().peer_of(where, user), std::move(draft));
  if (one_time) following.hide_keyboard(where, keyboard.author);
  return outcome;
}

void message_commands::answer_press(std::int64_t community, std::string_view event_id,
                                    std::int64_t user, std::int64_t peer,
                                    std::string_view event_data) {
  expire();
  check_event_data(event_data);
  const auto* found = state().messages().find_press(event_id);
  const auto* where = found == nullptr ? nullptr : state().messages().find(found->conversation);
  if (where == nullptr || found->community != community) throw bad_parameter("invalid event_id");
  if (found->user != user) throw bad_parameter("user_id is incorrect");
  if (state().messages().peer_of(*where, -community) != peer)
    throw bad_parameter("peer_id is incorrect");
  const auto cmid = found->cmid;
  json::object details{{"event_id", event_id},
                       {"pressed", found->event},
                       {"event_data", payload_value(std::string{event_data})}};
  messages().remove_press(event_id);
  report(event_kind::press_answered, *where, cmid, -community, user, std::move(details));
}

void message_commands::expire() {
  while (const auto* oldest = state().messages().oldest_press()) {
    const auto& [event_id, press] = *oldest;
    const bool too_many = state().messages().pending_presses() > state().settings().most_presses;
    if (press.until_ms > context().time_ms && !too_many) return;
    const auto* where = state().messages().find(press.conversation);
    const auto gone = press;
    json::object details{{"event_id", event_id}, {"pressed", press.event}};
    messages().drop_oldest_press();
    report(event_kind::press_expired, *where, gone.cmid, gone.user, -gone.community,
           std::move(details));
  }
}

}  // namespace vkxx::emulation::detail
