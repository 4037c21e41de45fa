#include "emulator/world/accounts/directory.hpp"

#include <algorithm>
#include <utility>

namespace vkxx::emulation::detail {

std::string_view to_string(token_kind kind) noexcept {
  switch (kind) {
    case token_kind::user:
      return "user";
    case token_kind::community:
      return "community";
    case token_kind::service:
      return "service";
    case token_kind::anonymous:
      return "anonymous";
  }
  return "";
}

directory::directory() : cities_{first_cities()} {
  for (auto& entry : first_people()) add(std::move(entry));
  for (auto& entry : first_communities()) add(std::move(entry));
  for (auto& record : first_tokens()) add_token(std::move(record));
}

const token_record* directory::token(std::string_view text) const noexcept {
  const auto found = token_index_.find(text);
  return found == token_index_.end() ? nullptr : found->second;
}

void directory::add_token(token_record record) {
  auto& kept = tokens_.emplace_back(std::move(record));
  token_index_.emplace(kept.text, &kept);
}

void directory::revoke_token(std::string_view text, std::string trouble) {
  const auto found = token_index_.find(text);
  if (found != token_index_.end()) found->second->trouble = std::move(trouble);
}

world_tokens directory::tokens() const {
  const auto first = first_tokens();
  world_tokens result{first[0].text, first[1].text, first[2].text,
                      first[3].text, first[4].text, first[5].text,
                      first[6].text, first[7].text, {}};
  for (const auto& record : tokens_) result.all.push_back(record.text);
  return result;
}

person* directory::editable_person(std::int64_t id) noexcept {
  const auto found = person_index_.find(id);
  return found == person_index_.end() ? nullptr : found->second;
}

community* directory::editable_community(std::int64_t id) noexcept {
  const auto found = community_index_.find(id);
  return found == community_index_.end() ? nullptr : found->second;
}

const person* directory::find_person(std::int64_t id) const noexcept {
  const auto found = person_index_.find(id);
  return found == person_index_.end() ? nullptr : found->second;
}

const person* directory::find_person(std::string_view screen_name) const noexcept {
  const auto found = names_.find(screen_name);
  return found == names_.end() ? nullptr : find_person(found->second);
}

const community* directory::find_community(std::int64_t id) const noexcept {
  const auto found = community_index_.find(id);
  return found == community_index_.end() ? nullptr : found->second;
}

const community* directory::find_community(std::string_view screen_name) const noexcept {
  const auto found = names_.find(screen_name);
  return found == names_.end() ? nullptr : find_community(-found->second);
}

const city* directory::find_city(std::int64_t id) const noexcept {
  const auto found = std::ranges::find(cities_, id, &city::id);
  return found == cities_.end() ? nullptr : &*found;
}

bool directory::administers(std::int64_t user, std::int64_t community) const noexcept {
  const auto* group = find_community(community);
  return group != nullptr &&
         std::ranges::find(group->administrators, user) != group->administrators.end();
}

person* directory::add(person entry) {
  if (entry.id <= 0 || person_index_.contains(entry.id) || names_.contains(entry.screen_name))
    return nullptr;
  auto& kept = people_.emplace_back(std::move(entry));
  person_index_.emplace(kept.id, &kept);
  if (!kept.screen_name.empty()) names_.emplace(kept.screen_name, kept.id);
  return &kept;
}

community* directory::add(community entry) {
  if (entry.id <= 0 || community_index_.contains(entry.id) || names_.contains(entry.screen_name))
    return nullptr;
  auto& kept = communities_.emplace_back(std::move(entry));
  community_index_.emplace(kept.id, &kept);
  if (!kept.screen_name.empty()) names_.emplace(kept.screen_name, -kept.id);
  return &kept;
}

}  // namespace vkxx::emulation::detail
