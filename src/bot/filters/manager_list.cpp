#include "bot/filters/manager_list.hpp"

#include <string>
#include <utility>

#include <vkxx/client/request.hpp>
#include <vkxx/core/exception.hpp>
#include <vkxx/core/json_parts.hpp>
#include "bot/contexts/bot_run.hpp"
#include "core/text/number.hpp"

namespace vkxx::detail {
namespace {

constexpr std::int64_t page_size = 1000;
// No community has so many managers: a list that goes on is no list of managers.
constexpr std::int64_t most_managers = 100'000;
// How often a list that changes while it is read is read again.
constexpr int most_reads = 3;

}  // namespace

std::optional<bool> manager_list::known(owner_id who, time_point oldest) const {
  const std::lock_guard lock{mutex_};
  if (!list_ || list_->read < oldest) return std::nullopt;
  return list_->users.contains(who.value());
}

std::uint64_t manager_list::changes() const {
  const std::lock_guard lock{mutex_};
  return changes_;
}

void manager_list::forget() {
  const std::lock_guard lock{mutex_};
  ++changes_;
  list_.reset();
}

bool manager_list::keep(std::set<std::int64_t> users, time_point read, std::uint64_t changes) {
  const std::lock_guard lock{mutex_};
  if (changes != changes_) return false;
  list_ = known_list{std::move(users), read};
  return true;
}

asio::awaitable<std::set<std::int64_t>> manager_list::read(bot_context context) {
  std::set<std::int64_t> users;
  for (std::int64_t offset = 0; offset < most_managers; offset += page_size) {
    auto call = request{"groups.getMembers"}
                    .set("group_id", context.community())
                    .set("filter", "managers")
                    .set("offset", offset)
                    .set("count", page_size);
    auto calling = context.vk().call(std::move(call));
    const auto reply = co_await std::move(calling);
    const auto list = json_member(reply.text(), "items");
    if (!list) throw_error(reply.misfit(errc::unexpected_type, "there is no list of managers"));
    const auto items = json_elements(*list);
    for (const auto item : items) {
      const auto id = json_member(item, "id");
      if (const auto number = parse_number<std::int64_t>(id.value_or(item))) users.insert(*number);
    }
    const auto count = json_member(reply.text(), "count");
    const auto total = count ? parse_number<std::int64_t>(*count).value_or(0) : 0;
    // VK may leave users out of a page: only the count says where the list ends.
    if (offset + page_size >= total) break;
  }
  co_return users;
}

asio::awaitable<bool> manager_list::contains(std::shared_ptr<manager_list> self,
                                             bot_context context, owner_id who, duration age) {
  const auto time = context.run().environment->time;
  for (int attempt = 1;; ++attempt) {
    if (const auto answer = self->known(who, time->now() - age)) co_return *answer;
    const auto changes = self->changes();
    const auto now = time->now();
    auto reading = read(context);
    auto users = co_await std::move(reading);
    const bool found = users.contains(who.value());
    if (self->keep(std::move(users), now, changes) || attempt == most_reads) co_return found;
  }
}

}  // namespace vkxx::detail
