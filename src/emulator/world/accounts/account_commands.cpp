#include "emulator/world/accounts/account_commands.hpp"

#include <algorithm>
#include <utility>

namespace vkxx::emulation::detail {

void account_commands::add_token(token_record record) {
  accounts().add_token(std::move(record));
}

void account_commands::revoke_token(std::string_view text, std::string trouble) {
  accounts().revoke_token(text, std::move(trouble));
}

bool account_commands::add_person(person entry) {
  return accounts().add(std::move(entry)) != nullptr;
}

bool account_commands::add_community(community entry) {
  auto* group = accounts().add(std::move(entry));
  if (group == nullptr) return false;
  // The first users, as many as asked for, and who administers it.
  const auto& people = accounts().people();
  const auto total =
      std::min(static_cast<std::size_t>(std::max<std::int64_t>(group->members, 0)), people.size());
  for (std::size_t i = 0; i < total; ++i) memberships().add(group->id, people[i].id);
  for (const auto admin : group->administrators) memberships().add(group->id, admin);
  group->members = static_cast<std::int64_t>(memberships().members(group->id).size());
  return true;
}

void account_commands::set_status(std::int64_t owner, std::string text) {
  auto* who = owner > 0 ? accounts().editable_person(owner) : nullptr;
  auto* group = owner < 0 ? accounts().editable_community(-owner) : nullptr;
  if (who == nullptr && group == nullptr) return;
  world_event event;
  event.kind = event_kind::status_changed;
  event.actor = owner;
  event.details["text"] = text;
  (who != nullptr ? who->status : group->status) = std::move(text);
  append(std::move(event));
}

void account_commands::set_client(std::int64_t user, client_kind client) {
  if (auto* who = accounts().editable_person(user)) who->client = client;
}

void account_commands::set_community_settings(std::int64_t community, community_settings settings) {
  if (auto* group = accounts().editable_community(community)) group->settings = std::move(settings);
}

bool account_commands::store(std::int64_t user, std::string_view key, std::string_view value,
                             std::size_t most) {
  auto& all = storage(user);
  const auto found = all.find(key);
  if (value.empty()) {
    if (found != all.end()) all.erase(found);
    return true;
  }
  if (found != all.end()) {
    found->second = value;
    return true;
  }
  if (all.size() >= most) return false;
  all.emplace(key, value);
  return true;
}

}  // namespace vkxx::emulation::detail
