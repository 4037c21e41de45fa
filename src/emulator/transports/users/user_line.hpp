/// @file
/// What user long poll reports: one line is one array of its answers.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "emulator/world/world.hpp"

namespace vkxx::emulation::detail {

enum class line_kind : std::uint8_t {
  message_added,
  message_edited,
  flags_set,
  flags_cleared,
  read_in,
  read_out,
  history_deleted,
  message_restored,
  chat_changed,
  chat_info,
  conversation_flags_set,
  conversation_flags_cleared,
  typing,
  unread_counter,
  writing_ban,
  press_answered,
  reaction,
};

struct user_line {
  line_kind kind{};
  std::shared_ptr<const world_event> event;
  std::int64_t value = 0;  ///< A mask, a type of change, or a counter.
  std::int64_t info = 0;
};

/// Whether the line stays in the history. Typing, counters and answers to presses do not.
[[nodiscard]] bool is_lasting(line_kind kind) noexcept;

/// The members of whom somebody may keep lines of this event.
[[nodiscard]] std::vector<std::int64_t> concerned_members(const world& state,
                                                          const world_event& event);
/// What the event is for a member, in order.
[[nodiscard]] std::vector<user_line> lines_of(const world& state,
                                              const std::shared_ptr<const world_event>& event,
                                              std::int64_t member);

}  // namespace vkxx::emulation::detail
