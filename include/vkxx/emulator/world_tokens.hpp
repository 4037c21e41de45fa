/// @file
/// The initial tokens of the emulator's world.
#pragma once

#include <string>
#include <vector>

namespace vkxx::emulation {

/// Tokens in VK's format. They are valid for emulators only and the same in every run.
struct world_tokens {
  std::string user;        ///< Of user 1, Pavel Durov.
  std::string other_user;  ///< Of user 2.
  std::string community;   ///< Of community 1.
  std::string service;     ///< Of the application.
  std::string expired;     ///< Error 5: the token has expired.
  std::string revoked;     ///< Error 5: the session was ended.
  std::string other_ip;    ///< Error 5: the token was issued to another address.
  std::string blocked;     ///< Error 5 with `ban_info`: its owner is blocked.

  /// Every token that the emulator currently knows: those above and those issued since.
  std::vector<std::string> all;
};

}  // namespace vkxx::emulation
