/// @file
/// The world that the methods of the emulator read. Pure state: no I/O, no clock.
///
/// It is changed by commands only (`account_commands`, `community_commands`, `friend_commands`,
/// `wall_commands`, `message_commands`), each of which appends to the log of world events.
#pragma once

#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <vkxx/emulator/world_tokens.hpp>

#include "emulator/world/accounts/directory.hpp"
#include "emulator/world/command_context.hpp"
#include "emulator/world/communities/membership_book.hpp"
#include "emulator/world/content/attachment_book.hpp"
#include "emulator/world/events/event_log.hpp"
#include "emulator/world/friends/friend_book.hpp"
#include "emulator/world/messages/message_book.hpp"
#include "emulator/world/random.hpp"
#include "emulator/world/settings.hpp"
#include "emulator/world/walls/wall_book.hpp"

namespace vkxx::emulation::detail {

/// The state of all methods. Owner ids are VK's: users positive, communities negative.
class world {
 public:
  using values = std::map<std::string, std::string, std::less<>>;

  /// The initial world, which is the same for the same settings and seed.
  explicit world(const world_settings& settings = {}, std::uint64_t seed = 1);
  world(const world&) = delete;
  world& operator=(const world&) = delete;

  [[nodiscard]] const directory& accounts() const noexcept { return accounts_; }
  [[nodiscard]] const membership_book& memberships() const noexcept { return memberships_; }
  [[nodiscard]] const friend_book& friends() const noexcept { return friends_; }
  [[nodiscard]] const wall_book& walls() const noexcept { return walls_; }
  [[nodiscard]] const message_book& messages() const noexcept { return messages_; }
  [[nodiscard]] const attachment_book& attachments() const noexcept { return attachments_; }
  [[nodiscard]] const event_log& events() const noexcept { return events_; }
  [[nodiscard]] const world_settings& settings() const noexcept { return settings_; }
  /// The emulator's own address, which events name; no part of the state.
  [[nodiscard]] const std::string& address() const noexcept { return address_; }
  void set_address(std::string url) { address_ = std::move(url); }
  /// Values of `storage.*`, of one user or global (user 0).
  [[nodiscard]] const values& storage(std::int64_t user) const;

  /// Calls the function after each world event; it must not run commands.
  std::size_t observe(event_log::observer function) { return events_.observe(std::move(function)); }
  void forget_observer(std::size_t id) { events_.forget(id); }

  // What most readers need of the directory.
  [[nodiscard]] const token_record* token(std::string_view text) const noexcept {
    return accounts_.token(text);
  }
  [[nodiscard]] world_tokens tokens() const { return accounts_.tokens(); }
  [[nodiscard]] const person* find_person(std::int64_t id) const noexcept {
    return accounts_.find_person(id);
  }
  [[nodiscard]] const person* find_person(std::string_view screen_name) const noexcept {
    return accounts_.find_person(screen_name);
  }
  [[nodiscard]] const community* find_community(std::int64_t id) const noexcept {
    return accounts_.find_community(id);
  }
  [[nodiscard]] const community* find_community(std::string_view screen_name) const noexcept {
    return accounts_.find_community(screen_name);
  }
  [[nodiscard]] const city* find_city(std::int64_t id) const noexcept {
    return accounts_.find_city(id);
  }
  /// A user, or a community by its negative id.
  [[nodiscard]] bool exists(std::int64_t member) const noexcept {
    return member > 0 ? find_person(member) != nullptr : community_of(member) != nullptr;
  }
  /// The community whose negative id this is; null for any other number.
  [[nodiscard]] const community* community_of(std::int64_t member) const noexcept {
    constexpr auto least = std::numeric_limits<std::int64_t>::min();
    return member >= 0 || member == least ? nullptr : find_community(-member);
  }
  /// The first of the communities that the user does not administer; nothing if there is none.
  [[nodiscard]] std::optional<std::int64_t> not_administered(
      std::int64_t user, const std::vector<std::int64_t>& communities) const;

 private:
  friend class command_base;
  template <class>
  friend struct saved_part;

  world_settings settings_;
  std::string address_;
  directory accounts_;
  membership_book memberships_;
  friend_book friends_;
  wall_book walls_;
  message_book messages_;
  attachment_book attachments_;
  event_log events_;
  std::map<std::int64_t, values> storage_;
  random_source random_;
};

}  // namespace vkxx::emulation::detail
