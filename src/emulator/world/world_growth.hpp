/// @file
/// What a world contains at the start.
#pragma once

#include "emulator/world/command_base.hpp"

namespace vkxx::emulation::detail {

/// Writes no events: what it makes was always there.
class world_growth : private command_base {
 public:
  explicit world_growth(world& state) : command_base{state, {}} {}

  /// The first chat, and what the settings ask for.
  void fill();

 private:
  void add_users(std::size_t total);
  void add_members();
  void add_chats(std::size_t total);
  void add_posts(std::size_t total);
};

}  // namespace vkxx::emulation::detail
