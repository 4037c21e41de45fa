/// @file
/// What all commands share: the only access to the world that can change it.
#pragma once

#include <utility>

#include "emulator/world/world.hpp"

namespace vkxx::emulation::detail {

class command_base {
 protected:
  command_base(world& state, const command_context& context) : state_{state}, context_{context} {}

  [[nodiscard]] const world& state() const noexcept { return state_; }
  [[nodiscard]] const command_context& context() const noexcept { return context_; }
  [[nodiscard]] directory& accounts() noexcept { return state_.accounts_; }
  [[nodiscard]] membership_book& memberships() noexcept { return state_.memberships_; }
  [[nodiscard]] friend_book& friends() noexcept { return state_.friends_; }
  [[nodiscard]] wall_book& walls() noexcept { return state_.walls_; }
  [[nodiscard]] message_book& messages() noexcept { return state_.messages_; }
  [[nodiscard]] attachment_book& attachments() noexcept { return state_.attachments_; }
  [[nodiscard]] world::values& storage(std::int64_t user) { return state_.storage_[user]; }
  [[nodiscard]] random_source& random() noexcept { return state_.random_; }
  /// For a command that follows from this one.
  [[nodiscard]] world& world_of() noexcept { return state_; }
  /// Adds the event with the time and the cause of the command. @return its number.
  std::uint64_t append(world_event event) {
    event.time_ms = context_.time_ms;
    event.cause = context_.cause;
    return state_.events_.append(std::move(event));
  }

 private:
  world& state_;
  command_context context_;
};

}  // namespace vkxx::emulation::detail
