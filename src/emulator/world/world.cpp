#include "emulator/world/world.hpp"

#include <algorithm>

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

world::world()
    : cities_{first_cities()},
      people_{first_people()},
      communities_{first_communities()},
      walls_{first_walls()} {
  for (auto& record : first_tokens()) add_token(std::move(record));
}

const token_record* world::token(std::string_view text) const noexcept {
  const auto found = token_index_.find(text);
  return found == token_index_.end() ? nullptr : found->second;
}

void world::add_token(token_record record) {
  auto& kept = tokens_.emplace_back(std::move(record));
  token_index_.emplace(kept.text, &kept);
}

void world::spoil_token(std::string_view text, std::string trouble) {
  const auto found = token_index_.find(text);
  if (found != token_index_.end()) found->second->trouble = std::move(trouble);
}

world_tokens world::tokens() const {
  const auto first = first_tokens();
  world_tokens result{first[0].text, first[1].text, first[2].text,
                      first[3].text, first[4].text, first[5].text,
                      first[6].text, first[7].text, {}};
  for (const auto& record : tokens_) result.all.push_back(record.text);
  return result;
}

person* world::find_person(std::int64_t id) noexcept {
  const auto found = std::ranges::find(people_, id, &person::id);
  return found == people_.end() ? nullptr : &*found;
}

person* world::find_person(std::string_view screen_name) noexcept {
  const auto found = std::ranges::find(people_, screen_name, &person::screen_name);
  return screen_name.empty() || found == people_.end() ? nullptr : &*found;
}

community* world::find_community(std::int64_t id) noexcept {
  const auto found = std::ranges::find(communities_, id, &community::id);
  return found == communities_.end() ? nullptr : &*found;
}

community* world::find_community(std::string_view screen_name) noexcept {
  const auto found = std::ranges::find(communities_, screen_name, &community::screen_name);
  return screen_name.empty() || found == communities_.end() ? nullptr : &*found;
}

std::optional<std::int64_t> world::not_administered(
    std::int64_t user, const std::vector<std::int64_t>& communities) const {
  for (const auto id : communities) {
    const auto found = std::ranges::find(communities_, id, &community::id);
    const bool own = found != communities_.end() &&
                     std::ranges::find(found->administrators, user) != found->administrators.end();
    if (!own) return id;
  }
  return std::nullopt;
}

bool world::take_wall_space(std::size_t bytes) noexcept {
  // The size of a post excluding its texts.
  const auto whole = bytes + 64;
  if (whole > wall_space_) return false;
  wall_space_ -= whole;
  return true;
}

const city* world::find_city(std::int64_t id) const noexcept {
  const auto found = std::ranges::find(cities_, id, &city::id);
  return found == cities_.end() ? nullptr : &*found;
}

}  // namespace vkxx::emulation::detail
