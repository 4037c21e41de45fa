/// @file
/// What became of a message that was sent.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include <vkxx/core/error.hpp>
#include <vkxx/core/ids.hpp>

namespace vkxx {

/// A message that VK took. It is identified by its conversation and its number there.
struct sent_message {
  peer_id peer;                  ///< the conversation
  vkxx::cmid cmid;               ///< its number in the conversation; 0: VK did not say
  std::optional<message_id> id;  ///< in the sender's mailbox; nothing for communities in chats
  bool operator==(const sent_message&) const = default;
};

/// The outcome of sending a message that may have several parts.
struct delivery {
  std::size_t parts = 0;           ///< how many the message has; 0: it failed before the first
  std::vector<sent_message> sent;  ///< those that VK took, in order
  std::optional<error> failure;    ///< why the next part was not sent; nothing: all were
  /// Whether all parts were sent.
  [[nodiscard]] bool complete() const noexcept { return !failure; }
};

}  // namespace vkxx
