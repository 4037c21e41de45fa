#include "emulator/world/walls/wall_book.hpp"

#include <algorithm>

namespace vkxx::emulation::detail {
namespace {

constexpr std::int64_t start_of_walls = 1'700'000'000;

}  // namespace

wall_book::wall_book() {
  for (std::int64_t id = 1; id <= 3; ++id) {
    const auto number = std::to_string(id);
    walls_[1].push_back(
        {id, 1, 1, start_of_walls + id * 3600, "Post number " + number, "", false, false});
    walls_[-1].push_back(
        {id, -1, -1, start_of_walls + id * 60, "News number " + number, "", false, false});
  }
  walls_[-1][1].attachments = "photo-1_457239017,https://vk.ru/team";
}

const std::vector<wall_post>& wall_book::wall(std::int64_t owner) const {
  static const std::vector<wall_post> nothing;
  const auto found = walls_.find(owner);
  return found == walls_.end() ? nothing : found->second;
}

const wall_post* wall_book::find(std::int64_t owner, std::int64_t id) const {
  // Ids of a wall ascend.
  const auto& posts = wall(owner);
  const auto found = std::ranges::lower_bound(posts, id, {}, &wall_post::id);
  return found == posts.end() || found->id != id || found->deleted ? nullptr : &*found;
}

wall_post* wall_book::editable(std::int64_t owner, std::int64_t id) {
  const auto* found = find(owner, id);
  if (found == nullptr) return nullptr;
  auto& posts = walls_[owner];
  return &posts[static_cast<std::size_t>(found - posts.data())];
}

std::int64_t wall_book::post_of_guid(std::int64_t owner, std::int64_t author,
                                     std::string_view guid) const {
  const auto found = guids_.find({owner, author, std::string{guid}});
  return found == guids_.end() ? 0 : found->second;
}

bool wall_book::take_space(std::size_t bytes) noexcept {
  // The size of a post excluding its texts.
  const auto whole = bytes + 64;
  if (whole > space_) return false;
  space_ -= whole;
  return true;
}

wall_post& wall_book::add(wall_post post) {
  auto& posts = walls_[post.owner];
  post.id = posts.empty() ? 1 : posts.back().id + 1;
  return posts.emplace_back(std::move(post));
}

void wall_book::remember_guid(std::int64_t author, std::string_view guid, const wall_post& post) {
  guids_[{post.owner, author, std::string{guid}}] = post.id;
}

}  // namespace vkxx::emulation::detail
