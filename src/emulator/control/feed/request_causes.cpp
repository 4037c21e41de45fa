#include "emulator/control/feed/request_causes.hpp"

#include <string_view>

#include "core/text/number.hpp"

namespace vkxx::emulation::detail {
namespace {

constexpr std::int64_t longest_pause_ms = 60'000;
constexpr int most_events_looked_at = 200;

// Of the first of several.
std::int64_t peer_of_call(const argument_list& arguments) {
  for (const std::string_view name : {"peer_id", "user_id", "peer_ids", "user_ids"}) {
    const auto text = arguments.find(name).value_or("");
    if (const auto peer = vkxx::detail::parse_number<std::int64_t>(text.substr(0, text.find(','))))
      return *peer;
  }
  const auto chat =
      vkxx::detail::parse_number<std::int64_t>(arguments.find("chat_id").value_or(""));
  return chat && *chat > 0 && *chat < first_chat_peer ? first_chat_peer + *chat : 0;
}

bool leads_to_calls(event_kind kind) noexcept {
  return kind == event_kind::message_sent || kind == event_kind::message_edited ||
         kind == event_kind::pressed || kind == event_kind::allowed ||
         kind == event_kind::member_joined;
}

}  // namespace

std::uint64_t cause_of_call(const world& state, const api_request& request, std::int64_t community,
                            std::int64_t now_ms) {
  if (!request.method.starts_with("messages.")) return 0;
  if (const auto event_id = request.arguments.find("event_id"))
    if (const auto* press = state.messages().find_press(*event_id)) return press->event;
  const auto peer = peer_of_call(request.arguments);
  const auto* where = peer == 0 ? nullptr : state.messages().at_peer(-community, peer);
  const auto& log = state.events();
  auto number = log.last_number();
  for (int looked = 0; looked < most_events_looked_at; ++looked, --number) {
    const auto* event = log.find(number);
    if (event == nullptr || now_ms - event->time_ms > longest_pause_ms) return 0;
    if (event->actor <= 0 || !leads_to_calls(event->kind)) continue;
    const bool here = where != nullptr && event->conversation == where->id;
    const bool allowed =
        event->kind == event_kind::allowed && event->actor == peer && event->subject == -community;
    if (here || allowed) return number;
  }
  return 0;
}

}  // namespace vkxx::emulation::detail
