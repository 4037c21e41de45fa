#include "emulator/world/walls/wall_commands.hpp"

#include <algorithm>
#include <utility>

namespace vkxx::emulation::detail {

void wall_commands::report(event_kind kind, std::int64_t actor, std::int64_t owner,
                           std::int64_t post, std::int64_t comment) {
  world_event event;
  event.kind = kind;
  event.actor = actor;
  event.subject = owner;
  event.details["post_id"] = post;
  if (comment != 0) event.details["comment_id"] = comment;
  append(std::move(event));
}

std::optional<std::int64_t> wall_commands::publish(std::int64_t actor, wall_post post,
                                                   std::string_view guid) {
  if (!walls().take_space(post.text.size() + post.attachments.size() + guid.size()))
    return std::nullopt;
  const auto& added = walls().add(std::move(post));
  const auto id = added.id;
  if (!guid.empty()) walls().remember_guid(actor, guid, added);
  report(event_kind::post, actor, added.owner, id);
  return id;
}

void wall_commands::remove(std::int64_t actor, std::int64_t owner, std::int64_t post) {
  auto* found = walls().editable(owner, post);
  if (found == nullptr) return;
  found->deleted = true;
  report(event_kind::post_deleted, actor, owner, post);
}

void wall_commands::edit(std::int64_t actor, std::int64_t owner, std::int64_t post,
                         std::string text, std::string attachments) {
  auto* found = walls().editable(owner, post);
  if (found == nullptr) return;
  found->text = std::move(text);
  found->attachments = std::move(attachments);
  report(event_kind::post_edited, actor, owner, post);
}

std::optional<std::int64_t> wall_commands::comment(std::int64_t actor, std::int64_t owner,
                                                   std::int64_t post, std::string text) {
  auto* found = walls().editable(owner, post);
  if (found == nullptr || !walls().take_space(text.size())) return std::nullopt;
  const auto id = static_cast<std::int64_t>(found->comments.size()) + 1;
  found->comments.push_back({id, actor, context().date(), std::move(text)});
  report(event_kind::comment, actor, owner, post, id);
  return id;
}

bool wall_commands::remove_comment(std::int64_t actor, std::int64_t owner, std::int64_t post,
                                   std::int64_t comment) {
  auto* found = walls().editable(owner, post);
  if (found == nullptr) return false;
  const auto at = std::ranges::find(found->comments, comment, &wall_comment::id);
  if (at == found->comments.end() || at->deleted) return false;
  at->deleted = true;
  report(event_kind::comment_deleted, actor, owner, post, comment);
  return true;
}

std::optional<std::size_t> wall_commands::like(std::int64_t actor, std::int64_t owner,
                                               std::int64_t post, bool on) {
  auto* found = walls().editable(owner, post);
  if (found == nullptr) return std::nullopt;
  const bool changed = on ? found->likes.insert(actor).second : found->likes.erase(actor) > 0;
  if (changed) report(on ? event_kind::like : event_kind::unlike, actor, owner, post);
  return found->likes.size();
}

}  // namespace vkxx::emulation::detail
