/// @file
/// Commands that make and end friendships.
#pragma once

#include <string>

#include "emulator/world/command_base.hpp"

namespace vkxx::emulation::detail {

/// Both users of each command exist.
class friend_commands : private command_base {
 public:
  friend_commands(world& state, const command_context& context) : command_base{state, context} {}

  /// What `friends.add` answers.
  enum class added : std::uint8_t { requested = 1, accepted = 2, requested_again = 4 };
  /// What `friends.delete` ended.
  enum class removed : std::uint8_t { nothing, friendship, outgoing, incoming };

  /// Accepts the other's request, or sends one.
  /// @throws api_failure 103, 174, 175, 176, 242
  added add(std::int64_t user, std::int64_t other, std::string text);
  /// Leaves the author of a request among the followers. @return false if there is no request.
  bool decline(std::int64_t user, std::int64_t other);
  /// A former friend stays a follower.
  removed remove(std::int64_t user, std::int64_t other);

 private:
  void report(event_kind kind, std::int64_t user, std::int64_t other);
};

/// How the user stands to the other.
[[nodiscard]] friend_state friend_state_of(const world& state, std::int64_t user,
                                           std::int64_t other);

}  // namespace vkxx::emulation::detail
