// Whether the author is an administrator.
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include <vkxx/bot/filter.hpp>
#include <vkxx/client/request.hpp>
#include <vkxx/core/exception.hpp>
#include <vkxx/core/json_parts.hpp>
#include "bot/contexts/bot_run.hpp"
#include "bot/filters/manager_list.hpp"
#include "bot/routing/route_walk.hpp"
#include "bot/values/peers.hpp"
#include "core/errors/log_text.hpp"
#include "core/text/number.hpp"

namespace vkxx::filters {
namespace {

// Before 5.154 the method knows no pages.
constexpr std::string_view paged_version = "5.199";
constexpr std::int64_t page_size = 1000;
// No chat has so many: a list that goes on is no list of members.
constexpr std::int64_t most_members = 100'000;

using vkxx::detail::parse_number;

bool is_true(std::string_view item, std::string_view member) {
  const auto value = json_member(item, member);
  return value && (*value == "true" || *value == "1");
}

// Page by page: without a count VK shows the first 20 members.
asio::awaitable<bool> is_admin_of_chat(bot_context context, owner_id who) {
  const auto number = std::to_string(who.value());
  for (std::int64_t offset = 0; offset < most_members; offset += page_size) {
    auto call = request{"messages.getConversationMembers"}
                    .set("v", paged_version)
                    .set("peer_id", context.peer())
                    .set("offset", offset)
                    .set("count", page_size);
    auto calling = context.vk().call(std::move(call));
    const auto reply = co_await std::move(calling);
    const auto list = json_member(reply.text(), "items");
    if (!list) throw_error(reply.misfit(errc::unexpected_type, "there is no list of members"));
    for (const auto item : json_elements(*list)) {
      if (json_member(item, "member_id") == number)
        co_return is_true(item, "is_admin") || is_true(item, "is_owner");
    }
    const auto count = json_member(reply.text(), "count");
    const auto total = count ? parse_number<std::int64_t>(*count).value_or(0) : 0;
    // VK may leave members out of a page: only the count says where the list ends.
    if (offset + page_size >= total) break;
  }
  co_return false;
}

asio::awaitable<bool> is_manager(bot_context context, owner_id who) {
  const auto& environment = *context.run().environment;
  auto asking = vkxx::detail::manager_list::contains(environment.managers, context, who,
                                                     environment.options.manager_age());
  co_return co_await std::move(asking);
}

// VK's refusal is a failure of the handler: nobody is taken for one who is no administrator because
// VK could not be asked.
asio::awaitable<bool> is_admin(bot_context context) {
  const auto who = context.from();
  if (who.value() == 0) co_return false;
  std::exception_ptr failure;
  try {
    if (vkxx::detail::is_chat(context.peer())) {
      auto asking = is_admin_of_chat(context, who);
      co_return co_await std::move(asking);
    }
    auto asking = is_manager(context, who);
    co_return co_await std::move(asking);
  } catch (...) {
    failure = std::current_exception();
  }
  context.run().environment->log.write(
      log_level::error,
      "bot: it is not known who is an administrator, so nobody is, lane=" + context.unit().lane() +
          ' ' + vkxx::detail::text_for_log(vkxx::detail::failure_of(failure)));
  std::rethrow_exception(failure);
}

}  // namespace

filter from_admin() {
  return filter{std::function<asio::awaitable<bool>(bot_context)>{is_admin}}.needing(
      "group_officers_edit");
}

}  // namespace vkxx::filters
