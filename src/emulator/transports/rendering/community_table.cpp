#include "emulator/transports/rendering/community_table.hpp"

#include <algorithm>
#include <array>

namespace vkxx::emulation::detail {
namespace {

constexpr api_version any_version{0, 0};

constexpr std::array all_community_rows{
    community_row{event_kind::message_sent, "message_new", {5, 103}, write_message_new},
    community_row{event_kind::message_sent, "message_new", any_version, write_bare_message_new},
    community_row{event_kind::message_sent, "message_reply", any_version, write_message_reply},
    community_row{event_kind::message_edited, "message_edit", any_version, write_message_edit},
    community_row{event_kind::read, "message_read", any_version, write_message_read},
    community_row{event_kind::typing, "message_typing_state", any_version, write_message_typing},
    community_row{event_kind::reaction_set, "message_reaction_event", any_version,
                  write_message_reaction},
    community_row{event_kind::reaction_removed, "message_reaction_event", any_version,
                  write_message_reaction},
    community_row{event_kind::pressed, "message_event", any_version, write_message_event},
    community_row{event_kind::allowed, "message_allow", any_version, write_message_allow},
    community_row{event_kind::denied, "message_deny", any_version, write_message_deny},
    community_row{event_kind::joined_community, "group_join", any_version, write_group_join},
    community_row{event_kind::left_community, "group_leave", any_version, write_group_leave},
    community_row{event_kind::blocked, "user_block", any_version, write_user_block},
    community_row{event_kind::unblocked, "user_unblock", any_version, write_user_unblock},
    community_row{event_kind::post, "wall_post_new", any_version, write_wall_post},
    community_row{event_kind::post, "wall_repost", any_version, write_wall_repost},
    community_row{event_kind::post, "wall_schedule_post_new", any_version, write_scheduled_post},
    community_row{event_kind::post_deleted, "wall_schedule_post_delete", any_version,
                  write_unscheduled_post},
    community_row{event_kind::comment, "wall_reply_new", any_version, write_wall_reply},
    community_row{event_kind::comment_deleted, "wall_reply_delete", any_version,
                  write_wall_reply_delete},
    community_row{event_kind::comment_edited, "wall_reply_edit", any_version, write_wall_reply},
    community_row{event_kind::comment_restored, "wall_reply_restore", any_version,
                  write_wall_reply},
    community_row{event_kind::like, "like_add", any_version, write_like},
    community_row{event_kind::unlike, "like_remove", any_version, write_like},
    community_row{event_kind::upload_done, "photo_new", any_version, write_photo_new},
    community_row{event_kind::upload_done, "video_new", any_version, write_video_new},
    community_row{event_kind::upload_done, "audio_new", any_version, write_audio_new},
};

// Of the post of which the new one is a repost; 0: it is none.
std::int64_t owner_of_original(const world& state, const world_event& event) {
  const auto* id = event.details.if_contains("post_id");
  if (id == nullptr || !id->is_int64()) return 0;
  const auto* post = state.walls().find(event.subject, id->get_int64());
  const auto original = post == nullptr ? std::nullopt : wall_book::original_of(*post);
  return original ? original->first : 0;
}

void add_once(std::vector<std::int64_t>& all, const world& state, std::int64_t member) {
  if (member >= 0 || std::ranges::find(all, -member) != all.end()) return;
  if (state.find_community(-member) != nullptr) all.push_back(-member);
}

}  // namespace

std::span<const community_row> community_rows() noexcept {
  return all_community_rows;
}

std::vector<const community_row*> rows_of(event_kind kind, api_version version) {
  std::vector<const community_row*> found;
  for (const auto& row : all_community_rows) {
    if (row.kind != kind || row.since > version) continue;
    if (!found.empty() && found.back()->type == row.type) continue;
    found.push_back(&row);
  }
  return found;
}

std::vector<std::int64_t> concerned_communities(const world& state, const world_event& event) {
  std::vector<std::int64_t> all;
  add_once(all, state, event.actor);
  add_once(all, state, event.subject);
  if (event.kind == event_kind::post) add_once(all, state, owner_of_original(state, event));
  if (const auto* where = state.messages().find(event.conversation)) {
    // Ascending: communities come first.
    for (const auto& view : where->views) {
      if (view.member >= 0) break;
      add_once(all, state, view.member);
    }
  }
  return all;
}

}  // namespace vkxx::emulation::detail
