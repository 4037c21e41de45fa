#include "emulator/world/walls/wall_book.hpp"

#include <algorithm>
#include <utility>

#include "emulator/world/content/attachment_book.hpp"

namespace vkxx::emulation::detail {
namespace {

constexpr std::int64_t start_of_walls = 1'700'000'000;

constexpr std::size_t most_liked_objects = 100'000;

wall_post first_post(std::int64_t owner, std::int64_t date, std::string text) {
  wall_post post;
  post.owner = owner;
  post.from = owner;
  post.date = date;
  post.text = std::move(text);
  return post;
}

}  // namespace

const wall_comment* wall_post::find_comment(std::int64_t comment) const {
  const auto at = std::ranges::lower_bound(comments, comment, {}, &wall_comment::id);
  return at == comments.end() || at->id != comment ? nullptr : &*at;
}

wall_book::wall_book() {
  for (std::int64_t id = 1; id <= 3; ++id) {
    const auto number = std::to_string(id);
    add(first_post(1, start_of_walls + id * 3600, "Post number " + number));
    add(first_post(-1, start_of_walls + id * 60, "News number " + number));
  }
  walls_[-1][1].attachments = "photo-1_457239017,https://vk.ru/team";
}

const std::vector<wall_post>& wall_book::wall(std::int64_t owner) const {
  static const std::vector<wall_post> nothing;
  const auto found = walls_.find(owner);
  return found == walls_.end() ? nothing : found->second;
}

const wall_post* wall_book::find_any(std::int64_t owner, std::int64_t id) const {
  // Ids of a wall ascend.
  const auto& posts = wall(owner);
  const auto found = std::ranges::lower_bound(posts, id, {}, &wall_post::id);
  return found == posts.end() || found->id != id ? nullptr : &*found;
}

const wall_post* wall_book::find(std::int64_t owner, std::int64_t id) const {
  const auto* found = find_any(owner, id);
  return found == nullptr || found->deleted ? nullptr : found;
}

wall_post* wall_book::editable_any(std::int64_t owner, std::int64_t id) {
  const auto* found = find_any(owner, id);
  if (found == nullptr) return nullptr;
  auto& posts = walls_[owner];
  return &posts[static_cast<std::size_t>(found - posts.data())];
}

wall_post* wall_book::editable(std::int64_t owner, std::int64_t id) {
  auto* found = editable_any(owner, id);
  return found == nullptr || found->deleted ? nullptr : found;
}

const wall_post* wall_book::post_of_comment(std::int64_t owner, std::int64_t comment) const {
  const auto found = posts_of_comments_.find({owner, comment});
  return found == posts_of_comments_.end() ? nullptr : find_any(owner, found->second);
}

wall_comment* wall_book::editable_comment(wall_post& post, std::int64_t comment) {
  const auto at = std::ranges::lower_bound(post.comments, comment, {}, &wall_comment::id);
  return at == post.comments.end() || at->id != comment ? nullptr : &*at;
}

wall_comment& wall_book::add(wall_post& post, wall_comment comment) {
  comment.id = ++last_ids_[post.owner];
  posts_of_comments_[{post.owner, comment.id}] = post.id;
  return post.comments.emplace_back(std::move(comment));
}

std::optional<post_name> wall_book::original_of(const wall_post& post) {
  for (const auto item : attachment_list(post.attachments))
    if (const auto name = read_attachment(item); name && name->kind == "wall")
      return post_name{name->owner, name->id};
  return std::nullopt;
}

const std::set<std::int64_t>& wall_book::likes(const liked_name& name) const {
  static const std::set<std::int64_t> nobody;
  const auto found = likes_.find(name);
  return found == likes_.end() ? nobody : found->second;
}

std::set<std::int64_t>* wall_book::editable_likes(const liked_name& name) {
  if (likes_.size() >= most_liked_objects && !likes_.contains(name)) return nullptr;
  return &likes_[name];
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
  post.id = ++last_ids_[post.owner];
  return posts.emplace_back(std::move(post));
}

void wall_book::remember_guid(std::int64_t owner, std::int64_t author, std::string_view guid,
                              std::int64_t id) {
  guids_[{owner, author, std::string{guid}}] = id;
}

}  // namespace vkxx::emulation::detail
