// messages.send only, as far as tests of sent messages need it.
#include <algorithm>
#include <array>
#include <boost/json/array.hpp>

#include "emulator/methods/method.hpp"

namespace vkxx::emulation::detail {
namespace {

namespace json = boost::json;

constexpr std::int64_t first_chat = 2'000'000'000;
constexpr std::int64_t hour = 3600;
constexpr std::size_t most_kept = 10'000;
constexpr std::size_t most_recipients = 100;
constexpr std::size_t longest_message = 4096;  // In characters.

api_failure refused(int code, std::string_view words) {
  return {static_cast<api_errc>(code), std::string{words}};
}

// VK truncates random_id to 32 bits.
std::int64_t random_id_of(const method_call& request) {
  if (!request.arguments.find("random_id"))
    throw bad_parameter("random_id is a required parameter");
  return static_cast<std::int32_t>(request.integer("random_id", 0));
}

std::int64_t peer_of_domain(const method_call& request, std::string_view domain) {
  if (const auto* who = find_user(request.state, domain)) return who->id;
  if (const auto* group = find_group(request.state, domain)) return -group->id;
  throw api_failure{api_errc::bad_user_id};
}

std::vector<std::int64_t> ids_of(const method_call& request, std::string_view name) {
  std::vector<std::int64_t> ids;
  for (const auto& text : request.list(name, most_recipients)) {
    const auto id = whole_number(text);
    if (!id || *id == 0) throw bad_parameter(std::string{name} + " is invalid");
    ids.push_back(*id);
  }
  return ids;
}

std::int64_t peer_of(const method_call& request) {
  if (const auto peer = request.integer("peer_id", 0); peer != 0) return peer;
  if (const auto user = request.integer("user_id", 0); user != 0) return user;
  if (request.given("chat_id")) return first_chat + request.integer("chat_id", 0, 1, 100'000'000);
  if (const auto domain = request.text("domain"); !domain.empty())
    return peer_of_domain(request, domain);
  throw bad_parameter("you should specify peer_id, user_id, domain, chat_id or user_ids param");
}

void check_peer(const method_call& request, std::int64_t peer) {
  if (peer >= first_chat) return;
  if (peer < 0) {
    if (request.state.find_community(-peer) == nullptr)
      throw refused(901, "Can't send messages for users without permission");
    return;
  }
  const auto* who = request.state.find_person(peer);
  if (who == nullptr) throw refused(901, "Can't send messages for users without permission");
  if (!who->deactivated.empty())
    throw refused(902, "Can't send messages to this user due to their privacy settings");
}

void check_content(const method_call& request) {
  constexpr std::array<std::string_view, 6> contents{"message", "attachment",       "sticker_id",
                                                     "forward", "forward_messages", "template"};
  const bool any = std::ranges::any_of(
      contents, [&request](std::string_view name) { return request.given(name); });
  const bool place = request.given("lat") && request.given("long");
  if (!any && !place) throw bad_parameter("message is empty or invalid");
}

struct sent_message {
  std::int64_t id = 0;
  std::int64_t number = 0;  // Within the conversation.
};

sent_message send_to(const method_call& request, std::int64_t peer, std::int64_t random_id) {
  check_peer(request, peer);
  if (characters(request.text("message")) > longest_message)
    throw refused(914, "Message is too long");
  // VK gives a community no ids of messages in chats.
  const bool numbered = peer < first_chat || request.actor() > 0;
  auto& messages = request.state.messages();
  std::int64_t number = 1;
  for (const auto& sent : messages) {
    if (sent.from != request.actor() || sent.peer != peer) continue;
    const bool again =
        random_id != 0 && sent.random_id == random_id && request.now - sent.date < hour;
    if (again) {
      request.known_again = true;
      return {numbered ? sent.id : 0, sent.number};
    }
    number = sent.number + 1;
  }
  const auto id = messages.empty() ? 1 : messages.back().id + 1;
  messages.push_back({id, request.actor(), peer, request.now, random_id,
                      std::string{request.text("message")}, number});
  if (messages.size() > most_kept) messages.pop_front();
  return {numbered ? id : 0, number};
}

// One bad recipient does not fail the others.
json::value send_to_all(const method_call& request, const std::vector<std::int64_t>& peers,
                        std::int64_t random_id) {
  json::array result;
  bool any_new = false;
  for (const auto peer : peers) {
    json::object item{{"peer_id", peer}, {"message_id", 0}, {"conversation_message_id", 0}};
    try {
      request.known_again = false;
      const auto sent = send_to(request, peer, random_id);
      any_new = any_new || !request.known_again;
      item["message_id"] = sent.id;
      item["conversation_message_id"] = sent.number;
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
  const auto random_id = random_id_of(request);
  for (const std::string_view name : {"peer_ids", "user_ids"}) {
    const auto peers = ids_of(request, name);
    if (peers.empty()) continue;
    check_content(request);
    return send_to_all(request, peers, random_id);
  }
  const auto peer = peer_of(request);
  check_content(request);
  return send_to(request, peer, random_id).id;
}

}  // namespace

void add_messages(method_table& table) {
  table["messages.send"] = {{.user = true, .community = true}, messages_send};
}

}  // namespace vkxx::emulation::detail
