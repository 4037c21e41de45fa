// Whether the author is an administrator.
#include <string>
#include <utility>

#include <vkxx/bot/filter.hpp>
#include <vkxx/client/request.hpp>
#include <vkxx/core/exception.hpp>
#include <vkxx/core/json_parts.hpp>
#include "bot/values/peers.hpp"

namespace vkxx::filters {
namespace {

bool names(std::string_view item, std::string_view member, owner_id who) {
  const auto number = json_member(item, member);
  return number && *number == std::to_string(who.value());
}

bool is_true(std::string_view item, std::string_view member) {
  const auto value = json_member(item, member);
  return value && (*value == "true" || *value == "1");
}

// The items of the answer. VK's refusal is a failure of the handler: nobody is taken for one who
// is no administrator because VK could not be asked.
asio::awaitable<std::string> ask(bot_context context, request call) {
  auto calling = context.vk().call(std::move(call));
  const auto reply = co_await std::move(calling);
  const auto items = json_member(reply.text(), "items");
  co_return std::string{items.value_or("[]")};
}

asio::awaitable<bool> is_admin(bot_context context) {
  const auto who = context.from();
  if (who.value() == 0) co_return false;
  const bool chat = vkxx::detail::is_chat(context.peer());
  request call{chat ? "messages.getConversationMembers" : "groups.getMembers"};
  if (chat) {
    call.set("peer_id", context.peer());
  } else {
    call.set("group_id", context.community()).set("filter", "managers");
  }
  auto asking = ask(context, std::move(call));
  const auto items = co_await std::move(asking);
  for (const auto item : json_elements(items)) {
    if (chat && names(item, "member_id", who))
      co_return is_true(item, "is_admin") || is_true(item, "is_owner");
    if (!chat && names(item, "id", who)) co_return true;
  }
  co_return false;
}

}  // namespace

filter from_admin() {
  return filter{std::function<asio::awaitable<bool>(bot_context)>{is_admin}};
}

}  // namespace vkxx::filters
