/// @file
/// The size and the rules of a world.
#pragma once

#include <cstddef>
#include <cstdint>

#include <vkxx/emulator/options.hpp>

namespace vkxx::emulation::detail {

struct world_settings {
  // What exists at the start, in addition to the accounts that are always there.
  std::size_t users = 0;    ///< All users together, at least.
  std::size_t members = 0;  ///< Of the first community.
  std::size_t chats = 0;    ///< All chats of the first user together, at least.
  std::size_t posts = 0;    ///< On the wall of the first community, at least.

  // Bounds of memory: the oldest go first.
  std::size_t most_messages = 100'000;
  std::size_t most_message_bytes = std::size_t{1} << 30U;  ///< Of texts and what they carry.
  std::size_t most_copies = 4'000'000;                     ///< Of messages, in all mailboxes.
  std::size_t most_conversations = 200'000;
  std::size_t most_members = 1000;  ///< Of a chat.
  std::size_t most_events = 50'000;
  std::size_t most_presses = 10'000;  ///< That wait for an answer.

  // VK's limits as observed; its documentation is silent or differs.
  std::size_t longest_message = 4096;        ///< In characters.
  std::int64_t edit_window = 24 * 3600;      ///< In seconds.
  std::int64_t deletion_window = 24 * 3600;  ///< For all, in seconds.
  std::int64_t random_id_window = 3600;      ///< In seconds.
  std::int64_t press_lifetime_ms = 60'000;
  std::int64_t typing_lifetime_ms = 10'000;
  /// Communities that join a chat see all its messages, not only what concerns them.
  bool communities_see_chats = true;
  /// Refuses what VK's documentation forbids and VK was seen to take.
  bool strict = false;
};

/// Of an empty start: a snapshot fills the world.
[[nodiscard]] world_settings settings_without_growth(const emulator_options& options);
[[nodiscard]] world_settings settings_of(const emulator_options& options);

}  // namespace vkxx::emulation::detail
