// Comments below posts.
#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/text/ascii.hpp"
#include "emulator/methods/attachment_shapes.hpp"
#include "emulator/methods/walls/wall_access.hpp"
#include "emulator/methods/walls/wall_rows.hpp"

namespace vkxx::emulation::detail {

using vkxx::detail::trimmed;
namespace {

namespace json = boost::json;

constexpr std::size_t longest_comment = 16'384;

using comment_list = std::vector<const wall_comment*>;

// A post with its comments by thread; the first level is thread 0.
struct comment_tree {
  const wall_post& post;
  std::map<std::int64_t, comment_list> threads;
};

// Deleted comments stay visible as such while there are answers to them.
comment_tree tree_of(const wall_post& post) {
  comment_tree tree{post, {}};
  for (const auto& comment : post.comments)
    if (comment.thread != 0 && !comment.deleted) tree.threads[comment.thread].push_back(&comment);
  comment_list first_level;
  for (const auto& comment : post.comments)
    if (comment.thread == 0 && (!comment.deleted || tree.threads.contains(comment.id)))
      first_level.push_back(&comment);
  tree.threads[0] = std::move(first_level);
  return tree;
}

bool can_comment(const method_call& request, const wall_post& post) {
  return request.actor() != 0 && !post.comments_closed && is_published(request, post);
}

std::string cut(std::string_view text, std::int64_t length) {
  if (length == 0 || characters(text) <= static_cast<std::size_t>(length)) return std::string{text};
  std::size_t end = 0;
  for (std::int64_t seen = 0; end < text.size(); ++end)
    if ((static_cast<unsigned char>(text[end]) & 0xC0U) != 0x80U && seen++ == length) break;
  return std::string{text.substr(0, end)};
}

json::object comment_object(const method_call& request, const wall_post& post,
                            const wall_comment& comment) {
  json::object shown{{"id", comment.id},
                     {"from_id", comment.from},
                     {"date", comment.date},
                     {"text", cut(comment.text, request.integer("preview_length", 0, 0))},
                     {"post_id", post.id},
                     {"owner_id", post.owner},
                     {"parents_stack", json::array{}}};
  if (comment.thread != 0) shown["parents_stack"] = json::array{comment.thread};
  if (comment.deleted) {
    shown["from_id"] = 0;
    shown["text"] = "";
    shown["deleted"] = true;
    return shown;
  }
  if (!comment.attachments.empty())
    shown["attachments"] =
        attachment_array(request.state, comment.attachments, comment.date, request.base_url);
  if (comment.reply_to != 0) {
    shown["reply_to_comment"] = comment.reply_to;
    if (const auto* other = post.find_comment(comment.reply_to))
      shown["reply_to_user"] = other->from;
  }
  if (comment.from == post.from) shown["is_from_post_author"] = true;
  if (request.actor() == comment.from || keeps_wall(request, post.owner)) shown["can_edit"] = 1;
  return shown;
}

json::object with_likes(const method_call& request, json::object shown,
                        const wall_comment& comment) {
  if (!comment.deleted) shown["likes"] = likes_object(request, comment.likes, true);
  return shown;
}

json::object thread_object(const method_call& request, const comment_tree& tree,
                           std::int64_t comment, std::int64_t most) {
  static const comment_list none;
  const auto found = tree.threads.find(comment);
  const auto& answers = found == tree.threads.end() ? none : found->second;
  json::array items;
  for (const auto* answer : answers) {
    if (static_cast<std::int64_t>(items.size()) >= most) break;
    items.push_back(with_likes(request, comment_object(request, tree.post, *answer), *answer));
  }
  const bool open = can_comment(request, tree.post);
  return {{"count", answers.size()},
          {"items", std::move(items)},
          {"can_post", open},
          {"show_reply_button", open},
          {"groups_can_post", open}};
}

const wall_post& commented_post(const method_call& request, std::int64_t owner, std::int64_t post) {
  check_wall_is_readable(request, owner);
  const auto* found = visible_post(request, owner, post);
  if (found == nullptr) throw api_failure{api_errc::wall_comments_access};
  return *found;
}

// The first of a page: `start_comment_id` and what `offset` adds to it.
std::int64_t first_shown(const method_call& request, const comment_list& level) {
  auto first = request.integer("offset", 0);
  if (const auto start = request.integer("start_comment_id", 0, 0); start != 0) {
    const auto at = std::ranges::find(level, start, &wall_comment::id);
    if (at == level.end()) throw bad_parameter("start_comment_id is invalid");
    first += at - level.begin();
  }
  return std::clamp<std::int64_t>(first, 0, static_cast<std::int64_t>(level.size()));
}

json::object shown_page(const method_call& request, const comment_tree& tree, comment_list level,
                        std::set<std::int64_t>& authors) {
  if (request.text("sort") == "desc") std::ranges::reverse(level);
  const auto first = first_shown(request, level);
  const auto last = std::min(first + request.integer("count", 10, 0, 100),
                             static_cast<std::int64_t>(level.size()));
  const auto thread = request.integer("comment_id", 0, 0);
  const auto below = request.integer("thread_items_count", 0, 0, 10);
  json::array items;
  for (auto i = first; i < last; ++i) {
    const auto& comment = *level[static_cast<std::size_t>(i)];
    auto shown = comment_object(request, tree.post, comment);
    if (request.flag("need_likes")) shown = with_likes(request, std::move(shown), comment);
    if (thread == 0) shown["thread"] = thread_object(request, tree, comment.id, below);
    if (!comment.deleted) authors.insert(comment.from);
    items.push_back(std::move(shown));
  }
  const bool open = can_comment(request, tree.post);
  return {
      {"count", thread == 0 ? shown_comments(tree.post) : static_cast<std::int64_t>(level.size())},
      {"items", std::move(items)},
      {"current_level_count", level.size()},
      {"can_post", open},
      {"show_reply_button", open},
      {"groups_can_post", open}};
}

json::value get_comments(const method_call& request) {
  const auto owner = wall_owner(request);
  const auto thread = request.integer("comment_id", 0, 0);
  auto id = request.integer("post_id", 0, 0);
  if (id == 0 && thread != 0) {
    const auto* post = request.state.walls().post_of_comment(owner, thread);
    id = post == nullptr ? 0 : post->id;
  }
  if (id == 0) throw bad_parameter("post_id is undefined");
  check_wall_is_readable(request, owner);
  if (visible_post(request, owner, id) == nullptr)
    throw api_failure{api_errc::access_denied,
                      "Access denied: post was not found check post_id param"};
  const auto& post = commented_post(request, owner, id);
  const auto tree = tree_of(post);
  const auto found = tree.threads.find(thread);
  std::set<std::int64_t> authors{post.from};
  auto answer = shown_page(request, tree,
                           found == tree.threads.end() ? comment_list{} : found->second, authors);
  if (request.flag("extended")) {
    show_authors(request, authors, answer);
    answer["post_author_id"] = post.from;
  }
  return answer;
}

struct found_comment {
  const wall_post* post = nullptr;
  const wall_comment* comment = nullptr;
};

// A comment below a post that exists; both null if there is none.
found_comment comment_named(const method_call& request, std::int64_t owner) {
  const auto id = request.required_integer("comment_id");
  const auto* post = request.state.walls().post_of_comment(owner, id);
  if (post == nullptr || post->deleted) return {};
  return {post, post->find_comment(id)};
}

json::value get_comment(const method_call& request) {
  const auto owner = wall_owner(request);
  check_wall_is_readable(request, owner);
  const auto [post, comment] = comment_named(request, owner);
  if (comment == nullptr || comment->deleted) throw api_failure{api_errc::wall_comments_access};
  const bool open = can_comment(request, *post);
  auto shown = with_likes(request, comment_object(request, *post, *comment), *comment);
  shown["thread"] = thread_object(request, tree_of(*post), comment->id, 0);
  json::object answer{{"items", json::array{std::move(shown)}},
                      {"can_post", open},
                      {"show_reply_button", open},
                      {"groups_can_post", open}};
  if (request.flag("extended")) {
    show_authors(request, {post->from, comment->from}, answer);
    answer["post_author_id"] = post->from;
  }
  return answer;
}

std::string text_of_comment(const method_call& request) {
  const auto text = request.text("message");
  if (text.size() > longest_comment) throw bad_parameter("message is too long");
  return std::string{text};
}

wall_comment drafted_comment(const method_call& request, const wall_post& post) {
  wall_comment draft;
  draft.text = text_of_comment(request);
  draft.attachments = checked_attachments(request);
  if (const auto sticker = request.integer("sticker_id", 0, 0); sticker != 0)
    draft.attachments = "sticker" + std::to_string(sticker);
  if (trimmed(draft.text).empty() && draft.attachments.empty())
    throw bad_parameter("message is undefined");
  draft.from = request.actor();
  if (const auto group = request.integer("from_group", 0, 0); group != 0) {
    if (!keeps_wall(request, -group)) throw api_failure{api_errc::wall_add_comment_denied};
    draft.from = -group;
  }
  if (const auto reply = request.integer("reply_to_comment", 0, 0); reply != 0) {
    const auto* other = post.find_comment(reply);
    if (other == nullptr || other->deleted) throw bad_parameter("reply_to_comment is incorrect");
    draft.reply_to = reply;
    draft.thread = other->thread == 0 ? reply : other->thread;
  }
  return draft;
}

json::value create_comment(const method_call& request) {
  const auto owner = wall_owner(request);
  const auto& post = commented_post(request, owner, request.required_integer("post_id"));
  if (!can_comment(request, post)) throw api_failure{api_errc::wall_add_comment_denied};
  auto draft = drafted_comment(request, post);
  const auto thread = draft.thread;
  // Comments and posts may have the same `guid`.
  const auto guid = request.given("guid") ? "comment " + std::string{request.text("guid")} : "";
  const auto known =
      guid.empty() ? 0 : request.state.walls().post_of_guid(owner, request.actor(), guid);
  request.known_again = known != 0;
  const auto id = known != 0 ? std::optional{known}
                             : request.change_walls().comment(request.actor(), owner, post.id,
                                                              std::move(draft), guid);
  if (!id) throw api_failure{api_errc::wall_add_comment_denied};
  json::array parents;
  if (thread != 0) parents.push_back(thread);
  return json::object{{"comment_id", *id}, {"parents_stack", std::move(parents)}};
}

// A comment, deleted or not, that the caller may change. @throws api_failure 211
found_comment own_comment(const method_call& request, std::int64_t owner, bool of_author) {
  const auto found = comment_named(request, owner);
  if (found.comment == nullptr) throw api_failure{api_errc::wall_comment_access};
  const auto actor = request.actor();
  const auto from = found.comment->from;
  const bool author = from == actor || (from < 0 && keeps_wall(request, from));
  if (!author && (of_author || !keeps_wall(request, owner)))
    throw api_failure{api_errc::wall_comment_access};
  return found;
}

json::value edit_comment(const method_call& request) {
  const auto owner = wall_owner(request);
  const auto [post, comment] = own_comment(request, owner, true);
  auto text = text_of_comment(request);
  auto attachments = checked_attachments(request);
  if (trimmed(text).empty() && attachments.empty()) throw bad_parameter("message is undefined");
  if (!request.change_walls().edit_comment(request.actor(), owner, post->id, comment->id,
                                           std::move(text), std::move(attachments)))
    throw api_failure{api_errc::wall_comment_access};
  return 1;
}

json::value delete_comment(const method_call& request) {
  const auto owner = wall_owner(request);
  const auto [post, comment] = own_comment(request, owner, false);
  if (!request.change_walls().remove_comment(request.actor(), owner, post->id, comment->id))
    throw api_failure{api_errc::wall_comment_access};
  return 1;
}

json::value restore_comment(const method_call& request) {
  const auto owner = wall_owner(request);
  const auto [post, comment] = own_comment(request, owner, false);
  if (!request.change_walls().restore_comment(request.actor(), owner, post->id, comment->id))
    throw api_failure{api_errc::comment_not_deleted};
  return 1;
}

// 1: they were open, or closed, before.
json::value set_comments_closed(const method_call& request, bool closed) {
  const auto owner = wall_owner(request);
  const auto id = request.required_integer("post_id");
  const auto* post = request.state.walls().find(owner, id);
  if (post == nullptr) throw api_failure{api_errc::wall_post_access};
  if (!keeps_wall(request, owner)) throw api_failure{api_errc::access_denied};
  return request.change_walls().set_comments_closed(owner, id, closed) ? 1 : 0;
}

json::value close_comments(const method_call& request) {
  return set_comments_closed(request, true);
}

json::value open_comments(const method_call& request) {
  return set_comments_closed(request, false);
}

}  // namespace

void add_wall_comments(method_table& table) {
  add_rows(table, {{"wall.closeComments", close_comments},
                   {"wall.openComments", open_comments},
                   {"wall.getComments", get_comments},
                   {"wall.getComment", get_comment},
                   {"wall.createComment", create_comment},
                   {"wall.editComment", edit_comment},
                   {"wall.deleteComment", delete_comment},
                   {"wall.restoreComment", restore_comment}});
  table["wall.getComments"].slow = true;
  table["wall.getComment"].slow = true;
}

}  // namespace vkxx::emulation::detail
