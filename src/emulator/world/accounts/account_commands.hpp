/// @file
/// Commands that change users, communities and tokens.
#pragma once

#include <string>
#include <string_view>

#include "emulator/world/command_base.hpp"

namespace vkxx::emulation::detail {

class account_commands : private command_base {
 public:
  account_commands(world& state, const command_context& context) : command_base{state, context} {}

  void add_token(token_record record);
  /// Revokes the token with this reason; does nothing if there is no such token.
  void revoke_token(std::string_view text, std::string trouble);
  /// @return false if the id or the screen name is taken.
  bool add_person(person entry);
  bool add_community(community entry);
  /// @param owner a user, or a community by its negative id, which exists.
  void set_status(std::int64_t owner, std::string text);
  void set_client(std::int64_t user, client_kind client);
  void set_community_settings(std::int64_t community, community_settings settings);
  /// Sets a value of `storage.*`; an empty one removes it.
  /// @return false if there would be more than `most` values.
  bool store(std::int64_t user, std::string_view key, std::string_view value, std::size_t most);
};

}  // namespace vkxx::emulation::detail
