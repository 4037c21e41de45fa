// messages.send, edit, sendMessageEventAnswer.
#include <algorithm>
#include <array>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <utility>

#include "emulator/methods/mailbox/messages_request.hpp"
#include "emulator/methods/messages/message_draft.hpp"
#include "emulator/methods/messages/message_rows.hpp"

namespace vkxx::emulation::detail {
namespace {

namespace json = boost::json;

constexpr std::size_t most_recipients = 100;

// VK truncates random_id to 32 bits.
std::int32_t random_id_of(const method_call& request) {
  if (!request.arguments.find("random_id") && request.version_is_at_least(5, 90))
    throw bad_parameter("random_id is a required parameter");
  return static_cast<std::int32_t>(request.integer("random_id", 0));
}

void check_intent(const method_call& request, std::int64_t member, std::int64_t peer) {
  constexpr std::array<std::string_view, 3> subscribed{"promo_newsletter", "non_promo_newsletter",
                                                       "confirmed_notification"};
  const auto intent = request.text("intent");
  if (std::ranges::find(subscribed, intent) == subscribed.end()) return;
  const auto* granted =
      member < 0 ? request.state.messages().permission_of(peer, -member) : nullptr;
  if (granted == nullptr || !granted->intents.contains(intent)) throw api_failure{api_errc{943}};
}

// One bad recipient does not fail the others.
json::value send_to_all(const method_call& request, std::int64_t member,
                        const std::vector<std::int64_t>& peers, const message_draft& draft) {
  json::array result;
  bool any_new = false;
  for (const auto peer : peers) {
    json::object item{{"peer_id", peer}, {"message_id", 0}, {"conversation_message_id", 0}};
    try {
      check_intent(request, member, peer);
      const auto sent = request.change_messages().send(member, peer, draft);
      any_new = any_new || !sent.repeated;
      item["message_id"] = sent.id;
      item["conversation_message_id"] = sent.cmid;
    } catch (const api_failure& failure) {
      item["error"] =
          json::object{{"code", static_cast<int>(failure.code)}, {"description", failure.message}};
    }
    result.push_back(std::move(item));
  }
  request.known_again = !any_new;
  return result;
}

json::value messages_send(const method_call& request) {
  const auto member = acting_member(request);
  const auto random_id = random_id_of(request);
  const auto* list = request.given("peer_ids") ? "peer_ids" : "user_ids";
  const auto peers = numbers_of(request, list, most_recipients);
  const auto peer = peers.empty() ? peer_of(request) : 0;
  auto draft = read_draft(request, member);
  draft.random_id = random_id;
  if (!has_content(draft)) throw bad_parameter("message is empty or invalid");
  if (!draft.carousel.empty() && draft.text.empty())
    throw bad_parameter("message is empty or invalid");
  if (!peers.empty()) return send_to_all(request, member, peers, draft);
  check_intent(request, member, peer);
  const auto sent = request.change_messages().send(member, peer, std::move(draft));
  request.known_again = sent.repeated;
  return sent.id;
}

json::value messages_edit(const method_call& request) {
  const auto member = acting_member(request);
  const auto place = place_of(request, member);
  auto draft = read_draft(request, member);
  draft.keep_forwards = request.flag("keep_forward_messages");
  if (!has_content(draft) && !draft.keep_forwards)
    throw bad_parameter("message is empty or invalid");
  request.change_messages().edit(member, place.conversation, place.cmid, std::move(draft));
  return 1;
}

json::value send_message_event_answer(const method_call& request) {
  const auto member = acting_member(request);
  request.change_messages().answer_press(
      -member, request.required("event_id"), request.required_integer("user_id"),
      request.required_integer("peer_id"), request.text("event_data"));
  return 1;
}

}  // namespace

void add_sending(method_table& table) {
  add_rows(table, {{"messages.send", messages_send},
                   {"messages.edit", messages_edit},
                   {"messages.sendMessageEventAnswer", send_message_event_answer}});
}

}  // namespace vkxx::emulation::detail
