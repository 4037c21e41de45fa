// Publishing, editing and removing posts.
#include <boost/json/object.hpp>
#include <string>
#include <string_view>
#include <utility>

#include "core/text/ascii.hpp"
#include "emulator/methods/walls/wall_access.hpp"
#include "emulator/methods/walls/wall_rows.hpp"
#include "emulator/world/content/attachment_book.hpp"

namespace vkxx::emulation::detail {

using vkxx::detail::trimmed;
namespace {

namespace json = boost::json;

constexpr std::size_t longest_post = 16'384;

api_failure walls_are_full() {
  return {api_errc::wall_add_post_denied,
          "Access to adding post denied: the walls of this emulator are full"};
}

std::string text_of_post(const method_call& request) {
  const auto text = request.text("message");
  if (text.size() > longest_post) throw bad_parameter("message is too long");
  return std::string{text};
}

// `post_id` names a postponed post, to be published at once.
json::value publish_postponed(const method_call& request, std::int64_t owner) {
  const auto& post = own_post(request, owner, request.required_integer("post_id"));
  const auto id = post.id;
  if (is_published(request, post)) throw api_failure{api_errc::wall_post_access};
  request.change_walls().publish_now(request.actor(), owner, id);
  return json::object{{"post_id", id}};
}

wall_post drafted_post(const method_call& request, std::int64_t owner) {
  const auto date = request.integer("publish_date", request.now, 0);
  if (date < request.now) throw bad_parameter("publish_date is in the past");
  const auto actor = request.actor();
  const bool as_community =
      owner < 0 && keeps_wall(request, owner) && (request.flag("from_group") || owner == actor);
  wall_post post;
  post.owner = owner;
  post.from = as_community ? owner : actor;
  post.date = date;
  post.postponed = date > request.now;
  post.text = text_of_post(request);
  post.attachments = checked_attachments(request);
  post.comments_closed = request.flag("close_comments");
  if (as_community && actor > 0 && request.flag("signed")) post.signer = actor;
  return post;
}

json::value wall_post_method(const method_call& request) {
  const auto owner = wall_owner(request);
  if (request.integer("post_id", 0, 0) != 0) return publish_postponed(request, owner);
  if (trimmed(request.text("message")).empty() && checked_attachments(request).empty())
    throw bad_parameter("message is undefined");
  auto post = drafted_post(request, owner);
  check_wall_is_writable(request, owner);
  const auto guid = request.text("guid");
  const auto known =
      guid.empty() ? 0 : request.state.walls().post_of_guid(owner, request.actor(), guid);
  if (known != 0) {
    request.known_again = true;
    return json::object{{"post_id", known}};
  }
  const auto id = request.change_walls().publish(request.actor(), std::move(post), guid);
  if (!id) throw walls_are_full();
  return json::object{{"post_id", *id}};
}

json::value wall_edit(const method_call& request) {
  const auto owner = wall_owner(request);
  const auto& post = own_post(request, owner, request.required_integer("post_id"));
  const auto id = post.id;
  auto text = text_of_post(request);
  auto attachments = checked_attachments(request);
  // A repost keeps what it contains.
  if (const auto original = wall_book::original_of(post))
    attachments = "wall" + std::to_string(original->first) + "_" +
                  std::to_string(original->second) + (attachments.empty() ? "" : ",") + attachments;
  if (trimmed(text).empty() && attachments.empty()) throw bad_parameter("message is undefined");
  if (!request.change_walls().edit(request.actor(), owner, id, std::move(text),
                                   std::move(attachments)))
    throw walls_are_full();
  return json::object{{"post_id", id}};
}

json::value wall_delete(const method_call& request) {
  const auto owner = wall_owner(request);
  const auto& post = own_post(request, owner, request.required_integer("post_id"));
  request.change_walls().remove(request.actor(), owner, post.id);
  return 1;
}

json::value wall_restore(const method_call& request) {
  const auto owner = wall_owner(request);
  const auto* post = request.state.walls().find_any(owner, request.required_integer("post_id"));
  const bool may = post != nullptr && (keeps_wall(request, owner) || post->from == request.actor());
  if (!may || !request.change_walls().restore(request.actor(), owner, post->id))
    throw api_failure{api_errc::wall_post_access};
  return 1;
}

json::value set_pinned(const method_call& request, bool on) {
  const auto owner = wall_owner(request);
  const auto* post = request.state.walls().find(owner, request.required_integer("post_id"));
  if (post == nullptr || !is_published(request, *post))
    throw api_failure{api_errc::wall_post_access};
  if (!keeps_wall(request, owner)) throw api_failure{api_errc::access_denied};
  request.change_walls().pin(request.actor(), owner, post->id, on);
  return 1;
}

json::value wall_pin(const method_call& request) {
  return set_pinned(request, true);
}

json::value wall_unpin(const method_call& request) {
  return set_pinned(request, false);
}

// The wall where a repost goes: the caller's, or that of a community that they administer.
std::int64_t repost_target(const method_call& request) {
  const auto group = request.integer("group_id", 0, 0);
  if (group == 0) return request.actor();
  if (request.state.find_community(group) == nullptr) throw bad_parameter("group_id is incorrect");
  check_wall_is_writable(request, -group);
  if (!keeps_wall(request, -group)) throw api_failure{api_errc::access_denied};
  return -group;
}

json::object repost_answer(const method_call& request, std::int64_t post,
                           const attachment_name& name) {
  json::object shown{{"success", 1},           {"post_id", post},        {"reposts_count", 1},
                     {"wall_repost_count", 1}, {"mail_repost_count", 0}, {"likes_count", 0}};
  const auto* source =
      name.kind == "wall" ? request.state.walls().find(name.owner, name.id) : nullptr;
  if (source == nullptr) return shown;
  shown["reposts_count"] = source->reposts.size();
  shown["wall_repost_count"] = source->reposts.size();
  shown["likes_count"] = source->likes.size();
  return shown;
}

json::value wall_repost(const method_call& request) {
  const auto object = request.required("object");
  const auto name = read_attachment(object);
  if (!name || object.find(',') != std::string_view::npos) throw bad_parameter("object is invalid");
  if (name->kind == "wall" && visible_post(request, name->owner, name->id) == nullptr)
    throw api_failure{api_errc::wall_add_post_denied,
                      "Access to adding post denied: the post is not accessible"};
  const auto target = repost_target(request);
  wall_post post;
  post.owner = target;
  post.from = target;
  post.date = request.now;
  post.text = text_of_post(request);
  post.attachments = object;
  const auto id = request.change_walls().publish(request.actor(), std::move(post), {});
  if (!id) throw walls_are_full();
  return repost_answer(request, *id, *name);
}

}  // namespace

void add_wall_writing(method_table& table) {
  constexpr allowed writers{.user = true, .community = true};
  table["wall.post"] = {writers, wall_post_method};
  table["wall.delete"] = {writers, wall_delete};
  add_rows(table, {{"wall.edit", wall_edit},
                   {"wall.restore", wall_restore},
                   {"wall.pin", wall_pin},
                   {"wall.unpin", wall_unpin},
                   {"wall.repost", wall_repost}});
}

}  // namespace vkxx::emulation::detail
