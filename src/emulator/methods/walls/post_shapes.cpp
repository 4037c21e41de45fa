// A post as VK's answers show it.
#include <algorithm>
#include <boost/json/array.hpp>
#include <string>
#include <utility>

#include "emulator/methods/attachment_shapes.hpp"
#include "emulator/methods/walls/wall_access.hpp"
#include "emulator/methods/walls/wall_rows.hpp"
#include "emulator/world/walls/own_attachments.hpp"

namespace vkxx::emulation::detail {
namespace {

namespace json = boost::json;

json::object copied_post_object(const method_call& request, const wall_post& post) {
  return {{"inner_type", "wall_wallpost"},
          {"id", post.id},
          {"owner_id", post.owner},
          {"from_id", post.from},
          {"date", post.date},
          {"text", post.text},
          {"type", "post"},
          {"post_type", "post"},
          {"attachments",
           attachment_array(request.state, own_attachments(post), post.date, request.base_url)},
          {"post_source", {{"type", "api"}}}};
}

json::array history_of(const method_call& request, const wall_post& post, std::int64_t depth) {
  json::array history;
  auto original = wall_book::original_of(post);
  for (; original && depth > 0; --depth) {
    const auto* source = request.state.walls().find(original->first, original->second);
    if (source == nullptr) break;
    history.push_back(copied_post_object(request, *source));
    original = wall_book::original_of(*source);
  }
  return history;
}

json::object reposts_object(const method_call& request, const wall_post& post) {
  const auto count = post.reposts.size();
  const bool own = std::ranges::any_of(
      post.reposts, [&request](const post_name& copy) { return copy.first == request.actor(); });
  return {
      {"count", count}, {"wall_count", count}, {"mail_count", 0}, {"user_reposted", own ? 1 : 0}};
}

}  // namespace

bool is_published(const method_call& request, const wall_post& post) noexcept {
  return !post.deleted && (!post.postponed || post.date <= request.now);
}

std::int64_t shown_comments(const wall_post& post) {
  return std::ranges::count(post.comments, false, &wall_comment::deleted);
}

void show_authors(const method_call& request, const std::set<std::int64_t>& authors,
                  json::object& answer) {
  const auto fields = request.list("fields");
  json::array profiles;
  json::array groups;
  for (const auto id : authors) {
    if (const auto* who = request.state.find_person(id)) {
      profiles.push_back(user_object(request, *who, fields));
    } else if (const auto* group = request.state.community_of(id)) {
      groups.push_back(group_object(request, *group, fields));
    }
  }
  answer["profiles"] = std::move(profiles);
  answer["groups"] = std::move(groups);
}

void add_authors(const method_call& request, const std::vector<const wall_post*>& posts,
                 json::object& result) {
  std::set<std::int64_t> authors;
  for (const auto* post : posts) {
    authors.insert({post->owner, post->from});
    if (post->signer != 0) authors.insert(post->signer);
    const auto original = wall_book::original_of(*post);
    const auto* source =
        original ? request.state.walls().find(original->first, original->second) : nullptr;
    if (source != nullptr) authors.insert({source->owner, source->from});
  }
  show_authors(request, authors, result);
}

json::object likes_object(const method_call& request, const std::set<std::int64_t>& likes,
                          bool open) {
  const auto actor = request.actor();
  const bool liked = likes.contains(actor);
  return {{"can_like", actor != 0 && open && !liked ? 1 : 0},
          {"can_publish", actor != 0 && open ? 1 : 0},
          {"count", likes.size()},
          {"user_likes", liked ? 1 : 0}};
}

json::object post_with_history(const method_call& request, const wall_post& post,
                               std::int64_t depth) {
  const bool published = is_published(request, post);
  const auto can = [&request](bool allowed) { return request.actor() != 0 && allowed ? 1 : 0; };
  const bool keeper = keeps_wall(request, post.owner);
  const bool own = keeper || post.from == request.actor();
  const bool commented = published && !post.comments_closed;
  json::object shown{{"inner_type", "wall_wallpost"},
                     {"id", post.id},
                     {"owner_id", post.owner},
                     {"from_id", post.from},
                     {"date", post.date},
                     {"text", post.text},
                     {"attachments", attachment_array(request.state, own_attachments(post),
                                                      post.date, request.base_url)},
                     {"type", "post"},
                     {"post_type", published ? "post" : "postpone"},
                     {"post_source", {{"type", "api"}}},
                     {"can_edit", can(own)},
                     {"can_delete", can(own)},
                     {"can_pin", can(keeper)},
                     {"marked_as_ads", 0},
                     {"is_favorite", false},
                     {"comments", {{"can_post", can(commented)}, {"count", shown_comments(post)}}},
                     {"likes", likes_object(request, post.likes, published)},
                     {"reposts", reposts_object(request, post)},
                     {"views", {{"count", published ? post.id * 10 + 7 : 0}}},
                     {"donut", {{"is_donut", false}}}};
  if (keeper) shown["comments"].as_object()[post.comments_closed ? "can_open" : "can_close"] = 1;
  if (post.edited != 0) shown["edited"] = post.edited;
  if (post.signer != 0) shown["signer_id"] = post.signer;
  if (post.pinned) shown["is_pinned"] = 1;
  if (auto history = history_of(request, post, depth); !history.empty())
    shown["copy_history"] = std::move(history);
  return shown;
}

json::object post_object(const method_call& request, const wall_post& post) {
  return post_with_history(request, post, 2);
}

}  // namespace vkxx::emulation::detail
