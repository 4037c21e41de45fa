/// @file
/// What happened in the world, as one entry of its log.
#pragma once

#include <boost/json/object.hpp>
#include <cstdint>
#include <string_view>

namespace vkxx::emulation::detail {

/// Names a conversation in the whole world, unlike a peer id, which depends on its owner.
using conversation_id = std::uint32_t;
inline constexpr conversation_id no_conversation = 0xFFFF'FFFF;

enum class event_kind : std::uint8_t {
  message_sent,
  message_edited,
  message_deleted,
  message_restored,
  read,
  typing,
  reaction_set,
  reaction_removed,
  pressed,
  press_answered,
  press_expired,
  allowed,
  denied,
  member_joined,
  member_left,
  member_kicked,
  chat_changed,
  pinned,
  unpinned,
  keyboard_shown,
  keyboard_hidden,
  flags_changed,
  joined_community,
  left_community,
  blocked,
  unblocked,
  post,
  post_edited,
  post_deleted,
  comment,
  comment_deleted,
  like,
  unlike,
  status_changed,
  upload_done,
  raw_event,
  post_restored,
  post_pinned,
  post_unpinned,
  comment_edited,
  comment_restored,
  friend_requested,
  friend_added,
  friend_removed,
};

/// `message_sent` and so on.
[[nodiscard]] std::string_view to_string(event_kind kind) noexcept;

enum class cause_kind : std::uint8_t { none, request, event, control, clock };

[[nodiscard]] std::string_view to_string(cause_kind kind) noexcept;

/// What led to a world event: the recorded request or the world event with this number.
struct event_cause {
  cause_kind kind = cause_kind::none;
  std::uint64_t number = 0;
};

struct world_event {
  std::uint64_t number = 0;  ///< From 1, without holes.
  std::int64_t time_ms = 0;  ///< Unix time in milliseconds.
  event_kind kind = event_kind::message_sent;
  std::uint32_t cmid = 0;  ///< 0: of no message.
  conversation_id conversation = no_conversation;
  std::int64_t actor = 0;  ///< Who did it; communities are negative.
  /// Whom it concerns beside the conversation: the member who joined, the community that is
  /// allowed to write, the owner of the wall.
  std::int64_t subject = 0;
  event_cause cause;
  boost::json::object details;
  std::size_t bytes = 0;  ///< Of details that come from outside.
};

}  // namespace vkxx::emulation::detail
