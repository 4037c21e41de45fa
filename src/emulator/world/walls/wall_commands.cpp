#include "emulator/world/walls/wall_commands.hpp"

#include <tuple>
#include <utility>
#include <vector>

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
  const auto owner = added.owner;
  if (!guid.empty()) walls().remember_guid(owner, actor, guid, id);
  link_repost(added, true);
  report(event_kind::post, actor, owner, id);
  return id;
}

void wall_commands::link_repost(const wall_post& copy, bool on) {
  const auto original = wall_book::original_of(copy);
  auto* source = original ? walls().editable_any(original->first, original->second) : nullptr;
  if (source == nullptr) return;
  const post_name name{copy.owner, copy.id};
  if (on)
    source->reposts.push_back(name);
  else
    std::erase(source->reposts, name);
}

void wall_commands::remove(std::int64_t actor, std::int64_t owner, std::int64_t post) {
  auto* found = walls().editable(owner, post);
  if (found == nullptr) return;
  found->deleted = true;
  found->pinned = false;
  link_repost(*found, false);
  report(event_kind::post_deleted, actor, owner, post);
}

bool wall_commands::restore(std::int64_t actor, std::int64_t owner, std::int64_t post) {
  auto* found = walls().editable_any(owner, post);
  if (found == nullptr || !found->deleted) return false;
  found->deleted = false;
  link_repost(*found, true);
  report(event_kind::post_restored, actor, owner, post);
  return true;
}

bool wall_commands::edit(std::int64_t actor, std::int64_t owner, std::int64_t post,
                         std::string text, std::string attachments) {
  auto* found = walls().editable(owner, post);
  if (found == nullptr || !walls().take_space(text.size() + attachments.size())) return false;
  link_repost(*found, false);
  found->text = std::move(text);
  found->attachments = std::move(attachments);
  found->edited = context().date();
  link_repost(*found, true);
  report(event_kind::post_edited, actor, owner, post);
  return true;
}

bool wall_commands::publish_now(std::int64_t actor, std::int64_t owner, std::int64_t post) {
  auto* found = walls().editable(owner, post);
  if (found == nullptr) return false;
  found->postponed = false;
  found->date = context().date();
  report(event_kind::post, actor, owner, post);
  return true;
}

bool wall_commands::pin(std::int64_t actor, std::int64_t owner, std::int64_t post, bool on) {
  auto* found = walls().editable(owner, post);
  if (found == nullptr) return false;
  if (found->pinned == on) return true;
  if (on)
    for (const auto& other : state().walls().wall(owner))
      if (other.pinned) walls().editable_any(owner, other.id)->pinned = false;
  found->pinned = on;
  report(on ? event_kind::post_pinned : event_kind::post_unpinned, actor, owner, post);
  return true;
}

bool wall_commands::set_comments_closed(std::int64_t owner, std::int64_t post, bool closed) {
  auto* found = walls().editable(owner, post);
  return found != nullptr && std::exchange(found->comments_closed, closed) != closed;
}

std::optional<std::int64_t> wall_commands::comment(std::int64_t actor, std::int64_t owner,
                                                   std::int64_t post, std::string text) {
  wall_comment draft;
  draft.from = actor;
  draft.text = std::move(text);
  return comment(actor, owner, post, std::move(draft), {});
}

std::optional<std::int64_t> wall_commands::comment(std::int64_t actor, std::int64_t owner,
                                                   std::int64_t post, wall_comment draft,
                                                   std::string_view guid) {
  auto* found = walls().editable(owner, post);
  if (found == nullptr ||
      !walls().take_space(draft.text.size() + draft.attachments.size() + guid.size()))
    return std::nullopt;
  draft.date = context().date();
  const auto id = walls().add(*found, std::move(draft)).id;
  if (!guid.empty()) walls().remember_guid(owner, actor, guid, id);
  report(event_kind::comment, actor, owner, post, id);
  return id;
}

wall_comment* wall_commands::comment_of(std::int64_t owner, std::int64_t post,
                                        std::int64_t comment) {
  auto* found = walls().editable(owner, post);
  return found == nullptr ? nullptr : wall_book::editable_comment(*found, comment);
}

bool wall_commands::edit_comment(std::int64_t actor, std::int64_t owner, std::int64_t post,
                                 std::int64_t comment, std::string text, std::string attachments) {
  auto* found = comment_of(owner, post, comment);
  if (found == nullptr || found->deleted || !walls().take_space(text.size() + attachments.size()))
    return false;
  found->text = std::move(text);
  found->attachments = std::move(attachments);
  report(event_kind::comment_edited, actor, owner, post, comment);
  return true;
}

bool wall_commands::remove_comment(std::int64_t actor, std::int64_t owner, std::int64_t post,
                                   std::int64_t comment) {
  auto* found = comment_of(owner, post, comment);
  if (found == nullptr || found->deleted) return false;
  found->deleted = true;
  report(event_kind::comment_deleted, actor, owner, post, comment);
  return true;
}

bool wall_commands::restore_comment(std::int64_t actor, std::int64_t owner, std::int64_t post,
                                    std::int64_t comment) {
  auto* found = comment_of(owner, post, comment);
  if (found == nullptr || !found->deleted) return false;
  found->deleted = false;
  report(event_kind::comment_restored, actor, owner, post, comment);
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

std::optional<std::size_t> wall_commands::like_comment(std::int64_t actor, std::int64_t owner,
                                                       std::int64_t comment, bool on) {
  const auto* post = state().walls().post_of_comment(owner, comment);
  auto* found = post == nullptr ? nullptr : comment_of(owner, post->id, comment);
  if (found == nullptr || found->deleted) return std::nullopt;
  const bool changed = on ? found->likes.insert(actor).second : found->likes.erase(actor) > 0;
  if (changed) report(on ? event_kind::like : event_kind::unlike, actor, owner, post->id, comment);
  return found->likes.size();
}

std::optional<std::size_t> wall_commands::like_object(std::int64_t actor, const liked_name& name,
                                                      bool on) {
  auto* likes = walls().editable_likes(name);
  if (likes == nullptr) return std::nullopt;
  const bool changed = on ? likes->insert(actor).second : likes->erase(actor) > 0;
  if (changed) {
    world_event event;
    event.kind = on ? event_kind::like : event_kind::unlike;
    event.actor = actor;
    event.subject = std::get<1>(name);
    event.details["type"] = std::get<0>(name);
    event.details["item_id"] = std::get<2>(name);
    append(std::move(event));
  }
  return likes->size();
}

}  // namespace vkxx::emulation::detail
