// Events of members, walls and uploads, as communities get them.
#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>

#include "emulator/methods/attachment_shapes.hpp"
#include "emulator/transports/rendering/community_table.hpp"
#include "emulator/world/walls/own_attachments.hpp"

namespace vkxx::emulation::detail {
namespace {

namespace json = boost::json;

std::int64_t detail_number(const world_event& event, std::string_view name) {
  const auto* found = event.details.if_contains(name);
  return found != nullptr && found->is_int64() ? found->get_int64() : 0;
}

// The post that the event is about, deleted or not, of any wall.
const wall_post* named_post(const community_view& seen) {
  const auto id = detail_number(seen.event, "post_id");
  const auto& wall = seen.state.walls().wall(seen.event.subject);
  const auto found = std::ranges::find(wall, id, &wall_post::id);
  return found == wall.end() ? nullptr : &*found;
}

// A post of the community's wall, deleted or not; null for others.
const wall_post* post_of(const community_view& seen) {
  return seen.event.subject == seen.member() ? named_post(seen) : nullptr;
}

// The post whose attachment makes this one a repost; nothing: it is none.
std::optional<attachment_name> reposted_by(const wall_post& post) {
  for (const auto item : attachment_list(post.attachments))
    if (auto name = read_attachment(item); name && name->kind == "wall") return name;
  return std::nullopt;
}

json::object post_shape(const world& state, const wall_post& post) {
  json::object shown;
  shown["inner_type"] = "wall_wallpost";
  shown["id"] = post.id;
  shown["from_id"] = post.from;
  shown["owner_id"] = post.owner;
  shown["date"] = post.date;
  shown["marked_as_ads"] = 0;
  shown["can_edit"] = 1;
  shown["can_delete"] = 1;
  shown["post_type"] = "post";
  shown["text"] = post.text;
  shown["attachments"] = attachment_array(state, own_attachments(post), post.date, state.address());
  shown["comments"] =
      json::object{{"count", std::ranges::count(post.comments, false, &wall_comment::deleted)}};
  shown["is_favorite"] = false;
  shown["donut"] = json::object{{"is_donut", false}};
  return shown;
}

json::object copied_post(const world& state, const attachment_name& source, std::int64_t date) {
  if (const auto* post = state.walls().find(source.owner, source.id))
    return post_shape(state, *post);
  return {{"id", source.id}, {"owner_id", source.owner}, {"from_id", source.owner},
          {"date", date},    {"post_type", "post"},      {"text", ""}};
}

std::optional<json::value> visit_of(const community_view& seen) {
  if (seen.event.subject != seen.member()) return std::nullopt;
  json::object shown;
  shown["user_id"] = seen.event.actor;
  return shown;
}

// Who did it; where the event does not say, the first administrator of the community.
std::int64_t admin_of(const community_view& seen) {
  if (const auto admin = detail_number(seen.event, "admin_id"); admin != 0) return admin;
  const auto* group = seen.state.find_community(seen.community);
  return group == nullptr || group->administrators.empty() ? 0 : group->administrators.front();
}

std::string_view detail_text(const world_event& event, std::string_view name) {
  const auto* found = event.details.if_contains(name);
  const auto* text = found == nullptr ? nullptr : found->if_string();
  return text == nullptr ? std::string_view{} : std::string_view{*text};
}

// An upload that stays with the community. What is sent in messages is no content of it.
std::optional<json::value> uploaded(const community_view& seen, std::string_view type) {
  const auto& event = seen.event;
  const bool same = detail_text(event, "type") == type || detail_text(event, "kind") == type;
  if (event.subject != seen.member() || !same) return std::nullopt;
  if (detail_text(event, "upload").find("message") != std::string_view::npos) return std::nullopt;
  const attachment_name name{std::string{type}, event.subject, detail_number(event, "id")};
  const auto* text = seen.state.attachments().find(name);
  if (text == nullptr) return std::nullopt;
  return json::parse(*text);
}

}  // namespace

std::optional<json::value> write_group_join(const community_view& seen) {
  auto shown = visit_of(seen);
  const auto type = detail_text(seen.event, "join_type");
  if (shown) shown->as_object()["join_type"] = type.empty() ? std::string_view{"join"} : type;
  return shown;
}

std::optional<json::value> write_group_leave(const community_view& seen) {
  auto shown = visit_of(seen);
  const bool said = seen.event.details.contains("self");
  if (shown) shown->as_object()["self"] = said ? detail_number(seen.event, "self") : 1;
  return shown;
}

std::optional<json::value> write_user_block(const community_view& seen) {
  if (seen.event.actor != seen.member() || seen.event.subject <= 0) return std::nullopt;
  json::object shown;
  shown["admin_id"] = admin_of(seen);
  shown["user_id"] = seen.event.subject;
  shown["unblock_date"] = detail_number(seen.event, "unblock_date");
  shown["reason"] = detail_number(seen.event, "reason");
  shown["comment"] = detail_text(seen.event, "comment");
  return shown;
}

std::optional<json::value> write_user_unblock(const community_view& seen) {
  if (seen.event.actor != seen.member() || seen.event.subject <= 0) return std::nullopt;
  json::object shown;
  shown["admin_id"] = admin_of(seen);
  shown["user_id"] = seen.event.subject;
  shown["by_end_date"] = detail_number(seen.event, "by_end_date");
  return shown;
}

std::optional<json::value> write_wall_post(const community_view& seen) {
  const auto* post = post_of(seen);
  if (post == nullptr || post->postponed || reposted_by(*post)) return std::nullopt;
  return post_shape(seen.state, *post);
}

// On the wall of the community, or, on any wall, of a post of the community.
std::optional<json::value> write_wall_repost(const community_view& seen) {
  const auto* post = named_post(seen);
  const auto source = post == nullptr || post->postponed ? std::nullopt : reposted_by(*post);
  if (!source || (post->owner != seen.member() && source->owner != seen.member()))
    return std::nullopt;
  auto shown = post_shape(seen.state, *post);
  shown["copy_history"] = json::array{copied_post(seen.state, *source, post->date)};
  return shown;
}

std::optional<json::value> write_scheduled_post(const community_view& seen) {
  const auto* post = post_of(seen);
  if (post == nullptr || !post->postponed) return std::nullopt;
  return json::object{{"id", post->id}, {"schedule_time", post->date}};
}

// Only before it was published.
std::optional<json::value> write_unscheduled_post(const community_view& seen) {
  const auto* post = post_of(seen);
  if (post == nullptr || !post->postponed || post->date <= seen.event.time_ms / 1000)
    return std::nullopt;
  return json::object{{"id", post->id}, {"schedule_time", post->date}};
}

std::optional<json::value> write_wall_reply(const community_view& seen) {
  const auto* post = post_of(seen);
  if (post == nullptr) return std::nullopt;
  const auto id = detail_number(seen.event, "comment_id");
  const auto found = std::ranges::find(post->comments, id, &wall_comment::id);
  if (found == post->comments.end()) return std::nullopt;
  json::object shown;
  shown["id"] = found->id;
  shown["from_id"] = found->from;
  shown["date"] = found->date;
  shown["text"] = found->text;
  shown["post_id"] = post->id;
  shown["owner_id"] = post->owner;
  shown["post_owner_id"] = post->owner;
  shown["parents_stack"] = json::array{};
  return shown;
}

std::optional<json::value> write_wall_reply_delete(const community_view& seen) {
  const auto* post = post_of(seen);
  if (post == nullptr) return std::nullopt;
  const auto id = detail_number(seen.event, "comment_id");
  const auto found = std::ranges::find(post->comments, id, &wall_comment::id);
  json::object shown;
  shown["id"] = id;
  shown["owner_id"] = post->owner;
  shown["post_id"] = post->id;
  shown["deleter_id"] = seen.event.actor;
  shown["user_id"] = found == post->comments.end() ? 0 : found->from;
  return shown;
}

// The post, the comment below it, or anything else.
std::optional<json::value> write_like(const community_view& seen) {
  if (seen.event.subject != seen.member()) return std::nullopt;
  const auto* post = post_of(seen);
  const auto comment_id = detail_number(seen.event, "comment_id");
  const auto type = detail_text(seen.event, "type");
  if (post == nullptr && type.empty()) return std::nullopt;
  const auto* comment = post == nullptr ? nullptr : post->find_comment(comment_id);
  json::object shown;
  shown["liker_id"] = seen.event.actor;
  shown["object_type"] = post == nullptr ? type : comment_id != 0 ? "comment" : "post";
  shown["object_owner_id"] = seen.event.subject;
  shown["object_id"] = post == nullptr   ? detail_number(seen.event, "item_id")
                       : comment_id != 0 ? comment_id
                                         : post->id;
  shown["thread_reply_id"] = comment == nullptr ? 0 : comment->thread;
  shown["post_id"] = comment_id != 0 && post != nullptr ? post->id : 0;
  return shown;
}

std::optional<json::value> write_photo_new(const community_view& seen) {
  return uploaded(seen, "photo");
}

std::optional<json::value> write_video_new(const community_view& seen) {
  return uploaded(seen, "video");
}

std::optional<json::value> write_audio_new(const community_view& seen) {
  return uploaded(seen, "audio");
}

}  // namespace vkxx::emulation::detail
