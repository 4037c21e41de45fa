#include "emulator/world/events/world_event.hpp"

#include <array>

namespace vkxx::emulation::detail {

std::string_view to_string(event_kind kind) noexcept {
  // In the order of the enumeration.
  constexpr std::array<std::string_view, 44> names{"message_sent",
                                                   "message_edited",
                                                   "message_deleted",
                                                   "message_restored",
                                                   "read",
                                                   "typing",
                                                   "reaction_set",
                                                   "reaction_removed",
                                                   "pressed",
                                                   "press_answered",
                                                   "press_expired",
                                                   "allowed",
                                                   "denied",
                                                   "member_joined",
                                                   "member_left",
                                                   "member_kicked",
                                                   "chat_changed",
                                                   "pinned",
                                                   "unpinned",
                                                   "keyboard_shown",
                                                   "keyboard_hidden",
                                                   "flags_changed",
                                                   "joined_community",
                                                   "left_community",
                                                   "blocked",
                                                   "unblocked",
                                                   "post",
                                                   "post_edited",
                                                   "post_deleted",
                                                   "comment",
                                                   "comment_deleted",
                                                   "like",
                                                   "unlike",
                                                   "status_changed",
                                                   "upload_done",
                                                   "raw_event",
                                                   "post_restored",
                                                   "post_pinned",
                                                   "post_unpinned",
                                                   "comment_edited",
                                                   "comment_restored",
                                                   "friend_requested",
                                                   "friend_added",
                                                   "friend_removed"};
  const auto index = static_cast<std::size_t>(kind);
  return index < names.size() ? names[index] : std::string_view{};
}

std::string_view to_string(cause_kind kind) noexcept {
  constexpr std::array<std::string_view, 5> names{"none", "request", "event", "control", "clock"};
  const auto index = static_cast<std::size_t>(kind);
  return index < names.size() ? names[index] : std::string_view{};
}

}  // namespace vkxx::emulation::detail
