/// @file
/// The tokens that the emulator's small world knows from the start.
#pragma once

#include <string>
#include <vector>

namespace vkxx::emulation {

/// Tokens shaped like VK's. They open nothing but an emulator, and they are the same in every run.
struct world_tokens {
  std::string user;        ///< Of user 1, Pavel Durov.
  std::string other_user;  ///< Of user 2.
  std::string community;   ///< Of community 1.
  std::string service;     ///< Of the application.
  std::string expired;     ///< Error 5: the token's life is over.
  std::string revoked;     ///< Error 5: the session was ended.
  std::string other_ip;    ///< Error 5: the token was given to another address.
  std::string blocked;     ///< Error 5 with `ban_info`: its owner is blocked.

  /// Every token that the emulator knows at the moment, those above and those given out since.
  std::vector<std::string> all;
};

}  // namespace vkxx::emulation
