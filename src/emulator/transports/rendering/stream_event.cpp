#include "emulator/transports/rendering/stream_event.hpp"

#include <algorithm>

#include "emulator/methods/attachment_shapes.hpp"

namespace vkxx::emulation::detail {
namespace {

namespace json = boost::json;

const wall_post* post_of_event(const world& state, const world_event& event) {
  const auto* id = event.details.if_contains("post_id");
  if (id == nullptr || !id->is_int64()) return nullptr;
  const auto& wall = state.walls().wall(event.subject);
  const auto found = std::ranges::find(wall, id->get_int64(), &wall_post::id);
  return found == wall.end() || found->postponed ? nullptr : &*found;
}

const char* action_of(event_kind kind) noexcept {
  if (kind == event_kind::post_edited) return "update";
  if (kind == event_kind::post_deleted || kind == event_kind::comment_deleted) return "delete";
  return "new";
}

json::object author_of(std::int64_t id) {
  const auto address =
      id > 0 ? "https://vk.ru/id" + std::to_string(id) : "https://vk.ru/club" + std::to_string(-id);
  return {{"id", id}, {"author_url", address}, {"platform", 7}};
}

json::object shown_event(const world_event& event, const char* type, std::int64_t created) {
  json::object shown;
  shown["event_type"] = type;
  shown["action"] = action_of(event.kind);
  shown["action_time"] = event.time_ms / 1000;
  shown["creation_time"] = created;
  return shown;
}

std::string address_of(const wall_post& post) {
  return "https://vk.ru/wall" + std::to_string(post.owner) + "_" + std::to_string(post.id);
}

stream_event post_event(const world& state, const world_event& event, const wall_post& post) {
  stream_event result;
  auto& shown = result.shown;
  shown = shown_event(event, "post", post.date);
  shown["event_id"] = json::object{{"post_owner_id", post.owner}, {"post_id", post.id}};
  shown["event_url"] = address_of(post);
  shown["text"] = post.text;
  if (!post.attachments.empty())
    shown["attachments"] = attachment_array(state, post.attachments, post.date, state.address());
  shown["author"] = author_of(post.from);
  result.text = post.text;
  return result;
}

std::optional<stream_event> comment_event(const world_event& event, const wall_post& post) {
  const auto id = event.details.at("comment_id").as_int64();
  const auto found = std::ranges::find(post.comments, id, &wall_comment::id);
  if (found == post.comments.end()) return std::nullopt;
  stream_event result;
  auto& shown = result.shown;
  shown = shown_event(event, "comment", found->date);
  shown["event_id"] =
      json::object{{"post_owner_id", post.owner}, {"post_id", post.id}, {"comment_id", id}};
  shown["event_url"] = address_of(post) + "?reply=" + std::to_string(id);
  shown["text"] = found->text;
  shown["author"] = author_of(found->from);
  result.text = found->text;
  return result;
}

}  // namespace

std::optional<stream_event> stream_event_of(const world& state, const world_event& event) {
  const bool of_post = event.kind == event_kind::post || event.kind == event_kind::post_edited ||
                       event.kind == event_kind::post_deleted;
  const bool of_comment =
      event.kind == event_kind::comment || event.kind == event_kind::comment_deleted;
  if (!of_post && !of_comment) return std::nullopt;
  const auto* post = post_of_event(state, event);
  if (post == nullptr) return std::nullopt;
  if (of_post) return post_event(state, event, *post);
  return comment_event(event, *post);
}

}  // namespace vkxx::emulation::detail
