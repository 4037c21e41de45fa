// messages.send alone, as far as a test of repeated sends needs it.
#include <boost/json/array.hpp>

#include "emulator/methods/method.hpp"

namespace vkxx::emulation {
namespace {

namespace json = boost::json;

constexpr std::int64_t first_chat = 2'000'000'000;
constexpr std::int64_t hour = 3600;
constexpr std::size_t most_kept = 10'000;
constexpr std::size_t longest_message = std::size_t{4096} * 4;

// VK keeps 32 bits of random_id and cuts the rest off.
std::int64_t random_id_of(const method_call& request) {
  if (!request.arguments.find("random_id")) throw bad_parameter("random_id is undefined");
  return static_cast<std::int32_t>(request.integer("random_id", 0));
}

std::int64_t peer_of(const method_call& request) {
  if (request.given("chat_id")) return first_chat + request.integer("chat_id", 0, 1, 100'000'000);
  const std::string_view name = request.given("peer_id") ? "peer_id" : "user_id";
  if (const auto peer = request.integer(name, 0); peer != 0) return peer;
  if (const auto domain = request.text("domain"); !domain.empty()) {
    if (const auto* who = request.state.find_person(domain)) return who->id;
    throw api_failure{api_errc::bad_user_id};
  }
  throw bad_parameter("peer_id is undefined");
}

json::value messages_send(const method_call& request) {
  const auto random_id = random_id_of(request);
  const auto peer = peer_of(request);
  const auto text = request.text("message");
  if (text.empty() && !request.given("attachment") && !request.given("sticker_id"))
    throw bad_parameter("message is empty or invalid");
  if (text.size() > longest_message)
    throw api_failure{static_cast<api_errc>(914), "Message is too long"};
  if (peer > 0 && peer < first_chat && request.state.find_person(peer) == nullptr)
    throw api_failure{static_cast<api_errc>(901),
                      "Can't send messages for users without permission"};
  auto& messages = request.state.messages();
  if (random_id != 0) {
    for (const auto& sent : messages)
      if (sent.from == request.actor() && sent.peer == peer && sent.random_id == random_id &&
          request.now - sent.date < hour) {
        request.known_again = true;
        return sent.id;
      }
  }
  const auto id = messages.empty() ? 1 : messages.back().id + 1;
  messages.push_back({id, request.actor(), peer, request.now, random_id, std::string{text}});
  if (messages.size() > most_kept) messages.pop_front();
  return id;
}

}  // namespace

void add_messages(method_table& table) {
  table["messages.send"] = {{.user = true, .community = true}, messages_send};
}

}  // namespace vkxx::emulation
