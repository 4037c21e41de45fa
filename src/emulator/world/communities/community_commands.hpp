/// @file
/// Commands that change who belongs to a community.
#pragma once

#include "emulator/world/command_base.hpp"

namespace vkxx::emulation::detail {

/// The community and the user of each command exist.
class community_commands : private command_base {
 public:
  community_commands(world& state, const command_context& context) : command_base{state, context} {}

  /// Joins an open community, asks to join a closed one.
  /// @throws api_failure 15 for a private or banning community, and for a member
  void join(std::int64_t user, std::int64_t community, bool unsure = false);
  /// Leaves, or takes the request back; does nothing for others.
  void leave(std::int64_t user, std::int64_t community);
  /// Lets who has asked join. @return false if the user has not asked.
  bool approve(std::int64_t admin, std::int64_t community, std::int64_t user);
  /// Removes a member, or declines the request. @return false if there is neither.
  bool remove(std::int64_t admin, std::int64_t community, std::int64_t user);
  /// Members who are banned leave.
  /// @param ban whose administrator is the actor, and whose date is set here.
  void ban(std::int64_t community, std::int64_t member, community_ban ban);
  /// @return false if the member is not banned.
  bool unban(std::int64_t admin, std::int64_t community, std::int64_t member);
  /// Ends the bans whose time is over.
  void expire_bans();

 private:
  enum class joining : std::uint8_t { joined, approved, request, unsure };

  void add(std::int64_t user, std::int64_t community, joining kind);
  bool drop(std::int64_t user, std::int64_t community, std::int64_t admin);
  void unblock(std::int64_t admin, std::int64_t community, std::int64_t member, bool by_end_date);
};

}  // namespace vkxx::emulation::detail
