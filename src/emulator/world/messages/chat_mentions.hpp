/// @file
/// What a community without the right to all messages sees of a chat.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "emulator/world/messages/message.hpp"

namespace vkxx::emulation::detail {

/// What is needed of a message to tell whom it concerns: it outlives the message.
class chat_mentions {
 public:
  /// @param keyboard_author whose button was pressed; 0: none.
  chat_mentions(const message& entry, std::int64_t keyboard_author);

  /// @param community a positive id.
  [[nodiscard]] bool concern(std::int64_t community, std::string_view screen_name) const;

 private:
  std::string marks_;  ///< The text from its first mention; empty: it has none.
  std::int64_t author_ = 0;
  std::int64_t reply_author_ = 0;
  std::int64_t keyboard_author_ = 0;
  bool for_all_ = false;
};

}  // namespace vkxx::emulation::detail
