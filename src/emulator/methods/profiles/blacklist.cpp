// `account.ban`, `account.unban`, `account.getBanned`: whom a user does not want to hear from.
// Parameters and answers: https://dev.vk.com/method/account.ban
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "emulator/methods/mailbox/account_gatherer.hpp"
#include "emulator/methods/messages/message_rows.hpp"

namespace vkxx::emulation::detail {
namespace {

namespace json = boost::json;

std::int64_t other_member(const method_call& request) {
  const auto owner = request.required_integer("owner_id");
  if (owner == request.actor() || !request.state.exists(owner))
    throw bad_parameter("owner_id is incorrect");
  return owner;
}

json::value ban(const method_call& request) {
  const auto other = other_member(request);
  const auto user = request.actor();
  // Neither a friend nor a follower any more.
  if (other > 0) {
    auto friends = request.change_friends();
    while (friends.remove(user, other) != friend_commands::removed::nothing) {
    }
  }
  request.change_messages().ban(user, other);
  return 1;
}

json::value unban(const method_call& request) {
  const auto other = other_member(request);
  request.change_messages().unban(request.actor(), other);
  return 1;
}

json::value get_banned(const method_call& request) {
  const auto* list = request.state.messages().blacklist(request.actor());
  const auto first = request.integer("offset", 0, 0);
  const auto most = request.integer("count", 20, 0, 200);
  account_gatherer accounts{request};
  accounts.always();
  json::array items;
  std::int64_t index = 0;
  if (list != nullptr)
    for (const auto member : *list) {
      if (index >= first && index - first < most) {
        items.push_back(member);
        accounts.add(member);
      }
      ++index;
    }
  json::object answer{{"count", index}, {"items", std::move(items)}};
  accounts.show(answer);
  return answer;
}

}  // namespace

void add_blacklist(method_table& table) {
  add_rows(table,
           {{"account.ban", ban}, {"account.unban", unban}, {"account.getBanned", get_banned}});
}

}  // namespace vkxx::emulation::detail
