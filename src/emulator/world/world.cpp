#include "emulator/world/world.hpp"

#include "emulator/world/world_growth.hpp"

namespace vkxx::emulation::detail {

world::world(const world_settings& settings, std::uint64_t seed)
    : settings_{settings}, messages_{settings}, events_{settings.most_events}, random_{seed + 4} {
  world_growth{*this}.fill();
}

const world::values& world::storage(std::int64_t user) const {
  static const values nothing;
  const auto found = storage_.find(user);
  return found == storage_.end() ? nothing : found->second;
}

std::optional<std::int64_t> world::not_administered(
    std::int64_t user, const std::vector<std::int64_t>& communities) const {
  for (const auto id : communities)
    if (!accounts_.administers(user, id)) return id;
  return std::nullopt;
}

}  // namespace vkxx::emulation::detail
