/// @file
/// Why somebody cannot be written to.
#pragma once

#include <optional>
#include <string_view>

#include <vkxx/core/error.hpp>

namespace vkxx {

/// The reasons for which VK takes no message to a peer. None of them changes by a retry.
enum class cannot_write {
  blocked,              ///< one of the two has the other on the blacklist (900)
  not_allowed,          ///< the user has not allowed the community to write (901)
  privacy,              ///< the settings of the recipient forbid it (902)
  no_access_to_chat,    ///< the sender is not in the chat, or has no rights there (917)
  left_chat,            ///< the sender left the chat (922)
  no_such_chat,         ///< there is no such chat (927)
  chat_disabled,        ///< the chat is switched off (945)
  chat_not_supported,   ///< the chat does not take it (946)
  restricted_in_chat,   ///< the sender may not write in the chat (983, 1012)
  intent_not_allowed,   ///< the recipient did not subscribe to such messages (943)
  intent_limit,         ///< the recipient has got as many as allowed (944)
  recipient_not_found,  ///< the user is deleted, blocked by VK, or does not exist (18, 113)
};

/// In words.
[[nodiscard]] std::string_view to_string(cannot_write value) noexcept;

/// Why nothing can be written to the peer; nothing if the error is of another kind.
///
/// ```cpp
/// if (const auto reason = vkxx::cannot_write_reason(failure)) switch (*reason) { … }
/// ```
[[nodiscard]] std::optional<cannot_write> cannot_write_reason(const error& failure) noexcept;

}  // namespace vkxx
