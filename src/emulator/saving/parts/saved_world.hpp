/// @file
/// The parts of a world in a snapshot. Reading fills a world whose accounts, walls and
/// conversations it replaces; what follows from other values is computed, not read.
#pragma once

#include "emulator/saving/archive/snapshot_reader.hpp"
#include "emulator/saving/archive/snapshot_writer.hpp"
#include "emulator/world/world.hpp"

namespace vkxx::emulation::detail {

/// The access to the private state of a class, for snapshots alone.
template <class Part>
struct saved_part;

template <>
struct saved_part<world> {
  static directory& accounts(world& state) noexcept { return state.accounts_; }
  static membership_book& memberships(world& state) noexcept { return state.memberships_; }
  static friend_book& friends(world& state) noexcept { return state.friends_; }
  static wall_book& walls(world& state) noexcept { return state.walls_; }
  static message_book& messages(world& state) noexcept { return state.messages_; }
  static attachment_book& attachments(world& state) noexcept { return state.attachments_; }
  static event_log& events(world& state) noexcept { return state.events_; }
  static std::map<std::int64_t, world::values>& storage(world& state) noexcept {
    return state.storage_;
  }
  static random_source& random(world& state) noexcept { return state.random_; }
};

/// @throws snapshot_failure
void read_world(snapshot_reader& from, world& state);
void write_world(snapshot_writer& into, const world& state);

// The parts, each in both directions.
void save_accounts(snapshot_writer& into, world& state);
void save_accounts(snapshot_reader& from, world& state);
void save_walls(snapshot_writer& into, world& state);
void save_walls(snapshot_reader& from, world& state);
void save_events(snapshot_writer& into, world& state);
void save_events(snapshot_reader& from, world& state);
void save_messages(snapshot_writer& into, world& state);
void save_messages(snapshot_reader& from, world& state);

/// Above are no numbers of events, attempts and the like: JavaScript does not know them exactly.
inline constexpr std::uint64_t largest_saved_number = std::uint64_t{1} << 53U;
/// Unix times in milliseconds are from 0 to the year 2170.
inline constexpr std::int64_t latest_saved_ms = 200LL * 365 * 24 * 3600 * 1000;

/// A number of 64 bits as text: JavaScript has no such numbers.
void save_wide(snapshot_writer& into, std::string_view name, std::uint64_t& number);
void save_wide(snapshot_reader& from, std::string_view name, std::uint64_t& number);
void save_random(snapshot_writer& into, std::string_view name, random_source& source);
void save_random(snapshot_reader& from, std::string_view name, random_source& source);

/// Addresses of files in the world, when it moves to another emulator.
void move_addresses(world& state, std::string_view from, std::string_view to);
/// Those of the photos of chats.
void move_chat_photos(world& state, std::string_view from, std::string_view to);
/// The text with the address `to` wherever it has `from`.
[[nodiscard]] std::string moved_text(std::string_view text, std::string_view from,
                                     std::string_view to);

/// Refuses a list of numbers that does not consist of groups of `size`.
void check_groups(const snapshot_reader& from, std::string_view name, std::size_t numbers,
                  std::size_t size);
/// Refuses what is neither a user nor a community of the world.
void check_member(const snapshot_reader& from, std::string_view name, const world& state,
                  std::int64_t member);
/// Refuses a number that is not from `least` to `most`.
void check_range(const snapshot_reader& from, std::string_view name, std::int64_t value,
                 std::int64_t least, std::int64_t most);
/// Refuses a text that is neither empty nor the action of a service message.
void check_action_text(const snapshot_reader& from, std::string_view text);
/// Refuses a text that is neither empty nor a JSON object.
void check_object_text(const snapshot_reader& from, std::string_view name, std::string_view text);

}  // namespace vkxx::emulation::detail
