// Whether a community may write to a user; newsletters; when a user was last seen.
#include <algorithm>
#include <array>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <utility>

#include "emulator/methods/mailbox/account_gatherer.hpp"
#include "emulator/methods/messages/message_rows.hpp"

namespace vkxx::emulation::detail {
namespace {

namespace json = boost::json;

constexpr std::size_t longest_permission_key = 256;

json::value allow_messages(const method_call& request) {
  const auto group = request.required_integer("group_id");
  const auto key = request.text("key");
  if (characters(key) > longest_permission_key) throw bad_parameter("key is too long");
  request.change_messages().allow(request.actor(), group, std::string{key});
  return 1;
}

json::value deny_messages(const method_call& request) {
  request.change_messages().deny(request.actor(), request.required_integer("group_id"));
  return 1;
}

json::value is_allowed(const method_call& request) {
  const auto group = request.required_integer("group_id");
  if (request.state.find_community(group) == nullptr) throw bad_parameter("group_id is incorrect");
  const auto user = request.required_integer("user_id");
  const auto* who = request.state.find_person(user);
  if (who == nullptr) throw api_failure{api_errc::bad_user_id};
  const bool reachable = !request.change_messages().refusal_of(-group, user).has_value();
  return json::object{{"is_allowed", reachable ? 1 : 0}};
}

json::value get_intent_users(const method_call& request) {
  constexpr std::array<std::string_view, 3> intents{"promo_newsletter", "non_promo_newsletter",
                                                    "confirmed_notification"};
  const auto intent = request.required("intent");
  if (std::ranges::find(intents, intent) == intents.end()) throw api_failure{api_errc{943}};
  const auto group = -acting_member(request);
  const auto first = request.integer("offset", 0, 0, farthest_offset);
  const auto last = first + request.integer("count", 20, 0, 200);
  account_gatherer accounts{request};
  json::array items;
  std::int64_t count = 0;
  const auto& all = request.state.messages().permissions();
  for (auto at = all.lower_bound({group, 0}); at != all.end() && at->first.first == group; ++at) {
    if (!at->second.intents.contains(intent)) continue;
    const auto index = count++;
    if (index < first || index >= last) continue;
    items.push_back(at->first.second);
    accounts.add(at->first.second);
  }
  json::object answer;
  answer["count"] = count;
  answer["items"] = std::move(items);
  accounts.show(answer);
  answer.erase("groups");
  return answer;
}

json::value get_last_activity(const method_call& request) {
  const auto user = request.required_integer("user_id");
  if (request.state.find_person(user) == nullptr) throw api_failure{api_errc::bad_user_id};
  // As `last_seen` of users.get.
  return json::object{{"online", 0}, {"time", request.now - 60 * user}};
}

}  // namespace

void add_permissions(method_table& table) {
  add_rows(table, {{"messages.allowMessagesFromGroup", allow_messages},
                   {"messages.denyMessagesFromGroup", deny_messages},
                   {"messages.isMessagesFromGroupAllowed", is_allowed},
                   {"messages.getIntentUsers", get_intent_users},
                   {"messages.getLastActivity", get_last_activity}});
}

}  // namespace vkxx::emulation::detail
