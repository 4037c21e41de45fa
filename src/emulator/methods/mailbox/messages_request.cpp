#include "emulator/methods/mailbox/messages_request.hpp"

#include "emulator/api/api_failure.hpp"

namespace vkxx::emulation::detail {
namespace {

constexpr std::int64_t highest_chat_number = 100'000'000;

api_failure no_access() {
  return api_failure{api_errc{917}};
}

std::int64_t peer_of_domain(const method_call& request, std::string_view domain) {
  if (const auto* who = find_user(request.state, domain)) return who->id;
  if (const auto* group = find_group(request.state, domain)) return -group->id;
  throw api_failure{api_errc::bad_user_id};
}

}  // namespace

std::int64_t acting_member(const method_call& request) {
  const auto actor = request.actor();
  const auto group = actor > 0 ? request.integer("group_id", 0, 0) : 0;
  if (group == 0) return actor;
  if (!request.state.accounts().administers(actor, group))
    throw api_failure{api_errc::access_denied,
                      "Access denied: no access to messages of this group"};
  return -group;
}

std::int64_t peer_of(const method_call& request) {
  if (const auto peer = request.integer("peer_id", 0); peer != 0) return peer;
  if (const auto user = request.integer("user_id", 0); user != 0) return user;
  if (request.given("chat_id"))
    return first_chat_peer + request.integer("chat_id", 0, 1, highest_chat_number);
  if (const auto domain = request.text("domain"); !domain.empty())
    return peer_of_domain(request, domain);
  throw bad_parameter("you should specify peer_id, user_id, domain, chat_id or user_ids param");
}

std::vector<std::int64_t> numbers_of(const method_call& request, std::string_view name,
                                     std::size_t most) {
  std::vector<std::int64_t> numbers;
  for (const auto& text : request.list(name, most)) {
    const auto number = whole_number(text);
    if (!number || *number == 0) throw bad_parameter(std::string{name} + " is invalid");
    numbers.push_back(*number);
  }
  return numbers;
}

std::vector<std::int64_t> numbers_of(const method_call& request, std::string_view name,
                                     std::string_view former, std::size_t most) {
  return numbers_of(request, request.given(name) ? name : former, most);
}

seen_conversation seen_by(const conversation& where, std::int64_t owner) noexcept {
  return {owner, &where, where.view_of(owner)};
}

bool is_half_blind(const seen_conversation& seen) noexcept {
  if (seen.where == nullptr || !seen.where->is_chat() || seen.owner > 0) return false;
  const auto* seat = seen.where->chat->find(seen.owner);
  return seat == nullptr || seat->state != member_state::in || !(seat->sees_all || seat->admin);
}

seen_conversation conversation_at(const method_call& request, std::int64_t owner,
                                  std::int64_t peer) {
  const auto* where = request.state.messages().at_peer(owner, peer);
  if (where != nullptr) return seen_by(*where, owner);
  if (peer >= first_chat_peer) throw no_access();
  return {owner, nullptr, nullptr};
}

seen_conversation existing_at(const method_call& request, std::int64_t owner, std::int64_t peer) {
  const auto seen = conversation_at(request, owner, peer);
  if (seen.where == nullptr) throw bad_parameter("peer_id is incorrect");
  return seen;
}

seen_conversation chat_at(const method_call& request, std::int64_t owner, std::int64_t chat_id) {
  if (chat_id < 1 || chat_id > highest_chat_number) throw no_access();
  return conversation_at(request, owner, first_chat_peer + chat_id);
}

std::optional<seen_message> message_by_cmid(const seen_conversation& seen, std::int64_t cmid) {
  if (seen.view == nullptr || cmid <= 0 || cmid > seen.where->last_cmid()) return std::nullopt;
  const auto* copy = seen.view->copy_of(static_cast<std::uint32_t>(cmid));
  const auto* entry = copy == nullptr ? nullptr : seen.where->visible(*copy);
  if (entry == nullptr) return std::nullopt;
  return seen_message{seen, entry, copy};
}

std::optional<seen_message> message_by_id(const method_call& request, std::int64_t owner,
                                          std::int64_t id) {
  const auto place = request.state.messages().by_id(owner, id);
  if (!place) return std::nullopt;
  return message_by_cmid(seen_by(*request.state.messages().find(place->conversation), owner),
                         place->cmid);
}

message_place place_of(const method_call& request, std::int64_t owner) {
  const auto& book = request.state.messages();
  if (const auto id = request.integer("message_id", 0); id != 0) {
    const auto place = book.by_id(owner, id);
    const auto peer = request.integer("peer_id", 0);
    if (!place || (peer != 0 && book.peer_of(*book.find(place->conversation), owner) != peer))
      throw bad_parameter("message_id is incorrect");
    return *place;
  }
  const bool current = request.given("cmid");
  const auto cmid = request.integer(current ? "cmid" : "conversation_message_id", 0, 0);
  if (cmid == 0) throw bad_parameter("cmid is undefined");
  const auto seen = existing_at(request, owner, request.required_integer("peer_id"));
  if (seen.where->find(cmid) == nullptr) throw bad_parameter("cmid is incorrect");
  return {seen.where->id, static_cast<std::uint32_t>(cmid)};
}

}  // namespace vkxx::emulation::detail
